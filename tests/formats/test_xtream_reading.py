"""What panels answer, as found in the wild, and what is made of it."""

import gzip
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.xtream import addresses
from custom_components.telecast.formats.xtream.reading import (
    LONGEST_OBJECT,
    AccountFacts,
    AnswerError,
    LiveEntry,
    ObjectList,
    iter_objects,
    read_account,
    read_categories,
    read_live,
    read_whole,
)

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
_OBJECTS = st.dictionaries(st.text(max_size=6), _VALUES, max_size=4)


def read(data: bytes, size: int | None = None) -> list[dict[str, Any]]:
    """Read a list whole, or in pieces of a size."""
    size = size or len(data) or 1
    return list(iter_objects(data[at : at + size] for at in range(0, len(data), size)))


def reason(data: bytes, size: int | None = None) -> str:
    """Why a list cannot be read."""
    with pytest.raises(AnswerError) as caught:
        read(data, size)
    return caught.value.reason


# Lists


@given(
    st.lists(_OBJECTS | st.integers() | st.none() | st.text(max_size=5), max_size=6),
    st.booleans(),
    st.integers(1, 40),
)
def test_a_list_is_read_alike_in_pieces_of_any_size(
    entries: list[Any], is_ascii: bool, size: int
) -> None:
    data = json.dumps(entries, ensure_ascii=is_ascii).encode()
    objects = [entry for entry in entries if isinstance(entry, dict)]
    assert read(data) == objects
    assert read(data, size) == objects


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"[]", []),
        (b"{}", []),
        (b' \r\n[ {"a":1} , {"b":2} ]\n', [{"a": 1}, {"b": 2}]),
        (b'\xef\xbb\xbf[{"a":1}]', [{"a": 1}]),
        (b'{"0":{"a":1},"7":{"b":2}}', [{"a": 1}, {"b": 2}]),
        (b'[{"a":1},]', [{"a": 1}]),
        (b'[1,null,"x, ]",[{"a":1}],-2.5e3,{"b":"]}"}]', [{"b": "]}"}]),
        (b'[{"a":"tab\there"}]', [{"a": "tab\there"}]),
        (b'[{"a":"Caf\xc3\xa9"}]', [{"a": "Café"}]),
        (b'[{"a":"Caf\xe9"}]', [{"a": "Café"}]),
        (b'[{"a":"Caf\\u00e9"}]', [{"a": "Café"}]),
        (b'[{"a":1}]<br />\n<b>Notice</b>: Undefined index', [{"a": 1}]),
        (gzip.compress(b'[{"a":1}]'), [{"a": 1}]),
    ],
)
def test_lists_as_panels_write_them(data: bytes, found: list[Any]) -> None:
    assert read(data) == found
    assert read(data, 1) == found


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "unknown"),
        (b"  ", "unknown"),
        (b"null", "unknown"),
        (b'"no"', "unknown"),
        (b"<html><body>502</body></html>", "page"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html>", "page"),
        (b'{"user_info":{"auth":0}}', "refused"),
        (b'{"error":"x"}', "unknown"),
        (b"[", "truncated"),
        (b'[{"a":1}', "truncated"),
        (b'[{"a":1},', "truncated"),
        (b'[{"a":1},{"b":', "truncated"),
        (b'[{"a":1} {"b":2}]', "truncated"),
        (b'{"0":{"a":1}', "truncated"),
        (b'[{"a":nonsense}]', "truncated"),
        (b"[" * 100_000, "truncated"),
        (gzip.compress(b'[{"a":1}]')[:-9], "truncated"),
    ],
)
def test_what_is_no_whole_list_says_why(data: bytes, why: str) -> None:
    assert reason(data) == why
    if len(data) < 1000:
        assert reason(data, 1) == why


def test_every_beginning_of_a_list_is_known_to_be_none() -> None:
    data = b'[{"a":"x","b":[1,2]},{"c":"\xc3\xa9"},3]'
    for end in range(1, len(data)):
        assert reason(data[:end]) == "truncated"


def test_objects_come_as_soon_as_they_are_whole() -> None:
    reading = ObjectList()
    assert reading.feed(b'[{"a":1},{"b"') == [{"a": 1}]
    assert reading.feed(b":2}") == [{"b": 2}]
    assert reading.feed(b"]") == []
    reading.close()


