"""A provider, a real Home Assistant with Telecast, and what a browser does with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from scripts.workbench.check import Login
from scripts.workbench.demo.provider import serve
from scripts.workbench.demo.recordings import RECORDINGS, loop
from scripts.workbench.frontend import Frontend, open_frontend
from scripts.workbench.home_assistant import HomeAssistant, run_home_assistant

from .faults import FAULTS
from .provider import Provider

SECRETS = ("canary-playlist", "canary-account", "canary-stream")
LOGIN = Login(username="viewer", password="canary-account")
ALL_CHANNELS = "sensor.telecast_channels"
SESSIONS = "sensor.telecast_active_sessions"
STREAMS = "sensor.telecast_active_streams"
STREAM_EVENTS = "event.telecast_streams"
# What Home Assistant itself writes when an action fails, as some tests make it.
_FAILED_ACTION = "Error during service call to button.press"
GRACE = 1.0
SLOTS = 2
"""How many streams the demo playlist's provider allows at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All that an end-to-end test needs."""

    provider: Provider
    home: HomeAssistant
    frontend: Frontend

    def url(self, path: str) -> str:
        """Answer an address of Telecast; `{login}` stands for the account's path."""
        return f"{self.home.url}{path.format(login=LOGIN.path)}"

    async def entry(self) -> str:
        """Answer the id of Telecast's entry."""
        entry = await self.frontend.entry("telecast")
        assert entry
        return str(entry["entry_id"])

    async def add(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Fill in the form of a new subentry."""
        return await self.frontend.add(await self.entry(), kind, **fields)

    async def set_up(self) -> None:
        """Add Telecast, an account and the demo playlist, and wait for its channels."""
        entry = await self.frontend.set_up("telecast")
        async with self.frontend.reloading(entry):
            # Other tests may run at the same time, and the port is a well-known one.
            step = await self.frontend.configure(
                entry, grace_period=GRACE, discovery=False
            )
            assert step["type"] == "create_entry", step
        step = await self.add(
            "account",
            username=LOGIN.username,
            password=LOGIN.password,
            max_connections=100,
        )
        assert step["type"] == "create_entry", step
        await self.add_playlist(
            "Demo",
            f"{self.provider.playlist_url}?token=canary-playlist",
            channels=len(self.provider.channels),
        )

    async def add_playlist(self, name: str, url: str, *, channels: int) -> None:
        """Add a playlist and wait until its channels are there."""
        step = await self.add("playlist", name=name, url=url, max_streams=SLOTS)
        assert step["type"] == "create_entry", step
        await self.frontend.until(
            f"sensor.{name.lower()}_channels",
            lambda state: state["state"] == str(channels),
        )

    async def add_recordings(self) -> None:
        """Add a playlist of the provider's recordings and faults, unless it is there."""
        there = await self.frontend.subentries(await self.entry())
        if any(subentry["title"] == "Recordings" for subentry in there):
            return
        # Several who tune one at the same time would all make it.
        for name in RECORDINGS:
            await asyncio.to_thread(loop, name)
        lines = ["#EXTM3U"]
        paths = [f"recordings/{name}.ts" for name in RECORDINGS]
        paths += [f"faults/{name}" for name in FAULTS]
        for number, path in enumerate(paths, 60):
            name = path.partition("/")[2].removesuffix(".ts")
            lines += [f'#EXTINF:-1 tvg-chno="{number}",{name}']
            lines += [f"{self.provider.url}/{path}?key=canary-stream"]
        text = "\n".join([*lines, ""])
        self.provider.documents["recordings.m3u"] = (200, text.encode())
        await self.add_playlist(
            "Recordings",
            f"{self.provider.url}/documents/recordings.m3u",
            channels=len(paths),
        )

    async def channel_id(self, name: str) -> int:
        """Answer the id of the channel that is called so."""
        streams = await self.frontend.get(
            f"/player_api.php?{LOGIN.query}&action=get_live_streams"
        )
        return next(one["stream_id"] for one in streams if one["name"] == name)

    async def hls_url(self, name: str) -> str:
        """Answer where Home Assistant has its players find a channel, with a new ticket."""
        found = await self.frontend.command(
            "media_source/resolve_media",
            media_content_id=f"media-source://telecast/channel/{await self.channel_id(name)}",
        )
        assert found["mime_type"] == "application/x-mpegURL"
        return urljoin(self.home.url, found["url"])

    def assert_clean_log(self) -> None:
        """Fail where the log has an error, or anything secret."""
        telling = [
            line
            for line in self.home.log.lines
            if any(secret in line for secret in SECRETS)
        ]
        errors = (
            error for error in self.home.log.errors if _FAILED_ACTION not in error
        )
        if wrong := [*errors, *telling]:
            raise AssertionError("\n".join(wrong))


@asynccontextmanager
async def open_world(folder: Path) -> AsyncIterator[World]:
    """Run a provider and a Home Assistant in which nothing is set up yet."""
    provider = Provider()
    async with (
        serve(provider),
        run_home_assistant(folder) as home,
        open_frontend(home.url) as frontend,
    ):
        await frontend.enter("telecast", "telecast")
        await frontend.until_running()
        yield World(provider=provider, home=home, frontend=frontend)
