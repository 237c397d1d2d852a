"""A page with a player on it, as a web site would have it, and what it tells of itself."""

from playwright.async_api import Page

from scripts.workbench.demo.channels import cache_folder

PAGE = """<!DOCTYPE html><meta charset="utf-8"><video muted playsinline></video>
<script src="/hls.js"></script>
<script>
const video = document.querySelector("video");
const report = window.report = {errors: [], stalls: [], levels: [], playing: false};
window.play = (url) => {
  const hls = window.hls = new Hls();
  hls.on(Hls.Events.ERROR, (_, data) =>
    report.errors.push(`${data.type} ${data.details} ${data.error ?? ""}`));
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, data) => report.levels.push(data.level));
  video.addEventListener("playing", () => { report.playing = true; });
  video.addEventListener("waiting", () => {
    if (report.playing) report.stalls.push(video.currentTime);
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  video.play();
};
</script>"""


def player_script() -> bytes:
    """Answer the player that the page uses."""
    return (cache_folder() / "tools" / "hls.js").read_bytes()


async def position(page: Page) -> float:
    """Answer how far the video has come, in seconds of its own time."""
    found: float = await page.evaluate("document.querySelector('video').currentTime")
    return found
