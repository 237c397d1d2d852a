"""Long documents are there before they are asked for, and the last ones until then."""

import asyncio
from collections.abc import AsyncIterator
import gzip
import json
from pathlib import Path
import shutil
from typing import Any

import pytest

from custom_components.telecast.engine.documents import stock as document_stock
from custom_components.telecast.engine.model import Account, FilmKind

from ..films.world import CATEGORIES, movie, show
from ..storage import (
    Storage,
    children,
    guide,
    numbered,
    open_storage,
    pieces,
    playlist,
    programme,
    until,
)

MOVIE, SERIES = FilmKind.MOVIE, FilmKind.SERIES
BASE = "http://192.0.2.1:8123"
DRAMA = frozenset({"Drama"})


@pytest.fixture
async def storage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Storage]:
    """All is long here: the child renders it."""
    monkeypatch.setattr(document_stock, "MOST_CHANNELS_HERE", 0)
    async with open_storage(tmp_path) as opened:
        yield opened


async def take(
    storage: Storage, entries: list[dict[str, Any]], kind: FilmKind = MOVIE
) -> None:
    await storage.importer.films(
        "one", kind, pieces(json.dumps(entries)), categories=CATEGORIES
    )


async def films(storage: Storage, groups: frozenset[str] | None = None) -> Path:
    return await storage.documents.vod_streams(category_id=None, groups=groups)


async def live(storage: Storage) -> Path:
    return await storage.documents.live_streams(category_id=None, groups=None)


def account(*groups: str, enabled: bool = True) -> Account:
    name = "-".join(groups) or "all"
    return Account(
        id=name,
        username=name,
        password="p",
        groups=frozenset(groups) or None,
        enabled=enabled,
    )


def rendered(folder: Path, kind: str) -> set[Path]:
    """What is there of a kind of document, compressed copies apart."""
    found = (folder / "cache" / "documents").glob(f"{kind}-*")
    return {path for path in found if path.suffix not in {".gz", ".new"}}


def names(path: Path) -> list[str]:
    return [one["name"] for one in json.loads(path.read_bytes())]


# With an import


async def test_lists_are_there_when_their_import_is_known_of(
    storage: Storage, tmp_path: Path
) -> None:
    await take(storage, [movie(1), movie(2, "", "2")])
    (of_films,) = rendered(tmp_path, "vod_streams")
    await take(storage, [show(1)], SERIES)
    (of_series,) = rendered(tmp_path, "series")
    await storage.playlist(playlist("One", "Two"))
    (of_channels,) = rendered(tmp_path, "live_streams")
    assert names(of_films) == ["Film 1", "Film 2"]
    assert names(of_series) == ["Show 1"]
    assert names(of_channels) == ["One", "Two"]
    packed = of_films.with_name(f"{of_films.name}.gz")
    assert gzip.decompress(packed.read_bytes()) == of_films.read_bytes()
    before = [path.stat() for path in (of_films, of_series, of_channels)]
    asked = [
        await films(storage),
        await storage.documents.series(category_id=None, groups=None),
        await live(storage),
    ]
    assert asked == [of_films, of_series, of_channels]
    assert [(about.st_ino, about.st_mtime_ns) for about in before] == [
        (path.stat().st_ino, path.stat().st_mtime_ns) for path in asked
    ]


async def test_so_is_what_a_restricted_account_will_ask_for_first(
    storage: Storage, tmp_path: Path
) -> None:
    storage.accounts.replace(
        [account("Drama"), account("Comedy", "Drama"), account("Comedy", enabled=False)]
    )
    await take(storage, [movie(1), movie(2, "", "2"), movie(3)])
    there = rendered(tmp_path, "vod_streams")
    assert sorted(map(names, there)) == [
        ["Film 1", "Film 2", "Film 3"],
        ["Film 1", "Film 3"],
    ]
    assert await films(storage, DRAMA) in there


async def test_so_is_what_was_asked_for_before(
    storage: Storage, tmp_path: Path
) -> None:
    async def ask() -> set[Path]:
        return {
            await storage.documents.playlist(
                base_url=BASE,
                groups=None,
                stream_path="/live/u/p/{id}.ts",
                guide_url="",
            ),
            await storage.documents.lineup("json", BASE, (1, 480)),
        }

    await storage.playlist(playlist("One"))
    before = await ask()
    await storage.playlist(playlist("One", "Two"))
    there = rendered(tmp_path, "playlist") | rendered(tmp_path, "lineup")
    assert await ask() == there - before


