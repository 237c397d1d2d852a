"""RTMP: received by us, and from there on like any FLV."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import subprocess

import psutil
import pytest

from custom_components.telecast.engine.errors import (
    AddressNotAllowedError,
    CannotConnectError,
    FFmpegMissingError,
    NoDataError,
    SourceTimeoutError,
    TelecastError,
)
from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.upstreams.rtmp.session import place_of
from custom_components.telecast.formats.rtmp import Kind
from tests.engine.upstreams.media import Media, packets
from tests.engine.upstreams.watching import Player
from tests.fakes.loop_time import LoopTime
from tests.fakes.rtmp_server import RtmpServer

SECRET = "hunter2"


@pytest.fixture(name="server")
async def _server(_nothing_is_left: None, media: Media) -> AsyncIterator[RtmpServer]:
    stream = f"one?token={SECRET}"
    async with RtmpServer(media.flv, application="live/tv", stream=stream) as running:
        yield running


async def test_a_stream_is_made_into_a_transport_stream(
    player: Player, server: RtmpServer
) -> None:
    found = packets(await player.play(server.url()))
    assert len(found["h264"]) == 150
    assert len(found["aac"]) > 270
    names = [command[0] for command in server.commands]
    assert names == ["connect", "createStream", "play"]


async def test_tags_may_come_many_in_a_message(
    player: Player, server: RtmpServer
) -> None:
    server.aggregates = True
    found = packets(await player.play(server.url()))
    assert len(found["h264"]) == 150
    assert max(found["h264"]) - min(found["h264"]) == pytest.approx(5.96, abs=0.05)


async def test_ffmpeg_as_a_server_is_understood(
    player: Player, media: Media, tmp_path: Path, unused_tcp_port: int
) -> None:
    source = tmp_path / "source.flv"
    source.write_bytes(media.flv)
    url = f"rtmp://127.0.0.1:{unused_tcp_port}/app/{SECRET}"
    command = ["ffmpeg", "-v", "error", "-i", str(source), "-c", "copy", "-f", "flv"]
    server = subprocess.Popen([*command, "-listen", "1", url])
    try:
        async with asyncio.timeout(60):
            while not _listens(server):
                await asyncio.sleep(0.01)
        found = packets(await player.play(url))
        assert len(found["h264"]) > 140
    finally:
        server.kill()
        server.wait()


def _listens(process: subprocess.Popen[bytes]) -> bool:
    connections = psutil.Process(process.pid).net_connections()
    return any(one.status == psutil.CONN_LISTEN for one in connections)


async def test_nobody_else_learns_the_name_of_a_stream(
    player: Player, server: RtmpServer
) -> None:
    server.stays, server.says_end = True, False
    async with player.open(server.url()) as upstream:
        assert await upstream.read()
        (ffmpeg,) = psutil.Process().children()
        assert SECRET not in " ".join(ffmpeg.cmdline())
    async with asyncio.timeout(60):
        while server.now:
            await asyncio.sleep(0)


async def test_a_server_that_asks_is_answered(
    player: Player, server: RtmpServer
) -> None:
    server.pings = server.stays = True
    assert await player.play(server.url())
    events = [one.data for one in server.heard if one.kind == Kind.USER_CONTROL]
    assert (7).to_bytes(2) + (77).to_bytes(4) in events


@pytest.mark.parametrize("says_end", [True, False])
async def test_the_end_is_the_end(
    says_end: bool, player: Player, server: RtmpServer
) -> None:
    server.says_end, server.stays = says_end, says_end
    assert len(packets(await player.play(server.url()))["h264"]) == 150


async def test_a_refusal_is_told(player: Player, server: RtmpServer) -> None:
    server.refuses = True
    with pytest.raises(CannotConnectError, match="refuses"):
        await player.play(server.url())


async def test_a_stream_that_is_not_there_is_named_by_the_protocols_word(
    player: Player, server: RtmpServer
) -> None:
    with pytest.raises(CannotConnectError, match="StreamNotFound") as raised:
        await player.play(server.url("other"))
    assert "other" not in str(raised.value)


async def test_a_silence_is_noticed(player: Player, server: RtmpServer) -> None:
    time = LoopTime()
    server.silent = True
    async with player.open(server.url()) as upstream:
        reading = asyncio.ensure_future(upstream.read())
        async with asyncio.timeout(9):
            while len(server.commands) < 3:
                await asyncio.sleep(0.01)
        time.advance(10)
        with pytest.raises(SourceTimeoutError):
            await reading


@pytest.mark.parametrize(
    "garbage", [b"HTTP/1.1 400 Bad\r\n" + bytes(4000), bytes(4000)]
)
async def test_what_is_no_rtmp_is_an_error(
    garbage: bytes, player: Player, server: RtmpServer
) -> None:
    server.garbage = garbage
    with pytest.raises(NoDataError):
        await player.play(server.url())


async def test_garbage_after_the_greeting_is_an_error(
    player: Player, server: RtmpServer
) -> None:
    server.garbage = b"\x03" + bytes(2 * 1536) + b"\x03\xff\xff\xff" + b"\xff" * 4000
    with pytest.raises(TelecastError):
        await player.play(server.url())


async def test_a_server_that_is_dead_is_named_without_its_path(
    player: Player, unused_tcp_port: int
) -> None:
    with pytest.raises(CannotConnectError) as raised:
        await player.play(f"rtmp://127.0.0.1:{unused_tcp_port}/{SECRET}/{SECRET}")
    assert SECRET not in str(raised.value)


async def test_what_a_document_names_does_not_lead_here(player: Player) -> None:
    with pytest.raises(AddressNotAllowedError):
        await player.play("rtmp://127.0.0.1:9/a/b", local=False)


async def test_without_ffmpeg_it_is_said_what_is_missing(
    fetcher: Fetcher, server: RtmpServer
) -> None:
    missing = Programs(binary="/nowhere/ffmpeg", owner="test")
    with pytest.raises(FFmpegMissingError):
        await Player(fetcher, missing).play(server.url())


@pytest.mark.parametrize(
    ("path", "application", "stream"),
    [
        ("live/one", "live", "one"),
        ("live/tv/one", "live/tv", "one"),
        ("live/me/secret/1.ts", "live/me", "secret/1.ts"),
        ("live/one?token=a/b", "live", "one?token=a/b"),
        ("live", "live", ""),
        ("", "", ""),
    ],
)
def test_an_address_is_taken_apart_as_players_do(
    path: str, application: str, stream: str
) -> None:
    place = place_of(f"rtmp://me:secret@host:1936/{path}")
    assert (place.application, place.stream) == (application, stream)
    assert place.url == f"rtmp://host:1936/{application}"
