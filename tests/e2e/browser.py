"""A real browser, without a window."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import shutil

from playwright.async_api import Browser, async_playwright

_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--mute-audio", "--autoplay-policy=no-user-gesture-required"),
)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Run the machine's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=_ARGUMENTS
        )
        try:
            yield browser
        finally:
            await browser.close()
