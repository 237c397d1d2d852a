"""Answers that list every channel or film: files, rendered once for each change."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
import time
from typing import Any, Literal

from ..accounts import Accounts
from ..films.catalogue import FilmSelection
from ..films.films import Films
from ..films.posters import Posters
from ..guide.guide import Guide
from ..lineup.catalogue import Selection
from ..lineup.lineup import Lineup
from ..model import FilmKind
from ..store.store import Store
from ..tasks import open_tasks
from .files import empty
from .rendering import Document, Form
from .renderings import Renderings
from .stock import Stock
from .versions import Versions
from .wishes import MOST_OF_A_KIND, Wish, Wishes

_DAY = 24 * 3600
# The guide's beginning moves on in steps, so that it is not rendered for each asker.
_STEP = 6 * 3600
_EVER = 1 << 40

_KINDS: dict[FilmKind, Literal["vod_streams", "series"]] = {
    FilmKind.MOVIE: "vod_streams",
    FilmKind.SERIES: "series",
}


class Documents:
    """Knows what a document is made of; all raise TelecastErrors."""

    def __init__(
        self,
        *,
        stock: Stock,
        films: Films,
        guide: Guide,
        accounts: Accounts,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Take documents from `stock`; `now` tells the time of day."""
        self._stock = stock
        self._films = films
        self._guide = guide
        self._accounts = accounts
        self._now = now

    async def lineup(
        self, form: Form, base_url: str, numbers: tuple[int, int] | None = None
    ) -> Path:
        """Answer the line-up as an HDHomeRun tells it: all of it, or some numbers."""
        document: Document = {
            "kind": "lineup",
            "form": form,
            "base_url": base_url,
            "selection": Selection(numbers=numbers).as_json(),
        }
        return await self._stock.deliver(_wish(document, form))

    async def live_streams(
        self, *, category_id: int | None, groups: frozenset[str] | None
    ) -> Path:
        """Answer the channels as an Xtream server tells them; None means all."""
        wish = self._live_streams(category_id, groups)
        return await self._stock.deliver(wish, often=category_id is None)

    async def vod_streams(
        self,
        *,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None = None,
    ) -> Path:
        """Answer the films as an Xtream server tells them; None means all.

        `posters` says where those of the user's own films are found.
        """
        wish = self._films_of(FilmKind.MOVIE, category_id, groups, posters)
        return await self._stock.deliver(wish, often=category_id is None)

    async def series(
        self,
        *,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None = None,
    ) -> Path:
        """Answer the series as an Xtream server tells them; see `vod_streams`."""
        wish = self._films_of(FilmKind.SERIES, category_id, groups, posters)
        return await self._stock.deliver(wish, often=category_id is None)

    async def playlist(
        self,
        *,
        base_url: str,
        groups: frozenset[str] | None,
        stream_path: str,
        guide_url: str,
        archive_path: str = "",
        plus: bool = True,
        mime_type: str = "",
    ) -> Path:
        """Answer an M3U playlist of the groups.

        `{id}` in the paths stands for the channel's id. `archive_path` leads to what
        channels with an archive have shown, with placeholders as formats/catchup has
        them. Without `plus` the playlist says no more than names and addresses. With
        `mime_type` it says of all streams and recordings what they are, for Kodi.
        """
        document: Document = {
            "kind": "playlist",
            "selection": Selection(groups=groups).as_json(),
            "base_url": base_url,
            "stream_path": stream_path,
            "archive_path": archive_path,
            "guide_url": guide_url,
            "plus": plus,
            "mime_type": mime_type if plus else "",
        }
        return await self._stock.deliver(_wish(document, "m3u"))

    async def guide(
        self,
        *,
        groups: frozenset[str] | None,
        days_back: int = 0,
        days_ahead: int | None = None,
        compressed: bool,
        posters: Posters | None = None,
    ) -> Path:
        """Answer an XMLTV guide of the groups; without `days_ahead`, all that is known.

        Channels with an archive are told of from `days_back`, or as far back as that goes.
        `posters` says where pictures of the user's own are found.
        """
        now = int(self._now())
        start = now - now % _STEP
        # Without such, one guide is the same for all who ask, wherever they find us.
        told = posters if self._guide.has_pictures else None
        ahead = _EVER if days_ahead is None else _STEP + days_ahead * _DAY
        document: Document = {
            "kind": "guide",
            "selection": Selection(groups=groups).as_json(),
            "start": start - days_back * _DAY,
            "stop": start + ahead,
            "at": start,
            "zone": str(self._guide.time_zone),
            "order": list(self._guide.order),
            "posters": asdict(told) if told else None,
            "compressed": compressed,
        }
        wish = _wish(document, "xml.gz" if compressed else "xml")
        # It takes minutes of a processor, and is asked for once a day: not ahead.
        return await self._stock.deliver(wish, often=False)

    def ahead(self, *kinds: str) -> dict[str, Any]:
        """Answer what has the child that imports render documents of some kinds as well.

        So nobody waits for them: they are there when the import is known of.
        """
        return self._stock.ahead(self.of_accounts(), kinds)

    def of_accounts(self) -> Iterator[Wish]:
        """Yield what accounts are likely to ask for, whether they have or not."""
        groups = {account.groups for account in self._accounts.all if account.enabled}
        for some in list(groups)[:MOST_OF_A_KIND]:
            yield self._live_streams(None, some)
            # Where a player finds the user's own posters, it has to say first.
            if not self._films.has_own_posters:
                yield self._films_of(FilmKind.MOVIE, None, some, None)
                yield self._films_of(FilmKind.SERIES, None, some, None)

    def _live_streams(
        self, category_id: int | None, groups: frozenset[str] | None
    ) -> Wish:
        selection = Selection(group_id=category_id, groups=groups).as_json()
        document: Document = {"kind": "live_streams", "selection": selection}
        return _wish(document, "json")

    def _films_of(
        self,
        kind: FilmKind,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None,
    ) -> Wish:
        selection = FilmSelection(kind=kind, group_id=category_id, groups=groups)

        def make() -> Document:
            # Without posters of the user's own, it does not matter where a player finds us.
            told = posters if self._films.has_own_posters else None
            return {
                "kind": _KINDS[kind],
                "selection": selection.as_json(),
                "posters": asdict(told) if told else None,
            }

        return Wish(kind=_KINDS[kind], extension="json", make=make)


@asynccontextmanager
async def open_documents(
    *,
    store: Store,
    lineup: Lineup,
    films: Films,
    guide: Guide,
    accounts: Accounts,
    folder: Path,
) -> AsyncIterator[Documents]:
    """Render documents into `folder`, which is emptied first; raise StorageError."""
    await store.read(lambda _: empty(folder))
    clock = asyncio.get_running_loop().time
    async with open_tasks() as tasks:
        renderings = Renderings(
            tasks=tasks, store=store, guides=guide.folder, folder=folder
        )
        stock = Stock(
            renderings=renderings,
            versions=Versions(lineup=lineup, films=films, guide=guide, clock=clock),
            wishes=Wishes(clock),
            store=store,
            folder=folder,
        )
        documents = Documents(stock=stock, films=films, guide=guide, accounts=accounts)
        works = (
            stock.render_ahead(documents.of_accounts),
            stock.watch(films.changed),
            stock.watch(lineup.changed),
        )
        ahead = [tasks.create_task(work) for work in works]
        unfollow = accounts.follow(stock.stir)
        try:
            yield documents
        finally:
            unfollow()
            renderings.close()
            for task in ahead:
                task.cancel()


def _wish(document: Document, extension: str) -> Wish:
    return Wish(kind=document["kind"], extension=extension, make=lambda: document)