def test_an_entry_without_end_is_not_waited_for() -> None:
    def chunks() -> Any:
        yield b'[{"a":"'
        while True:
            yield b"x" * 65536

    with pytest.raises(AnswerError) as caught:
        list(iter_objects(chunks()))
    assert caught.value.reason == "too_large"
    large = json.dumps([{"a": "x" * (LONGEST_OBJECT // 2)}]).encode()
    assert len(read(large, 65536)) == 1


def test_a_bomb_is_too_large() -> None:
    bomb = gzip.compress(b"[" + b" " * (80 * 1024 * 1024))
    assert reason(bomb) == "too_large"


# Whole answers


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"a":1}', {"a": 1}),
        (b"\xef\xbb\xbf [] ", []),
        (b'{"a":"\xe9"}', {"a": "é"}),
        (b"false", False),
        (gzip.compress(b'{"a":1}'), {"a": 1}),
    ],
)
def test_a_small_answer_is_read_at_once(data: bytes, found: Any) -> None:
    assert read_whole(data) == found


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "truncated"),
        (b"{", "truncated"),
        (b" <html>", "page"),
        (b"[" * 100_000, "truncated"),
        (gzip.compress(b"{}")[:-9], "truncated"),
        (gzip.compress(b"[" + b" " * (80 * 1024 * 1024)), "too_large"),
    ],
)
def test_a_small_answer_that_is_none_says_why(data: bytes, why: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read_whole(data)
    assert caught.value.reason == why


# Logins


def test_an_account_is_read_as_panels_tell_of_it() -> None:
    answer = {
        "user_info": {
            "username": "u",
            "password": "p",
            "message": "Welcome",
            "auth": 1,
            "status": "Active",
            "exp_date": "1798675200",
            "is_trial": "1",
            "active_cons": "2",
            "created_at": "1690000000",
            "max_connections": "3",
            "allowed_output_formats": ["m3u8", "ts", "rtmp"],
        },
        "server_info": {"url": "x", "timezone": "Europe/Paris"},
    }
    assert read_account(answer) == AccountFacts(
        accepted=True,
        status="Active",
        expires=1798675200,
        max_connections=3,
        active=2,
        is_trial=True,
        timezone="Europe/Paris",
        formats=("m3u8", "ts", "rtmp"),
        message="Welcome",
    )


@pytest.mark.parametrize(
    ("user", "facts"),
    [
        ({"auth": "1"}, {}),
        ({"auth": True, "exp_date": None, "is_trial": 0}, {}),
        ({"auth": 1, "exp_date": "null", "max_connections": None}, {}),
        ({"auth": 1, "exp_date": "0"}, {}),
        ({"auth": 1, "exp_date": 1798675200}, {"expires": 1798675200}),
        ({"auth": 1, "max_connections": "0"}, {"max_connections": 0}),
        ({"auth": 1, "max_connections": 2.0}, {"max_connections": 2}),
        ({"auth": 1, "active_cons": ""}, {}),
        ({"auth": 1, "status": None}, {}),
        ({"auth": 1, "allowed_output_formats": {}}, {}),
        ({"username": "u"}, {}),
        ({"auth": 1, "is_trial": "True"}, {"is_trial": True}),
    ],
)
def test_an_account_is_read_whatever_its_types(
    user: dict[str, Any], facts: dict[str, Any]
) -> None:
    for server in ([], None, {"timezone": "<b>"}):
        answer = {"user_info": user, "server_info": server}
        assert read_account(answer) == AccountFacts(accepted=True, **facts)


@pytest.mark.parametrize(
    "answer",
    [
        {"user_info": {"auth": 0}},
        {"user_info": {"auth": "0", "status": "Active"}},
        {"user_info": []},
        {"user_info": {"auth": None}},
        [],
        {},
        None,
        False,
        "",
    ],
)
def test_a_login_that_is_wrong_is_refused(answer: Any) -> None:
    assert read_account(answer) == AccountFacts(
        accepted=False, status=read_account(answer).status
    )
    assert not read_account(answer).accepted


@pytest.mark.parametrize("answer", [{"error": 1}, [1], "text", 7, True])
def test_what_is_no_account_is_no_answer(answer: Any) -> None:
    with pytest.raises(AnswerError):
        read_account(answer)


@pytest.mark.parametrize(
    ("status", "expired", "shut_out"),
    [
        ("Active", False, False),
        ("", False, False),
        ("EXPIRED", True, False),
        ("Banned", False, True),
        ("disabled", False, True),
        ("Whatever", False, False),
    ],
)
def test_a_status_is_understood(status: str, expired: bool, shut_out: bool) -> None:
    facts = read_account({"user_info": {"auth": 1, "status": status}})
    assert (facts.has_expired, facts.is_shut_out) == (expired, shut_out)


# Categories and channels


def test_categories_are_read_from_lists_and_from_objects() -> None:
    one = {"category_id": "5", "category_name": " News ", "parent_id": 0}
    two = {"category_id": 6, "category_name": "Sport"}
    twice = {"category_id": "5", "category_name": "Other"}
    useless = [
        None,
        [],
        {"category_id": None, "category_name": "x"},
        {"category_id": 9},
    ]
    found = {"5": "News", "6": "Sport"}
    assert read_categories([one, two, twice, *useless]) == found
    assert read_categories({"0": one, "2": two}) == found
    assert read_categories([]) == read_categories({}) == {}


@pytest.mark.parametrize(
    ("answer", "why"),
    [(None, "unknown"), ("x", "unknown"), ({"user_info": {}}, "refused")],
)
def test_categories_that_are_none_say_why(answer: Any, why: str) -> None:
    with pytest.raises(AnswerError) as caught:
        read_categories(answer)
    assert caught.value.reason == why


def test_a_channel_may_be_called_what_others_write_for_nothing() -> None:
    channel = read_live({"stream_id": 1, "name": "Unknown"})
    assert channel and channel.name == "Unknown"
    category = [{"category_id": "1", "category_name": "None"}]
    assert read_categories(category) == {"1": "None"}


def test_a_channel_is_read_as_panels_list_it() -> None:
    entry = {
        "num": 1,
        "name": "One\tHD",
        "stream_type": "live",
        "stream_id": 101,
        "stream_icon": "http://x.example/1.png",
        "epg_channel_id": "one.example",
        "added": "1690000000",
        "is_adult": "None",
        "category_id": "5",
        "category_ids": [5, 7],
        "custom_sid": None,
        "tv_archive": 1,
        "direct_source": "",
        "tv_archive_duration": 7,
    }
    assert read_live(entry) == LiveEntry(
        key="101",
        name="One HD",
        icon="http://x.example/1.png",
        epg_id="one.example",
        categories=("5", "7"),
        archive_days=7,
        is_radio=False,
    )


@pytest.mark.parametrize(
    ("facts", "read_as"),
    [
        ({"stream_id": "101"}, {}),
        ({"stream_id": "aB_9-x"}, {"key": "aB_9-x"}),
        ({"epg_channel_id": 0}, {}),
        ({"epg_channel_id": "null"}, {}),
        ({"epg_channel_id": 15}, {"epg_id": "15"}),
        ({"stream_icon": "file:///etc/passwd"}, {}),
        ({"stream_icon": None, "category_ids": {}}, {}),
        ({"category_id": None, "category_ids": ["3"]}, {"categories": ("3",)}),
        ({"category_id": 3}, {"categories": ("3",)}),
        ({"tv_archive": "1", "tv_archive_duration": "3"}, {"archive_days": 3}),
        ({"tv_archive": "0", "tv_archive_duration": "3"}, {}),
        ({"tv_archive": 1, "tv_archive_duration": 99999}, {"archive_days": 365}),
        ({"tv_archive": True, "tv_archive_duration": None}, {}),
        ({"stream_type": "radio_streams"}, {"is_radio": True}),
    ],
)
def test_a_channel_is_read_whatever_its_types(
    facts: dict[str, Any], read_as: dict[str, Any]
) -> None:
    usual: dict[str, Any] = {
        "key": "101",
        "name": "One",
        "icon": "",
        "epg_id": "",
        "categories": (),
        "archive_days": 0,
        "is_radio": False,
    }
    entry = {"stream_id": 101, "name": "One", **facts}
    assert read_live(entry) == LiveEntry(**{**usual, **read_as})


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"stream_id": 1},
        {"stream_id": None, "name": "x"},
        {"stream_id": "../1", "name": "x"},
        {"stream_id": [], "name": "x"},
        {"stream_id": 1, "name": {}},
    ],
)
def test_what_cannot_be_played_is_no_channel(entry: dict[str, Any]) -> None:
    assert read_live(entry) is None


