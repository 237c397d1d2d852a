"""Streams: one feed shared by many readers, none of whom can hold up another."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import inf

import pytest

from custom_components.telecast.engine.errors import NoDataError, StreamClosedError
from custom_components.telecast.engine.streams.reader import MAX_SKIPS
from custom_components.telecast.engine.streams.ring import MAX_BYTES
from custom_components.telecast.engine.streams.state import StreamState
from custom_components.telecast.engine.streams.stream import WELL_AFTER_SECONDS, Stream
from custom_components.telecast.formats.mpegts import Join, Program, discontinuities
from tests.fakes.faucet import Faucet
from tests.fakes.loop_time import LoopTime

BIG = MAX_BYTES // 2


@asynccontextmanager
async def running(faucet: Faucet, grace_period: float = 60) -> AsyncIterator[Stream]:
    """Run a stream; whatever the test leaves is ended."""
    stream = Stream(
        feed=faucet.feed,
        grace_period=grace_period,
        on_idle=lambda: None,
        on_active=lambda: None,
    )
    async with asyncio.TaskGroup() as tasks:
        with stream.reader():  # as the manager does: the first viewer is there at once
            tasks.create_task(stream.run())
            yield stream
        stream.stop()
    assert not faucet.open


async def test_readers_share_one_feed() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as one, stream.reader() as other:
            faucet.pour(b"1", b"2")
            assert [await anext(one), await anext(one)] == [b"1", b"2"]
            assert [await anext(other), await anext(other)] == [b"1", b"2"]
    assert faucet.opened == 1


async def test_a_slow_reader_skips_and_stalls_nobody() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as slow, stream.reader() as fast:
            faucet.pour(b"first")
            assert await anext(slow) == await anext(fast) == b"first"
            for number in range(4):
                faucet.pour(bytes([number]) * BIG, joins=[Join(1, b"tables")])
                assert (await anext(fast))[0] == number
            head = discontinuities(Program()) + b"tables"
            assert (await anext(slow)).startswith(head + b"\x02\x02")
            assert (slow.skips, fast.skips) == (1, 0)


async def test_a_reader_that_skips_too_often_is_cut_off() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as slow, stream.reader() as fast:
            faucet.pour(b"first")
            await anext(slow)
            await anext(fast)
            for _ in range(MAX_SKIPS):
                for _ in range(3):
                    faucet.pour(bytes(BIG))
                    await anext(fast)
                await anext(slow)
            for _ in range(3):
                faucet.pour(bytes(BIG))
                await anext(fast)
            await anext(slow)
            with pytest.raises(StopAsyncIteration):
                await anext(slow)
            assert slow.end_reason == "too_slow"


async def test_a_newcomer_begins_with_tables_and_a_key_frame() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as early:
            faucet.pour(b"middle of a picture")
            assert await anext(early) == b"middle of a picture"
            faucet.pour(b"rest|key", joins=[Join(5, b"PAT PMT ")])
            faucet.pour(b"more")
            assert await anext(early) == b"rest|key"
            assert await anext(early) == b"more"
            with stream.reader() as late:
                assert await anext(late) == b"PAT PMT key"
                assert await anext(late) == b"more"


async def test_who_wants_all_there_is_begins_at_the_oldest_key_frame() -> None:
    faucet, time = Faucet(), LoopTime()
    async with running(faucet) as stream:
        with stream.reader() as watching:
            faucet.pour(b"rest|key 1", joins=[Join(5, b"PAT PMT ")])
            await anext(watching)
            time.advance(2)
            faucet.pour(b"key 2", joins=[Join(0, b"PAT PMT ")])
            await anext(watching)
            time.advance(2)
            with stream.reader() as late, stream.reader(back=inf) as packager:
                assert await anext(late) == b"PAT PMT key 2"
                assert await anext(packager) == b"PAT PMT key 1"
                assert await anext(packager) == b"key 2"


async def test_breaks_are_counted_the_same_for_all_whenever_they_come() -> None:
    faucet, broken = Faucet(), discontinuities(Program(pcr_pid=0x100)) + b"key"
    async with running(faucet) as stream:
        with stream.reader() as early:
            faucet.pour(b"before")
            await anext(early)
            assert early.era == 0
            faucet.pour(broken, joins=[Join(0, b"PAT PMT ")])
            faucet.pour(b"after")
            await anext(early)
            with stream.reader() as late:
                await anext(late)
                await anext(late)
                assert (early.era, late.era) == (1, 1)


async def test_it_ends_when_nobody_has_read_it_for_the_grace_period() -> None:
    faucet = Faucet()
    async with running(faucet, grace_period=0.01) as stream:
        with stream.reader() as reader:
            faucet.pour(b"1")
            await anext(reader)
    assert stream.state is StreamState.IDLE
    assert stream.over


async def test_a_viewer_who_returns_in_time_keeps_it_alive() -> None:
    faucet = Faucet()
    stream = Stream(
        feed=faucet.feed,
        grace_period=0.05,
        on_idle=lambda: None,
        on_active=lambda: None,
    )
    async with asyncio.TaskGroup() as tasks:
        with stream.reader() as reader:
            tasks.create_task(stream.run())
            faucet.pour(b"1")
            await anext(reader)
        with stream.reader() as reader:
            await anext(reader)
            await asyncio.sleep(0.1)  # longer than the grace period
            faucet.pour(b"2")
            assert await anext(reader) == b"2"
        await stream.wait_closed()
    assert faucet.opened == 1


async def test_a_failure_before_the_first_block_is_told_to_every_reader() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as one, stream.reader() as other:
            faucet.end(NoDataError("nothing there"))
            for reader in (one, other):
                with pytest.raises(NoDataError, match="nothing there"):
                    await anext(reader)
    assert stream.state is StreamState.IDLE
    assert isinstance(stream.error, NoDataError)
    assert stream.error_count == 1


async def test_a_failure_later_is_a_clean_end_after_all_blocks() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as reader:
            faucet.pour(b"1", b"2")
            faucet.end(NoDataError("gone"))
            assert [block async for block in reader] == [b"1", b"2"]
            assert reader.end_reason == "no_data"


async def test_a_stream_that_was_stopped_takes_no_more_readers() -> None:
    async with running(Faucet()) as stream:
        with stream.reader() as waiting:
            stream.stop()
            with pytest.raises(StreamClosedError):
                await anext(waiting)
        with pytest.raises(StreamClosedError), stream.reader():
            pass


async def test_a_stream_stopped_before_it_ran_never_opens_its_feed() -> None:
    faucet = Faucet()
    stream = Stream(
        feed=faucet.feed, grace_period=1, on_idle=lambda: None, on_active=lambda: None
    )
    stream.stop()
    await stream.run()
    await stream.wait_closed()
    assert faucet.opened == 0


async def test_closing_a_reader_ends_only_that_one() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as one, stream.reader() as other:
            faucet.pour(b"1")
            await anext(one)
            await anext(other)
            one.close()
            assert [block async for block in one] == []
            faucet.pour(b"2")
            assert await anext(other) == b"2"


async def test_the_states_follow_the_table() -> None:
    faucet = Faucet()
    seen = [StreamState.IDLE]
    stream = Stream(
        feed=faucet.feed,
        grace_period=1,
        on_idle=lambda: None,
        on_active=lambda: seen.append(stream.state),
    )
    with stream.reader() as reader:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(stream.run())
            faucet.pour(b"1")
            await anext(reader)
            stream.stop()
            seen.append(stream.state)
    seen.append(stream.state)
    assert list(pairwise(seen)) == [
        (StreamState.IDLE, StreamState.ACTIVE),
        (StreamState.ACTIVE, StreamState.STOPPING),
        (StreamState.STOPPING, StreamState.IDLE),
    ]


async def test_a_feed_that_fails_and_recovers_is_no_end() -> None:
    faucet, states = Faucet(), []

    def look(stream: Stream) -> None:
        states.append(stream.state)

    async with running(faucet) as stream:
        with stream.reader() as reader:
            faucet.pour(b"1")
            faucet.tell(look, lambda sink: sink.failing(NoDataError("gone")), look)
            faucet.tell(lambda sink: sink.fill(b"slate", []), look)
            faucet.tell(Stream.retrying, look, lambda sink: sink.fill(b"slate", []))
            faucet.pour(b"2")
            faucet.tell(look)
            faucet.end()
            blocks = [block async for block in reader]
    assert blocks == [b"1", b"slate", b"slate", b"2"]
    assert states == ["active", "failed", "failed", "starting", "active"]
    assert (stream.state, stream.error) == (StreamState.IDLE, None)
    assert stream.meter.total == 2, "a slate is nothing that came"


async def test_it_is_told_active_only_once() -> None:
    faucet, told = Faucet(), []
    stream = Stream(
        feed=faucet.feed,
        grace_period=1,
        on_idle=lambda: None,
        on_active=lambda: told.append("active"),
    )
    faucet.pour(b"1")
    faucet.tell(lambda sink: sink.failing(NoDataError("gone")), Stream.retrying)
    faucet.pour(b"2")
    faucet.end()
    await stream.run()
    assert told == ["active"]


async def test_an_illegal_transition_is_refused() -> None:
    faucet = Faucet()
    stream = Stream(
        feed=faucet.feed, grace_period=1, on_idle=lambda: None, on_active=lambda: None
    )
    faucet.tell(lambda sink: sink.retrying())
    with pytest.raises(RuntimeError, match="from starting to starting"):
        await stream.run()
    assert stream.over


async def test_failures_are_counted_until_it_is_well_again() -> None:
    faucet, time, counts = Faucet(), LoopTime(), []

    def count(stream: Stream) -> None:
        counts.append(stream.error_count)

    async with running(faucet) as stream:
        with stream.reader() as reader:
            for reason in ("one", "two"):
                faucet.pour(b"1")
                error = NoDataError(reason)
                faucet.tell(lambda sink, error=error: sink.failing(error), count)
                faucet.tell(Stream.retrying)
            faucet.pour(b"2")
            faucet.tell(count)
            assert [await anext(reader) for _ in range(3)] == [b"1", b"1", b"2"]
            time.advance(WELL_AFTER_SECONDS)
            faucet.pour(b"3")
            faucet.tell(count)
            assert await anext(reader) == b"3"
    assert counts == [1, 2, 2, 0]
    assert str(stream.last_error) == "two"


async def test_a_stream_that_is_failing_can_be_stopped() -> None:
    faucet = Faucet()
    async with running(faucet) as stream:
        with stream.reader() as reader:
            faucet.pour(b"1")
            faucet.tell(lambda sink: sink.failing(NoDataError("gone")))
            faucet.tell(lambda _: stream.stop(), Stream.retrying)
            faucet.pour(b"2")
            assert [block async for block in reader] == [b"1"]
            assert reader.end_reason == "stream_ended"
    assert stream.state is StreamState.IDLE


async def test_it_tells_when_it_was_last_watched() -> None:
    faucet, time = Faucet(), LoopTime()
    async with running(faucet) as stream:
        with stream.reader() as reader:
            faucet.pour(b"1")
            await anext(reader)
        time.advance(100)
        ago = datetime.now(UTC) - stream.last_access
        assert 100 <= ago.total_seconds() < 105
        assert stream.started_at <= datetime.now(UTC)
        with stream.reader():
            assert datetime.now(UTC) - stream.last_access < timedelta(seconds=5)
