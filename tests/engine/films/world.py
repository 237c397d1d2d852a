"""Films over a real database, and a source that answers what a test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from pathlib import Path
from typing import Any

from custom_components.telecast.engine.films.films import Films
from custom_components.telecast.engine.guide.guide import open_guide
from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.imports.results import FilmsResult
from custom_components.telecast.engine.lineup.lineup import Lineup
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.store.store import Store, open_store
from tests.engine.storage import pieces

MOVIE, SERIES = FilmKind.MOVIE, FilmKind.SERIES
CATEGORIES = {"1": "Drama", "2": "Comedy"}
NOW = 1_790_000_000


class Panel:
    """Answers what is known of films, or fails."""

    def __init__(self) -> None:
        self.answers: dict[tuple[FilmKind, str], dict[str, Any] | None] = {}
        self.asked: list[tuple[str, FilmKind, str]] = []
        self.error: Exception | None = None
        self.gate = asyncio.Event()
        """Nobody is answered before it opens."""
        self.gate.set()
        self.waiting = self.most_waiting = 0

    async def ask(self, source: str, kind: FilmKind, key: str) -> dict[str, Any] | None:
        """Answer, as sources do."""
        self.asked.append((source, kind, key))
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)
        try:
            await self.gate.wait()
        finally:
            self.waiting -= 1
        if self.error:
            raise self.error
        return self.answers.get((kind, key))


class World:
    """What a test looks at."""

    def __init__(self, store: Store, importer: Importer, lineup: Lineup) -> None:
        self.store = store
        self.lineup = lineup
        self.panel = Panel()
        self.now = float(NOW)
        self.films = Films(store=store, ask=self.panel.ask, now=lambda: self.now)
        self.importer = importer

    async def take(
        self,
        entries: list[dict[str, Any]],
        kind: FilmKind = MOVIE,
        *,
        source: str = "one",
        **how: Any,
    ) -> FilmsResult:
        """Import a list by the child."""
        result = await self.importer.films(
            source,
            kind,
            pieces(json.dumps(entries)),
            categories=CATEGORIES,
            **how,
        )
        await self.films.reload()
        return result

    async def names(self, kind: FilmKind = MOVIE, **which: Any) -> list[str]:
        """Answer the names of a page."""
        return [one.name for one in await self.films.page(kind, **which)]


@asynccontextmanager
async def open_world(folder: Path) -> AsyncIterator[World]:
    """Open a database in `folder`."""
    async with (
        open_store(folder / "telecast.db") as store,
        open_guide(store=store, folder=folder / "guides") as guide,
    ):
        lineup = Lineup(store)
        await lineup.reload()

        async def unasked(source: str, kind: FilmKind, key: str) -> None:
            raise AssertionError

        importer = Importer(
            store=store,
            lineup=lineup,
            guide=guide,
            films=Films(store=store, ask=unasked),
            folder=folder,
        )
        world = World(store, importer, lineup)
        await world.films.reload()
        yield world


def movie(id: int, name: str = "", category: str = "1", **facts: Any) -> dict[str, Any]:
    """Write an entry of a list of films."""
    return {
        "stream_id": id,
        "name": name or f"Film {id}",
        "category_id": category,
        "container_extension": "mkv",
    } | facts


def show(id: int, name: str = "", category: str = "1", **facts: Any) -> dict[str, Any]:
    """Write an entry of a list of series."""
    named = name or f"Show {id}"
    return {"series_id": id, "name": named, "category_id": category} | facts


def series_info(*seasons: list[int], **info: Any) -> dict[str, Any]:
    """Write what `get_series_info` answers: the ids of the episodes of each season."""
    return {
        "seasons": [
            {"season_number": number, "name": f"Part {number}"}
            for number in range(1, len(seasons) + 1)
        ],
        "info": info,
        "episodes": {
            str(season): [
                {
                    "id": str(key),
                    "episode_num": number,
                    "title": f"Episode {key}",
                    "container_extension": "mp4",
                    "info": {"duration_secs": 60 * key},
                    "season": season,
                }
                for number, key in enumerate(ids, 1)
            ]
            for season, ids in enumerate(seasons, 1)
        },
    }
