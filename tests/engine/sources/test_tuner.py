"""An HDHomeRun tuner as a source: its line-up, its tuners, and what is refused."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.errors import (
    AddressNotAllowedError,
    CannotConnectError,
    EmptyPlaylistError,
    OwnTunerError,
    TelecastError,
)
from custom_components.telecast.engine.events import SourceFailed
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.identity import Identity
from custom_components.telecast.engine.model import SourceKind
from custom_components.telecast.engine.settings import TunerSettings
from custom_components.telecast.engine.sources.tuner_device import TunerDevice, host_of
from custom_components.telecast.formats.hdhomerun import (
    further_device_id,
    make_device_id,
)
from tests.engine.sources.world import World, open_world
from tests.fakes.hdhomerun import DEVICE_ID, HDHomeRun


@pytest.fixture(name="device")
async def _device() -> AsyncIterator[HDHomeRun]:
    async with HDHomeRun({"5.1": b"", "7.2": b"", "12": b""}, tuners=3) as running:
        yield running


def tuner(device: HDHomeRun, **others: object) -> TunerSettings:
    return TunerSettings(id="one", name="One", host=device.host, **others)  # type: ignore[arg-type]


async def addresses(world: World) -> dict[str, list[str]]:
    """Answer where each channel leads, by number."""
    return {
        channel.number: [one.url for one in await world.lineup.candidates(channel)]
        for channel in await world.lineup.channels(limit=100)
    }


async def read(device: HDHomeRun) -> TelecastError | None:
    """Read a device; answer what is wrong with it."""
    async with open_fetcher(ssl.create_default_context()) as fetcher:
        asked = TunerDevice(
            fetcher=fetcher, host=device.host, is_own=lambda one: one == "10A1B2C3"
        )
        try:
            await asked.read()
        except TelecastError as err:
            return err
    return None


async def test_the_line_up_comes_in_with_its_numbers_and_tuners_are_slots(
    tmp_path: Path, device: HDHomeRun
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(tuner(device))
        status = await world.settled()
        assert (status.kind, status.connected) == (SourceKind.TUNER, True)
        assert (status.channels, status.max_streams, status.signals) == (3, 3, ())
        assert world.slots().limit == 3
        assert await addresses(world) == {
            number: [f"http://{device.host}/auto/v{number}"]
            for number in ("5.1", "7.2", "12")
        }
        assert await world.names() == ["Channel 5.1", "Channel 7.2", "Channel 12"]
        (one, *_) = await world.lineup.channels(limit=1)
        assert one.group == "HDHomeRun DUAL"
        assert "/status.json" not in device.asked


async def test_channels_of_one_name_stay_apart_and_are_known_by_their_numbers(
    tmp_path: Path, device: HDHomeRun
) -> None:
    for channel in device.channels:
        channel["GuideName"] = "ABC"
    async with open_world(tmp_path) as world:
        await world.sources.add(tuner(device))
        assert (await world.settled()).channels == 3
        before = {one.number: one.id for one in await world.lineup.channels(limit=9)}
        for channel in device.channels:
            channel["GuideName"] = f"New {channel['GuideNumber']}"
        await world.sources.refresh("one")
        after = {one.number: one.id for one in await world.lineup.channels(limit=9)}
        assert before == after
        assert await world.names() == ["New 5.1", "New 7.2", "New 12"]


async def test_what_is_encrypted_broken_or_elsewhere_is_left_out_and_counted(
    tmp_path: Path, device: HDHomeRun
) -> None:
    device.channels[0]["DRM"] = 1
    device.channels[1]["URL"] = "http://192.0.2.1/auto/v7.2"
    device.channels.append({"GuideName": "Nothing"})
    async with open_world(tmp_path) as world:
        await world.sources.add(tuner(device))
        status = await world.settled()
        assert status.skipped == {"drm": 1, "other_host": 1, "malformed": 1}
        assert await world.names() == ["Channel 12"]


async def test_a_device_that_calls_itself_otherwise_is_still_followed_home(
    tmp_path: Path, device: HDHomeRun
) -> None:
    device.facts = {
        "BaseURL": "http://172.16.0.9:8000",
        "LineupURL": "http://172.16.0.9:8000/lineup.json",
    }
    device.channels[0]["URL"] = "http://u:p@172.16.0.9:5004/auto/v5.1"
    device.channels[1]["URL"] = "http://172.16.0.9:8000/auto/v7.2"
    async with open_world(tmp_path) as world:
        await world.sources.add(tuner(device))
        await world.settled()
        found = await addresses(world)
        assert found["5.1"] == ["http://127.0.0.1:5004/auto/v5.1"]
        assert found["7.2"] == [f"http://{device.host}/auto/v7.2"]


async def test_a_device_with_other_tuners_now_has_other_slots_for_good(
    tmp_path: Path, device: HDHomeRun
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(tuner(device))
        await world.settled()
        device.facts = {"TunerCount": "4"}
        await world.sources.refresh("one")
        assert world.sources.status("one").max_streams == 4
        await world.sources.update(replace(tuner(device), name="New"))
        status = world.sources.status("one")
        assert (status.name, status.max_streams) == ("New", 4)
        assert world.slots().limit == 4


async def test_a_device_that_is_gone_leaves_its_channels_in_place(
    tmp_path: Path, device: HDHomeRun
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(tuner(device))
        await world.settled()
        await device.kill()
        assert isinstance(await world.failure(), CannotConnectError)
        gone = SourceFailed(source="one", name="One", reason="cannot_connect")
        assert gone in world.events
        assert len(await world.names()) == 3
        await device.restart()
        await world.sources.refresh("one")
        assert world.sources.status("one").connected is True


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("/discover.json", b"<html>"),
        ("/discover.json", b"[]"),
        ("/discover.json", b'{"DeviceID": "xyz", "LineupURL": "http://x/"}'),
        ("/lineup.json", b"{}"),
        ("/lineup.json", b"[" * 100_000),
    ],
)
async def test_what_is_no_tuner_cannot_be_connected_to(
    device: HDHomeRun, path: str, document: bytes
) -> None:
    device.documents[path] = document
    assert isinstance(await read(device), CannotConnectError)


async def test_a_tuner_without_channels_says_so(device: HDHomeRun) -> None:
    device.channels.clear()
    device.documents["/lineup.json"] = b"[]"
    assert isinstance(await read(device), EmptyPlaylistError)
    device.documents["/lineup.json"] = (
        b'[{"GuideNumber": "1", "URL": "http://192.0.2.1/"}]'
    )
    assert isinstance(await read(device), EmptyPlaylistError)


async def test_a_line_up_at_another_host_is_not_asked_for(device: HDHomeRun) -> None:
    device.facts = {"LineupURL": "http://192.0.2.1/lineup.json"}
    assert isinstance(await read(device), CannotConnectError)


async def test_our_own_tuner_is_refused_as_a_source(device: HDHomeRun) -> None:
    device.device_id = "10a1b2c3"
    assert isinstance(await read(device), OwnTunerError)
    device.device_id = DEVICE_ID
    assert await read(device) is None


def test_each_part_of_a_divided_line_up_is_our_own_tuner() -> None:
    own = make_device_id(0x1234567)
    identity = Identity(device_id=own, device_auth="", token="")
    assert identity.is_device(own)
    assert identity.is_device(further_device_id(own, 2))
    assert identity.is_device(further_device_id(own, 209))
    assert not identity.is_device(DEVICE_ID)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        (" 192.168.1.5 ", "192.168.1.5"),
        ("http://hdhomerun.local/", "hdhomerun.local"),
        ("http://192.168.1.5:80/discover.json", "192.168.1.5"),
        ("tuner:5004", "tuner:5004"),
        ("fd00::1", "[fd00::1]"),
        ("[fd00::1]:8080", "[fd00::1]:8080"),
    ],
)
def test_a_host_is_understood_as_people_type_it(typed: str, host: str) -> None:
    assert host_of(typed) == host


@pytest.mark.parametrize(
    "typed", ["", "ftp://tuner", "http://", "http://u:p@tuner", "tuner:99999", "a b:c"]
)
def test_what_is_no_host_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        host_of(typed)


async def test_a_device_leads_to_no_other_host(device: HDHomeRun) -> None:
    async with HDHomeRun() as other:
        elsewhere = other.host.replace("127.0.0.1", "localhost")
        device.redirects["/discover.json"] = f"http://{elsewhere}/discover.json"
        assert isinstance(await read(device), AddressNotAllowedError)
        assert other.asked == []
