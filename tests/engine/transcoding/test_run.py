"""One FFmpeg on one piece: fed, heard, and judged by what it does."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from math import inf
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    EncodingFailedError,
    StorageFullError,
)
from custom_components.telecast.engine.processes.process import Descriptors, Programs
from custom_components.telecast.engine.streams.reader import Reader
from custom_components.telecast.engine.transcoding.pieces import Pieces
from custom_components.telecast.engine.transcoding.run import (
    SILENT_SECONDS,
    SLOW_SECONDS,
    STUCK_SECONDS,
    HangingError,
    Run,
)
from tests.engine.storage import until
from tests.fakes.broadcast import Station
from tests.fakes.left_over import leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.program import Plan, Program

PASSES = Plan(writes="", passes=True)


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


class Paced(Pieces):
    """Pieces that a test can have read block by block."""

    def __init__(self, reader: Reader) -> None:
        super().__init__(reader)
        self.taken = 0
        """How many blocks were fed, and FFmpeg looked at after that."""
        self._let_through: asyncio.Semaphore | None = None

    async def rest(self) -> AsyncGenerator[bytes]:
        async with aclosing(super().rest()) as blocks:
            async for block in blocks:
                if self._let_through:
                    await self._let_through.acquire()
                yield block
                self.taken += 1

    def hold(self) -> None:
        """Let nothing more through by itself."""
        self._let_through = asyncio.Semaphore(0)

    async def let_through(self) -> None:
        """Let a block through, and wait until it was taken."""
        taken = self.taken
        assert self._let_through
        self._let_through.release()
        await until(lambda: self.taken > taken)


class Running:
    """A run over a station, and what comes out of it."""

    def __init__(self) -> None:
        self.station = Station("high h264 aac")
        self.pieces: Paced
        self.out: dict[int, list[bytes]] = {}
        self.lagged = 0
        self.full = False
        self.error: EncodingFailedError | StorageFullError | None = None
        self.over = asyncio.Event()

    async def take(self, index: int, packets: bytes) -> None:
        if self.full:
            raise StorageFullError("full")
        self.out.setdefault(index, []).append(packets)

    def lags(self) -> None:
        self.lagged += 1

    @property
    def size(self) -> int:
        """Bytes that came out of all outputs."""
        return sum(len(packets) for out in self.out.values() for packets in out)


@asynccontextmanager
async def running(
    folder: Path, plan: Plan, *, outputs: int = 1, swallows: bool = False
) -> AsyncIterator[Running]:
    """Run what stands in for FFmpeg on a station; two seconds have been sent.

    One that `swallows` is not told of its outputs.
    """
    programs = Programs(
        binary=str(Program(folder, plan).path), owner="me", term_seconds=0.2
    )
    this = Running()
    this.station.send(2)
    stream = this.station.stream

    def build(pipes: Descriptors) -> list[str]:
        return [] if swallows else [f"pipe:{number}" for number in pipes.outputs]

    async def run() -> None:
        with stream.reader(back=inf) as reader:
            this.pieces = Paced(reader)
            piece = await this.pieces.begin()
            assert piece
            run = Run(this.pieces, piece, this.take, this.lags)
            async with programs.run(build, outputs=outputs) as ffmpeg:
                try:
                    await run.through(ffmpeg)
                except (EncodingFailedError, StorageFullError) as err:
                    this.error = err
                this.over.set()
        assert run.delivered == this.size or this.full

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(stream.run())
        work = tasks.create_task(run())
        yield this
        work.cancel()
        stream.stop()


async def test_what_comes_out_is_handed_on_and_its_end_is_told(tmp_path: Path) -> None:
    async with running(tmp_path, PASSES, outputs=3) as this:
        await until(lambda: this.size > 30_000)
        this.station.end()
        await this.over.wait()
        assert this.error is None
        first, *others = (b"".join(this.out[index]) for index in range(3))
        assert len(first) % 188 == 0
        assert others == [first, first]
        assert [out[-1] for out in this.out.values()] == [b""] * 3


async def test_a_break_is_an_end_in_order(tmp_path: Path) -> None:
    async with running(tmp_path, PASSES) as this:
        this.station.change("high h264 aac")
        this.station.send(1)
        await this.over.wait()
        assert this.error is None
        assert this.out[0][-1] == b""


@pytest.mark.parametrize("status", [0, 1])
async def test_one_that_ends_before_its_piece_has_failed(
    tmp_path: Path, status: int
) -> None:
    plan = Plan(writes="G" * 188, says="Cannot load libcuda.so.1\n", status=status)
    async with running(tmp_path, plan) as this:
        await this.over.wait()
        assert isinstance(this.error, EncodingFailedError)
        assert this.error.status == status
        assert "Cannot load libcuda.so.1" in str(this.error)
        assert b"" not in this.out.get(0, [])


async def test_one_that_reads_all_and_gives_nothing_has_failed(tmp_path: Path) -> None:
    async with running(tmp_path, PASSES, swallows=True) as this:
        await until(lambda: this.station.stream.ring.size)
        this.station.end()
        await this.over.wait()
        assert isinstance(this.error, EncodingFailedError)


async def test_one_that_takes_nothing_hangs(tmp_path: Path) -> None:
    time = LoopTime()
    async with running(tmp_path, Plan(writes="", stays=True)) as this:
        this.station.send(4)
        await until(lambda: this.station.stream.ring.size)
        while not this.over.is_set():
            time.advance(STUCK_SECONDS / 4)
            await asyncio.sleep(0.01)
        assert isinstance(this.error, HangingError)


async def test_one_that_does_not_end_is_cut_off(tmp_path: Path) -> None:
    time = LoopTime()
    plan = Plan(writes="", passes=True, stays=True)
    async with running(tmp_path, plan) as this:
        await until(lambda: this.size > 30_000)
        this.station.end()
        await until(lambda: this.station.stream.over)
        while not this.over.is_set():
            time.advance(STUCK_SECONDS / 4)
            await asyncio.sleep(0.01)
        assert this.error is None, "all of the piece has come out"


async def pause(this: Running, time: LoopTime) -> None:
    """Let a second pass before more is fed, and FFmpeg looked at."""
    taken = this.pieces.taken
    time.advance(1)
    this.station.send(0.5)
    await until(lambda: this.pieces.taken > taken or this.over.is_set())


async def test_one_that_swallows_all_hangs(tmp_path: Path) -> None:
    time = LoopTime()
    async with running(tmp_path, PASSES, swallows=True) as this:
        await until(lambda: this.station.stream.ring.size)
        # What the machine itself takes comes on top.
        for _ in range(round(SILENT_SECONDS / 2)):
            await pause(this, time)
        assert not this.over.is_set()
        for _ in range(round(SILENT_SECONDS / 2) + 1):
            await pause(this, time)
        await this.over.wait()
        assert isinstance(this.error, HangingError)


async def test_silence_of_the_stream_is_no_fault_of_ffmpegs(tmp_path: Path) -> None:
    time = LoopTime()
    async with running(tmp_path, PASSES) as this:
        for _ in range(3):
            size = this.size
            this.station.send(1)
            await until(lambda size=size: this.size > size + 20_000)
            time.advance(SILENT_SECONDS + SLOW_SECONDS)
            await asyncio.sleep(0)
        assert not this.over.is_set()
        assert this.lagged == 0


async def test_one_that_is_always_behind_is_told_of(tmp_path: Path) -> None:
    time = LoopTime()
    async with running(tmp_path, PASSES) as this:
        await until(lambda: this.size)
        this.pieces.hold()
        this.station.send(20)
        for _ in range(round(SLOW_SECONDS / 3) + 1):
            assert this.lagged == 0
            await this.pieces.let_through()
            time.advance(3)
        await this.pieces.let_through()
        assert this.lagged == 1


async def test_who_takes_what_comes_out_may_fail(tmp_path: Path) -> None:
    async with running(tmp_path, PASSES) as this:
        await until(lambda: this.size)
        this.full = True
        this.station.send(2)
        await this.over.wait()
        assert isinstance(this.error, StorageFullError)
