"""A player on a page, as a web site would have it, or Home Assistant, and what it tells."""

from playwright.async_api import Page

from scripts.workbench.demo.channels import cache_folder

WATCHED = """
const report = window.report = {errors: [], stalls: [], levels: [], playing: false};
window.watch = (hls, video, errors) => {
  window.hls = hls;
  window.video = video;
  hls.on(errors, (_, data) =>
    report.errors.push(`${data.type} ${data.details} ${data.error ?? ""}`));
  hls.on("hlsLevelSwitched", (_, data) => report.levels.push(data.level));
  video.addEventListener("playing", () => { report.playing = true; });
  video.addEventListener("waiting", () => {
    if (report.playing) report.stalls.push(video.currentTime);
  });
  report.playing = !video.paused && video.readyState > 2;
};
"""
"""Has a page report of a player."""

PAGE = f"""<!DOCTYPE html><meta charset="utf-8"><video muted playsinline></video>
<script src="/hls.js"></script>
<script>
{WATCHED}
window.play = (url) => {{
  const hls = new Hls(), video = document.querySelector("video");
  watch(hls, video, Hls.Events.ERROR);
  hls.loadSource(url);
  hls.attachMedia(video);
  video.play();
}};
</script>"""

# Home Assistant's own player is deep in its page; it makes the player of HLS by itself.
_FIND = """() => {
  const find = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.localName === "ha-hls-player" && one._hlsPolyfillInstance) return one;
      const found = one.shadowRoot && find(one.shadowRoot);
      if (found) return found;
    }
  };
  const player = find(document);
  if (!player) return false;
  watch(player._hlsPolyfillInstance, player.shadowRoot.querySelector("video"), "hlsError");
  return true;
}"""


def player_script() -> bytes:
    """Answer the player that the page uses."""
    return (cache_folder() / "tools" / "hls.js").read_bytes()


async def watch_home_assistant(page: Page) -> None:
    """Have Home Assistant's player report, as soon as it is there."""
    await page.wait_for_function(_FIND, polling=20)


async def position(page: Page) -> float:
    """Answer how far the video has come, in seconds of its own time."""
    found: float = await page.evaluate("video.currentTime")
    return found
