"""Films and series in the media browser."""

import json
from typing import Any

from homeassistant.components import media_source
from homeassistant.components.media_player import (
    BrowseError,
    MediaClass,
    SearchMediaQuery,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest

from custom_components.telecast.engine.films import details
from custom_components.telecast.engine.model import FilmKind
from tests.engine.films.world import CATEGORIES, movie, series_info, show
from tests.engine.storage import pieces
from tests.fakes.provider import Provider

from .home import Home

ROOT = "media-source://telecast"
MOVIE, SERIES = FilmKind.MOVIE, FilmKind.SERIES
POSTER = "https://posters.example/a.jpg"


@pytest.fixture(autouse=True)
async def media(hass: HomeAssistant) -> None:
    """The integration behind the media browser."""
    assert await async_setup_component(hass, "media_source", {})


async def take(home: Home, *entries: dict[str, Any], kind: FilmKind = MOVIE) -> None:
    """Bring in a list of films, or of series."""
    await home.engine.importer.films(
        "one", kind, pieces(json.dumps(entries)), categories=CATEGORIES
    )


async def know(home: Home, series: int, *seasons: list[int]) -> None:
    """Let the episodes of a series be known."""
    found = await home.engine.films.series(series)
    answer = series_info(*seasons)
    await home.engine.store.write(
        lambda connection: details.keep(connection, found, answer, 0)
    )


def address(identifier: str) -> str:
    """Answer how Home Assistant names what the identifier means."""
    return f"{ROOT}/{identifier}" if identifier else ROOT


async def browse(home: Home, identifier: str = "") -> Any:
    """Open what the identifier means."""
    return await media_source.async_browse_media(home.hass, address(identifier))


async def search(home: Home, text: str, identifier: str = "", **how: Any) -> list[str]:
    """Answer the titles of what is found."""
    query = SearchMediaQuery(search_query=text, **how)
    found = await media_source.async_search_media(home.hass, address(identifier), query)
    return titles(found.result)


async def resolve(home: Home, identifier: str) -> Any:
    """Answer how the identifier is played."""
    return await media_source.async_resolve_media(home.hass, address(identifier), None)


def titles(items: Any) -> list[str]:
    """Answer the titles of items."""
    return [item.title for item in items]


async def test_films_and_series_have_folders_where_there_are_any(
    home: Home, provider: Provider
) -> None:
    assert titles((await browse(home)).children) == []
    await home.add_playlist(provider)
    channels = titles((await browse(home)).children)
    await take(home, movie(1))
    assert titles((await browse(home)).children) == [*channels, "Films"]
    await take(home, show(1), kind=SERIES)
    assert titles((await browse(home)).children) == [*channels, "Films", "Series"]


async def test_films_are_in_their_groups(home: Home) -> None:
    await take(
        home, movie(1, "B", stream_icon=POSTER), movie(2, "C", "2"), movie(3, "A")
    )
    (folder,) = (await browse(home)).children
    opened = await browse(home, folder.identifier)
    assert (opened.title, titles(opened.children)) == ("Films", ["Drama", "Comedy"])
    drama = await browse(home, opened.children[0].identifier)
    assert (drama.title, titles(drama.children)) == ("Drama", ["A", "B"])
    film = drama.children[1]
    assert film.can_play and not film.can_expand
    assert film.media_class is MediaClass.MOVIE
    assert film.media_content_type == "video/x-matroska"
    assert film.thumbnail == POSTER


async def test_where_there_is_one_group_all_films_are_in_it(home: Home) -> None:
    await take(home, movie(1, "B"), movie(2, "A"))
    (folder,) = (await browse(home)).children
    assert titles((await browse(home, folder.identifier)).children) == ["A", "B"]


async def test_a_large_folder_is_divided_by_names(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.telecast.film_items.PAGE", 3)
    await take(home, *(movie(number, f"F{number}") for number in range(7)))
    (folder,) = (await browse(home)).children
    opened = await browse(home, folder.identifier)
    assert titles(opened.children) == ["F0 – F2", "F3 – F5", "F6 – F6"]
    parts = [await browse(home, part.identifier) for part in opened.children]
    assert [titles(part.children) for part in parts] == [
        *(["F0", "F1", "F2"], ["F3", "F4", "F5"], ["F6"])
    ]


async def test_a_series_has_seasons_and_they_have_episodes(home: Home) -> None:
    await take(home, show(7, "A Show", cover=POSTER), kind=SERIES)
    (folder,) = (await browse(home)).children
    (series,) = (await browse(home, folder.identifier)).children
    assert series.can_expand and not series.can_play
    assert series.media_class is MediaClass.TV_SHOW
    assert (series.title, series.thumbnail) == ("A Show", POSTER)
    opened = await browse(home, series.identifier)
    assert (opened.title, titles(opened.children)) == ("A Show", [])
    await know(home, 100_000_001, [71, 72], [73])
    opened = await browse(home, series.identifier)
    assert titles(opened.children) == ["Part 1", "Part 2"]
    season = await browse(home, opened.children[0].identifier)
    assert titles(season.children) == ["1. Episode 71", "2. Episode 72"]
    pilot = season.children[0]
    assert pilot.can_play and not pilot.can_expand
    assert pilot.media_class is MediaClass.EPISODE
    assert pilot.media_content_type == "video/mp4"


async def test_a_series_of_one_season_has_its_episodes_at_once(home: Home) -> None:
    await take(home, show(7, "A Show"), kind=SERIES)
    await know(home, 100_000_001, [71])
    (folder,) = (await browse(home)).children
    (series,) = (await browse(home, folder.identifier)).children
    opened = await browse(home, series.identifier)
    assert titles(opened.children) == ["1. Episode 71"]


async def test_films_are_found_by_a_part_of_their_name(home: Home) -> None:
    await take(home, movie(1, "The Bars"), movie(2, "Tone", "2"))
    await take(home, show(1, "Bars at Night"), kind=SERIES)
    films, series = (await browse(home)).children
    assert await search(home, "bars") == ["The Bars", "Bars at Night"]
    assert await search(home, "bars", films.identifier) == ["The Bars"]
    assert await search(home, "bars", series.identifier) == ["Bars at Night"]
    assert await search(home, "bars", f"{films.identifier}/2") == []
    assert await search(home, " ") == []
    shows = {"media_filter_classes": [MediaClass.TV_SHOW]}
    assert await search(home, "bars", **shows) == ["Bars at Night"]


async def test_films_and_episodes_are_played_by_ticket(home: Home) -> None:
    await take(home, movie(1))
    await take(home, show(7), kind=SERIES)
    await know(home, 100_000_002, [71])
    film = await resolve(home, "film/100000001")
    assert film.mime_type == "video/x-matroska"
    assert film.url.startswith("/telecast/film/")
    assert film.url.endswith("/movie/100000001.mkv")
    episode = await resolve(home, "episode/500000001")
    assert episode.mime_type == "video/mp4"
    assert episode.url.endswith("/series/500000001.mp4")
    assert "xtream" not in film.url + episode.url


async def test_what_is_no_film_is_unknown(home: Home) -> None:
    await take(home, movie(1))
    await take(home, show(7), kind=SERIES)
    for identifier in (
        *("films/9", "films/x", "films/1/0/0", "films/1/2/3/4", "series/9"),
        *("series/2/0/9", "series/2/0/100000002/1", "films/" + "9" * 30, "film/1"),
    ):
        with pytest.raises(BrowseError) as refused:
            await browse(home, identifier)
        assert refused.value.translation_key == "unknown_media"
    for identifier in (
        *("film/9", "film/x", "film/", "film", "episode/1", "films", "series/2"),
        *("film/100000002", "episode/100000001", "film/100000001/1"),
    ):
        with pytest.raises(media_source.Unresolvable) as unplayable:
            await resolve(home, identifier)
        assert unplayable.value.translation_key == "unknown_media"
