"""Long answers come compressed and tagged, from the real line-up, to a real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import gzip
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from multidict import CIMultiDictProxy
import pytest

from custom_components.telecast.formats import m3u
from tests.engine.storage import guide, numbered, open_storage, programme

from ..world import World, serving

ANNA = {"username": "anna", "password": "secret-1"}
COUNT = 300
LONG = {
    "/player_api.php": {"action": "get_live_streams"},
    "/get.php": {"type": "m3u_plus"},
    "/xmltv.php": {},
}
TAGGED = [
    *LONG.items(),
    ("/player_api.php", {"action": "get_live_categories"}),
    ("/player_api.php", {"action": "get_simple_data_table", "stream_id": "1"}),
    ("/player_api.php", {"action": "get_short_epg", "stream_id": "1"}),
]
PLAIN, PACKED = {"Accept-Encoding": "identity"}, {"Accept-Encoding": "gzip, deflate"}


@asynccontextmanager
async def serving_storage(folder: Path) -> AsyncIterator[World]:
    """Serve what was really imported."""
    async with open_storage(folder / "storage") as storage, serving(folder) as world:
        await storage.playlist(numbered(COUNT))
        shows = (programme(f"Show {n}", n, channel="c1") for n in range(6))
        await storage.xmltv(guide(*shows))
        world.engine.lineup = storage.lineup
        world.engine.guide = storage.guide
        world.engine.films = storage.films
        world.engine.documents = storage.documents
        yield world


async def ask(
    world: World, path: str, fields: dict[str, str], headers: dict[str, str]
) -> tuple[int, CIMultiDictProxy[str], bytes]:
    """Answer what really came over the wire, not unpacked by the client."""
    async with world.client.get(
        path, params=ANNA | fields, headers=headers, auto_decompress=False
    ) as response:
        return response.status, response.headers, await response.read()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "storage").mkdir()
    return tmp_path


@pytest.mark.parametrize(("path", "fields"), LONG.items())
async def test_a_long_answer_comes_compressed_to_who_takes_that(
    folder: Path, path: str, fields: dict[str, str]
) -> None:
    async with serving_storage(folder) as world:
        status, headers, plain = await ask(world, path, fields, PLAIN)
        assert status == 200
        assert "Content-Encoding" not in headers
        assert headers["Content-Length"] == str(len(plain))
        for _ in range(2):
            status, headers, packed = await ask(world, path, fields, PACKED)
            assert (status, headers["Content-Encoding"]) == (200, "gzip")
            assert "Accept-Encoding" in headers["Vary"]
            assert headers["Content-Length"] == str(len(packed))
            assert gzip.decompress(packed) == plain
            assert len(packed) < len(plain) / 3


@pytest.mark.parametrize(("path", "fields"), TAGGED)
@pytest.mark.parametrize("encoding", [PLAIN, PACKED], ids=["plain", "packed"])
async def test_who_has_it_already_is_told_so(
    folder: Path, path: str, fields: dict[str, str], encoding: dict[str, str]
) -> None:
    async with serving_storage(folder) as world:
        status, headers, body = await ask(world, path, fields, encoding)
        assert (status, bool(body)) == (200, True)
        assert headers["Cache-Control"] == "private, no-cache"
        again = encoding | {"If-None-Match": headers["ETag"]}
        status, known, body = await ask(world, path, fields, again)
        assert (status, body) == (304, b"")
        assert known["ETag"] == headers["ETag"]
        other = encoding | {"If-None-Match": '"other"'}
        assert (await ask(world, path, fields, other))[0] == 200


@pytest.mark.parametrize(("path", "fields"), [*TAGGED, ("/panel_api.php", {})])
async def test_a_head_has_no_body_whatever_the_client_takes(
    folder: Path, path: str, fields: dict[str, str]
) -> None:
    async with serving_storage(folder) as world:
        for _ in range(2):  # on one connection, where a body would be in the way
            async with world.client.head(
                path, params=ANNA | fields, headers=PACKED
            ) as response:
                assert response.status == 200
                assert await response.read() == b""
                assert response.headers["Content-Type"]


async def test_a_tag_is_of_what_the_line_up_was(folder: Path) -> None:
    path, fields = "/player_api.php", {"action": "get_live_streams"}
    async with serving_storage(folder) as world:
        _, headers, before = await ask(world, path, fields, PACKED)
        channel = (await world.engine.lineup.channels(limit=1))[0]
        await world.engine.lineup.update(channel.id, name="Renamed")
        again = PACKED | {"If-None-Match": headers["ETag"]}
        status, changed, after = await ask(world, path, fields, again)
        assert status == 200
        assert changed["ETag"] != headers["ETag"]
        assert before != after
        assert json.loads(gzip.decompress(after))[0]["name"] == "Renamed"


async def test_what_comes_is_all_of_it(folder: Path) -> None:
    async with serving_storage(folder) as world:
        asked: dict[str, Any] = {"headers": PACKED}
        streams = await world.json(
            "/player_api.php", params=ANNA | LONG["/player_api.php"], **asked
        )
        assert [one["num"] for one in streams] == list(range(1, COUNT + 1))
        playlist = await world.text("/get.php", params=ANNA | LONG["/get.php"], **asked)
        assert len(list(m3u.parse(playlist.encode()))) == COUNT
        xml = ET.fromstring(await world.text("/xmltv.php", params=ANNA, **asked))
        assert len(xml.findall("channel")) == COUNT
        titles = [one.findtext("title") for one in xml.findall("programme")]
        assert {f"Show {n}" for n in range(6)} <= set(titles)
        panel = await world.json("/panel_api.php", params=ANNA, **asked)
        assert len(panel["available_channels"]) == COUNT
        status, headers, body = await ask(world, "/panel_api.php", {}, PACKED)
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        unpacked = json.loads(gzip.decompress(body))
        assert unpacked["available_channels"] == panel["available_channels"]


async def test_a_short_answer_is_not_worth_compressing(folder: Path) -> None:
    async with serving_storage(folder) as world:
        fields = {"action": "get_live_categories"}
        status, headers, body = await ask(world, "/player_api.php", fields, PACKED)
        assert status == 200
        assert "Content-Encoding" not in headers
        assert json.loads(body)[0].keys() == {
            "category_id",
            "category_name",
            "parent_id",
        }
