"""Telecast's engine and its own port, without Home Assistant.

Takes the address of a playlist and a folder; says its own address on standard output.
"""

import asyncio
from pathlib import Path
import ssl
import sys

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.model import Account
from custom_components.telecast.engine.settings import (
    PlaylistSettings,
    Settings,
    SourceSettings,
)
from custom_components.telecast.servers.site import open_site

from .processes import until_terminated


async def serve(source: SourceSettings, folder: Path, *accounts: Account) -> None:
    """Serve what a source has until this program is to end."""
    async with open_engine(
        folder=folder / "data",
        cache_folder=folder / "cache",
        settings=Settings(),
        ssl_context=ssl.create_default_context(),
    ) as engine:
        engine.accounts.replace(accounts)
        await engine.sources.add(source)
        await engine.sources.refresh(source.id)
        async with open_site(0, lambda: engine, host="127.0.0.1") as port:
            print(f"http://127.0.0.1:{port}", flush=True)
            await until_terminated()


def _playlist(url: str) -> PlaylistSettings:
    return PlaylistSettings(id="bench", name="Bench", url=url, max_streams=0)


if __name__ == "__main__":
    asyncio.run(serve(_playlist(sys.argv[1]), Path(sys.argv[2])))
