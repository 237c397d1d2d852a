"""UDP port 65001: who asks, and is allowed to, learns where the tuner is."""

import asyncio
from dataclasses import replace
from pathlib import Path
import socket
import zlib

import pytest

from custom_components.telecast.servers.discovery import Door, Part
from custom_components.telecast.servers.discovery.throttle import (
    BURST,
    BURST_OF_ALL,
    Throttle,
)
from tests.fakes.clock import Clock

from .world import DOOR, QUESTION, Asker, complaints, finding

JELLYFIN = bytes.fromhex("0002000C0104FFFFFFFF0204FFFFFFFF73CC7D8F")
TUNER, STORAGE, ANY = 1, 5, 0xFFFFFFFF
DEVICE = 0x1040A5B2

LYING = (
    b"\0",
    JELLYFIN[:-1],
    JELLYFIN[:-1] + b"\0",
    JELLYFIN + b"\0",
    b"\0\2\xff\xff" + JELLYFIN[4:],
    bytes(65000),
    b"\0\3" + JELLYFIN[2:],
)


def with_check_sum(body: bytes) -> bytes:
    return body + zlib.crc32(body).to_bytes(4, "little")


async def test_jellyfins_question_is_answered_to_the_byte(tmp_path: Path) -> None:
    async with finding(tmp_path) as world:
        with world.asking() as asker:
            asker.send(JELLYFIN)
            assert await asker.receive() == with_check_sum(
                b"\0\3\0\x56"
                b"\x01\x04\0\0\0\1"
                b"\x02\x04\x10\x40\xa5\xb2"
                b"\x10\x01\x04"
                b"\x2a\x15http://127.0.0.1:8123"
                b"\x27\x21http://127.0.0.1:8123/lineup.json"
                b"\x2b\x0bdevice-auth"
            )


async def test_whoever_is_meant_answers_and_nobody_else(tmp_path: Path) -> None:
    async with finding(tmp_path) as world:
        with world.asking() as other, world.asking() as asker:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await other.ask(types=(STORAGE,))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0):
                    await other.ask(device_id=DEVICE + 1)
            assert (await asker.ask(types=(TUNER,))).device_id == DEVICE
            assert (await asker.ask(types=(STORAGE, TUNER))).device_id == DEVICE
            assert (await asker.ask(device_id=DEVICE)).device_id == DEVICE
            assert not other.waiting()


async def test_outside_the_allowed_networks_nothing_is_answered_at_all(
    tmp_path: Path,
) -> None:
    async with finding(tmp_path) as world:
        world.engine.settings = replace(
            world.engine.settings, allowed_networks=("127.0.0.2/32",)
        )
        with world.asking() as stranger, world.asking("127.0.0.2") as neighbour:
            stranger.send(QUESTION)
            assert (await neighbour.ask()).device_id == DEVICE
            assert not stranger.waiting()


@pytest.mark.parametrize("lie", LYING)
async def test_lies_are_not_answered_nor_logged(
    tmp_path: Path, lie: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with finding(tmp_path) as world:
        caplog.clear()
        with world.asking() as liar, world.asking() as asker:
            liar.send(lie)
            assert (await asker.ask()).device_id == DEVICE
            assert not liar.waiting()
        assert not complaints(caplog)


async def test_the_address_is_the_public_one_where_there_is_one(tmp_path: Path) -> None:
    async with finding(tmp_path) as world:
        world.engine.settings = replace(
            world.engine.settings, public_url="http://tv.example:8080/"
        )
        with world.asking() as asker:
            reply = await asker.ask()
        assert reply.base_url == "http://tv.example:8080"
        assert reply.lineup_url == "http://tv.example:8080/lineup.json"


@pytest.mark.parametrize(
    ("public_url", "door"),
    [(f"http://{'x' * 1000}.example", DOOR), ("", Door(port=80, hosts=("192.0.2.1",)))],
    ids=["an address too long for an answer", "an address where nothing listens"],
)
async def test_what_leads_nowhere_is_no_answer(
    tmp_path: Path, public_url: str, door: Door, caplog: pytest.LogCaptureFixture
) -> None:
    async with finding(tmp_path, door=door) as world:
        usual = replace(world.engine.settings, public_url="http://tv.example")
        world.engine.settings = replace(usual, public_url=public_url)
        with world.asking() as early, world.asking() as late:
            before = world.asked
            early.send(QUESTION)
            while world.asked == before:
                await asyncio.sleep(0)
            world.engine.settings = usual
            assert (await late.ask()).base_url == "http://tv.example"
            assert not early.waiting()
        assert not complaints(caplog)


async def test_over_ipv6_the_address_is_one_of_ipv6(tmp_path: Path) -> None:
    async with finding(tmp_path) as world:
        with world.asking("::1", Part.UDP6) as asker:
            assert (await asker.ask()).base_url == "http://[::1]:8123"


async def test_one_address_gets_so_many_answers_and_others_theirs(
    tmp_path: Path,
) -> None:
    async with finding(tmp_path, throttle=Throttle(clock=Clock())) as world:
        with world.asking() as greedy, world.asking("127.0.0.2") as modest:
            for _ in range(BURST):
                await greedy.ask()
            greedy.send(QUESTION)
            await modest.ask()
            assert not greedy.waiting()


async def test_a_flood_is_outlived_and_hardly_answered(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with finding(tmp_path, throttle=Throttle(clock=Clock())) as world:
        caplog.clear()
        with world.asking() as flood, world.asking("127.0.0.2") as asker:
            answers = 0
            for _ in range(100):
                for number in range(100):
                    flood.send(QUESTION if number % 2 else LYING[number % len(LYING)])
                await asyncio.sleep(0)
                answers += len(flood.waiting())
            await until_answered(asker)
            assert answers + len(flood.waiting()) == BURST < BURST_OF_ALL
        assert not complaints(caplog)


async def until_answered(asker: Asker) -> None:
    """Ask again as clients do: what comes during a flood may get lost."""
    for _ in range(100):
        asker.send(QUESTION)
        try:
            async with asyncio.timeout(0.2):
                await asker.receive()
                return
        except TimeoutError:
            continue
    raise AssertionError("nobody answers")


async def test_the_port_is_free_again_afterwards(tmp_path: Path) -> None:
    async with finding(tmp_path) as world:
        places = [world.found.addresses[part] for part in (Part.UDP, Part.UDP6)]
    for host, port in places:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as again:
            again.bind((host, port))
