"""A page with a player on it, as a web site would have it, and what it tells of itself."""

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


def player_script() -> bytes:
    """Answer the player that the page uses."""
    return (cache_folder() / "tools" / "hls.js").read_bytes()


async def position(page: Page) -> float:
    """Answer how far the video has come, in seconds of its own time."""
    found: float = await page.evaluate("video.currentTime")
    return found
