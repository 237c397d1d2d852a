"""At Home Assistant's own port a player's names lead to what it watches, and nowhere else."""

import asyncio
from contextlib import closing

import aiohttp
import pytest
from yarl import URL

from tests.servers.xtream.test_files import STRANGE

from .world import LOGIN, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

TV, PHONE = {"User-Agent": "TV"}, {"User-Agent": "Phone"}
HERE = f"/live/{LOGIN.path}"
FILTER = "homeassistant.components.http.security_filter"
WELL_KNOWN = b"root:x:0"
# The names among them that lead to what is really watched here.
ITS_OWN = {"480p_segment_001.ts", "1080p.m3u8"}


async def raw(world: World, target: str) -> tuple[int, bytes]:
    """Ask for a target as it is written, which clients would put in order."""
    address = URL(world.home.url)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    with closing(writer):
        head = f"GET {target} HTTP/1.1\r\nHost: tv\r\nUser-Agent: TV\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        answer = await reader.read()
    head_of_answer, _, body = answer.partition(b"\r\n\r\n")
    return int(head_of_answer.split(None, 2)[1]), body


async def test_who_watches_finds_its_own_and_nothing_else(world: World) -> None:
    async with aiohttp.ClientSession(world.home.url, headers=TV) as client:
        async with client.get(f"{HERE}/1.m3u8") as response:
            master = await response.text()
        playlist = next(line for line in master.splitlines() if line.endswith(".m3u8"))
        async with client.get(f"{HERE}/{playlist}") as response:
            assert response.status == 200
            listed = await response.text()
        segment = next(line for line in listed.splitlines() if line.endswith(".ts"))
        async with client.get(f"{HERE}/{segment}") as response:
            assert response.status == 200
        # Nobody but this player watches that.
        async with client.get(f"{HERE}/{segment}", headers=PHONE) as response:
            assert response.status == 404
    world.provider.most = world.provider.open
    for name in STRANGE:
        if name in ITS_OWN:
            continue
        status, body = await raw(world, f"{HERE}/{name}")
        assert status in {400, 404}, name
        assert WELL_KNOWN not in body
        assert not body.startswith(b"G")
    there = URL(world.provider.playlist_url).authority
    for target in (
        f"{HERE}/http://{there}/{segment}",
        f"{HERE}/http:%2f%2f{there}%2f{segment}",
        f"http://{there}{HERE}/strange_segment_001.ts",
    ):
        assert (await raw(world, target))[0] in {400, 404}, target
    assert world.provider.most <= 1
    await forget_what_home_assistant_filtered(world)


async def forget_what_home_assistant_filtered(world: World) -> None:
    """Leave out what it says of paths that it refuses, and never shows to us."""
    log = world.home.log
    async with asyncio.timeout(10):
        # The last name of them that it does not like.
        while not any("%0a" in line for line in log.lines):
            await asyncio.sleep(0.05)
    log.errors = [line for line in log.errors if FILTER not in line]
    for line in [line for line in log.lines if LOGIN.password in line]:
        assert FILTER in line
        log.lines.remove(line)
