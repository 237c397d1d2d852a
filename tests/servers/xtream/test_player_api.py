"""The Xtream server, in the exact types that strict players read."""

import asyncio
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from custom_components.telecast.formats.xmltv import Programme, Text
from tests.fakes.engine import FakeEngine, channel
from tests.fakes.packager import MASTER

from ..world import ACCOUNTS, serving

ANNA = {"username": "anna", "password": "secret-1"}
ODD_NAME = 'Fox <&" Friends 🦊'
REFUSED = {"user_info": {"auth": 0}}
API = "/player_api.php"


def asking(action: str, **fields: Any) -> dict[str, Any]:
    return {"params": ANNA | {"action": action} | fields}


def programme(start: int, stop: int, title: str) -> Programme:
    return Programme(
        channel="guide.1",
        start=start,
        stop=stop,
        titles=(Text(title, "de"),),
        descriptions=(Text(f"About {title}", "de"),),
    )


def fill_guide(engine: FakeEngine, now: int) -> None:
    """Six programmes of an hour each, the second of which is on now."""
    first = now - 5400
    engine.guide.all[1] = [
        programme(first + n * 3600, first + (n + 1) * 3600, f"{ODD_NAME} {n}")
        for n in range(6)
    ]


async def test_login_answers_account_and_server_in_exact_types(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        answer = await world.json(API, params=ANNA)
        user, server = answer["user_info"], answer["server_info"]
        assert {name: type(value) for name, value in user.items()} == {
            "username": str,
            "password": str,
            "message": str,
            "auth": int,
            "status": str,
            "exp_date": str,
            "is_trial": str,
            "active_cons": str,
            "created_at": str,
            "max_connections": str,
            "allowed_output_formats": list,
        }
        assert user["auth"] == 1
        assert user["status"] == "Active"
        assert user["active_cons"] == "0"
        assert user["max_connections"] == "2"
        assert user["allowed_output_formats"] == ["m3u8", "ts"]
        assert int(user["exp_date"]) == 2**31 - 1

        assert server["url"] == "127.0.0.1"
        assert server["port"] == world.base.rpartition(":")[2]
        assert type(server["https_port"]) is str
        assert type(server["rtmp_port"]) is str
        assert server["server_protocol"] == "http"
        assert server["timezone"] == "Europe/Berlin"
        assert type(server["timestamp_now"]) is int
        then = datetime.fromtimestamp(
            server["timestamp_now"], ZoneInfo("Europe/Berlin")
        )
        assert server["time_now"] == then.strftime("%Y-%m-%d %H:%M:%S")
        assert server["process"] is True


async def test_the_public_address_is_the_servers(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        public = "https://tv.example.org:8443"
        world.engine.settings = replace(world.engine.settings, public_url=public)
        server = (await world.json(API, params=ANNA))["server_info"]
        assert server["url"] == "tv.example.org"
        assert server["server_protocol"] == "https"
        assert server["https_port"] == "8443"


async def test_fields_come_by_query_or_form(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        post = world.client.post
        action = {"action": "get_live_categories"}
        for request in (
            post(API, params=ANNA | action),
            post(API, data=ANNA | action),
            post(API, params=ANNA, data=action),
            post(API, params={"password": "old"} | action, data=ANNA),
        ):
            async with request as response:
                assert (await response.json())[0]["category_name"] == "News"


@pytest.mark.parametrize(
    "action", ["", "get_account_info", "get_user_info", "get_server_info", "<what>"]
)
async def test_what_nobody_understands_gets_the_account(
    tmp_path: Path, action: str
) -> None:
    async with serving(tmp_path) as world:
        answer = await world.json(API, **asking(action))
        assert answer["user_info"]["auth"] == 1
        assert answer["server_info"]["timezone"] == "Europe/Berlin"


async def test_categories_and_channels_are_those_of_the_account(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        cartoon = channel("7", ODD_NAME, group="Cartoons", group_id=2)
        world.engine.lineup.all.append(cartoon)
        assert await world.json(API, **asking("get_live_categories")) == [
            {"category_id": "1", "category_name": "News", "parent_id": 0},
            {"category_id": "2", "category_name": "Cartoons", "parent_id": 0},
        ]
        kid = {"username": "kid", "password": "secret-4"}
        assert await world.json(
            API, params=kid | {"action": "get_live_categories"}
        ) == [{"category_id": "2", "category_name": "Cartoons", "parent_id": 0}]
        [stream] = await world.json(API, params=kid | {"action": "get_live_streams"})
        assert stream["name"] == ODD_NAME
        assert stream["stream_id"] == 7
        assert await world.status("/live/kid/secret-4/7.ts", "HEAD") == 200
        assert await world.status("/live/kid/secret-4/1.ts", "HEAD") == 404
        listings = await world.json(
            API, params=kid | {"action": "get_short_epg", "stream_id": "1"}
        )
        assert listings == {"epg_listings": []}


@pytest.mark.parametrize(
    ("category", "ids"),
    [
        (None, [1, 501, 7]),
        ("", [1, 501, 7]),
        ("*", [1, 501, 7]),
        ("0", [1, 501, 7]),
        ("1", [1, 501]),
        ("2", [7]),
        ("9", []),
        ("x", []),
        ("-1", []),
        ("9" * 5000, []),
    ],
)
async def test_streams_by_category(
    tmp_path: Path, category: str | None, ids: list[int]
) -> None:
    async with serving(tmp_path) as world:
        cartoon = channel("7", "Seven", group="Cartoons", group_id=2)
        world.engine.lineup.all.append(cartoon)
        fields = {} if category is None else {"category_id": category}
        streams = await world.json(API, **asking("get_live_streams", **fields))
        assert [one["stream_id"] for one in streams] == ids


async def test_films_and_series_are_empty_in_the_shapes_of_a_panel(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        for action in (
            "get_vod_categories",
            "get_vod_streams",
            "get_series_categories",
            "get_series",
        ):
            assert await world.json(API, **asking(action)) == []
        assert await world.json(API, **asking("get_vod_info", vod_id="1")) == {
            "info": {},
            "movie_data": {},
        }
        assert await world.json(API, **asking("get_series_info", series_id="1")) == {
            "seasons": [],
            "info": {},
            "episodes": {},
        }


async def test_the_short_guide_is_what_is_on_and_what_follows(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        now = int(datetime.now(UTC).timestamp())
        fill_guide(world.engine, now)
        answer = await world.json(API, **asking("get_short_epg", stream_id="1"))
        listings = answer["epg_listings"]
        assert [b64decode(one["title"]).decode() for one in listings] == [
            f"{ODD_NAME} {n}" for n in range(1, 5)
        ]
        first = listings[0]
        assert b64decode(first["description"]).decode() == f"About {ODD_NAME} 1"
        assert first["channel_id"] == "guide.1"
        assert first["start_timestamp"] == str(now - 1800)
        assert first["stop_timestamp"] == str(now + 1800)
        begin = datetime.fromtimestamp(now - 1800, ZoneInfo("Europe/Berlin"))
        assert first["start"] == begin.strftime("%Y-%m-%d %H:%M:%S")
        assert type(first["id"]) is type(first["epg_id"]) is str
        assert len({one["id"] for one in listings}) == 4

        two = await world.json(API, **asking("get_short_epg", stream_id="1", limit="2"))
        assert two["epg_listings"] == listings[:2]


@pytest.mark.parametrize("action", ["get_simple_data_table", "get_simple_date_table"])
async def test_the_table_is_the_whole_guide_and_marks_what_is_on(
    tmp_path: Path, action: str
) -> None:
    async with serving(tmp_path) as world:
        noon = datetime.now(ZoneInfo("Europe/Berlin"))
        fill_guide(world.engine, int(noon.timestamp()))
        world.engine.lineup.all[0] = channel("1", "One", archive_days=1)
        answer = await world.json(API, **asking(action, stream_id="1"))
        assert [one["now_playing"] for one in answer["epg_listings"]] == [
            0,
            1,
            0,
            0,
            0,
            0,
        ]
        assert b64decode(answer["epg_listings"][0]["title"]).decode() == f"{ODD_NAME} 0"


@pytest.mark.parametrize("stream_id", ["", "9", "one", "9" * 5000, "-1", "1.5"])
@pytest.mark.parametrize("action", ["get_short_epg", "get_simple_data_table"])
async def test_the_guide_of_no_channel_is_empty(
    tmp_path: Path, action: str, stream_id: str
) -> None:
    async with serving(tmp_path) as world:
        answer = await world.json(API, **asking(action, stream_id=stream_id))
        assert answer == {"epg_listings": []}


@pytest.mark.parametrize(
    ("login", "status"),
    [
        ({"username": "old", "password": "secret-2"}, "Expired"),
        ({"username": "off", "password": "secret-3"}, "Disabled"),
    ],
)
async def test_an_account_that_may_not_watch_is_told_why_and_gets_nothing(
    tmp_path: Path, login: dict[str, str], status: str
) -> None:
    async with serving(tmp_path) as world:
        user = (await world.json(API, params=login))["user_info"]
        assert (user["auth"], user["status"]) == (1, status)
        for action in ("get_live_categories", "get_live_streams"):
            assert await world.json(API, params=login | {"action": action}) == []
        short = login | {"action": "get_short_epg", "stream_id": "1"}
        assert await world.json(API, params=short) == {"epg_listings": []}
        panel = await world.json("/panel_api.php", params=login)
        assert panel["available_channels"] == {}
        for path in ("/get.php", "/xmltv.php"):
            assert await world.status(path, params=login) == 403
        name, password = login.values()
        for path in (f"/live/{name}/{password}/1.ts", f"/{name}/{password}/1"):
            assert await world.status(path) == 403
            assert await world.status(path, "HEAD") == 403
        assert world.engine.opened == 0


async def test_an_account_watches_as_much_as_it_may(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        engine = world.engine
        engine.lineup.all.append(channel("2", "Two"))
        for one in engine.lineup.all:
            engine.faucet(one.id).pour(b"picture")
        ask = world.client.get
        async with (
            ask("/live/anna/secret-1/1.ts", headers={"User-Agent": "TV"}),
            ask("/live/anna/secret-1/501.ts", headers={"User-Agent": "Phone"}),
        ):
            user = (await world.json(API, params=ANNA))["user_info"]
            assert user["active_cons"] == "2"
            path = "/live/anna/secret-1/2.ts"
            async with ask(path, headers={"User-Agent": "Tablet"}) as response:
                assert response.status == 403
                assert "One" in await response.text()
        assert engine.faucet(2).opened == 0
        while engine.sessions.active:
            await asyncio.sleep(0)


async def test_hls_leads_to_a_ticket_without_a_password(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for path in ("/live/anna/secret-1/1.m3u8", "/anna/secret-1/1.M3U8"):
            async with world.client.get(path, allow_redirects=False) as response:
                assert response.status == 302
                there = response.headers["Location"]
            assert there.startswith(f"{world.base}/telecast/hls/")
            assert "secret" not in there
            assert await world.text(there.removeprefix(world.base)) == MASTER
            (session,) = world.engine.sessions.active
            assert (session.account, session.protocol) == ("anna", "xtream")
            async with world.client.head(path, allow_redirects=False) as response:
                assert response.status == 200
                assert response.content_type == "application/vnd.apple.mpegurl"
            world.engine.sessions.end(session.id, "left")
        assert world.engine.opened == 0


async def test_names_and_passwords_may_be_odd(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        name, password = 'a/b?c&d "é🦊', "p%2F#{id}+ "
        odd = replace(ACCOUNTS[0], username=name, password=password)
        world.engine.accounts.replace([odd])
        login = {"username": name, "password": password}
        assert (await world.json(API, params=login))["user_info"]["username"] == name
        playlist = await world.text("/get.php", params=login)
        link = next(line for line in playlist.splitlines() if "/live/" in line)
        async with world.client.head(link.removeprefix(world.base)) as response:
            assert response.status == 200


async def test_a_wrong_password_is_answered_as_panels_do(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        wrong = {"username": "anna", "password": "wrong"}
        for login in (wrong, {"username": "nobody", "password": "secret-1"}, {}):
            assert await world.json(API, params=login) == REFUSED
            assert await world.json("/panel_api.php", params=login) == REFUSED
            assert await world.status("/get.php", params=login) == 401
        assert await world.status("/xmltv.php", params={}) == 401
        assert await world.status("/live/anna/wrong/1.ts") == 401
        assert await world.status("/anna/wrong/1") == 404
        assert await world.status("/nobody/at-all/1", "HEAD") == 404
        assert world.engine.opened == 0
