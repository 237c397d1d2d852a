"""Telecast's engine and its own port over a provider, without Home Assistant.

Takes the provider's address, its login, and a folder; says its own address on standard
output. Its only account has the same login.
"""

import asyncio
from pathlib import Path
import sys

from custom_components.telecast.engine.model import Account
from custom_components.telecast.engine.settings import ProviderSettings

from .alone import serve


def _provider(url: str, login: str) -> ProviderSettings:
    return ProviderSettings(
        id="bench", name="Bench", url=url, username=login, password=login
    )


def _account(login: str) -> Account:
    return Account(id="bench", username=login, password=login, max_connections=100)


if __name__ == "__main__":
    _url, _login, _folder = sys.argv[1:]
    asyncio.run(serve(_provider(_url, _login), Path(_folder), _account(_login)))
