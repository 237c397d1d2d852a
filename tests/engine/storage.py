"""The storage half of the engine, opened on a folder, and what is poured into it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
import sqlite3
import time

import psutil

from custom_components.telecast.engine.accounts import Accounts
from custom_components.telecast.engine.documents.documents import (
    Documents,
    open_documents,
)
from custom_components.telecast.engine.films.films import Films
from custom_components.telecast.engine.guide.guide import Guide, open_guide
from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.imports.results import (
    GuideResult,
    PlaylistResult,
)
from custom_components.telecast.engine.lineup.lineup import Lineup
from custom_components.telecast.engine.model import Account, Channel, FilmKind
from custom_components.telecast.engine.settings import PlaylistSettings
from custom_components.telecast.engine.store.store import Store, open_store
from custom_components.telecast.formats import xmltv

ELSEWHERE = "http://provider.example/list.m3u"
# The next full hour: a programme that begins then is not over when the last test runs.
NOW = int(time.time()) // 3600 * 3600 + 3600


@dataclass(slots=True, kw_only=True)
class Storage:
    """Everything that is kept."""

    store: Store
    lineup: Lineup
    guide: Guide
    films: Films
    accounts: Accounts
    documents: Documents
    importer: Importer

    async def playlist(
        self,
        text: str | bytes,
        *,
        source: str = "one",
        url: str = ELSEWHERE,
        **how: bool,
    ) -> PlaylistResult:
        """Import a playlist."""
        return await self.importer.playlist(
            settings(source, url=url), pieces(text), **how
        )

    async def xmltv(
        self,
        text: str | bytes,
        *,
        feed: str = "feed",
        source: str = "one",
        own: bool = False,
    ) -> GuideResult:
        """Import a guide, from outside or one of our own."""
        return await self.importer.guide(feed, source, pieces(text), own=own)

    async def all(self) -> list[Channel]:
        """Answer the whole line-up."""
        return await self.lineup.channels(limit=1_000_000)

    async def titles(self, number: str) -> list[str]:
        """Answer what is on a channel, ever."""
        channel = await self.lineup.by_number(number)
        found = await self.guide.between(channel, start=0, stop=1 << 40)
        return [programme.titles[0].value for programme in found]


@asynccontextmanager
async def open_storage(folder: Path) -> AsyncIterator[Storage]:
    """Open it as the engine does."""
    cache = folder / "cache"
    async with (
        open_store(folder / "telecast.db") as store,
        open_guide(store=store, folder=cache / "guides") as guide,
    ):
        lineup = Lineup(store)
        await lineup.reload()
        films = Films(store=store, ask=unasked)
        await films.reload()
        # One who may see everything.
        accounts = Accounts([Account(id="a", username="u", password="p")])
        async with open_documents(
            store=store,
            lineup=lineup,
            films=films,
            guide=guide,
            accounts=accounts,
            folder=cache / "documents",
        ) as documents:
            yield Storage(
                store=store,
                lineup=lineup,
                guide=guide,
                films=films,
                accounts=accounts,
                documents=documents,
                importer=Importer(
                    store=store,
                    lineup=lineup,
                    guide=guide,
                    films=films,
                    folder=cache,
                    ahead=documents.ahead,
                ),
            )


async def unasked(source: str, kind: FilmKind, key: str) -> None:
    """Know no more of a film than its list says."""


def settings(source: str = "one", *, url: str = ELSEWHERE) -> PlaylistSettings:
    """Make a source's settings."""
    return PlaylistSettings(id=source, name=source.title(), url=url)


async def pieces(text: str | bytes, size: int = 1000) -> AsyncIterator[bytes]:
    """Yield a document as a network would."""
    data = text.encode() if isinstance(text, str) else text
    for start in range(0, len(data), size):
        yield data[start : start + size]


def playlist(*entries: str) -> str:
    """Write a playlist: `attributes,name url`, or a name alone, which names its address."""
    lines = ["#EXTM3U"]
    for entry in entries:
        about, _, url = entry.partition(" http")
        attributes, comma, name = about.rpartition(",")
        name = name if comma else about
        lines += [f"#EXTINF:-1 {attributes},{name}"]
        lines += [f"http{url}" if url else f"http://192.0.2.1/{name}".replace(" ", "-")]
    return "\n".join([*lines, ""])


def numbered(count: int, *, name: str = "Channel", host: str = "192.0.2.1") -> str:
    """Write a playlist of so many channels, each with an id."""
    return playlist(
        *(f'tvg-id="c{n}",{name} {n} http://{host}/{n}.ts' for n in range(1, count + 1))
    )


def programme(
    title: str,
    hour: float = 0,
    *,
    channel: str = "c1",
    hours: float | None = 1,
    icon: str = "",
) -> str:
    """Write a programme that begins so many hours after NOW."""
    start = NOW + int(hour * 3600)
    return xmltv.render_programme(
        xmltv.Programme(
            channel=channel,
            start=start,
            stop=None if hours is None else start + int(hours * 3600),
            titles=(xmltv.Text(title),),
            icons=(icon,) if icon else (),
        )
    )


def guide(*elements: str) -> str:
    """Write a guide of programmes and channels."""
    return xmltv.render_header("test") + "".join(elements) + xmltv.FOOTER


def guide_channel(channel: str, *names: str) -> str:
    """Write a channel of a guide."""
    return xmltv.render_channel(
        xmltv.Channel(channel, tuple(xmltv.Text(name) for name in names))
    )


def integrity(database: Path) -> str:
    """Answer what SQLite says of a database: `ok` for a sound one."""
    with closing(sqlite3.connect(database)) as connection:
        verdict: str
        ((verdict,),) = connection.execute("PRAGMA integrity_check")
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
    return verdict


def children() -> list[psutil.Process]:
    """Answer the processes that we started and that are still there."""
    return psutil.Process().children(recursive=True)


async def until(condition: Callable[[], object]) -> None:
    """Wait for what another process does."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.001)


async def gated(first: bytes, gate: asyncio.Event) -> AsyncIterator[bytes]:
    """Yield a beginning, and nothing more before the gate opens."""
    yield first
    await gate.wait()
