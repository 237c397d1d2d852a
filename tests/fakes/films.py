"""Films as a test puts them, for servers."""

from dataclasses import dataclass, field
import gzip
import json
from pathlib import Path
from typing import Any

from custom_components.telecast.engine.errors import UnknownFilmError
from custom_components.telecast.engine.films.film import Details, Episode, Film
from custom_components.telecast.engine.model import Candidate, FilmKind, Group, Playable
from custom_components.telecast.formats import xtream

FIRST = 100_000_001
FIRST_EPISODE = 500_000_001


def film(
    id: int,
    name: str,
    *,
    kind: FilmKind = FilmKind.MOVIE,
    group: str = "Drama",
    group_id: int = 1,
    **facts: Any,
) -> Film:
    """Make a film, or a series."""
    is_movie = kind is FilmKind.MOVIE
    return Film(
        id=id,
        kind=kind,
        source="provider",
        key=str(id),
        name=name,
        group=group,
        group_id=group_id,
        poster="http://posters.example/a.jpg",
        rating=7.5,
        added=1_700_000_000,
        extension="mkv" if is_movie else "",
        address=f"xtream:movie/{id}.mkv" if is_movie else "",
        facts=facts,
    )


def episode(id: int, series: int, season: int, number: int) -> Episode:
    """Make an episode."""
    return Episode(
        id=id,
        series=series,
        season=season,
        number=number,
        name=f"Episode {number}",
        added=1_700_000_000,
        extension="mp4",
        address=f"xtream:series/{id}.mp4",
        facts={"seconds": 60},
    )


@dataclass
class FakeFilms:
    """Lists of films and series, and of their episodes."""

    all: list[Film] = field(default_factory=list)
    episodes: list[Episode] = field(default_factory=list)
    facts: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What is known of a film beside what its list says."""

    @property
    def counts(self) -> dict[FilmKind, int]:
        return {kind: sum(one.kind is kind for one in self.all) for kind in FilmKind}

    async def groups(
        self, kind: FilmKind, allowed: frozenset[str] | None = None
    ) -> list[Group]:
        seen = {
            one.group_id: Group(id=one.group_id, name=one.group)
            for one in self.select(kind, allowed)
        }
        return list(seen.values())

    async def page(
        self,
        kind: FilmKind,
        *,
        group_id: int | None = None,
        allowed: frozenset[str] | None = None,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
    ) -> list[Film]:
        found = [
            one
            for one in self.select(kind, allowed, group_id)
            if search.casefold() in one.name.casefold()
        ]
        return sorted(found, key=lambda one: one.name)[offset : offset + limit]

    async def listed(
        self,
        kind: FilmKind,
        *,
        allowed: frozenset[str] | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> list[Film]:
        found = [one for one in self.select(kind, allowed) if one.id > after]
        return sorted(found, key=lambda one: one.id)[:limit]

    async def film(
        self, film_id: int, *, allowed: frozenset[str] | None = None
    ) -> Film:
        return self._one(FilmKind.MOVIE, film_id, allowed)

    async def series(
        self, series_id: int, *, allowed: frozenset[str] | None = None
    ) -> Film:
        return self._one(FilmKind.SERIES, series_id, allowed)

    async def details(self, film: Film) -> Details:
        return Details(
            facts=film.facts | self.facts.get(film.id, {}),
            episodes=tuple(one for one in self.episodes if one.series == film.id),
        )

    async def playable(
        self, kind: FilmKind, id: int, groups: frozenset[str] | None
    ) -> Playable:
        if kind is FilmKind.MOVIE:
            found: Film | Episode = await self.film(id, allowed=groups)
        else:
            found = next((one for one in self.episodes if one.id == id), None) or (
                self._one(kind, 0, groups)
            )
            await self.series(found.series, allowed=groups)  # type: ignore[union-attr]
        return Playable(
            kind=kind,
            id=id,
            title=found.name,
            extension=found.extension,
            candidate=Candidate(url=found.address, source="provider"),
        )

    def select(
        self,
        kind: FilmKind,
        allowed: frozenset[str] | None,
        group_id: int | None = None,
    ) -> list[Film]:
        """Answer those of a kind, of some groups."""
        return [
            one
            for one in self.all
            if one.kind is kind
            and (allowed is None or one.group in allowed)
            and group_id in (None, one.group_id)
        ]

    def document(
        self, kind: FilmKind, category: int | None, groups: frozenset[str] | None
    ) -> bytes:
        """Write the list of films, or of series, as an Xtream server tells it."""
        found = enumerate(self.select(kind, groups, category), 1)
        write = _vod_stream if kind is FilmKind.MOVIE else _series
        return json.dumps([write(num, one) for num, one in found]).encode()

    def write(self, folder: Path, kind: FilmKind, *which: Any) -> Path:
        """Write that list into a file, and compressed beside it, unless it is there."""
        path, document = folder / f"{kind}.json", self.document(kind, *which)
        if not path.exists() or path.read_bytes() != document:
            (folder / f"{kind}.json.gz").write_bytes(gzip.compress(document, mtime=0))
            path.write_bytes(document)
        return path

    def _one(
        self, kind: FilmKind, film_id: int, allowed: frozenset[str] | None
    ) -> Film:
        for one in self.select(kind, allowed):
            if one.id == film_id:
                return one
        raise UnknownFilmError("There is no such film")


def _vod_stream(num: int, film: Film) -> dict[str, Any]:
    return xtream.vod_stream(
        num=num,
        name=film.name,
        id=film.id,
        icon=film.poster,
        rating=film.rating,
        added=film.added,
        category_id=film.group_id,
        extension=film.extension,
        facts=film.facts,
    )


def _series(num: int, film: Film) -> dict[str, Any]:
    return xtream.series(
        num=num,
        name=film.name,
        id=film.id,
        cover=film.poster,
        rating=film.rating,
        modified=film.added,
        category_id=film.group_id,
        facts=film.facts,
    )
