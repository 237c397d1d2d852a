"""Several devices of one line-up, for players that take so many channels of each."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from custom_components.telecast.formats.hdhomerun import (
    further_device_id,
    unique_device_name,
)
from custom_components.telecast.servers.hdhomerun_devices import EngineDevices
from tests.fakes.engine import channel

from .world import World, serving

SECOND = further_device_id("1040A5B2", 2)
DOCUMENTS = (
    *("/discover.json", "/lineup.json", "/lineup.xml", "/lineup.m3u"),
    *("/lineup_status.json", "/device.xml", "/status.json"),
)


def divide(world: World) -> None:
    """Have channels 1, 5.1, 480, 481 and 1000, and let them be divided."""
    world.engine.lineup.all += [
        channel("480", "Last"),
        channel("481", "Next"),
        channel("1000", "Far"),
    ]
    world.engine.settings = replace(world.engine.settings, split_lineup=True)


async def test_each_device_has_its_own_id_name_and_part(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        divide(world)
        first = await world.json("/discover.json")
        second = await world.json("/device2/discover.json")
        third = await world.json("/device3/discover.json")
        assert first["DeviceID"] == "1040A5B2"
        assert second["DeviceID"] == SECOND
        assert len({one["DeviceID"] for one in (first, second, third)}) == 3
        assert [one["FriendlyName"] for one in (first, second, third)] == [
            "Telecast",
            "Telecast 2",
            "Telecast 3",
        ]
        assert second["BaseURL"] == f"{world.base}/device2"
        assert second["LineupURL"] == f"{world.base}/device2/lineup.json"
        assert second["TunerCount"] == 4

        parts = {
            "": ["1", "5.1", "480"],
            "/device2": ["481"],
            "/device3": ["1000"],
        }
        for path, numbers in parts.items():
            lineup = await world.json(f"{path}/lineup.json")
            assert [one["GuideNumber"] for one in lineup] == numbers
            assert [one["URL"] for one in lineup] == [
                f"{world.base}{path}/auto/v{number}" for number in numbers
            ]
            programs = ET.fromstring(await world.text(f"{path}/lineup.xml"))
            assert [one.findtext("GuideNumber") for one in programs] == numbers
            entries = await world.text(f"{path}/lineup.m3u")
            assert entries.count("/auto/v") == len(numbers)


async def test_a_further_device_describes_itself(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        divide(world)
        root = ET.fromstring(await world.text("/device2/device.xml"))
        space = "{urn:schemas-upnp-org:device-1-0}"
        assert root.findtext(f"{space}URLBase") == f"{world.base}/device2"
        device = root.find(f"{space}device")
        assert device is not None
        assert device.findtext(f"{space}friendlyName") == "Telecast 2"
        assert device.findtext(f"{space}UDN") == unique_device_name(SECOND)
        assert await world.json("/device2/lineup_status.json") == await world.json(
            "/lineup_status.json"
        )
        assert await world.status("/device2/lineup.post?scan=start", "POST") == 200


@pytest.mark.parametrize("path", ["/device2/auto/v481", "/device2/tuner3/v481"])
async def test_channels_are_watched_on_the_path_of_their_device(
    tmp_path: Path, path: str
) -> None:
    async with serving(tmp_path) as world:
        divide(world)
        world.engine.faucet(481).pour(b"picture")
        async with world.client.get(path) as response:
            assert response.status == 200
            for status in ("/device2/status.json", "/status.json"):
                busy = [one for one in await world.json(status) if "VctNumber" in one]
                assert [one["VctNumber"] for one in busy] == ["481"]
        assert await world.status("/device2/auto/v481", "HEAD") == 200
        assert await world.status("/device2/auto/v7", "HEAD") == 404


@pytest.mark.parametrize("path", [*DOCUMENTS, "/auto/v481", "/tuner0/v481"])
async def test_devices_that_there_are_not_are_not_found(
    tmp_path: Path, path: str
) -> None:
    async with serving(tmp_path) as world:
        assert await world.status(f"/device2{path}") == 404
        divide(world)
        for device in ("device4", "device0", "device02", "device1000000", "device-2"):
            assert await world.status(f"/{device}{path}") == 404
        assert await world.status(f"/device2{path}", "HEAD") == 200


async def test_a_first_device_without_channels_holds_the_placeholder(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all[:] = [channel("500", "Far")]
        world.engine.settings = replace(world.engine.settings, split_lineup=True)
        (entry,) = await world.json("/lineup.json")
        assert entry["GuideName"] == "No channels yet"
        (entry,) = await world.json("/device2/lineup.json")
        assert entry["GuideName"] == "Far"


async def test_all_devices_are_found_if_the_line_up_is_divided(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        devices = EngineDevices(world.engine)  # type: ignore[arg-type]
        assert [one.path for one in devices.found] == [""]
        divide(world)
        found = {one.path: one.device_id for one in devices.found}
        assert found == {
            "": "1040A5B2",
            "/device2": SECOND,
            "/device3": further_device_id("1040A5B2", 3),
        }
        for path, device_id in found.items():
            document = await world.json(f"{path}/discover.json")
            assert document["DeviceID"] == device_id
