"""What Home Assistant shows of a virtual channel."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from freezegun import freeze_time
from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import ATTR_ENTITY_ID, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import State
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.json import json_bytes
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.telecast.diagnostics import async_get_config_entry_diagnostics
from custom_components.telecast.engine.errors import NotVirtualError
from custom_components.telecast.engine.events import (
    SourceChanged,
    VirtualChannelChanged,
)
from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.engine.model import SourceKind, SourceStatus
from custom_components.telecast.engine.timeline import LATEST
from custom_components.telecast.engine.virtual.channels import OnAir
from tests.fakes.media_folders import lay_out
from tests.fakes.virtual_channels import MINUTE, Television

from .home import Home

ON_AIR = "sensor.attic_on_air"
BEGIN = datetime(2026, 11, 27, 18, tzinfo=UTC)
BEGINS = int(BEGIN.timestamp()) * 1000


def show(
    title: str, begins: float, ends: float, subtitle: str = "", *, icon: str = ""
) -> OnAir:
    """What is on between two minutes after the beginning."""
    return OnAir(
        title=title,
        subtitle=subtitle,
        start=BEGINS + int(begins * MINUTE),
        stop=BEGINS + int(ends * MINUTE),
        icon=icon,
    )


@pytest.fixture(name="television", autouse=True)
async def _television(home: Home) -> Television:
    """Two items, a break, and another one, from six in the evening on."""
    await home.hass.config.async_update(time_zone="Europe/Berlin")
    television = Television()
    television.shows = [
        show("One", 0, 30),
        show("Show", 30, 60, "Pilot"),
        show("Late", 90, 120),
    ]
    home.engine.virtual = television.as_engines
    return television


@pytest.fixture(name="subentry", autouse=True)
async def _subentry(home: Home, television: Television) -> ConfigSubentry:
    """A virtual channel, as its form makes it."""
    media = Path(home.hass.config.path("www")).resolve() / "films"
    lay_out(media, "One.mkv")
    subentry = await home.add(
        "virtual_channel",
        name="Attic",
        folders=[str(media)],
        order="sequential",
        loop=True,
    )
    await home.until(ON_AIR, lambda one: one.state != STATE_UNAVAILABLE)
    return subentry


@pytest.fixture
def evening(home: Home, subentry: ConfigSubentry) -> None:
    """Have the sensor look ten minutes after the beginning."""
    tell(home, subentry)


def state(home: Home, entity: str = ON_AIR) -> State:
    """An entity as it is."""
    found = home.hass.states.get(entity)
    assert found
    return found


def tell(home: Home, subentry: ConfigSubentry) -> None:
    """Say that a channel is another, ten minutes after the beginning."""
    # Clocks stop for this moment alone: all else needs them.
    with freeze_time(BEGIN + timedelta(minutes=10)):
        home.engine.events.emit(VirtualChannelChanged(source=subentry.subentry_id))


async def go_to(home: Home, minute: float) -> None:
    """Fire the timers that are due some minutes after the beginning."""
    # Home Assistant's timers never fire early, and a little late.
    with freeze_time(BEGIN + timedelta(minutes=minute, milliseconds=600)):
        async_fire_time_changed(home.hass)
        await home.hass.async_block_till_done()


async def test_a_virtual_channel_brings_its_device_and_entities(
    home: Home, subentry: ConfigSubentry
) -> None:
    device, hub = home.device(subentry.subentry_id), home.device()
    assert device and hub
    assert (device.name, device.model) == ("Attic", "Virtual channel")
    assert device.via_device_id == hub.id
    assert {one for one in home.hass.states.async_entity_ids() if "attic" in one} == {
        "binary_sensor.attic_connected",
        "button.attic_refresh",
        "button.attic_skip",
        "sensor.attic_channels",
        "sensor.attic_items",
        "sensor.attic_last_refresh",
        ON_AIR,
        "sensor.attic_streams_in_use",
    }


@pytest.mark.usefixtures("evening")
async def test_what_is_on_and_what_follows_are_told(home: Home) -> None:
    assert state(home).state == "One"
    attributes = dict(state(home).attributes)
    assert attributes.pop("friendly_name") == "Attic On air"
    assert attributes == {
        "subtitle": None,
        "started_at": "2026-11-27T19:00:00+01:00",
        "ends_at": "2026-11-27T19:30:00+01:00",
        "next_title": "Show",
        "next_start": "2026-11-27T19:30:00+01:00",
    }


@pytest.mark.usefixtures("evening")
async def test_the_next_item_shows_when_it_begins_and_a_break_as_nothing(
    home: Home,
) -> None:
    await go_to(home, 29.9)
    assert state(home).state == "One"
    await go_to(home, 30)
    assert state(home).state == "Show"
    assert state(home).attributes["subtitle"] == "Pilot"
    assert state(home).attributes["next_title"] is None
    await go_to(home, 60)
    assert state(home).state == STATE_UNKNOWN
    assert state(home).attributes["next_title"] == "Late"
    assert state(home).attributes["next_start"] == "2026-11-27T20:30:00+01:00"
    await go_to(home, 90)
    assert state(home).state == "Late"


@pytest.mark.usefixtures("evening")
async def test_an_edit_shows_at_once(
    home: Home, television: Television, subentry: ConfigSubentry
) -> None:
    television.shows = [show("Other", 0, 45), show("Show", 45, 60)]
    home.engine.events.emit(VirtualChannelChanged(source="another"))
    assert state(home).state == "One"
    tell(home, subentry)
    assert state(home).state == "Other"
    assert state(home).attributes["ends_at"] == "2026-11-27T19:45:00+01:00"


async def test_the_picture_is_that_of_what_is_on(
    home: Home, television: Television, subentry: ConfigSubentry
) -> None:
    own, web = icon_of(7, "file:///media/a.jpg"), "https://x.example/b.jpg"
    television.shows = [
        show("One", 0, 30, icon=own),
        show("Show", 30, 60, "Pilot", icon=web),
        show("Late", 90, 120),
    ]

    def picture() -> str | None:
        found: str | None = state(home).attributes.get("entity_picture")
        return found

    tell(home, subentry)
    path = home.engine.posters.icon(own)
    assert path.startswith("/telecast/poster/media/7?key=")
    assert picture() == path
    await go_to(home, 30)
    assert picture() == web
    await go_to(home, 60)
    assert picture() is None
    await go_to(home, 90)
    assert (state(home).state, picture()) == ("Late", None)
    television.shows = [show("One", 0, 30, icon=own)]
    tell(home, subentry)
    assert picture() == path
    home.coordinator.async_engine_failed()
    assert (state(home).state, picture()) == (STATE_UNAVAILABLE, None)


@pytest.mark.usefixtures("evening")
async def test_what_is_on_for_ever_has_no_end(
    home: Home,
    television: Television,
    subentry: ConfigSubentry,
) -> None:
    television.shows = [
        OnAir(title="News 24", subtitle="", start=BEGINS, stop=LATEST),
    ]
    tell(home, subentry)
    assert state(home).state == "News 24"
    assert state(home).attributes["ends_at"] is None
    assert state(home).attributes["next_title"] is None
    await go_to(home, 100_000)
    assert state(home).state == "News 24"


@pytest.mark.usefixtures("evening")
async def test_a_long_title_is_cut_to_what_a_state_may_be(
    home: Home, television: Television, subentry: ConfigSubentry
) -> None:
    television.shows = [show("T" * 300, 0, 45)]
    tell(home, subentry)
    assert state(home).state == "T" * 255


@pytest.mark.usefixtures("evening")
async def test_nothing_is_asked_of_a_channel_that_was_removed(
    home: Home,
    television: Television,
    subentry: ConfigSubentry,
) -> None:
    home.remove(subentry)
    await home.hass.async_block_till_done()
    assert not home.hass.states.get(ON_AIR)
    television.shows = []
    tell(home, subentry)
    await go_to(home, 30)
    assert not home.hass.states.get(ON_AIR)


@pytest.mark.usefixtures("evening")
async def test_a_channel_that_the_engine_does_not_have_yet_is_of_unknown_title(
    home: Home, television: Television, subentry: ConfigSubentry
) -> None:
    television.sources = set()
    tell(home, subentry)
    assert state(home).state == STATE_UNKNOWN
    television.sources = None
    tell(home, subentry)
    assert state(home).state == "One"


async def test_the_button_skips_what_is_on(home: Home, television: Television) -> None:
    press = {ATTR_ENTITY_ID: "button.attic_skip"}
    await home.hass.services.async_call("button", "press", press, blocking=True)
    assert ("skip",) in television.asked
    television.refusal = NotVirtualError("It was removed")
    with pytest.raises(ServiceValidationError) as refused:
        await home.hass.services.async_call("button", "press", press, blocking=True)
    assert refused.value.translation_key == "not_virtual"


async def test_items_are_counted_with_what_is_left_out_and_missing(
    home: Home, subentry: ConfigSubentry, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = SourceStatus(
        id=subentry.subentry_id,
        kind=SourceKind.VIRTUAL,
        name="Attic",
        items=12,
        skipped={"no_picture": 2},
        missing=("films",),
    )
    sources = type(home.engine.sources)
    monkeypatch.setattr(sources, "all", property(lambda _: [status]))
    home.engine.events.emit(SourceChanged(source=subentry.subentry_id))
    found = await home.until("sensor.attic_items", lambda one: one.state == "12")
    assert found.attributes["skipped"] == {"no_picture": 2}
    assert found.attributes["missing"] == ["films"]
    told = await async_get_config_entry_diagnostics(home.hass, home.entry)
    (source,) = told["sources"]
    assert (source["kind"], source["items"]) == ("virtual_channel", 12)
    assert (source["missing"], source["folders"], source["files"]) == (1, 1, 0)
    assert (source["order"], source["loop"]) == ("sequential", True)
    assert (source["filler"], source["has_blocks"]) == (0, False)
    text = json_bytes(told).decode()
    assert 'films"]' not in text
    assert home.hass.config.path("www") not in text


async def test_without_the_engine_nothing_is_told(home: Home) -> None:
    home.coordinator.async_engine_failed()
    assert state(home).state == STATE_UNAVAILABLE
    assert state(home, "button.attic_skip").state == STATE_UNAVAILABLE
