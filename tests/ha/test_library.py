"""A library of films in Home Assistant: its form, its sensors, and the media browser."""

from pathlib import Path
from typing import Any

from homeassistant.components import media_source
from homeassistant.components.media_source import async_browse_media
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from custom_components.telecast.diagnostics import async_get_config_entry_diagnostics
from tests.fakes.media_folders import JPEG, lay_out, put

from .home import Home


@pytest.fixture(name="media")
def _media(home: Home) -> Path:
    """A folder that Home Assistant may read, with a film and a series."""
    media = Path(home.hass.config.path("www")).resolve() / "films"
    lay_out(media, "Film (1999)/Film.mkv", "Show/1x01.mkv", "Show/1x02.mkv")
    put(media / "Film (1999)/poster.jpg", JPEG)
    return media


@pytest.fixture
async def media_browser(hass: HomeAssistant) -> None:
    """The integration behind the media browser."""
    assert await async_setup_component(hass, "media_source", {})


async def correct(home: Home, step: dict[str, Any], **answer: Any) -> dict[str, Any]:
    """Fill in a form again."""
    flows = home.hass.config_entries.subentries
    return dict(await flows.async_configure(step["flow_id"], answer))


async def test_folders_are_added_and_counted(home: Home, media: Path) -> None:
    step = await home.fill_in("library", {"folders": [f" {media}/ ", str(media)]})
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "films"
    assert step["data"] == {"folders": [str(media)]}
    await home.until("sensor.films_films", lambda state: state.state == "1")
    await home.until("sensor.films_series", lambda state: state.state == "1")
    await home.until("binary_sensor.films_connected", lambda one: one.state == STATE_ON)
    assert home.hass.states.get("sensor.films_last_refresh")
    assert home.hass.states.get("button.films_refresh")
    assert not home.hass.states.get("sensor.films_channels")
    (subentry,) = home.entry.subentries.values()
    device = home.device(subentry.subentry_id)
    assert device
    assert device.model == "Film library"
    assert str(media) not in str(subentry.unique_id)


@pytest.mark.parametrize(
    ("folder", "error"),
    [
        ("/etc", "path_not_allowed"),
        ("relative/path", "path_not_allowed"),
        ("{media}/..", "no_media"),
        ("{media}/nothing", "no_media"),
        ("  ", "no_media"),
    ],
)
async def test_what_is_wrong_with_a_folder_is_said_and_can_be_mended(
    home: Home, folder: str, error: str
) -> None:
    media = Path(home.hass.config.path("www")).resolve() / "films"
    media.mkdir(parents=True)
    folder = folder.format(media=media)
    step = await home.fill_in("library", {"folders": [folder]})
    assert step["errors"] == {"folders": error}
    assert not home.entry.subentries
    lay_out(media, "Film.mkv")
    step = await correct(home, step, name=" Attic ", folders=[str(media)])
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "Attic"
    await home.hass.async_block_till_done()


async def test_no_folder_at_all_is_no_library(home: Home) -> None:
    step = await home.fill_in("library", {"folders": []})
    assert step["errors"] == {"folders": "no_media"}


async def test_the_same_folders_are_not_added_twice(home: Home, media: Path) -> None:
    folders = [str(media / "Show"), str(media / "Film (1999)")]
    await home.add("library", folders=folders)
    step = await home.fill_in("library", {"folders": folders[::-1]})
    assert step["errors"] == {"folders": "already_configured"}


async def test_a_library_is_changed_even_while_it_is_not_mounted(
    home: Home, media: Path
) -> None:
    subentry = await home.add("library", name="Attic", folders=[str(media)])
    await home.until("sensor.attic_films", lambda state: state.state == "1")
    (media).rename(media.parent / "away")
    await home.change("library", subentry, name="Cellar", folders=[str(media)])
    assert subentry.title == "Cellar"
    state = await home.until(
        "binary_sensor.attic_connected", lambda one: one.state == STATE_OFF
    )
    assert state.attributes["last_error"] == "cannot_connect"
    assert str(media) not in str(state.attributes)
    state = home.hass.states.get("sensor.attic_films")
    assert state
    assert state.state == "1"
    away = media.parent / "away"
    await home.change("library", subentry, name="Cellar", folders=[str(away / "Show")])
    await home.until("sensor.attic_films", lambda state: state.state == "0")


async def test_the_media_browser_shows_films_with_their_posters(
    media_browser: None, home: Home, media: Path
) -> None:
    await home.add("library", name="Attic", folders=[str(media)])
    await home.until("sensor.attic_films", lambda state: state.state == "1")
    root = await async_browse_media(home.hass, "media-source://telecast")
    assert root.children
    assert [child.title for child in root.children] == ["Films", "Series"]
    films = await async_browse_media(home.hass, "media-source://telecast/films")
    assert films.children
    (film,) = films.children
    assert film.title == "Film (1999)"
    assert film.thumbnail
    assert film.thumbnail.startswith("/telecast/poster/movie/")
    response = await home.player.get(film.thumbnail)
    assert (response.status, await response.read()) == (200, JPEG)
    played = await media_source.async_resolve_media(
        home.hass, film.media_content_id, None
    )
    assert played.mime_type == "video/x-matroska"
    response = await home.player.get(played.url, headers={"Range": "bytes=10-19"})
    content = (media / "Film (1999)/Film.mkv").read_bytes()
    assert (response.status, await response.read()) == (206, content[10:20])
    series = await async_browse_media(home.hass, "media-source://telecast/series")
    assert series.children
    (show,) = series.children
    assert (show.title, show.thumbnail) == ("Show", None)
    opened = await async_browse_media(home.hass, show.media_content_id)
    assert opened.children
    assert [one.title for one in opened.children] == ["1. Episode 1", "2. Episode 2"]


async def test_diagnostics_tell_how_much_there_is_and_not_where(
    home: Home, media: Path
) -> None:
    await home.add("library", name="Attic", folders=[str(media)])
    await home.until("sensor.attic_films", lambda state: state.state == "1")
    found = await async_get_config_entry_diagnostics(home.hass, home.entry)
    (source,) = found["sources"]
    assert (source["kind"], source["scheme"]) == ("library", None)
    assert (source["films"], source["series"], source["folders"]) == (1, 1, 1)
    assert str(media) not in str(found)
