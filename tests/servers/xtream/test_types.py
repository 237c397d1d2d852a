"""Every field that accounts, channels and guides are told in is of the type that panels use.

Strict players read a number for a string as no answer at all, and so with a field that is
not there. What is held here is the shape alone: what the fields say is tested elsewhere.
"""

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
import re
from types import UnionType
from typing import Any
from urllib.parse import urlencode

import pytest

from custom_components.telecast.formats.xmltv import Programme, Text
from tests.fakes.engine import channel

from ..world import ACCOUNTS, World, serving

API, PANEL = "/player_api.php", "/panel_api.php"
ANNA = {"username": "anna", "password": "secret-1"}

NUMBER = re.compile(r"[0-9]+")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
ID = re.compile(r"[1-9][0-9]{0,9}")
BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
FLAG = frozenset({0, 1})

USER = {
    "username": str,
    "password": str,
    "message": str,
    "auth": FLAG,
    "status": frozenset({"Active", "Expired", "Banned", "Disabled"}),
    "exp_date": NUMBER,
    "is_trial": frozenset({"0", "1"}),
    "active_cons": NUMBER,
    "created_at": NUMBER,
    "max_connections": NUMBER,
    "allowed_output_formats": [str],
}
SERVER = {
    "url": re.compile(r"[A-Za-z0-9.-]+"),
    "port": NUMBER,
    "https_port": NUMBER,
    "rtmp_port": NUMBER,
    "server_protocol": frozenset({"http", "https"}),
    "timezone": re.compile(r"[A-Z]\w+(?:/\w+)*"),
    "timestamp_now": int,
    "time_now": TIME,
    "process": frozenset({True}),
}
ACCOUNT = {"user_info": USER, "server_info": SERVER}
CATEGORY = {"category_id": ID, "category_name": str, "parent_id": frozenset({0})}
STREAM = {
    "num": int,
    "name": str,
    "stream_type": frozenset({"live"}),
    "stream_id": int,
    "stream_icon": str,
    "epg_channel_id": str | None,
    "added": NUMBER,
    "is_adult": frozenset({0, 1, "0", "1"}),
    "category_id": ID,
    "category_ids": [int],
    "custom_sid": str | None,
    "tv_archive": FLAG,
    "direct_source": str,
    "tv_archive_duration": int,
    "thumbnail": str,
}
LISTING = {
    "id": ID,
    "epg_id": ID,
    "title": BASE64,
    "lang": str,
    "start": TIME,
    "end": TIME,
    "description": BASE64,
    "channel_id": str,
    "start_timestamp": NUMBER,
    "stop_timestamp": NUMBER,
}
ROW = LISTING | {"now_playing": FLAG, "has_archive": FLAG}
PANEL_CHANNEL = {
    "num": int,
    "name": str,
    "stream_type": frozenset({"live"}),
    "type_name": str,
    "stream_id": int,
    "stream_icon": str,
    "epg_channel_id": str | None,
    "added": NUMBER,
    "category_name": str,
    "category_id": ID,
    "series_no": str | None,
    "live": frozenset({"0", "1"}),
    "container_extension": str | None,
    "custom_sid": str | None,
    "tv_archive": FLAG,
    "direct_source": str,
    "tv_archive_duration": int,
}
WHOLE_PANEL = ACCOUNT | {
    "categories": {"live": [CATEGORY], "movie": [], "series": []},
    "available_channels": {"1": PANEL_CHANNEL, "501": PANEL_CHANNEL},
}


def misfits(value: Any, shape: Any, place: str = "") -> list[str]:
    """Answer where a value is not as a shape has it: none where it fits.

    A shape is a type, a pattern of a whole string, a set of values, a dictionary with
    these keys and no others, a list of one shape, of which there is at least one, or an
    empty one.
    """
    match shape:
        case dict():
            if type(value) is not dict or value.keys() != shape.keys():
                return [f"{place} has {list(value)}, not {list(shape)}"]
            pairs = ((value[key], shape[key], f"{place}.{key}") for key in shape)
        case list():
            if type(value) is not list or bool(value) != bool(shape):
                return [f"{place} is {value}"]
            pairs = ((one, shape[0], f"{place}[{n}]") for n, one in enumerate(value))
        case re.Pattern():
            fits = type(value) is str and shape.fullmatch(value)
            return [] if fits else [f"{place} is {value!r}"]
        case frozenset():
            # A truth value equals a number, and is none.
            fits = any(one == value and type(one) is type(value) for one in shape)
            return [] if fits else [f"{place} is {value!r}"]
        case UnionType():
            fits = type(value) in shape.__args__
            return [] if fits else [f"{place} is {value!r}"]
        case _:
            return [] if type(value) is shape else [f"{place} is {value!r}"]
    return [found for pair in pairs for found in misfits(*pair)]


