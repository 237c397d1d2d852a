"""The actions on virtual channels."""

from datetime import datetime
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers.json import json_bytes
import probatio
import pytest

from custom_components.telecast.engine.errors import (
    CircleError,
    IngestionError,
    InvalidTimelineError,
    MissingFileError,
    NoMediaError,
    NotInOrderError,
    PathNotAllowedError,
    TelecastError,
    UnknownItemError,
)
from custom_components.telecast.engine.model import SourceKind, SourceStatus
from custom_components.telecast.engine.virtual.appointed import Appointed
from custom_components.telecast.engine.virtual.on_air import OnAir
from tests.fakes.provider import Provider
from tests.fakes.virtual_channels import MINUTE, Television, item

from .home import Home

QUESTIONS = ("get_items", "get_schedule")


@pytest.fixture(name="television", autouse=True)
async def _television(home: Home, provider: Provider) -> Television:
    """Channels `one` and `two`, of which the engine says that they are virtual."""
    await home.hass.config.async_set_time_zone("Europe/Berlin")
    subentry = await home.add_playlist(provider)
    television = Television()
    television.sources = {subentry.subentry_id}
    television.listed = [
        item(11, "Film"),
        item(12, "Pilot", series="Show", season=1, number=1, duration=1500),
        item(13, "Broken", duration=0, error="no_picture"),
    ]
    home.engine.virtual = television.as_engines
    return television


async def act(
    home: Home, action: str, context: Context | None = None, **fields: Any
) -> Any:
    """Perform an action; answer what it does."""
    answer = await home.hass.services.async_call(
        "telecast",
        action,
        {"channel": "1", **fields},
        blocking=True,
        return_response=action in QUESTIONS,
        context=context,
    )
    assert json_bytes(answer)
    return answer


async def refused(home: Home, action: str, **fields: Any) -> HomeAssistantError:
    """Perform an action that is refused; answer with which error."""
    with pytest.raises(HomeAssistantError) as raised:
        await act(home, action, **fields)
    return raised.value


