"""Pieces: a stream cut where it breaks, each described by its beginning."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager
from itertools import takewhile
from math import inf

import pytest

from custom_components.telecast.engine.errors import NoDataError, NoPictureError
from custom_components.telecast.engine.streams.delivery import spliced
from custom_components.telecast.engine.streams.reader import Reader
from custom_components.telecast.engine.streams.ring import MAX_SECONDS
from custom_components.telecast.engine.streams.stream import Stream
from custom_components.telecast.engine.transcoding.pieces import Pieces
from custom_components.telecast.formats.mpegts import Scanner, starts_anew
from tests.fakes.broadcast import Station, recording
from tests.fakes.faucet import Faucet
from tests.fakes.loop_time import LoopTime
from tests.fakes.transport import AAC, AUDIO_PID, H264, VIDEO_PID, Multiplex

TELEVISION = "high h264 aac"


@asynccontextmanager
async def reading(stream: Stream) -> AsyncIterator[Reader]:
    """Read a stream from its oldest picture on."""
    async with asyncio.TaskGroup() as tasks:
        with stream.reader(back=inf) as reader:
            tasks.create_task(stream.run())
            yield reader
        stream.stop()


@asynccontextmanager
async def poured(*blocks: bytes) -> AsyncIterator[Pieces]:
    """Read blocks that a test has made, and then the end."""
    faucet = Faucet()
    for block in blocks:
        faucet.pour(block, joins=Scanner().scan(block))
    faucet.end()
    stream = Stream(
        feed=faucet.feed, grace_period=1, on_idle=lambda: None, on_active=lambda: None
    )
    async with reading(stream) as reader:
        yield Pieces(reader)


def clip(seconds: float) -> list[bytes]:
    """Make real pictures, a block for each of a few frames."""
    pieces = recording(TELEVISION).play(0.0)
    return [block for _, block in takewhile(lambda one: one[0] < seconds, pieces)]


async def all_of(pieces: Pieces) -> list[tuple[int, bytes]]:
    """Read to the end; answer of each piece its era and its bytes."""
    found = []
    while piece := await pieces.begin():
        rest = b"".join([block async for block in pieces.rest()])
        found.append((piece.era, piece.head + rest))
    return found


def broken(blocks: Iterable[bytes]) -> bytes:
    """Make of blocks one that does not go on from what was before."""
    block = b"".join(blocks)
    return spliced(block, Scanner().scan(block))[0]


async def test_a_piece_begins_with_its_tables_and_describes_its_picture() -> None:
    station = Station(TELEVISION)
    station.send(2)
    async with reading(station.stream) as reader:
        piece = await Pieces(reader).begin()
    assert piece
    assert piece.program.video
    assert piece.program.audio
    assert (piece.program.video.codec, piece.program.audio.codec) == ("h264", "aac")
    assert piece.video
    assert (piece.video.width, piece.video.height) == (48, 576)
    joins = Scanner().scan(piece.head)
    assert piece.head.startswith(joins[0].tables)


async def test_all_bytes_come_in_their_order() -> None:
    blocks = clip(3)
    async with poured(*blocks) as pieces:
        ((_, data),) = await all_of(pieces)
    (join,) = Scanner().scan(blocks[0])
    assert data == join.tables + b"".join(blocks)[join.offset :]


async def test_a_stream_is_cut_where_it_breaks() -> None:
    first, second, third = (clip(2), clip(1), clip(2))
    async with poured(*first, broken(second), broken(third)) as pieces:
        found = await all_of(pieces)
    assert [era for era, _ in found] == [0, 1, 2]
    for (_, data), blocks in zip(found, (first, second, third), strict=True):
        assert data.endswith(b"".join(blocks[1:]))
        joins = Scanner().scan(data)
        assert data.startswith(joins[0].tables)
        assert not starts_anew(data), "an FFmpeg of its own needs no flag"


async def test_a_piece_can_be_left_in_the_middle() -> None:
    first, second = clip(2), clip(1)
    async with poured(*first, broken(second)) as pieces:
        await pieces.begin()
        async with aclosing(pieces.rest()) as blocks:
            await anext(blocks)
        rest = b"".join([block async for block in pieces.rest()])
        assert rest.endswith(first[-1])
        piece = await pieces.begin()
        assert piece
        assert piece.era == 1


async def test_what_breaks_before_it_is_described_is_no_piece() -> None:
    multiplex = Multiplex(streams=((H264, VIDEO_PID),))
    mute = multiplex.tables() + multiplex.frame(key=True, headers=b"\0\0\1\x65")
    async with poured(mute, broken(clip(1))) as pieces:
        ((era, data),) = await all_of(pieces)
    assert era == 1
    assert mute not in data


async def test_a_picture_that_never_describes_itself_is_taken_as_it_is() -> None:
    multiplex = Multiplex(streams=((H264, VIDEO_PID),))
    mute = multiplex.tables() + multiplex.frame(key=True, headers=b"\0\0\1\x65")
    more = multiplex.frame(key=False, size=1000)
    async with poured(mute, *[more] * 7) as pieces:
        piece = await pieces.begin()
    assert piece
    assert piece.program.has_video
    assert piece.video is None


async def test_without_a_picture_the_sound_begins_the_piece() -> None:
    multiplex = Multiplex(streams=((AAC, AUDIO_PID),))
    async with poured(*multiplex.clip(20)) as pieces:
        piece = await pieces.begin()
    assert piece
    assert not piece.program.has_video
    assert piece.video is None


async def test_a_stream_without_a_key_frame_is_no_picture() -> None:
    faucet, multiplex = Faucet(), Multiplex()
    block = multiplex.tables() + multiplex.frame(key=False, size=10_000)
    stream = Stream(
        feed=faucet.feed, grace_period=1, on_idle=lambda: None, on_active=lambda: None
    )
    async with reading(stream) as reader:
        beginning = asyncio.create_task(Pieces(reader).begin())
        while not beginning.done():
            faucet.pour(block)
            await asyncio.sleep(0)
        assert stream.meter.total > 16 * 1024 * 1024
        with pytest.raises(NoPictureError):
            await beginning


async def test_a_stream_that_is_over_has_no_piece() -> None:
    async with poured(b"".join(clip(1))) as pieces:
        assert await pieces.begin()
        assert [block async for block in pieces.rest()] == []
        assert await pieces.begin() is None


async def test_what_keeps_a_stream_from_beginning_is_raised() -> None:
    station = Station(TELEVISION)
    station.end(NoDataError("nothing there"))
    async with reading(station.stream) as reader:
        with pytest.raises(NoDataError, match="nothing there"):
            await Pieces(reader).begin()


async def test_who_was_too_slow_begins_a_piece_of_the_same_era() -> None:
    station, time = Station(TELEVISION), LoopTime()
    async with reading(station.stream) as reader:
        pieces = Pieces(reader)
        station.send(1)
        assert await pieces.begin()
        for _ in range(3):
            time.advance(MAX_SECONDS)
            station.send(1)
            await asyncio.sleep(0)
        station.end()
        await station.stream.wait_closed()
        assert pieces.behind
        assert [block async for block in pieces.rest()] == []
        piece = await pieces.begin()
        assert piece
        assert piece.era == 0
    assert reader.skips == 1
