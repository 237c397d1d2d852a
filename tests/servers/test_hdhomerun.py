"""The emulated HDHomeRun, as Plex, Jellyfin and Home Assistant ask it."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

from aiohttp import ClientResponse
import pytest

from custom_components.telecast.engine.errors import (
    NoDataError,
    SourceBusyError,
    StreamClosedError,
    TelecastError,
    TuneFailedError,
    UnsupportedStreamError,
)
from tests.fakes.engine import channel

from .world import World, serving

ODD_NAME = 'Fox <&" Friends 🦊'


async def watch(world: World, path: str, **facts: str) -> ClientResponse:
    """Ask for a stream as another viewer, told apart by the user agent."""
    return await world.client.get(path, headers={"User-Agent": facts.get("as", "TV")})


async def test_discover_says_what_plex_reads_in_the_types_it_reads(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        document = await world.json("/discover.json")
        assert document["FriendlyName"] == "Telecast"
        assert document["DeviceID"] == world.engine.identity.device_id
        assert document["DeviceAuth"] == world.engine.identity.device_auth
        assert document["BaseURL"] == world.base
        assert document["LineupURL"] == f"{world.base}/lineup.json"
        assert type(document["TunerCount"]) is int
        assert document["TunerCount"] == 4


async def test_the_lineup_is_the_same_in_three_forms(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all.append(channel("7", ODD_NAME))
        names = ["One", "Five", ODD_NAME]
        numbers = ["1", "5.1", "7"]
        urls = [f"{world.base}/auto/v{number}" for number in numbers]

        entries = await world.json("/lineup.json")
        assert [one["GuideName"] for one in entries] == names
        assert [one["GuideNumber"] for one in entries] == numbers
        assert [one["URL"] for one in entries] == urls

        programs = ET.fromstring(await world.text("/lineup.xml"))
        assert [one.findtext("GuideName") for one in programs] == names
        assert [one.findtext("URL") for one in programs] == urls

        playlist = await world.text("/lineup.m3u")
        assert playlist.startswith("#EXTM3U")
        assert [line for line in playlist.splitlines() if "/auto/" in line] == urls


@pytest.mark.parametrize("path", ["/lineup.json", "/lineup.xml", "/lineup.m3u"])
async def test_a_lineup_that_a_client_has_already_is_not_sent_again(
    tmp_path: Path, path: str
) -> None:
    async with serving(tmp_path) as world:
        async with world.client.get(path) as response:
            assert response.headers["Content-Type"].endswith("; charset=utf-8")
            tag = response.headers["ETag"]
            when = response.headers["Last-Modified"]
        for header in ({"If-None-Match": tag}, {"If-Modified-Since": when}):
            assert await world.status(path, headers=header) == 304
        world.engine.lineup.all.append(channel("8", "Eight"))
        assert await world.status(path, headers={"If-None-Match": tag}) == 200


async def test_an_empty_lineup_holds_a_placeholder_so_that_setups_go_on(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all.clear()
        [entry] = await world.json("/lineup.json")
        assert entry["GuideNumber"] == "1"
        assert entry["URL"] == f"{world.base}/auto/v1"
        assert len(ET.fromstring(await world.text("/lineup.xml"))) == 1
        assert await world.text("/lineup.m3u") == "#EXTM3U\n"
        assert await world.status("/auto/v1") == 404


async def test_a_scan_is_over_before_anybody_asks(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for scan in ("start", "abort"):
            assert await world.status(f"/lineup.post?scan={scan}", "POST") == 200
        assert await world.json("/lineup_status.json") == {
            "ScanInProgress": 0,
            "ScanPossible": 1,
            "Source": "Cable",
            "SourceList": ["Cable"],
        }


async def test_the_device_describes_itself_in_upnp_words(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.settings = replace(world.engine.settings, device_name=ODD_NAME)
        root = ET.fromstring(await world.text("/device.xml"))
        name = "{urn:schemas-upnp-org:device-1-0}"
        assert root.findtext(f"{name}URLBase") == world.base
        assert root.findtext(f"{name}device/{name}friendlyName") == ODD_NAME


@pytest.mark.parametrize("path", ["/auto/v5.1", "/auto/v5-1", "/tuner2/v5.1"])
async def test_a_channel_is_streamed_by_its_number(tmp_path: Path, path: str) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(501).pour(b"one ", b"two")
        world.engine.faucet(501).end()
        async with world.client.get(path) as response:
            assert response.status == 200
            assert response.content_type == "video/mp2t"
            assert "Content-Length" not in response.headers
            assert await response.read() == b"one two"


async def test_a_stream_ends_after_the_duration_that_was_asked_for(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"endless")
        world.engine.settings = replace(world.engine.settings)
        async with world.client.get("/auto/v1?duration=1") as response:
            assert await response.read() == b"endless"
        assert world.engine.opened == 1


@pytest.mark.parametrize(
    "profile",
    ["", "none", "heavy", "mobile", "internet540", "internet480", "internet240"],
)
async def test_known_transcode_profiles_get_the_channel_as_it_is(
    tmp_path: Path, profile: str
) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"picture")
        world.engine.faucet(1).end()
        assert await world.text(f"/auto/v1?transcode={profile}") == "picture"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("/auto/v99", 404, "801 Unknown Channel"),
        ("/auto/vfive", 404, "801 Unknown Channel"),
        ("/auto/v5.1.1", 404, "801 Unknown Channel"),
        ("/tuner0/v" + "9" * 5000, 404, "801 Unknown Channel"),
        ("/auto/v%00", 404, "801 Unknown Channel"),
        ("/auto/v1?transcode=hevc", 503, "802 Unknown Transcode Profile"),
    ],
)
async def test_what_cannot_be_is_said_with_the_devices_own_code(
    tmp_path: Path, method: str, path: str, status: int, error: str
) -> None:
    async with serving(tmp_path) as world:
        async with world.client.request(method, path) as response:
            assert response.status == status
            assert response.headers["X-HDHomeRun-Error"] == error
        assert world.engine.opened == 0


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (SourceBusyError("full"), "805 All Tuners In Use"),
        (TuneFailedError("dead"), "806 Tune Failed"),
        (UnsupportedStreamError("rtp"), "806 Tune Failed"),
        (StreamClosedError("over"), "806 Tune Failed"),
        (NoDataError("silent"), "807 No Video Data"),
    ],
)
async def test_a_stream_that_does_not_come_is_503_with_a_reason(
    tmp_path: Path, failure: TelecastError, error: str
) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).end(failure)
        async with world.client.get("/auto/v1") as response:
            assert response.status == 503
            assert response.headers["X-HDHomeRun-Error"] == error


async def test_tuners_are_counted(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        engine = world.engine
        engine.tuners.all[:] = engine.tuners.all[:2]
        engine.lineup.all += [channel("2", "Two"), channel("3", "Three")]
        for one in engine.lineup.all:
            engine.faucet(one.id).pour(b"picture")

        async with await watch(world, "/tuner1/v1") as first:
            assert first.status == 200
            async with await watch(world, "/tuner1/v2") as taken:
                assert taken.status == 503
                error = taken.headers["X-HDHomeRun-Error"]
                assert error == "804 Tuner In Use"
                assert await taken.text() == (
                    "804 Tuner In Use\nTuner 1 is in use: 127.0.0.1 watches One\n"
                )
            async with (
                await watch(world, "/auto/v2") as second,
                await watch(world, "/auto/v3") as full,
            ):
                assert second.status == 200
                assert full.status == 503
                assert full.headers["X-HDHomeRun-Error"] == "805 All Tuners In Use"
                assert await full.text() == (
                    "805 All Tuners In Use\nAll 2 tuners are in use"
                    " (0: 127.0.0.1 watches Two, 1: 127.0.0.1 watches One)\n"
                )


async def test_the_status_tells_what_each_tuner_does(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(501).pour(b"picture")
        async with world.client.get("/tuner1/v5.1"):
            tuners = await world.json("/status.json")
        assert [one["Resource"] for one in tuners] == [
            "tuner0",
            "tuner1",
            "tuner2",
            "tuner3",
        ]
        assert tuners[0] == {"Resource": "tuner0"}
        assert tuners[1]["VctNumber"] == "5.1"
        assert tuners[1]["VctName"] == "Five"
        assert tuners[1]["TargetIP"] == "127.0.0.1"
        assert type(tuners[1]["NetworkRate"]) is int