def fill(world: World) -> None:
    """Give the channels all that a field can be about."""
    now = int(datetime.now(UTC).timestamp())
    bare = replace(channel("5.1", "Fünf 🦊"), logo="", guide_id="", archive_days=0)
    world.engine.lineup.all = [channel("1", "One", archive_days=3), bare]
    world.engine.guide.all[1] = [
        Programme(
            channel="guide.1",
            start=now + hour * 3600 - 1800,
            stop=now + hour * 3600 + 1800,
            titles=titles,
            descriptions=descriptions,
        )
        for hour, titles, descriptions in (
            (-1, (Text("Bēfore 🦊", "lv"),), (Text("About", ""),)),
            (0, (Text("Now"),), ()),
            (1, (), ()),
        )
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("path", "fields", "shape"),
    [
        *(
            (API, {"action": action}, ACCOUNT)
            for action in (
                *("", "get_account_info", "get_user_info", "get_server_info"),
                *("get_profile", "user", "get_live_streams_", "../etc", "🦊"),
            )
        ),
        (API, {}, ACCOUNT),
        (API, {"action": "get_live_categories"}, [CATEGORY]),
        (API, {"action": "get_live_streams"}, [STREAM]),
        (API, {"action": "get_live_streams", "category_id": "1"}, [STREAM]),
        (API, {"action": "get_live_streams", "category_id": "99"}, []),
        *(
            (API, {"action": action, "stream_id": "1"}, {"epg_listings": [listing]})
            for action, listing in (
                ("get_short_epg", LISTING),
                ("get_simple_data_table", ROW),
                ("get_simple_date_table", ROW),
                ("get_epg", ROW),
            )
        ),
        (API, {"action": "get_short_epg", "stream_id": "9"}, {"epg_listings": []}),
        (API, {"action": "get_short_epg"}, {"epg_listings": []}),
        (API, {"action": "get_simple_data_table"}, {"epg_listings": []}),
        (PANEL, {}, WHOLE_PANEL),
        (PANEL, {"action": "get_epg", "stream_id": "1"}, [ROW]),
        (PANEL, {"action": "get_epg", "stream_id": "9"}, []),
    ],
)
async def test_each_field_is_of_its_type(
    tmp_path: Path, method: str, path: str, fields: dict[str, str], shape: Any
) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        asked: dict[str, Any] = {"params" if method == "GET" else "data": ANNA | fields}
        async with world.client.request(method, path, **asked) as response:
            assert response.status == 200
            assert response.content_type == "application/json"
            assert misfits(await response.json(), shape) == []


@pytest.mark.parametrize("path", [API, PANEL])
@pytest.mark.parametrize("action", ["", "get_live_streams", "get_short_epg", "what"])
async def test_who_is_not_let_in_is_told_so_in_one_number(
    tmp_path: Path, path: str, action: str
) -> None:
    refused = {"user_info": {"auth": frozenset({0})}}
    async with serving(tmp_path) as world:
        for login in ({}, {"username": "anna", "password": "wrong"}):
            asked = login | {"action": action}
            assert misfits(await world.json(path, params=asked), refused) == []


@pytest.mark.parametrize("account", ACCOUNTS, ids=lambda one: one.username)
async def test_every_account_is_told_in_the_same_types(
    tmp_path: Path, account: Any
) -> None:
    async with serving(tmp_path) as world:
        login = {"username": account.username, "password": account.password}
        assert misfits(await world.json(API, params=login), ACCOUNT) == []


async def test_texts_of_the_guide_are_what_they_were(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        asked = ANNA | {"action": "get_simple_data_table", "stream_id": "1"}
        rows = (await world.json(API, params=asked))["epg_listings"]
        titles = [b64decode(one["title"]).decode() for one in rows]
        assert titles == ["Bēfore 🦊", "Now", ""]
        assert [one["has_archive"] for one in rows] == [1, 0, 0]
        assert [one["now_playing"] for one in rows] == [0, 1, 0]


async def test_a_field_is_taken_wherever_it_stands(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        action = {"action": "get_live_streams", "category_id": "1"}
        for params, data in (
            ({}, ANNA | action),
            (ANNA, action),
            (action, ANNA),
            (ANNA | {"category_id": "99"}, action),
        ):
            url = f"{API}?{urlencode(params)}"
            async with world.client.post(url, data=data) as response:
                assert misfits(await response.json(), [STREAM]) == []


def test_what_does_not_fit_is_found() -> None:
    shape = {"a": NUMBER, "b": [int], "c": str | None, "d": FLAG}
    good = {"a": "1", "b": [2], "c": None, "d": 0}
    assert misfits(good, shape) == []
    for wrong in (
        *({"a": 1}, {"a": ""}, {"b": []}, {"b": ["2"]}, {"b": [True]}, {"b": None}),
        *({"c": 0}, {"d": "0"}, {"d": False}, {"d": 2}, {"e": 1}),
    ):
        assert len(misfits(good | wrong, shape)) == 1, wrong
    assert misfits([], shape) == [" has [], not ['a', 'b', 'c', 'd']"]
