"""A library's films are there, stay there, and go, as its folders do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import UnknownFilmError
from custom_components.telecast.engine.model import FilmKind, SourceKind
from custom_components.telecast.engine.settings import LibrarySettings
from custom_components.telecast.engine.sources.record import Records
from tests.fakes.media_folders import lay_out, put

from .world import World, open_world

EVERYTHING = ("Film (1999).mkv", "Show/1x01.mkv", "Show/1x02.mkv")


@pytest.fixture(name="media")
def _media(tmp_path: Path) -> Path:
    media = tmp_path.resolve() / "media"
    lay_out(media, *EVERYTHING)
    return media


@pytest.fixture(name="world")
async def _world(tmp_path: Path, media: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, allowed=media) as world:
        yield world


def library(*folders: Path, name: str = "Attic") -> LibrarySettings:
    """Make a source's settings."""
    return LibrarySettings(id="one", name=name, folders=tuple(map(str, folders)))


async def films(world: World) -> list[tuple[str, str]]:
    """Answer names and groups of all films."""
    return [(one.name, one.group) for one in await world.films.page(FilmKind.MOVIE)]


async def test_what_is_in_the_folders_comes_in(world: World, media: Path) -> None:
    put(media / "empty.mkv", b"")
    await world.sources.add(library(media))
    status = await world.settled()
    assert (status.kind, status.connected) == (SourceKind.LIBRARY, True)
    assert (status.films, status.series, status.channels) == (1, 1, 0)
    assert (status.max_streams, status.skipped) == (0, {"empty": 1})
    assert await films(world) == [("Film (1999)", "Attic")]
    film = (await world.films.page(FilmKind.MOVIE))[0]
    playable = await world.films.playable(FilmKind.MOVIE, film.id, None)
    assert playable.candidate.url == f"file://{media}/Film%20%281999%29.mkv"
    assert (playable.candidate.source, playable.group) == ("one", "Attic")


async def test_what_was_there_is_known_after_a_restart(
    tmp_path: Path, media: Path
) -> None:
    async with open_world(tmp_path, allowed=media) as world:
        await world.sources.add(library(media))
        first = await world.settled()
    async with open_world(tmp_path, allowed=media) as world:
        record = await Records(world.store).get("one")
        assert (record.films, record.series) == (1, 1)
        await world.sources.add(library(media))
        status = world.sources.status("one")
        assert (status.connected, status.films) == (True, first.films)


async def test_several_folders_are_several_groups(world: World, media: Path) -> None:
    lay_out(media, "a/1.mkv", "b/2.mkv")
    await world.sources.add(library(media / "a", media / "b"))
    await world.settled()
    assert await films(world) == [("1", "a"), ("2", "b")]


async def test_a_folder_outside_is_refused(world: World, media: Path) -> None:
    await world.sources.add(library(media, Path("/etc")))
    status = await world.settled()
    assert (status.connected, status.error) == (False, "path_not_allowed")
    assert await films(world) == []


async def test_a_folder_that_goes_is_told_and_its_films_stay(
    world: World, media: Path
) -> None:
    lay_out(media, "a/1.mkv", "b/2.mkv")
    await world.sources.add(library(media / "a", media / "b"))
    await world.settled()
    (media / "a").rename(media / "away")
    lay_out(media, "b/3.mkv")
    assert str(await world.failure()) == "Not there, or empty: a"
    status = await world.settled()
    assert (status.error, status.films) == ("cannot_connect", 3)
    assert [name for name, _ in await films(world)] == ["1", "2", "3"]
    (media / "away").rename(media / "a")
    assert await world.failure() is None
    assert (await world.settled()).connected


async def test_a_library_that_shrinks_absurdly_stays_until_somebody_insists(
    tmp_path: Path, media: Path
) -> None:
    names = [f"{number}.mkv" for number in range(30)]
    lay_out(media, *names)
    async with open_world(tmp_path, allowed=media) as world:
        await world.sources.add(library(media))
        await world.settled()
    for name in names:
        (media / name).unlink()
    async with open_world(tmp_path, allowed=media) as world:
        await world.sources.add(library(media))
        status = await world.until(lambda one: one.connected is False)
        assert (status.error, status.films) == ("playlist_shrunk", 31)
        assert await world.failure() is None
        status = await world.settled()
        assert (status.connected, status.films) == (True, 1)


async def test_other_folders_are_another_library(world: World, media: Path) -> None:
    lay_out(media, *(f"{number}.mkv" for number in range(30)))
    await world.sources.add(library(media))
    await world.settled()
    await world.sources.update(library(media / "Show"))
    await world.until(lambda one: one.films == 0)
    assert await films(world) == []


async def test_under_another_name_films_come_into_another_group(
    world: World, media: Path
) -> None:
    await world.sources.add(library(media))
    await world.settled()
    before = world.films.revision
    await world.sources.update(library(media, name="Cellar"))
    async with asyncio.timeout(20):
        await world.films.changed(before)
    assert await films(world) == [("Film (1999)", "Cellar")]


async def test_a_library_that_is_removed_takes_its_films_with_it(
    world: World, media: Path
) -> None:
    await world.sources.add(library(media))
    await world.settled()
    (film,) = await world.films.page(FilmKind.MOVIE)
    await world.sources.remove("one")
    assert await films(world) == []
    with pytest.raises(UnknownFilmError):
        await world.films.film(film.id)