def at(text: str) -> int:
    """A time in milliseconds."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


async def test_items_are_listed_in_pages(home: Home) -> None:
    answer = await act(home, "get_items", limit=2)
    assert answer == {
        "items": [
            {
                "id": 11,
                "title": "Film",
                "series": "",
                "season": 0,
                "number": 0,
                "file": "/media/Film.mkv",
                "duration": 5400.0,
                "error": "",
            },
            {
                "id": 12,
                "title": "Pilot",
                "series": "Show",
                "season": 1,
                "number": 1,
                "file": "/media/Pilot.mkv",
                "duration": 1.5,
                "error": "",
            },
        ],
        "total": 3,
        "more": True,
    }
    rest = await act(home, "get_items", limit=2, offset=2)
    assert [one["error"] for one in rest["items"]] == ["no_picture"]
    assert rest["more"] is False


async def test_files_are_added_at_a_place_that_people_count_from_one(
    home: Home, television: Television
) -> None:
    await act(home, "add_items", files="/media/a.mkv")
    await act(home, "add_items", files=[" /media/b.mkv ", "/media/c.mkv"], position=1)
    assert television.asked == [
        ("add_items", ["/media/a.mkv"], None),
        ("add_items", ["/media/b.mkv", "/media/c.mkv"], 0),
    ]


async def test_items_are_removed_and_moved(home: Home, television: Television) -> None:
    await act(home, "remove_items", items=[11, "12"])
    await act(home, "remove_items", items=13)
    await act(home, "move_item", item=12, position=3)
    await act(home, "skip")
    assert television.asked == [
        ("remove_items", [11, 12]),
        ("remove_items", [13]),
        ("move_item", 12, 2),
        ("skip",),
    ]


async def test_a_channel_goes_by_its_name_and_by_its_source_where_it_is_in_no_lineup(
    home: Home, television: Television, monkeypatch: pytest.MonkeyPatch
) -> None:
    await act(home, "skip", channel=" TWO ")
    status = SourceStatus(id="attic", kind=SourceKind.VIRTUAL, name="Attic")
    playlist = SourceStatus(id="list", kind=SourceKind.PLAYLIST, name="List")
    there = [status, playlist]
    monkeypatch.setattr(
        type(home.engine.sources), "all", property(lambda _: list(there))
    )
    television.sources = {"attic"}
    await act(home, "skip", channel="attic")
    assert television.asked == [("skip",)] * 2
    for unknown in ("List", "nothing"):
        error = await refused(home, "skip", channel=unknown)
        assert error.translation_key == "unknown_channel"
    there.append(SourceStatus(id="other", kind=SourceKind.VIRTUAL, name="ATTIC"))
    error = await refused(home, "skip", channel="attic")
    assert error.translation_key == "unknown_channel"


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("get_items", {}),
        ("get_schedule", {}),
        ("add_items", {"files": ["/media/a.mkv"]}),
        ("remove_items", {"items": [1]}),
        ("move_item", {"item": 1, "position": 1}),
        ("skip", {}),
        ("schedule", {"start": "2030-01-01 20:00:00", "item": 11}),
        ("unschedule", {"start": "2030-01-01 20:00:00"}),
    ],
)
async def test_other_channels_are_refused(
    home: Home, television: Television, action: str, fields: dict[str, Any]
) -> None:
    television.sources = set()
    error = await refused(home, action, **fields)
    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == "not_virtual"
    assert error.translation_placeholders
    assert error.translation_placeholders["channel"] == "1"
    assert not television.asked


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (PathNotAllowedError("no"), "file_not_allowed"),
        (MissingFileError("no"), "missing_file"),
        (NoMediaError("no"), "not_playable"),
        (UnknownItemError("no"), "unknown_item"),
        (NotInOrderError("no"), "not_in_order"),
        (InvalidTimelineError("Two at once"), "invalid_timeline"),
        (CircleError("Round and round", shown="7"), "circle"),
    ],
)
async def test_what_the_user_can_mend_is_told(
    home: Home, television: Television, error: TelecastError, key: str
) -> None:
    television.refusal = error
    told = await refused(home, "move_item", item=1, position=1)
    assert isinstance(told, ServiceValidationError)
    assert told.translation_key == key
    assert told.translation_placeholders == {"channel": "1", "reason": str(error)}


async def test_what_goes_wrong_otherwise_is_an_error(
    home: Home, television: Television
) -> None:
    television.refusal = IngestionError("killed")
    told = await refused(home, "add_items", files=["/media/a.mkv"])
    assert not isinstance(told, ServiceValidationError)
    assert told.translation_key == "ingestion_failed"
    assert told.translation_placeholders == {"source": "1"}


@pytest.mark.parametrize(
    ("fields", "period"),
    [
        (
            {"start": "2090-12-24 20:45:00", "duration": {"hours": 2}},
            ("2090-12-24T20:45:00+01:00", "2090-12-24T22:45:00+01:00"),
        ),
        (
            {"start": "2090-12-24 20:45:00", "end": "2090-12-25 00:15:00"},
            ("2090-12-24T20:45:00+01:00", "2090-12-25T00:15:00+01:00"),
        ),
        (
            {"start": "2090-12-24T20:45:00+00:00", "duration": "00:30:00"},
            ("2090-12-24T20:45:00+00:00", "2090-12-24T21:15:00+00:00"),
        ),
    ],
)
async def test_another_channel_is_shown_at_a_fixed_time(
    home: Home,
    television: Television,
    fields: dict[str, Any],
    period: tuple[str, str],
) -> None:
    start, stop = period
    other = await home.engine.lineup.by_number("2")
    await act(home, "schedule", live_channel=" two", **fields)
    assert television.asked == [("appoint", at(start), at(stop), None, other.id, "")]
    (told,) = (await act(home, "get_schedule"))["appointments"]
    assert datetime.fromisoformat(told["start"]) == datetime.fromisoformat(start)
    assert told["start"].endswith("+01:00")
    assert datetime.fromisoformat(told["end"]) == datetime.fromisoformat(stop)
    assert (told["item"], told["live_channel"]) == (None, other.id)
    assert (told["title"], told["subtitle"], told["programmes"]) == ("", "", [])


async def test_what_is_scheduled_is_told_as_the_guide_tells_it(
    home: Home, television: Television
) -> None:
    start = at("2090-12-24T20:45:00+01:00")
    middle, stop = start + 15 * MINUTE, start + 120 * MINUTE
    news = OnAir(title="News", subtitle="", start=start, stop=middle)
    final = OnAir(title="Cup final", subtitle="Live", start=middle, stop=stop)
    television.told[start] = Appointed(
        title="Cup final", subtitle="Live", programmes=(news, final)
    )
    await act(
        home,
        "schedule",
        live_channel="2",
        start="2090-12-24 20:45:00",
        duration="02:00:00",
    )
    (told,) = (await act(home, "get_schedule"))["appointments"]
    assert (told["title"], told["subtitle"]) == ("Cup final", "Live")
    assert told["programmes"] == [
        {
            "start": "2090-12-24T20:45:00+01:00",
            "end": "2090-12-24T21:00:00+01:00",
            "title": "News",
            "subtitle": "",
        },
        {
            "start": "2090-12-24T21:00:00+01:00",
            "end": "2090-12-24T22:45:00+01:00",
            "title": "Cup final",
            "subtitle": "Live",
        },
    ]


@pytest.mark.parametrize("plays", [{"item": 11}, {"live_channel": "2"}])
async def test_what_is_scheduled_is_called_as_the_user_says(
    home: Home, television: Television, plays: dict[str, Any]
) -> None:
    await act(
        home,
        "schedule",
        start="2090-12-24 20:45:00",
        duration="01:00:00",
        title=" Cup \n final ",
        **plays,
    )
    (booking,) = television.bookings
    assert booking.title == "Cup final"
    (told,) = (await act(home, "get_schedule"))["appointments"]
    assert told["title"] == "Cup final"
    with pytest.raises(probatio.Invalid):
        await act(
            home,
            "schedule",
            start="2090-12-24 22:45:00",
            duration="01:00:00",
            title="x" * 256,
            **plays,
        )


async def test_an_item_is_played_at_a_fixed_time_to_its_end(
    home: Home, television: Television
) -> None:
    start = at("2090-12-24T20:45:00+01:00")
    await act(home, "schedule", start="2090-12-24 20:45:00", item=11)
    await act(
        home, "schedule", start="2090-12-25 20:45:00", item=11, duration={"minutes": 5}
    )
    assert television.asked == [
        ("appoint", start, start + 90 * MINUTE, 11, None, ""),
        ("appoint", start + 1440 * MINUTE, start + 1445 * MINUTE, 11, None, ""),
    ]
    told = await act(home, "get_schedule")
    assert told["appointments"][0] == {
        "start": "2090-12-24T20:45:00+01:00",
        "end": "2090-12-24T22:15:00+01:00",
        "item": 11,
        "live_channel": None,
        "title": "",
        "subtitle": "",
        "programmes": [],
    }


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"item": 99}, "unknown_item"),
        ({"item": 13}, "not_playable"),
        ({"item": 11, "end": "2090-12-24 20:45:00"}, "invalid_period"),
        ({"live_channel": "nothing", "duration": "01:00:00"}, "unknown_channel"),
    ],
)
async def test_what_cannot_be_scheduled_says_why(
    home: Home,
    television: Television,
    fields: dict[str, Any],
    key: str,
) -> None:
    error = await refused(home, "schedule", **{"start": "2090-12-24 20:45:00"} | fields)
    assert isinstance(error, ServiceValidationError)
    assert error.translation_key == key
    assert not television.asked


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"duration": "01:00:00"},
        {"live_channel": "2"},
        {"item": 11, "live_channel": "2", "duration": "01:00:00"},
        {"item": 11, "duration": "01:00:00", "end": "2090-12-24 22:00:00"},
        {"item": 11, "duration": "00:00:00"},
        {"item": 11, "duration": {"days": 8}},
        {"item": 0},
    ],
)
async def test_half_a_plan_is_none(home: Home, fields: dict[str, Any]) -> None:
    with pytest.raises(probatio.Invalid):
        await act(home, "schedule", start="2090-12-24 20:45:00", **fields)


async def test_what_is_scheduled_is_taken_back_by_its_time(
    home: Home, television: Television
) -> None:
    await act(home, "schedule", start="2090-12-24 20:45:00", item=11)
    error = await refused(home, "unschedule", start="2090-12-24 20:46:00")
    assert error.translation_key == "unknown_appointment"
    assert error.translation_placeholders == {"start": "2090-12-24T20:46:00+01:00"}
    await act(home, "unschedule", start="2090-12-24 20:45:00")
    assert television.asked[-1] == ("cancel", at("2090-12-24T20:45:00+01:00"))
    assert await act(home, "get_schedule") == {"appointments": []}


async def test_only_administrators_change_what_is_played(
    home: Home, hass_read_only_user: User, television: Television
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    changes: dict[str, dict[str, Any]] = {
        "add_items": {"files": ["/media/a.mkv"]},
        "remove_items": {"items": [11]},
        "move_item": {"item": 11, "position": 1},
        "skip": {},
        "schedule": {"start": "2030-01-01 20:00:00", "item": 11},
        "unschedule": {"start": "2030-01-01 20:00:00"},
    }
    for action, fields in changes.items():
        with pytest.raises(Unauthorized):
            await act(home, action, context, **fields)
    assert not television.asked
    assert (await act(home, "get_items", context))["total"] == 3
    assert await act(home, "get_schedule", context) == {"appointments": []}


async def test_without_a_hub_there_is_nothing_to_change(home: Home) -> None:
    await home.unload()
    error = await refused(home, "skip")
    assert error.translation_key
