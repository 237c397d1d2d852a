"""HTTP: what is passed on is judged by its bytes, whatever it is called."""

import asyncio

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    FFmpegMissingError,
    NoDataError,
    SourceTimeoutError,
    UnsupportedStreamError,
)
from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.processes.process import Programs
from tests.engine.upstreams.media import Media, packets
from tests.engine.upstreams.watching import Player
from tests.fakes import faults
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import Provider

MISNAMED = ("text/html", "application/octet-stream", "video/mp4", "audio/mpeg")


@pytest.mark.parametrize("content_type", ["video/mp2t", *MISNAMED])
async def test_a_transport_stream_comes_through_as_it_is(
    content_type: str,
    player: Player,
    provider: Provider,
    media: Media,
) -> None:
    provider.document("/x", media.ts, content_type)
    assert await player.play(provider.url + "/x") == media.ts


@pytest.mark.parametrize("name", ["mp4", "flv", "mkv", "aac"])
@pytest.mark.parametrize("content_type", ["video/mp2t", "text/html"])
async def test_other_containers_are_made_into_a_transport_stream(
    name: str,
    content_type: str,
    player: Player,
    provider: Provider,
    media: Media,
) -> None:
    provider.document("/x", getattr(media, name), content_type)
    found = packets(await player.play(provider.url + "/x"))
    assert len(found["aac"]) > 270
    assert name == "aac" or len(found["h264"]) == 150


@pytest.mark.parametrize(
    ("body", "content_type", "error"),
    [
        (b"<!DOCTYPE html><html>", "video/mp2t", NoDataError),
        (b"\n <html>", "application/octet-stream", NoDataError),
        (b"Access denied", "text/html", NoDataError),
        (b"<?xml version='1.0'?><MPD></MPD>", "text/plain", UnsupportedStreamError),
        (b"not a playlist", "application/x-mpegurl", NoDataError),
        (b"\x1a\x45\xdf\xa3" + bytes(5000), "video/webm", NoDataError),
    ],
)
async def test_what_is_no_video_is_told_apart(
    body: bytes,
    content_type: str,
    error: type[Exception],
    player: Player,
    provider: Provider,
) -> None:
    provider.document("/x", body, content_type)
    with pytest.raises(error):
        await player.play(provider.url + "/x")


async def test_an_empty_answer_is_the_end(
    player: Player,
    provider: Provider,
) -> None:
    provider.document("/x", b"", "video/mp2t")
    assert await player.play(provider.url + "/x") == b""


async def test_a_silence_is_noticed(
    player: Player, provider: Provider, media: Media
) -> None:
    time = LoopTime()
    provider.document("/x", media.ts)
    provider.misbehave("/x", faults.stall(after=18_800))
    async with player.open(provider.url + "/x") as upstream:
        assert await upstream.read() == media.ts[:18_800]
        reading = asyncio.ensure_future(upstream.read())
        await asyncio.sleep(0.15)
        time.advance(5)
        with pytest.raises(SourceTimeoutError):
            await reading


async def test_who_sends_nothing_but_headers_is_given_up(
    player: Player, provider: Provider, media: Media
) -> None:
    time = LoopTime()
    provider.document("/x", media.ts)
    provider.misbehave("/x", faults.stall(after=1))
    watching = asyncio.ensure_future(player.play(provider.url + "/x"))
    await provider.until(lambda: provider.connections.now == 1)
    await asyncio.sleep(0.05)
    time.advance(10)
    with pytest.raises(SourceTimeoutError):
        await watching


@pytest.mark.parametrize("name", ["ts", "flv"])
async def test_a_broken_connection_is_named_without_its_path(
    name: str, player: Player, provider: Provider, media: Media
) -> None:
    provider.document("/secret", getattr(media, name))
    provider.misbehave("/secret", faults.die(after=94_000, reset=True))
    with pytest.raises(CannotConnectError) as raised:
        await player.play(provider.url + "/secret")
    assert "secret" not in str(raised.value)


async def test_what_came_before_a_break_is_not_lost(
    player: Player, provider: Provider, media: Media
) -> None:
    provider.document("/x", media.flv)
    provider.misbehave("/x", faults.stall(after=len(media.flv) // 2))
    async with player.open(provider.url + "/x") as upstream:
        assert len(await upstream.read()) > 188
    await provider.until(lambda: provider.connections.now == 0)


async def test_without_ffmpeg_it_is_said_what_is_missing(
    fetcher: Fetcher, provider: Provider, media: Media
) -> None:
    provider.document("/x", media.flv)
    player = Player(fetcher, Programs(binary="/nowhere/ffmpeg", owner="test"))
    with pytest.raises(FFmpegMissingError):
        await player.play(provider.url + "/x")
    provider.document("/x", media.ts)
    assert await player.play(provider.url + "/x") == media.ts


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "srt://host:1", "pipe:0", "-i", ""]
)
async def test_any_other_scheme_is_refused(url: str, player: Player) -> None:
    with pytest.raises(UnsupportedStreamError):
        await player.play(url)
