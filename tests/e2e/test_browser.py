"""A real browser plays channels: on a page with hls.js, and in Home Assistant itself."""

import asyncio
from collections.abc import AsyncIterator
import json
import time

from playwright.async_api import Browser, Page
import pytest
import pytest_asyncio

from .browser import open_browser
from .player_page import position
from .world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

SECONDS = 60.0
# Where the player is told to change to another rendition (0 is the smallest), in seconds.
SWITCHES = {10.0: 0, 25.0: 1, 40.0: 0}


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as browser:
        yield browser


async def test_a_page_plays_a_minute_and_changes_renditions(
    world: World, browser: Browser
) -> None:
    await world.add_recordings()
    page = await browser.new_page()
    await page.goto(f"{world.provider.url}/player")
    # Nobody watches: the player begins with the first picture, and has little in hand.
    await page.evaluate("url => play(url)", await world.hls_url("hd"))
    await plays_a_minute_and_changes_renditions(page)
    await page.close()


async def plays_a_minute_and_changes_renditions(page: Page) -> None:
    """Watch a player that is about to play; no stall, no error, and hardly a frame late."""
    await page.wait_for_function("report.playing", timeout=20_000)
    began, start = time.monotonic(), await position(page)
    for due, level in SWITCHES.items():
        await asyncio.sleep(due - (time.monotonic() - began))
        await page.evaluate("level => { hls.nextLevel = level; }", level)
    await asyncio.sleep(SECONDS - (time.monotonic() - began))
    played = await position(page) - start
    report = await page.evaluate("report")
    assert (report["errors"], report["stalls"]) == ([], [])
    assert report["levels"][-3:] == list(SWITCHES.values())
    assert played > SECONDS - 2
    assert await page.evaluate("video.videoHeight") == 480
    assert await page.evaluate("video.error") is None


async def test_a_click_in_the_media_browser_plays_a_channel(
    world: World, browser: Browser
) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    tokens = world.frontend.tokens()
    await page.add_init_script(
        f"localStorage.setItem('hassTokens', {json.dumps(json.dumps(tokens))})"
    )
    await page.goto(f"{world.home.url}/media-browser/browser")
    browsing = page.locator("ha-media-player-browse")
    for title in ("Telecast", "News", "Demo News"):
        # Each title stands twice in a card: in its tooltip first, then to be seen.
        await browsing.get_by_text(title).last.click()
    await page.locator("video").wait_for(state="attached")
    await until_it_moves(page)
    assert await page.locator("video").evaluate("video => video.error") is None
    await context.close()


async def until_it_moves(page: Page) -> None:
    """Wait until the video has played for a few seconds."""
    async with asyncio.timeout(30):
        while True:
            before = await shown(page)
            await asyncio.sleep(1)
            if before and await shown(page) > before + 0.5:
                return


async def shown(page: Page) -> float:
    """Answer how far the video is, wherever on the page it hides."""
    found: float = await page.locator("video").evaluate("video => video.currentTime")
    return found