@given(_OBJECTS)
def test_no_entry_is_ever_too_strange(entry: dict[str, Any]) -> None:
    named = {"stream_id": 1, "name": "x"}
    for name in ("category_id", "category_ids", "tv_archive", "epg_channel_id"):
        for value in (entry, *entry.values()):
            assert read_live({**named, name: value})


# Addresses


def test_addresses_lead_to_where_panels_have_their_streams() -> None:
    login = {"url": "http://h:80/p/", "username": "a/b", "password": "c d"}
    found = {
        addresses.live_address("1"): "live/a%2Fb/c%20d/1.ts",
        addresses.live_address("1", "m3u8"): "live/a%2Fb/c%20d/1.m3u8",
        addresses.movie_address("45", "mkv"): "movie/a%2Fb/c%20d/45.mkv",
        addresses.episode_address("678", "mp4"): "series/a%2Fb/c%20d/678.mp4",
        addresses.timeshift_address(
            "1", start="2026-11-27:20-00", minutes=60
        ): "timeshift/a%2Fb/c%20d/60/2026-11-27:20-00/1.ts",
    }
    for address, path in found.items():
        assert addresses.placed(address, **login) == f"http://h:80/p/{path}"


@pytest.mark.parametrize(
    "address",
    [
        "xtream:live",
        "xtream:live/",
        "xtream:live//1.ts",
        "xtream:live/../1.ts",
        "xtream:live/.",
        "xtream:player_api.php/1",
        "xtream:live/1.ts?x=1",
        "xtream:live/1.ts\n",
        "xtream:live/%2e%2e/1.ts",
        "http://h/live/1.ts",
    ],
)
def test_what_is_no_address_is_not_placed(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        addresses.placed(address, url="http://h", username="u", password="p")
