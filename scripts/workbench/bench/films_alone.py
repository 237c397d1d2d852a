"""Telecast's engine and its own port over a provider, without Home Assistant.

Takes the provider's address, its login, and a folder; says its own address on standard
output. Its only account has the same login.
"""

import asyncio
from pathlib import Path
import ssl
import sys

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.model import Account
from custom_components.telecast.engine.settings import ProviderSettings, Settings
from custom_components.telecast.servers.site import open_site

from .processes import until_terminated


async def _serve(url: str, login: str, folder: Path) -> None:
    source = ProviderSettings(
        id="bench", name="Bench", url=url, username=login, password=login
    )
    account = Account(id="bench", username=login, password=login, max_connections=100)
    async with open_engine(
        folder=folder / "data",
        cache_folder=folder / "cache",
        settings=Settings(),
        ssl_context=ssl.create_default_context(),
    ) as engine:
        engine.accounts.replace([account])
        await engine.sources.add(source)
        await engine.sources.refresh(source.id)
        async with open_site(0, lambda: engine, host="127.0.0.1") as port:
            print(f"http://127.0.0.1:{port}", flush=True)
            await until_terminated()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