async def test_films_and_series_do_not_outdate_each_other(storage: Storage) -> None:
    await take(storage, [movie(1)])
    of_films = await films(storage)
    await take(storage, [show(1)], SERIES)
    assert await films(storage) == of_films
    await storage.films.withdraw("one", SERIES)
    assert await films(storage) == of_films
    await storage.films.remove_source("one")
    assert await films(storage) != of_films


async def test_what_is_short_is_left_to_those_who_ask(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await take(storage, [movie(1)])
        await storage.playlist(playlist("One"))
        assert rendered(tmp_path, "") == set()
        assert names(await films(storage)) == ["Film 1"]


async def test_an_import_is_good_without_its_documents(
    storage: Storage, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "cache" / "documents")
    await take(storage, [movie(1)])
    assert storage.films.counts[MOVIE] == 1


# At any other change


async def test_a_new_account_finds_its_lists_rendered(
    storage: Storage, tmp_path: Path
) -> None:
    await take(storage, [movie(1), movie(2, "", "2")])
    (everything,) = rendered(tmp_path, "vod_streams")
    storage.accounts.replace([account(), account("Drama")])
    await until(lambda: len(rendered(tmp_path, "vod_streams")) == 2)
    (further,) = rendered(tmp_path, "vod_streams") - {everything}
    assert names(further) == ["Film 1"]


async def test_what_is_known_from_an_earlier_run_is_rendered_at_the_start(
    storage: Storage, tmp_path: Path
) -> None:
    await take(storage, [movie(1)])
    await storage.playlist(playlist("One"))
    async with open_storage(tmp_path):
        await until(lambda: rendered(tmp_path, "vod_streams"))
        await until(lambda: rendered(tmp_path, "live_streams"))


async def test_who_asks_meanwhile_is_given_the_last_one(
    storage: Storage, tmp_path: Path
) -> None:
    await storage.playlist(numbered(20))
    last = await live(storage)
    await storage.lineup.update(1, name="New")
    await until(children)
    (child,) = children()
    child.suspend()
    for _ in range(2):
        assert await live(storage) == last
    child.resume()
    await until(lambda: len(rendered(tmp_path, "live_streams")) == 2)
    fresh = await live(storage)
    assert names(fresh)[0] == "New"
    assert names(last)[0] == "Channel 1"


async def test_who_asks_long_after_waits_for_the_new_one(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_stock, "_FORMER_SECONDS", 0.0)
    await storage.playlist(numbered(20))
    await live(storage)
    await storage.lineup.update(1, name="New")
    assert names(await live(storage))[0] == "New"


async def test_nobody_is_told_that_there_is_nothing_while_it_comes(
    storage: Storage,
) -> None:
    assert json.loads((await live(storage)).read_bytes()) == []
    storage.accounts.replace([])
    await storage.playlist(numbered(20))
    assert len(names(await live(storage))) == 20


async def test_the_last_one_is_of_the_same_question(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_stock, "_PATIENCE_SECONDS", {"guide": 0.0})
    await storage.playlist(numbered(20))
    await storage.xmltv(guide(*(programme(f"Show {n}", 24 * n) for n in range(5))))

    async def ask(**which: Any) -> Path:
        return await storage.documents.guide(groups=None, compressed=False, **which)

    long, short = await ask(), await ask(days_ahead=1)
    assert long != short
    assert long.stat().st_size > short.stat().st_size
    assert [await ask(), await ask(days_ahead=1)] == [long, short]


async def test_what_cannot_be_rendered_anew_is_given_as_it_was(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    await storage.playlist(numbered(20))
    last = await live(storage)
    await storage.store.write(lambda c: c.execute("DROP VIEW lineup"))
    await storage.store.write(
        lambda c: c.execute("UPDATE meta SET value = value + 1 WHERE key = 'revision'")
    )
    await storage.lineup.reload()
    assert await live(storage) == last
    await until(lambda: "was not rendered" in caplog.text)


async def test_leaving_ends_what_is_rendered_and_those_who_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_stock, "MOST_CHANNELS_HERE", 0)
    async with open_storage(tmp_path) as storage:
        await storage.playlist(numbered(20))
        asking = asyncio.create_task(storage.documents.lineup("json", BASE))
        await until(children)
    with pytest.raises(document_stock.TelecastError):
        await asking
    assert not children()
