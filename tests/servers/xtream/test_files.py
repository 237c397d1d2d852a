"""Below `/live/user/password/` a player finds what it watches, and nothing else at all."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.telecast.servers.limiter import BURST
from tests.fakes.engine import channel
from tests.fakes.packager import MASTER, PLAYLIST, SEGMENT

from ..world import World, serving

HERE = "/live/anna/secret-1"
TV, PHONE = {"User-Agent": "TV"}, {"User-Agent": "Phone"}
FILES = {
    "master.m3u8": MASTER.encode(),
    "480p.m3u8": PLAYLIST.encode(),
    "480p_segment_000.ts": SEGMENT,
}
CANARY = b"the canary's song"

STRANGE = (
    *("../480p.m3u8", "./480p.m3u8", "x/480p.m3u8", "480p.m3u8/", "/480p.m3u8"),
    *("..%2f480p.m3u8", "%2e%2e%2f480p.m3u8", "%252e%252e%252f480p.m3u8"),
    *("..%5c480p.m3u8", "%5c480p.m3u8", "..%255c480p.m3u8", "\\480p.m3u8"),
    *("%2fetc%2fpasswd", "..%2f..%2f..%2fcanary.ts", "canary.ts", "....//canary.ts"),
    *("480p.m3u8%00", "480p_segment_000.ts%00.m3u8", "480p_segment_000.ts%0a"),
    *("480p_segment_0.ts", "480p_segment_1.ts", "480p_segment_001.ts", "480P.m3u8"),
    *("480p_segment_99999999999999999999.ts", f"{'a' * 4000}.ts", "1080p.m3u8", "-"),
    *("telecast/stream/1.ts", "1.ts/480p.m3u8", "501/480p.m3u8", "%F0%9F%A6%8A.ts"),
    *("file:%2f%2f%2fetc%2fpasswd", "concat:480p.m3u8", "480p.m3u8;x", "480p.m3u8,"),
)


async def raw(world: World, target: str, agent: str = "TV") -> tuple[int, bytes]:
    """Ask for a target as it is written, which clients would put in order."""
    address = URL(world.base)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    head = (
        f"GET {target} HTTP/1.1\r\nHost: tv\r\nUser-Agent: {agent}\r\n"
        "Connection: close\r\n\r\n"
    )
    writer.write(head.encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    head_of_answer, _, body = answer.partition(b"\r\n\r\n")
    return int(head_of_answer.split(None, 2)[1]), body


async def begin(world: World, path: str = f"{HERE}/1.m3u8", **facts: Any) -> None:
    """Watch as a player does, that is led to another address."""
    assert await world.text(path, **({"headers": TV} | facts)) == MASTER


async def test_names_are_found_relative_to_the_first_address(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        await begin(world)
        for name, body in FILES.items():
            path = f"{HERE}/{name}"
            async with world.client.get(path, headers=TV) as response:
                assert (response.status, await response.read()) == (200, body)
            async with world.client.head(path, headers=TV) as response:
                assert response.status == 200
                assert response.content_type == (
                    "video/mp2t" if name.endswith(".ts") else response.content_type
                )
        (session,) = world.engine.sessions.active
        assert (session.account, session.protocol) == ("anna", "xtream")
        assert session.meter.total == len(SEGMENT)
        assert len(session.connections) == 1
        assert world.engine.hls.packagers.ever == 1


async def test_a_blocking_reload_and_a_part_of_a_segment_work_as_elsewhere(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        await begin(world)
        await world.text(f"{HERE}/480p.m3u8?_HLS_msn=7", headers=TV)
        assert world.engine.hls.packagers.packager.numbers == [7]
        wanted = TV | {"Range": "bytes=188-375"}
        path = f"{HERE}/480p_segment_000.ts"
        async with world.client.get(path, headers=wanted) as response:
            assert response.status == 206
            assert await response.read() == SEGMENT[188:376]


@pytest.mark.parametrize("name", STRANGE)
async def test_no_other_name_leads_anywhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "canary.ts").write_bytes(CANARY)
    async with serving(tmp_path) as world:
        await begin(world)
        status, body = await raw(world, f"{HERE}/{name}")
        assert status in {400, 404}
        assert CANARY not in body
        assert SEGMENT not in body
        assert world.engine.hls.packagers.ever == 1
        assert world.engine.opened == 0


async def test_an_address_of_elsewhere_is_not_asked(tmp_path: Path) -> None:
    asked: list[bytes] = []

    async def canary(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(b"")
        writer.close()

    listening = await asyncio.start_server(canary, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    async with listening, serving(tmp_path) as world:
        await begin(world)
        there = f"127.0.0.1:{port}"
        for target in (
            f"{HERE}/http://{there}/480p.m3u8",
            f"{HERE}/http:%2f%2f{there}%2f480p.m3u8",
            f"{HERE}///{there}/480p.m3u8",
            f"{HERE}/%68ttp%3a//{there}/480p_segment_000.ts",
            f"{HERE}/480p.m3u8@{there}",
        ):
            assert (await raw(world, target))[0] == 404
        # As if to a proxy: which host it names makes no difference.
        status, _ = await raw(world, f"http://{there}{HERE}/720p_segment_001.ts")
        assert status == 404
    assert asked == []


async def test_nothing_is_found_before_anything_is_watched(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for name in FILES:
            for method in ("GET", "HEAD"):
                assert await world.status(f"{HERE}/{name}", method, headers=TV) == 404
        # A ticket alone is not watched with yet.
        path = f"{HERE}/1.m3u8"
        async with world.client.get(path, headers=TV, allow_redirects=False) as led:
            assert led.status == 302
        assert await world.status(f"{HERE}/480p.m3u8", headers=TV) == 404
        assert world.engine.hls.packagers.ever == 0
        assert world.engine.sessions.active == []


async def test_who_watches_mpeg_ts_has_no_segments(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"picture")
        async with world.client.get(f"{HERE}/1.ts", headers=TV) as response:
            assert await response.content.readexactly(7) == b"picture"
            for name in FILES:
                assert await world.status(f"{HERE}/{name}", headers=TV) == 404


async def test_other_players_streams_are_not_found(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all.append(channel("7", "Seven", group="Cartoons"))
        await begin(world)
        for name in FILES:
            # Another player of this account, this player with another account, nobody.
            assert await world.status(f"{HERE}/{name}", headers=PHONE) == 404
            assert await world.status(f"/live/kid/secret-4/{name}", headers=TV) == 404
            assert await world.status(f"/live/anna/wrong/{name}", headers=TV) == 401
            assert await world.status(f"/live/old/secret-2/{name}", headers=TV) == 403


async def test_each_player_finds_its_own(tmp_path: Path) -> None:
    async with serving(tmp_path) as world, AsyncExitStack() as stack:
        await begin(world)
        phone = await stack.enter_async_context(ClientSession(world.base))
        async with phone.get(f"{HERE}/501.m3u8", headers=PHONE) as response:
            assert response.status == 200
        for headers in (TV, PHONE):
            path = f"{HERE}/480p_segment_000.ts"
            assert await world.status(path, headers=headers) == 200
        sent = {one.channel.id: one.meter.total for one in world.engine.sessions.active}
        assert sent == {1: len(SEGMENT), 501: len(SEGMENT)}


async def test_a_player_that_zaps_finds_the_channel_that_it_went_to(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        await begin(world)
        await begin(world, f"{HERE}/501.m3u8")
        assert await world.status(f"{HERE}/480p_segment_000.ts", headers=TV) == 200
        sent = {one.channel.id: one.meter.total for one in world.engine.sessions.active}
        assert sent == {1: 0, 501: len(SEGMENT)}


async def test_who_was_sent_away_finds_nothing_more(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        await begin(world)
        (session,) = world.engine.sessions.active
        world.engine.sessions.end(session.id, "sent away")
        for name in FILES:
            assert await world.status(f"{HERE}/{name}", headers=TV) == 404


async def test_a_channel_that_is_hidden_meanwhile_is_not_found(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        await begin(world)
        del world.engine.lineup.all[0]
        assert await world.status(f"{HERE}/480p.m3u8", headers=TV) == 404


@pytest.mark.parametrize("name", ["1", "1.ts", "1.m3u8", "501.TS"])
async def test_channels_are_where_they_were(tmp_path: Path, name: str) -> None:
    async with serving(tmp_path) as world:
        facts: dict[str, Any] = {"headers": TV, "allow_redirects": False}
        assert await world.status(f"{HERE}/{name}", "HEAD", **facts) == 200


async def test_guesses_are_counted_here_too(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        statuses = [
            await world.status(f"/live/anna/wrong-{n}/480p.m3u8") for n in range(20)
        ]
        assert statuses == [401] * BURST + [429] * (20 - BURST)
        assert world.engine.accounts.compared == BURST
