"""The parts are open together; one that fails keeps no other from working."""

import asyncio
from dataclasses import replace
from ipaddress import IPv4Address
from pathlib import Path
import socket

from custom_components.telecast.servers.discovery import (
    Discovery,
    Interface,
    Part,
    Problem,
)
from tests.fakes.ports import twin_port

from .world import PATIENCE, PLACE, finding


async def test_all_parts_are_open_once_it_is_entered(tmp_path: Path) -> None:
    async with finding(tmp_path) as world:
        assert set(world.found.addresses) == set(Part)
        assert not world.found.problems


async def test_without_ipv6_nothing_is_missing(tmp_path: Path) -> None:
    interface = Interface(index=0, ipv4=IPv4Address("127.0.0.1"))
    async with finding(
        tmp_path, place=replace(PLACE, interfaces=(interface,))
    ) as world:
        assert set(world.found.addresses) == set(Part) - {Part.UDP6}
        assert not world.found.problems


async def test_a_taken_port_is_told_and_the_others_work(tmp_path: Path) -> None:
    place = replace(PLACE, control_port=twin_port())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", place.control_port))
        async with finding(tmp_path, place=place) as world:
            assert world.found.problems == {Part.UDP: Problem.PORT_TAKEN}
            async with world.controlling() as client:
                assert await client.get("/sys/model") == "hdhomerun5_atsc"


async def test_what_failed_is_tried_again_until_it_works(tmp_path: Path) -> None:
    works = asyncio.Event()
    told: list[set[Part]] = []

    def changed(discovery: Discovery) -> None:
        told.append(set(discovery.problems))
        if len(discovery.addresses) == len(Part):
            works.set()

    place = replace(PLACE, control_port=twin_port())
    with socket.create_server(("127.0.0.1", place.control_port)) as other:
        async with finding(
            tmp_path, place=place, on_change=changed, retry_seconds=0.01
        ) as world:
            assert set(world.found.problems) == {Part.TCP}
            other.close()
            async with asyncio.timeout(PATIENCE):
                await works.wait()
            assert not world.found.problems
            async with world.controlling() as client:
                assert await client.get("/sys/model") == "hdhomerun5_atsc"
    assert told[-2:] == [{Part.TCP}, set()]


async def test_what_the_network_refuses_later_is_told_and_tried_again(
    tmp_path: Path,
) -> None:
    interfaces = (Interface(index=0, ipv4=IPv4Address("192.0.2.1")),)
    place = replace(PLACE, interfaces=interfaces)
    async with finding(tmp_path, place=place) as world:
        assert world.found.problems == {Part.SSDP: Problem.NO_MULTICAST}
        with world.asking() as asker:
            assert (await asker.ask()).tuner_count == 4
