"""Lists of all films are files, rendered before anybody asks, and lie compressed beside."""

import asyncio
from collections.abc import AsyncIterator
import gzip
import json
import os
from pathlib import Path
import stat
import time
from typing import Any

import pytest

from custom_components.telecast.engine.documents import (
    files as document_files,
    stock as document_stock,
)
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.formats import xtream

from ..films.world import CATEGORIES, movie, show
from ..storage import Storage, open_storage, pieces, playlist, until

MOVIE, SERIES = FilmKind.MOVIE, FilmKind.SERIES
FIRST = 100_000_001


@pytest.fixture(params=["here", "by the child"])
async def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Storage]:
    if request.param == "by the child":
        monkeypatch.setattr(document_stock, "MOST_CHANNELS_HERE", -1)
    async with open_storage(tmp_path) as opened:
        yield opened


async def take(
    storage: Storage, entries: list[dict[str, Any]], kind: FilmKind = MOVIE
) -> None:
    await storage.importer.films(
        "one", kind, pieces(json.dumps(entries)), categories=CATEGORIES
    )


async def films(storage: Storage, *groups: str, category: int | None = None) -> Path:
    return await storage.documents.vod_streams(
        category_id=category, groups=frozenset(groups) if groups else None
    )


def read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_bytes())
    return found


def rendered(folder: Path, kind: str) -> list[Path]:
    """What is there of a kind of document, compressed copies apart."""
    return sorted((folder / "cache" / "documents").glob(f"{kind}-*.json"))


async def test_the_films_of_an_xtream_server(storage: Storage) -> None:
    await take(
        storage,
        [
            movie(7, "Late 🦊", stream_icon="http://posters.example/l.jpg", rating=7),
            movie(3, 'A "Film"', "2", tmdb="603", is_adult="1"),
        ],
    )
    late, other = read(await films(storage))
    assert late == xtream.vod_stream(
        num=1,
        name="Late 🦊",
        id=FIRST,
        icon="http://posters.example/l.jpg",
        rating=7.0,
        added=0,
        category_id=1,
        extension="mkv",
        facts={},
    )
    assert (other["num"], other["stream_id"], other["name"]) == (
        2,
        FIRST + 1,
        'A "Film"',
    )
    assert (other["tmdb"], other["is_adult"], other["category_id"]) == ("603", "1", "2")


async def test_the_series_of_an_xtream_server(storage: Storage) -> None:
    await take(storage, [show(7, "A Show", plot="They meet.", rating="9")], SERIES)
    path = await storage.documents.series(category_id=None, groups=None)
    assert read(path) == [
        xtream.series(
            num=1,
            name="A Show",
            id=FIRST,
            cover="",
            rating=9.0,
            modified=0,
            category_id=1,
            facts={"plot": "They meet."},
        )
    ]
    assert read(await films(storage)) == []


async def test_films_of_some_groups_or_of_one_category(storage: Storage) -> None:
    await take(storage, [movie(1), movie(2, "", "2"), movie(3)])

    async def names(*groups: str, category: int | None = None) -> list[str]:
        return [
            one["name"]
            for one in read(await films(storage, *groups, category=category))
        ]

    assert await names("Drama") == ["Film 1", "Film 3"]
    assert await names(category=2) == ["Film 2"]
    assert await names("Drama", category=2) == []
    assert await names("Else") == []
    assert [one["num"] for one in read(await films(storage, "Drama"))] == [1, 2]


async def test_thousands_of_films_are_one_array_and_lie_compressed_beside(
    storage: Storage,
) -> None:
    await take(storage, [movie(n) for n in range(2345)])
    path = await films(storage)
    assert [one["stream_id"] for one in read(path)] == list(range(FIRST, FIRST + 2345))
    packed = path.with_name(f"{path.name}.gz")
    assert gzip.decompress(packed.read_bytes()) == path.read_bytes()
    assert packed.stat().st_size < path.stat().st_size / 10
    assert stat.S_IMODE(packed.stat().st_mode) == 0o600


async def test_channels_lie_compressed_beside_as_well(storage: Storage) -> None:
    await storage.playlist(playlist("One", "Two"))
    path = await storage.documents.live_streams(category_id=None, groups=None)
    packed = path.with_name(f"{path.name}.gz")
    assert gzip.decompress(packed.read_bytes()) == path.read_bytes()


async def test_films_and_channels_outdate_only_their_own(storage: Storage) -> None:
    await storage.playlist(playlist("One"))
    await take(storage, [movie(1)])
    of_films = await films(storage)
    of_channels = await storage.documents.live_streams(category_id=None, groups=None)
    await storage.playlist(playlist("One", "Two"))
    assert await films(storage) == of_films
    await take(storage, [movie(1), movie(2)])
    assert await films(storage) != of_films
    live = await storage.documents.live_streams(category_id=None, groups=None)
    assert live != of_channels
    await take(storage, [movie(1), movie(2), movie(3)])
    assert await storage.documents.live_streams(category_id=None, groups=None) == live


async def test_what_is_no_longer_asked_for_goes_with_its_compressed_copy(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_files, "_MOST_FILES", 2)
    await take(storage, [movie(1)])
    paths = [await films(storage, f"Group {number}") for number in range(5)]
    for path in paths:
        os.utime(path, (time.time() - 100, path.stat().st_mtime))
    newest = await films(storage, "Drama")
    kept = {path.name for path in newest.parent.glob("vod_streams-*")}
    assert {newest.name, f"{newest.name}.gz"} <= kept
    assert {name.removesuffix(".gz") for name in kept} == {
        name for name in kept if not name.endswith(".gz")
    }
    assert len(kept) <= 6


async def test_many_askers_make_one_rendering(storage: Storage) -> None:
    await take(storage, [movie(n) for n in range(500)])
    found = await asyncio.gather(*(films(storage) for _ in range(10)))
    assert len(set(found)) == 1


async def test_leaving_ends_what_is_rendered_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_stock, "MOST_CHANNELS_HERE", -1)
    async with open_storage(tmp_path) as storage:
        await take(storage, [movie(n) for n in range(3000)])
    async with open_storage(tmp_path) as storage:
        await until(lambda: rendered(tmp_path, "vod_streams"))
        assert len(read(await films(storage))) == 3000
