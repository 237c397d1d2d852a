"""What providers and strangers send: each gets its error, and changes nothing."""

import asyncio
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
import gzip
import json
from typing import Any
from xml.parsers import expat

import aiohttp
import pytest

from scripts.workbench.websocket import RefusedError

from .viewer import watching
from .world import ALL_CHANNELS, LOGIN, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD_NAME = 'Fox <&" Friends 🦊'
MEGABYTE = 1 << 20
GUESS = "canary-guess"

HTML = b"<!DOCTYPE html><html><body>Your account has expired</body></html>"
GOOD = b"#EXTM3U\n#EXTINF:-1,One\nhttp://127.0.0.1:1/1.ts\n"
PACKED = gzip.compress(GOOD * 1000)
LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE tv [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<tv><channel id="x"><display-name>&d;</display-name></channel></tv>"""


def bomb() -> bytes:
    """Answer a small archive that becomes a gigabyte."""
    return gzip.compress(b"#EXTM3U\n" + bytes(1024 * MEGABYTE), compresslevel=1)


@pytest.mark.parametrize(
    ("status", "make", "error"),
    [
        (403, lambda: b"", "cannot_connect"),
        (404, lambda: b"", "cannot_connect"),
        (200, lambda: HTML, "not_a_playlist"),
        (200, lambda: b"", "empty_playlist"),
        (200, lambda: b"\x00\x01\x02", "not_a_playlist"),
        (200, lambda: b"#EXTM3U\n", "empty_playlist"),
        (200, lambda: PACKED[: len(PACKED) // 2], "not_a_playlist"),
        (200, lambda: b"#EXTM3U\n" + b"a" * (50 * MEGABYTE), "empty_playlist"),
        (200, bomb, "too_large"),
    ],
    ids=[
        "403",
        "404",
        "a page",
        "an empty file",
        "three bytes",
        "no channel",
        "half an archive",
        "50 MB on one line",
        "a bomb",
    ],
)
async def test_a_bad_playlist_is_named_in_the_form(
    world: World, status: int, make: Callable[[], bytes], error: str
) -> None:
    world.provider.documents["bad.m3u"] = (status, make())
    url = f"{world.provider.url}/documents/bad.m3u"
    step = await world.add("playlist", name="Bad", url=url)
    assert (step["type"], step["errors"]) == ("form", {"url": error})


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:1/dead.m3u", "cannot_connect"),
        ("/etc/passwd", "path_not_allowed"),
        ("file:///etc/passwd", "path_not_allowed"),
    ],
)
async def test_a_bad_address_is_named_in_the_form(
    world: World, url: str, error: str
) -> None:
    step = await world.add("playlist", name="Bad", url=url)
    assert (step["type"], step["errors"]) == ("form", {"url": error})


async def test_a_refresh_that_comes_back_bad_changes_nothing(world: World) -> None:
    documents = world.provider.documents
    documents["changing.m3u"] = (200, playlist_of(100))
    url = f"{world.provider.url}/documents/changing.m3u"
    await world.add_playlist("Changing", url, channels=100)
    # What is asked for joins a round that is under way, and its channels come early.
    await refresh(world, "changing", connected="on")
    before = await lineup(world)
    for bad in (b"", HTML, playlist_of(10), b"#EXTM3U\n"):
        documents["changing.m3u"] = (200, bad)
        await refresh(world, "changing", connected="off")
        assert await lineup(world) == before
        documents["changing.m3u"] = (200, playlist_of(100))
        await refresh(world, "changing", connected="on")
    assert await lineup(world) == before


def playlist_of(channels: int) -> bytes:
    """Answer a playlist of so many channels."""
    entries = (
        f"#EXTINF:-1 tvg-id=c{number},Channel {number}\nhttp://127.0.0.1:1/{number}.ts\n"
        for number in range(channels)
    )
    return "".join(("#EXTM3U\n", *entries)).encode()


async def lineup(world: World) -> list[dict[str, object]]:
    """Answer the whole line-up as a tuner tells it."""
    found: list[dict[str, object]] = json.loads(await text(world, "/lineup.json"))
    return found


async def text(world: World, path: str) -> str:
    """Answer a document that must be there."""
    async with aiohttp.ClientSession() as client, client.get(world.url(path)) as answer:
        assert answer.status == 200
        return await answer.text()


async def refresh(world: World, name: str, *, connected: str) -> None:
    """Press a playlist's button, and wait until its sensor says how it went."""
    refused = pytest.raises(RefusedError) if connected == "off" else nullcontext()
    with refused:
        await world.frontend.act("button", "press", entity_id=f"button.{name}_refresh")
    await world.frontend.until(
        f"binary_sensor.{name}_connected", lambda state: state["state"] == connected
    )


async def test_addresses_that_name_files_are_not_opened(world: World) -> None:
    world.provider.documents["files.m3u"] = (
        200,
        b"#EXTM3U\n"
        b"#EXTINF:-1 tvg-chno=901,File\nfile:///etc/passwd\n"
        b"#EXTINF:-1 tvg-chno=902,Concat\nconcat:/etc/passwd|/etc/hosts\n"
        b"#EXTINF:-1 tvg-chno=903,Path\n/etc/passwd\n"
        b"#EXTINF:-1 tvg-chno=904,Good\n%s/live/1.ts\n" % world.provider.url.encode(),
    )
    step = await world.add(
        "playlist", name="Files", url=f"{world.provider.url}/documents/files.m3u"
    )
    assert step["type"] == "create_entry"
    await world.frontend.until(
        "sensor.files_channels", lambda state: state["state"] in ("1", "2", "3", "4")
    )
    for number in (901, 902, 903):
        async with watching(world.url(f"/auto/v{number}")) as viewer:
            assert viewer.status in (404, 503)
            await viewer.until(lambda viewer: viewer.ended)
            assert b"root:" not in viewer.data
    async with watching(world.url("/auto/v904")) as viewer:
        await viewer.until_it_plays()


async def test_an_odd_name_is_told_truly_everywhere(world: World) -> None:
    world.provider.documents["odd.m3u"] = (
        200,
        f"#EXTM3U\n#EXTINF:-1 tvg-chno=910,{ODD_NAME}\nhttp://127.0.0.1:1/1\n".encode(),
    )
    url = f"{world.provider.url}/documents/odd.m3u"
    await world.add_playlist("Odd", url, channels=1)
    assert ODD_NAME in {entry["GuideName"] for entry in await lineup(world)}
    assert f",{ODD_NAME}\n" in await text(world, "/telecast/playlist.m3u")
    streams = json.loads(
        await text(world, f"/player_api.php?{LOGIN.query}&action=get_live_streams")
    )
    assert ODD_NAME in {stream["name"] for stream in streams}
    for path in ("/lineup.xml", "/telecast/guide.xml"):
        assert ODD_NAME in text_of_xml(await text(world, path))


def text_of_xml(document: str) -> str:
    """Answer all text of a well-formed document."""
    texts: list[str] = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = texts.append
    parser.Parse(document, True)
    return "".join(texts)


@pytest.mark.parametrize(
    ("path", "header"),
    [
        ("/auto/v99999", "801"),
        ("/tuner0/v99999", "801"),
        ("/telecast/stream/99999.ts", ""),
        ("/live/{login}/99999.ts", ""),
        ("/{login}/99999", ""),
    ],
)
async def test_an_unknown_channel_is_not_found(
    world: World, path: str, header: str
) -> None:
    async with watching(world.url(path)) as viewer:
        assert viewer.status == 404
        assert viewer.headers.get("X-HDHomeRun-Error", "").startswith(header)


CUT_OFF = b"""<?xml version="1.0"?><tv>
<channel id="c0"><display-name>Channel 0</display-name></channel>
<programme channel="c0" start="%s"><title>Before the break</title></programme>
<programme channel="c0" start="%s"><title>In the br"""


def cut_off() -> bytes:
    """Answer a guide that ends in the middle of a show."""
    hours = (f"{datetime.now(UTC) + timedelta(hours=h):%Y%m%d%H%M%S}" for h in (1, 2))
    return CUT_OFF % tuple(hour.encode() for hour in hours)


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (cut_off, None),
        (lambda: LAUGHS, "not_a_guide"),
        (lambda: gzip.compress(b"<tv>" + bytes(1024 * MEGABYTE), 1), "too_large"),
        (lambda: HTML, "not_a_guide"),
        (lambda: b"", "not_a_guide"),
    ],
    ids=["cut off", "laughs", "a bomb", "a page", "nothing"],
)
async def test_a_bad_guide_leaves_the_channels_alone(
    world: World, make: Callable[[], bytes], error: str | None
) -> None:
    before = await lineup(world)
    documents = world.provider.documents
    documents["guide.xml"] = (200, make())
    documents["guided.m3u"] = (200, playlist_of(1))
    step = await world.add(
        "playlist",
        name="Guided",
        url=f"{world.provider.url}/documents/guided.m3u",
        epg_urls=[f"{world.provider.url}/documents/guide.xml"],
    )
    assert step["type"] == "create_entry", step
    await world.frontend.until("sensor.guided_channels", is_known)
    await refresh(world, "guided", connected="on")
    async with asyncio.timeout(5):
        await world.frontend.until(
            "binary_sensor.guided_connected",
            lambda state: state["attributes"]["guide_error"] == error,
        )
    guide = await text(world, "/telecast/guide.xml")
    assert ("Before the break" in guide) is (error is None)
    entry = await world.entry()
    for subentry in await world.frontend.subentries(entry):
        if subentry["title"] == "Guided":
            await world.frontend.remove_subentry(entry, subentry["subentry_id"])
    await world.frontend.until(
        ALL_CHANNELS, lambda state: state["state"] == str(len(before))
    )
    assert await lineup(world) == before


def is_known(state: dict[str, Any]) -> bool:
    """Tell whether an entity has something to say."""
    return state["state"] not in ("unknown", "unavailable")


async def test_a_thousand_wrong_passwords_tell_nothing_and_lock_nobody_out(
    world: World,
) -> None:
    good = f"/player_api.php?{LOGIN.query}"
    assert json.loads(await text(world, good))["user_info"]["auth"] == 1
    wrong = world.url(f"/player_api.php?username={LOGIN.username}&password={GUESS}")
    stream = world.url(f"/live/{LOGIN.username}/{GUESS}/1.ts")
    async with aiohttp.ClientSession() as client:
        for number in range(1000):
            async with client.get(wrong if number % 2 else stream) as answer:
                body = await answer.text()
                assert answer.status in (200, 401, 403, 429)
                assert answer.status != 200 or '"auth": 0' in body or '"auth":0' in body
    assert json.loads(await text(world, good))["user_info"]["auth"] == 1
    assert await world.frontend.get("/api/")
    lines = [line for line in world.home.log.lines if "login" in line.lower()]
    assert len(lines) < 10
    assert not any(GUESS in line for line in world.home.log.lines)
