"""The user's own files are looked into when somebody asks, each once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    FFmpegMissingError,
)
from custom_components.telecast.engine.films import files
from custom_components.telecast.engine.films.film import Film
from custom_components.telecast.engine.films.films import Films
from custom_components.telecast.engine.guide.guide import open_guide
from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.lineup.lineup import Lineup
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.settings import LibrarySettings
from custom_components.telecast.engine.store.store import Store, open_store
from tests.fakes.media_folders import lay_out, put


class World:
    """A library over a real database, and a prober that a test scripts."""

    def __init__(self, store: Store, media: Path) -> None:
        self.store = store
        self.media = media
        self.probed: list[str] = []
        self.error: Exception | None = None
        self.gates: dict[str, asyncio.Event] = {}
        """Files of which nothing is known before these open, by their names."""
        self.begun = asyncio.Event()
        """Whether anything was probed."""
        self.films = Films(store=store, ask=self.ask, probe=self.probe)
        self.importer: Importer

    async def ask(self, *_: Any) -> None:
        """Be asked by nobody: no source knows more of a file."""
        raise AssertionError

    async def probe(self, address: str) -> dict[str, Any]:
        """Tell how long a film is: as many seconds as were asked about."""
        name = address.rpartition("/")[2]
        self.probed.append(name)
        self.begun.set()
        if gate := self.gates.get(name):
            await gate.wait()
        if self.error:
            raise self.error
        return {"seconds": len(self.probed)}

    async def take(self) -> None:
        """Read the folder."""
        settings = LibrarySettings(id="one", name="One", folders=(str(self.media),))
        await self.importer.library(
            settings, allowed_folders=[self.media], origin="here"
        )
        await self.films.reload()

    async def one(self, kind: FilmKind = FilmKind.MOVIE) -> Film:
        """Answer the only film, or series."""
        (film,) = await self.films.page(kind)
        return film

    async def seconds(self, kind: FilmKind = FilmKind.MOVIE) -> list[int | None]:
        """Answer how long the film is told to be, or each episode."""
        details = await self.films.details(await self.one(kind))
        if kind is FilmKind.MOVIE:
            return [details.facts.get("seconds")]
        return [one.facts.get("seconds") for one in details.episodes]


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    media = tmp_path.resolve() / "media"
    lay_out(media, "Film.mkv", *(f"Show/1x0{number}.mkv" for number in (1, 2, 3)))
    async with (
        open_store(tmp_path / "telecast.db") as store,
        open_guide(store=store, folder=tmp_path / "guides") as guide,
    ):
        world = World(store, media)
        world.importer = Importer(
            store=store,
            lineup=Lineup(store),
            guide=guide,
            films=world.films,
            folder=tmp_path,
        )
        await world.take()
        yield world


async def test_a_film_is_probed_once(world: World) -> None:
    assert world.probed == []
    assert await world.seconds() == [1]
    assert await world.seconds() == [1]
    assert world.probed == ["Film.mkv"]


async def test_a_file_that_has_changed_is_probed_again(world: World) -> None:
    await world.seconds()
    put(world.media / "Film.mkv", b"another film")
    await world.take()
    assert await world.seconds() == [2]


async def test_many_who_ask_at_once_have_it_probed_once(world: World) -> None:
    film = await world.one()
    found = await asyncio.gather(*(world.films.details(film) for _ in range(5)))
    assert {one.facts["seconds"] for one in found} == {1}
    assert world.probed == ["Film.mkv"]


async def test_a_series_has_its_episodes_probed_and_only_new_ones_later(
    world: World,
) -> None:
    series = FilmKind.SERIES
    assert await world.seconds(series) == [1, 2, 3]
    lay_out(world.media, "Show/1x04.mkv")
    (world.media / "Show/1x01.mkv").unlink()
    await world.take()
    assert await world.seconds(series) == [2, 3, 4]
    assert world.probed[3:] == ["1x04.mkv"]


async def test_what_takes_long_is_not_waited_for_and_comes_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PATIENCE_SECONDS", 0.05)
    world.gates["1x02.mkv"] = asyncio.Event()
    series = FilmKind.SERIES
    assert await world.seconds(series) == [1, None, None]
    # The slow one does not keep the others for ever.
    assert await world.seconds(series) == [1, None, 3]
    assert await world.seconds(series) == [1, None, 3]
    assert world.probed == ["1x01.mkv", "1x02.mkv", "1x03.mkv"]


async def test_what_says_nothing_is_not_asked_again(world: World) -> None:
    async def probe(_address: str) -> dict[str, Any]:
        world.probed.append("")
        return {}

    world.films = Films(store=world.store, ask=world.ask, probe=probe)
    assert await world.seconds() == [None]
    assert await world.seconds() == [None]
    assert len(world.probed) == 1


@pytest.mark.parametrize(
    "error", [FFmpegMissingError("none"), CannotConnectError("gone")]
)
async def test_without_prober_or_file_the_rest_is_told_all_the_same(
    world: World, error: Exception
) -> None:
    world.error = error
    assert await world.seconds() == [None]
    assert (await world.films.details(await world.one())).facts["file"]
    assert await world.seconds(FilmKind.SERIES) == [None] * 3
    world.error = None
    assert await world.seconds() != [None]


async def test_a_film_that_went_meanwhile_is_not_remembered(world: World) -> None:
    film = await world.one()
    gate = world.gates["Film.mkv"] = asyncio.Event()
    asked = asyncio.ensure_future(world.films.details(film))
    await world.begun.wait()
    await world.films.remove_source("one")
    gate.set()
    assert "seconds" not in (await asked).facts
