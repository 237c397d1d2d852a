"""FFmpeg between what comes and what is passed on: its death and its hanging are told."""

import asyncio
from collections.abc import Callable
import os
import signal

import psutil
import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    EncodingFailedError,
    FFmpegMissingError,
    NoDataError,
)
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.upstreams.remux import Input, remux
from custom_components.telecast.formats.containers import Container
from tests.engine.upstreams.media import Media, packets
from tests.fakes.loop_time import LoopTime


class Source:
    """Gives pieces, and then what it ends with: an error, the end, or nothing more."""

    def __init__(self, *pieces: bytes, end: Exception | bytes | None = b"") -> None:
        self._pieces = list(pieces)
        self._end = end

    async def read(self) -> bytes:
        await asyncio.sleep(0)
        if self._pieces:
            return self._pieces.pop(0)
        if isinstance(self._end, Exception):
            raise self._end
        if self._end is None:
            await asyncio.get_running_loop().create_future()
        return self._end or b""


class Sink:
    """Takes what is poured."""

    def __init__(self) -> None:
        self.data = b""
        self.news = asyncio.Event()

    async def pour(self, data: bytes) -> None:
        self.data += data
        self.news.set()


def flv(source: Source) -> Input:
    return Input(read=source.read, container=Container.FLV)


@pytest.fixture(name="sink")
async def _sink() -> Sink:
    return Sink()


async def test_all_that_came_is_poured_and_in_whole_packets(
    programs: Programs, media: Media, sink: Sink
) -> None:
    pieces = [media.flv[at : at + 9999] for at in range(0, len(media.flv), 9999)]
    await remux(programs, [flv(Source(*pieces))], sink.pour)
    assert len(packets(sink.data)["h264"]) == 150
    assert len(sink.data) % 188 == 0


async def test_an_error_comes_after_all_that_came_before_it(
    programs: Programs, media: Media, sink: Sink
) -> None:
    source = Source(media.flv, end=CannotConnectError("broke off"))
    with pytest.raises(CannotConnectError, match="broke off"):
        await remux(programs, [flv(source)], sink.pour)
    assert len(packets(sink.data)["h264"]) == 150


async def test_what_cannot_be_read_speaks_against_the_provider(
    programs: Programs, sink: Sink
) -> None:
    with pytest.raises(NoDataError):
        await remux(programs, [flv(Source(bytes(100_000)))], sink.pour)
    assert sink.data == b""


async def test_a_missing_ffmpeg_is_told(sink: Sink) -> None:
    missing = Programs(binary="/nowhere/ffmpeg", owner="test")
    with pytest.raises(FFmpegMissingError):
        await remux(missing, [flv(Source(end=None))], sink.pour)


async def test_the_death_of_ffmpeg_is_told(
    programs: Programs, media: Media, sink: Sink
) -> None:
    source = Source(media.flv, end=None)
    running = asyncio.ensure_future(remux(programs, [flv(source)], sink.pour))
    await sink.news.wait()
    (ffmpeg,) = psutil.Process().children()
    ffmpeg.kill()
    with pytest.raises(EncodingFailedError, match="-9"):
        await running


async def test_the_death_of_ffmpeg_is_told_while_it_is_fed(
    programs: Programs, media: Media, sink: Sink
) -> None:
    source = Source(*[media.flv] * 1000)
    running = asyncio.ensure_future(remux(programs, [flv(source)], sink.pour))
    await sink.news.wait()
    (ffmpeg,) = psutil.Process().children()
    ffmpeg.kill()
    with pytest.raises(EncodingFailedError, match="-9"):
        await running


async def test_an_ffmpeg_that_hangs_is_given_up(media: Media, sink: Sink) -> None:
    time = LoopTime()
    programs = Programs(binary="ffmpeg", owner="test", term_seconds=0)
    source = Source(*[media.flv] * 50)
    running = asyncio.ensure_future(remux(programs, [flv(source)], sink.pour))
    await sink.news.wait()
    (ffmpeg,) = psutil.Process().children()
    os.kill(ffmpeg.pid, signal.SIGSTOP)
    await _until(lambda: ffmpeg.status() == psutil.STATUS_STOPPED)
    while not running.done():
        time.advance(6)
        await asyncio.sleep(0)
    with pytest.raises(EncodingFailedError, match="hangs"):
        await running


async def test_a_source_that_pauses_is_waited_for(
    programs: Programs, media: Media, sink: Sink
) -> None:
    time = LoopTime()
    source = Source(media.flv, end=None)
    running = asyncio.ensure_future(remux(programs, [flv(source)], sink.pour))
    await sink.news.wait()
    for _ in range(3):
        time.advance(6)
        await asyncio.sleep(0.02)
    assert not running.done()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def _until(met: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not met():
            await asyncio.sleep(0)
