"""Playlist, guide and panel document of an account."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import pytest

from custom_components.telecast.formats import m3u
from tests.fakes.engine import channel

from ..world import serving

ANNA = {"username": "anna", "password": "secret-1"}
KODI = "Kodi/21.2 (Linux; Android 14; Chromecast) Android/14 App_Bitness/64"
KID = {"username": "kid", "password": "secret-4"}


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_playlist_holds_streams_that_play_and_a_guide_that_comes(
    tmp_path: Path, method: str
) -> None:
    async with serving(tmp_path) as world:
        where = "params" if method == "GET" else "data"
        facts: dict[str, Any] = {where: ANNA | {"type": "m3u_plus", "output": "ts"}}
        async with world.client.request(method, "/get.php", **facts) as response:
            assert response.status == 200
            assert response.content_type == "audio/x-mpegurl"
            disposition = response.headers["Content-Disposition"]
            assert disposition == 'attachment; filename="tv_channels_anna_plus.m3u"'
            text = await response.text()
        entries = m3u.parse(text.encode())
        assert [urlsplit(one.url).path for one in entries] == [
            "/live/anna/secret-1/1.ts",
            "/live/anna/secret-1/501.ts",
        ]
        assert all(one.url.startswith(world.base) for one in entries)
        guide = urlsplit(text.partition('url-tvg="')[2].partition('"')[0])
        assert guide.path == "/xmltv.php"
        assert parse_qs(guide.query) == {name: [value] for name, value in ANNA.items()}


@pytest.mark.parametrize(
    ("output", "extension"),
    [
        *(("", "ts"), ("ts", "ts"), ("mpegts", "ts"), ("rtmp", "ts")),
        *(("m3u8", "m3u8"), ("hls", "m3u8")),
    ],
)
async def test_the_playlist_leads_to_the_output_that_is_asked_for(
    tmp_path: Path, output: str, extension: str
) -> None:
    async with serving(tmp_path) as world:
        text = await world.text("/get.php", params=ANNA | {"output": output})
        assert f"/live/anna/secret-1/1.{extension}" in text


@pytest.mark.parametrize("agent", [KODI, "KodifromDebian/20.1 (X11; Linux x86_64)"])
async def test_kodi_is_told_what_streams_are_lest_it_open_them_to_find_out(
    tmp_path: Path, agent: str
) -> None:
    async with serving(tmp_path) as world:

        async def told(agent: str, output: str) -> bool:
            text = await world.text(
                "/get.php",
                params=ANNA | {"output": output},
                headers={"User-Agent": agent},
            )
            return "#KODIPROP:mimetype=video/mp2t\n" in text

        assert await told(agent, "ts")
        # Of HLS it is sure by the address alone.
        assert not await told(agent, "m3u8")
        assert not await told("VLC/3.0.20 LibVLC/3.0.20", "ts")


@pytest.mark.parametrize(
    ("type", "plus"),
    [
        *(("m3u_plus", True), ("", True), ("gigablue", True), ("M3U", True)),
        ("m3u", False),
    ],
)
async def test_the_plain_playlist_has_no_attributes(
    tmp_path: Path, type: str, plus: bool
) -> None:
    async with (
        serving(tmp_path) as world,
        world.client.get("/get.php", params=ANNA | {"type": type}) as response,
    ):
        assert response.status == 200
        assert ("tvg-id" in await response.text()) == plus
        name = f"tv_channels_anna{'_plus' if plus else ''}.m3u"
        disposition = response.headers["Content-Disposition"]
        assert disposition == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    ("asked", "days"), [("", 0), ("3", 3), ("999", 14), ("x", 0), ("-1", 0)]
)
async def test_the_guide_holds_the_accounts_channels_and_days_gone_by(
    tmp_path: Path, asked: str, days: int
) -> None:
    async with serving(tmp_path) as world:
        cartoon = channel("7", "Seven", group="Cartoons", group_id=2)
        world.engine.lineup.all.append(cartoon)
        text = await world.text("/xmltv.php", params=KID | {"prev_days": asked})
        assert f"days_back={days} days_ahead=None" in text
        ids = [one.get("id") for one in ET.fromstring(text).iter("channel")]
        assert ids == ["guide.7"]


@pytest.mark.parametrize(
    ("asked", "days"),
    [
        ({"days": "3"}, 3),
        ({"next_days": "5"}, 5),
        ({"days": "x", "next_days": "5"}, 5),
        ({"days": "999"}, 30),
        ({"days": "0"}, None),
        ({"days": "-1"}, None),
    ],
)
async def test_the_guide_goes_as_far_ahead_as_is_asked(
    tmp_path: Path, asked: dict[str, str], days: int | None
) -> None:
    async with serving(tmp_path) as world:
        text = await world.text("/xmltv.php", params=ANNA | asked)
        assert f"days_back=0 days_ahead={days}" in text
        action = ANNA | asked | {"action": "xmltv"}
        assert await world.text("/player_api.php", params=action) == text


async def test_the_panel_document_holds_everything(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all += [channel(str(n), f"C{n}") for n in range(1000, 1500)]
        document = await world.json("/panel_api.php", params=ANNA)
        assert document["user_info"]["auth"] == 1
        assert document["server_info"]["timezone"] == "Europe/Berlin"
        assert document["categories"] == {
            "live": [{"category_id": "1", "category_name": "News", "parent_id": 0}],
            "movie": [],
            "series": [],
        }
        channels = document["available_channels"]
        assert len(channels) == 502
        assert [one["num"] for one in channels.values()] == list(range(1, 503))
        first = channels["1"]
        assert first["stream_id"] == 1
        assert first["category_name"] == "News"
        assert first["category_id"] == "1"
        assert first["live"] == "1"


async def test_the_panel_document_of_an_empty_lineup_is_well_formed(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all.clear()
        document = await world.json("/panel_api.php", params=ANNA)
        assert document["available_channels"] == {}
        assert await world.status("/panel_api.php", "HEAD", params=ANNA) == 200
        guide = ANNA | {"action": "get_epg", "stream_id": "1"}
        assert await world.json("/panel_api.php", params=guide) == []
