"""The panel's answers, field by field, in the types that strict players read."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
import json
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import xtream
from custom_components.telecast.formats.xtream import Status

BERLIN = ZoneInfo("Europe/Berlin")
NULL = type(None)


def user(**facts: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "username": "anna",
        "password": "secret",
        "status": Status.ACTIVE,
        "expires": 1_800_000_000,
        "created": 1_700_000_000,
        "max_connections": 2,
        "active": 0,
    }
    return xtream.user_info(**known | facts)


def listing(start: int, stop: int, **facts: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "id": 7,
        "epg_id": 12,
        "title": "Tatort",
        "lang": "de",
        "description": "",
        "channel_id": "one.de",
        "now": None,
    }
    return xtream.epg_listing(
        start=datetime.fromtimestamp(start, BERLIN),
        stop=datetime.fromtimestamp(stop, BERLIN),
        **known | facts,
    )


def types(document: dict[str, Any]) -> list[tuple[str, type]]:
    """The fields in order, each with its exact type; and JSON can say all of it."""
    assert json.loads(json.dumps(document)) == document
    return [(name, type(value)) for name, value in document.items()]


def test_an_account() -> None:
    assert types(user()) == [
        ("username", str),
        ("password", str),
        ("message", str),
        ("auth", int),
        ("status", str),
        ("exp_date", str),
        ("is_trial", str),
        ("active_cons", str),
        ("created_at", str),
        ("max_connections", str),
        ("allowed_output_formats", list),
    ]
    assert user()["auth"] == 1
    assert user()["exp_date"] == "1800000000"
    assert user()["active_cons"] == "0"
    assert user()["max_connections"] == "2"
    assert user(expires=None)["exp_date"] is None


def test_only_what_works_is_advertised() -> None:
    assert user()["allowed_output_formats"] == ["m3u8", "ts"]
    assert user(formats=(xtream.MPEG_TS,))["allowed_output_formats"] == ["ts"]


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (Status.ACTIVE, "Active"),
        (Status.EXPIRED, "Expired"),
        (Status.BANNED, "Banned"),
        (Status.DISABLED, "Disabled"),
    ],
)
def test_the_states_of_an_account(status: Status, text: str) -> None:
    assert types(user(status=status))[4] == ("status", str)
    assert user(status=status)["status"] == text


def test_a_refusal_says_nothing_else() -> None:
    assert xtream.AUTH_FAILED == {"user_info": {"auth": 0}}


def test_the_server() -> None:
    now = datetime(2026, 7, 1, 20, 15, 3, 250, tzinfo=BERLIN)
    server = xtream.server_info(
        host="tv.example.org",
        port=8123,
        https_port=443,
        protocol="http",
        timezone="Europe/Berlin",
        now=now,
    )
    assert types(server) == [
        ("url", str),
        ("port", str),
        ("https_port", str),
        ("rtmp_port", str),
        ("server_protocol", str),
        ("timezone", str),
        ("timestamp_now", int),
        ("time_now", str),
        ("process", bool),
    ]
    assert server["url"] == "tv.example.org"
    assert server["port"] == "8123"
    assert server["https_port"] == "443"
    assert server["time_now"] == "2026-07-01 20:15:03"
    then = datetime.fromtimestamp(server["timestamp_now"], UTC)
    assert then == datetime(2026, 7, 1, 18, 15, 3, tzinfo=UTC)


def test_a_category() -> None:
    category = xtream.category(3, "News & <more>")
    assert list(category.items()) == [
        ("category_id", "3"),
        ("category_name", "News & <more>"),
        ("parent_id", 0),
    ]


STREAM: dict[str, Any] = {
    "num": 1,
    "name": "Das Erste",
    "id": 42,
    "icon": "http://logos.example/1.png",
    "epg_channel_id": "one.de",
    "added": 1_700_000_000,
    "category_id": 3,
    "archive_days": 0,
}


def test_a_channel() -> None:
    stream = xtream.live_stream(**STREAM)
    assert types(stream) == [
        ("num", int),
        ("name", str),
        ("stream_type", str),
        ("stream_id", int),
        ("stream_icon", str),
        ("epg_channel_id", str),
        ("added", str),
        ("is_adult", str),
        ("category_id", str),
        ("category_ids", list),
        ("custom_sid", str),
        ("tv_archive", int),
        ("direct_source", str),
        ("tv_archive_duration", int),
        ("thumbnail", str),
    ]
    assert stream["stream_type"] == "live"
    assert stream["stream_id"] == 42
    assert stream["added"] == "1700000000"
    assert (stream["category_id"], stream["category_ids"]) == ("3", [3])
    assert (stream["tv_archive"], stream["tv_archive_duration"]) == (0, 0)
    assert (
        xtream.live_stream(**STREAM | {"epg_channel_id": ""})["epg_channel_id"] is None
    )


def test_a_channel_with_an_archive() -> None:
    stream = xtream.live_stream(**STREAM | {"archive_days": 7})
    assert (stream["tv_archive"], stream["tv_archive_duration"]) == (1, 7)
    assert type(stream["tv_archive"]) is int


def test_a_channel_of_the_panel() -> None:
    channel = xtream.panel_channel(**STREAM, category_name="News")
    assert types(channel) == [
        ("num", int),
        ("name", str),
        ("stream_type", str),
        ("type_name", str),
        ("stream_id", int),
        ("stream_icon", str),
        ("epg_channel_id", str),
        ("added", str),
        ("category_name", str),
        ("category_id", str),
        ("series_no", NULL),
        ("live", str),
        ("container_extension", NULL),
        ("custom_sid", str),
        ("tv_archive", int),
        ("direct_source", str),
        ("tv_archive_duration", int),
    ]
    assert channel["category_name"] == "News"
    assert channel["live"] == "1"


def test_a_programme_of_the_short_guide() -> None:
    short = listing(1_782_929_700, 1_782_935_100, description="Ein Fall für zwei")
    assert types(short) == [
        ("id", str),
        ("epg_id", str),
        ("title", str),
        ("lang", str),
        ("start", str),
        ("end", str),
        ("description", str),
        ("channel_id", str),
        ("start_timestamp", str),
        ("stop_timestamp", str),
    ]
    assert (short["id"], short["epg_id"]) == ("7", "12")
    assert short["title"] == "VGF0b3J0"
    assert b64decode(short["description"]).decode() == "Ein Fall für zwei"
    assert short["start"] == "2026-07-01 20:15:00"
    assert short["end"] == "2026-07-01 21:45:00"
    assert short["start_timestamp"] == "1782929700"
    assert short["stop_timestamp"] == "1782935100"


def test_a_programme_over_the_hour_that_comes_twice() -> None:
    begin = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    start = int(begin.timestamp())
    short = listing(start, int((begin + timedelta(hours=1)).timestamp()))
    assert (short["start"], short["end"]) == ("2026-10-25 02:30:00",) * 2
    assert int(short["stop_timestamp"]) - int(short["start_timestamp"]) == 3600


@pytest.mark.parametrize(
    ("now", "archived", "playing", "archive"),
    [
        (999, True, 0, 0),
        (1000, True, 1, 0),
        (1999, True, 1, 0),
        (2000, True, 0, 1),
        (2000, False, 0, 0),
        (0, True, 0, 0),
    ],
)
def test_the_table_tells_what_is_on_and_what_can_be_had_again(
    now: int, archived: bool, playing: int, archive: int
) -> None:
    row = listing(1000, 2000, now=now, archived=archived)
    assert types(row)[-2:] == [("now_playing", int), ("has_archive", int)]
    assert (row["now_playing"], row["has_archive"]) == (playing, archive)


@given(st.text(st.characters(codec="utf-8")))
def test_titles_come_through_whole(title: str) -> None:
    row = listing(0, 60, title=title, description=title)
    assert b64decode(row["title"], validate=True).decode() == title
    assert b64decode(row["description"], validate=True).decode() == title


def test_half_a_character_does_not_cost_the_guide() -> None:
    assert b64decode(listing(0, 60, title="Fox \ud83e!")["title"]) == b"Fox !"
