"""The transcoder: an FFmpeg for each piece, another for each that dies, until none helps."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from math import inf
import os
from pathlib import Path
import signal
from typing import override

import pytest

from custom_components.telecast.engine.encoders.encoders import Encoders, open_encoders
from custom_components.telecast.engine.errors import (
    EncodersBusyError,
    EncodingFailedError,
    FFmpegMissingError,
    NoDataError,
    TelecastError,
)
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.streams.reader import Reader
from custom_components.telecast.engine.streams.ring import MAX_SECONDS
from custom_components.telecast.engine.streams.stream import Stream
from custom_components.telecast.engine.transcoding.commands import Order, Wanted
from custom_components.telecast.engine.transcoding.pieces import Piece
from custom_components.telecast.engine.transcoding.run import STUCK_SECONDS, Take
from custom_components.telecast.engine.transcoding.transcoder import Job, Transcoder
from custom_components.telecast.formats.ffmpeg import (
    AudioEncode,
    Copy,
    Encode,
    Encoder,
    rendition,
)
from tests.engine.storage import until
from tests.fakes.broadcast import Station
from tests.fakes.left_over import leaving_nothing
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime, turns_until
from tests.fakes.program import Plan, Program
from tests.fakes.readers import Gated, Tired

TELEVISION = "high h264 aac"
BOTH = ("libx264", "h264_nvenc")
WORKS = Plan(writes="", passes=True)


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


class Errand(Job):
    """A job that writes down what it is told."""

    def __init__(self, *, encodes: bool = True, wanted: bool = True) -> None:
        video = Encode(rendition("480p")) if encodes else Copy()
        output = Wanted(name="480p", video=video, audio=AudioEncode())
        self._order = Order(outputs=(output,) if wanted else (), key_frame_seconds=None)
        self.takes: list[tuple[int, bool]] = []
        """Of each FFmpeg the era of its piece, and whether it replaces a dead one."""
        self.sizes: list[int] = []
        """Of each FFmpeg how many bytes came out."""
        self.lagged = 0
        """How often it was told that FFmpeg cannot keep up."""

    @override
    def order(self, piece: Piece) -> Order:
        return self._order

    @override
    def take(self, piece: Piece, order: Order, *, anew: bool) -> Take:
        number = len(self.takes)
        self.takes.append((piece.era, anew))
        self.sizes.append(0)

        async def take(_index: int, packets: bytes) -> None:
            self.sizes[number] += len(packets)

        return take

    @override
    def lags(self) -> None:
        self.lagged += 1


class Work:
    """A transcoder at work on a station."""

    def __init__(self, station: Station, job: Errand, encoders: Encoders) -> None:
        self.station = station
        self.job = job
        self.encoders = encoders
        self.error: TelecastError | None = None
        self.over = asyncio.Event()

    @property
    def encoder(self) -> str:
        """That of the FFmpeg that runs; empty where none does."""
        runs = self.encoders.runs
        return runs[-1].encoder if runs else ""

    async def begun(self, number: int) -> None:
        """Wait until so many FFmpegs have been started, and the last one delivers."""
        await until(lambda: len(self.job.sizes) == number and self.job.sizes[-1])


@asynccontextmanager
async def working(
    ffmpeg: Program | str,
    *,
    then: Plan | None = None,
    wanted: str = "none",
    job: Errand | None = None,
    limit: int = 0,
    read: Callable[[Stream], Reader] | None = None,
) -> AsyncIterator[Work]:
    """Have a job done on a station that has sent two seconds.

    `read` makes the reader that it is read with first, if that is no usual one.
    When the encoders have proven themselves, FFmpeg follows another plan `then`.
    """
    binary = ffmpeg if isinstance(ffmpeg, str) else str(ffmpeg.path)
    programs = Programs(binary=binary, owner="me", term_seconds=0.2)
    station = Station(TELEVISION)
    station.send(2)

    @asynccontextmanager
    async def watch() -> AsyncIterator[Reader]:
        nonlocal read
        special, read = read, None
        with station.stream.reader(back=inf) as reader:
            yield special(station.stream) if special else reader

    async with (
        open_encoders(
            programs=programs, wanted=wanted, limit=limit, emit=lambda event: None
        ) as encoders,
        asyncio.TaskGroup() as tasks,
    ):
        transcoder = Transcoder(
            channel=channel(1), programs=programs, encoders=encoders
        )
        work = Work(station, job or Errand(), encoders)

        async def run() -> None:
            try:
                await transcoder.run(watch, work.job)
            except TelecastError as err:
                work.error = err
            work.over.set()

        tasks.create_task(station.stream.run())
        if then and isinstance(ffmpeg, Program):
            await encoders.ready()
            ffmpeg.change(then)
        task = tasks.create_task(run())
        yield work
        task.cancel()
        station.stream.stop()


async def test_the_end_of_the_stream_is_that_of_the_job(tmp_path: Path) -> None:
    async with working(Program(tmp_path, WORKS)) as work:
        await work.begun(1)
        (running,) = work.encoders.runs
        assert (running.channel, running.number) == ("Channel 1", "1")
        assert (running.encoder, running.what) == ("none", "480p")
        work.station.end()
        await work.over.wait()
        assert work.error is None
        assert work.job.takes == [(0, False)]
        assert work.encoders.runs == ()


async def test_each_piece_has_an_ffmpeg_of_its_own(tmp_path: Path) -> None:
    async with working(Program(tmp_path, WORKS)) as work:
        await work.begun(1)
        work.station.change(TELEVISION)
        work.station.send(1)
        await work.begun(2)
        work.station.end()
        await work.over.wait()
        assert work.job.takes == [(0, False), (1, False)]
        assert work.error is None


async def test_what_nobody_orders_is_passed_over(tmp_path: Path) -> None:
    ffmpeg = Program(tmp_path, WORKS)
    async with working(ffmpeg, job=Errand(wanted=False)) as work:
        await until(lambda: work.station.stream.readers)
        work.station.change(TELEVISION)
        work.station.send(1)
        work.station.end()
        await work.over.wait()
        assert work.error is None
        assert work.job.takes == []


async def test_one_that_is_killed_is_replaced_and_the_encoder_not_blamed(
    tmp_path: Path,
) -> None:
    ffmpeg = Program(tmp_path, Plan(listed=BOTH, encodes=BOTH, writes="", passes=True))
    async with working(ffmpeg, wanted="nvenc") as work:
        for kill in range(1, 8):
            await work.begun(kill)
            assert work.encoder == "nvenc"
            os.kill(work.encoders.runs[-1].ffmpeg.pid, signal.SIGKILL)
        await work.begun(8)
        assert work.job.takes == [(0, False)] + [(0, True)] * 7
        assert work.encoders.encoder is Encoder.NVENC


async def test_after_a_death_only_the_first_piece_is_read_again(
    tmp_path: Path,
) -> None:
    async with working(Program(tmp_path, WORKS)) as work:
        await work.begun(1)
        work.station.change(TELEVISION)
        work.station.send(1)
        await work.begun(2)
        os.kill(work.encoders.runs[-1].ffmpeg.pid, signal.SIGKILL)
        await work.begun(4)
        assert work.job.takes == [(0, False), (1, False), (0, True), (1, False)]


@pytest.mark.parametrize(
    "fault",
    [
        Plan(listed=BOTH, encodes=("libx264",), writes="", passes=True),
        Plan(listed=BOTH, encodes=BOTH, writes="G" * 188, status=1),
        Plan(listed=BOTH, encodes=BOTH, writes="G" * 188, status=0),
    ],
    ids=["it cannot begin", "it fails on its way", "it ends on its way"],
)
async def test_an_encoder_that_fails_is_replaced_by_software_with_the_next_start(
    tmp_path: Path, fault: Plan
) -> None:
    ffmpeg = Program(tmp_path, Plan(listed=BOTH, encodes=BOTH))
    async with working(ffmpeg, wanted="nvenc", then=fault) as work:
        assert work.encoders.encoder is Encoder.NVENC
        await until(lambda: work.encoder == "nvenc")
        ffmpeg.change(Plan(listed=BOTH, encodes=("libx264",), writes="", passes=True))
        await until(lambda: work.encoder == "none" and work.job.sizes[-1])
        assert len(work.job.takes) == 2
        assert work.encoders.encoder is Encoder.NONE


async def test_a_crash_is_the_fault_of_the_encoder(tmp_path: Path) -> None:
    ffmpeg = Program(tmp_path, Plan(listed=BOTH, encodes=BOTH, writes="", passes=True))
    async with working(ffmpeg, wanted="nvenc") as work:
        await work.begun(1)
        os.kill(work.encoders.runs[-1].ffmpeg.pid, signal.SIGSEGV)
        await work.begun(2)
        assert work.encoder == "none"


async def test_one_that_hangs_is_replaced(tmp_path: Path) -> None:
    time = LoopTime()
    ffmpeg = Program(tmp_path)
    async with working(ffmpeg, then=Plan(writes="", stays=True)) as work:
        await until(lambda: any("-copyts" in call for call in ffmpeg.calls))
        ffmpeg.change(WORKS)
        work.station.send(8)
        while len(work.job.takes) < 2:
            time.advance(STUCK_SECONDS / 8)
            await asyncio.sleep(0.01)
        await work.begun(2)


async def test_one_after_the_other_that_delivers_nothing_is_enough(
    tmp_path: Path,
) -> None:
    time = LoopTime()
    ffmpeg = Program(tmp_path, Plan(writes="", says="No such filter\n", status=1))
    async with working(ffmpeg) as work:
        while not work.over.is_set():
            time.advance(0.1)
            await asyncio.sleep(0.01)
        assert isinstance(work.error, EncodingFailedError)
        assert "No such filter" in str(work.error)
        assert work.job.takes == [(0, False)] + [(0, True)] * 4


async def test_who_is_too_slow_for_the_stream_goes_on_with_what_it_has_now(
    tmp_path: Path,
) -> None:
    ffmpeg = Program(tmp_path, WORKS)
    async with working(ffmpeg, read=lambda stream: Tired(stream, blocks=5)) as work:
        await work.begun(2)
        assert work.job.takes == [(0, False), (0, True)]
        assert work.job.lagged == 1
        assert not work.over.is_set()
        work.station.end()
        await work.over.wait()
        assert work.error is None
        assert work.job.lagged == 1


async def test_who_loses_its_place_again_is_too_slow(tmp_path: Path) -> None:
    readers: list[Gated] = []

    def gated(stream: Stream) -> Gated:
        readers.append(Gated(stream))
        return readers[0]

    async with working(Program(tmp_path, WORKS), read=gated) as work:
        time = LoopTime(stopped=True)
        ring = work.station.stream.ring
        for lost in range(3):
            await turns_until(lambda: readers)
            readers[0].let_through(3)
            await turns_until(
                lambda lost=lost: len(work.job.sizes) == lost + 1 and work.job.sizes[-1]
            )
            # The first time it may be for what came before there was an FFmpeg.
            assert work.job.lagged == max(0, lost - 1)
            time.advance(MAX_SECONDS + 1)
            end = ring.end
            work.station.send(2)
            await turns_until(lambda end=end: ring.start >= end)
        assert [era for era, _ in work.job.takes] == [0, 0, 0]
        assert not work.over.is_set()
        time.go_on()


async def test_what_is_copied_blames_no_encoder(tmp_path: Path) -> None:
    ffmpeg = Program(tmp_path, Plan(listed=BOTH, encodes=BOTH))
    fails, job = Plan(status=1), Errand(encodes=False)
    async with working(ffmpeg, wanted="nvenc", job=job, then=fails) as work:
        await until(lambda: len(work.job.takes) > 1)
        assert work.encoders.encoder is Encoder.NVENC


async def test_without_ffmpeg_there_is_no_use_in_trying_again(tmp_path: Path) -> None:
    async with working(str(tmp_path / "none")) as work:
        await work.over.wait()
        assert isinstance(work.error, FFmpegMissingError)
        assert len(work.job.takes) == 1


async def test_what_is_wrong_with_the_stream_is_raised(tmp_path: Path) -> None:
    async with working(Program(tmp_path, WORKS)) as work:
        await work.begun(1)
        work.station.end(NoDataError("gone"))
        await work.over.wait()
        assert work.error is None, "it has delivered, and ended"


async def test_an_encoder_slot_is_held_in_the_name_of_the_channel(
    tmp_path: Path,
) -> None:
    async with working(Program(tmp_path, WORKS), limit=1) as work:
        transcoder = Transcoder(
            channel=channel(7),
            programs=Programs(binary="ffmpeg", owner="me"),
            encoders=work.encoders,
        )

        def slot() -> AbstractContextManager[None]:
            return transcoder.slot(needed=lambda: True, give_way=lambda: None)

        with slot(), pytest.raises(EncodersBusyError, match="channel 7"), slot():
            pass
