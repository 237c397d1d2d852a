"""Slates, made with the real FFmpeg: a picture in a stream that goes on for ever."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
import sys

import pytest

from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.streams import stills
from custom_components.telecast.engine.streams.slate import WORDS, SlateMaker, lines
from custom_components.telecast.engine.streams.stills import PATIENCE_SECONDS, draw
from custom_components.telecast.formats.mpegts import CLOCK, Loop, Scanner
from tests.engine.storage import until
from tests.fakes.left_over import leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.program import Plan, Program

FFMPEG = Programs(binary="ffmpeg", owner="me")


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have slates be made, busy as the machine may be."""
    monkeypatch.setattr(stills, "PATIENCE_SECONDS", 60.0)


def seconds(loop: Loop, count: float, *, start: int | None = None) -> list[bytes]:
    """Answer what a loop plays in its first seconds."""
    playing = loop.play(0.0, start=start)
    return [piece for _, piece in takewhile(lambda it: it[0] < count, playing)]


async def decoded(recording: bytes) -> tuple[int, list[bytes]]:
    """Have FFmpeg count the frames of a recording, and complain of what is wrong."""
    process = await asyncio.create_subprocess_exec(
        *("ffmpeg", "-v", "warning", "-f", "mpegts", "-i", "pipe:0"),
        *("-f", "framemd5", "-map", "0:v", "pipe:1"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    frames, complaints = await process.communicate(recording)
    lines = [line for line in frames.splitlines() if not line.startswith(b"#")]
    return len(lines), complaints.splitlines()


@pytest.mark.usefixtures("patient")
async def test_it_is_a_stream_of_pictures_that_begins_at_once() -> None:
    slates = SlateMaker(FFMPEG)
    loop = await slates.slate("Das Erste", "no_data")
    assert loop
    start = 5 * CLOCK
    pieces = seconds(loop, 20, start=start)
    scanner = Scanner()
    (first, *_) = scanner.scan(pieces[0])
    assert first.pts == start
    assert scanner.program
    assert scanner.program.video
    assert (scanner.program.video.codec, bool(scanner.program.audio)) == ("h264", True)
    frames, complaints = await decoded(b"".join(pieces))
    assert frames == pytest.approx(20 * 25, abs=10)
    assert complaints == [], "it goes round without a seam"
    assert loop.bitrate < 400_000


@pytest.mark.usefixtures("patient")
async def test_it_is_made_once_while_it_is_kept() -> None:
    slates = SlateMaker(FFMPEG, kept=1)
    one, other = await asyncio.gather(
        slates.slate("One", "no_data"), slates.slate("One", "no_data")
    )
    assert one
    assert one is other
    assert await slates.slate("One", "timeout") is not one
    assert await slates.slate("One", "no_data") is not one


async def test_who_needs_it_no_longer_leaves_no_ffmpeg(tmp_path: Path) -> None:
    program = Program(tmp_path, Plan(stays=True))
    slates = SlateMaker(Programs(binary=str(program.path), owner="me"))
    making = asyncio.create_task(slates.slate("One", "no_data"))
    await until(lambda: bool(program.calls))
    making.cancel()
    with suppress(asyncio.CancelledError):
        await making


@pytest.mark.parametrize("plan", [Plan(status=1), Plan(writes="no stream"), Plan()])
async def test_where_ffmpeg_fails_there_is_none(tmp_path: Path, plan: Plan) -> None:
    program = Program(tmp_path, plan)
    slates = SlateMaker(Programs(binary=str(program.path), owner="me"))
    assert await slates.slate("One", "no_data") is None


async def test_an_ffmpeg_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    time, program = LoopTime(), Program(tmp_path, Plan(stays=True))
    slates = SlateMaker(Programs(binary=str(program.path), owner="me"))
    making = asyncio.create_task(slates.slate("One", "no_data"))
    await until(lambda: bool(program.calls))
    time.advance(PATIENCE_SECONDS)
    assert await making is None


async def test_where_ffmpeg_is_missing_there_is_none(tmp_path: Path) -> None:
    slates = SlateMaker(Programs(binary=str(tmp_path / "none"), owner="me"))
    assert await slates.slate("Das Erste", "no_data") is None


async def test_where_pillow_is_missing_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert await SlateMaker(FFMPEG).slate("Das Erste", "no_data") is None


@pytest.mark.parametrize(
    "name",
    ["", "Das Erste", "Новости 東方\u202e\x00\n\t", "W" * 5000, "a " * 300],
    ids=["none", "plain", "foreign", "wide", "long"],
)
def test_any_name_can_be_drawn(name: str) -> None:
    assert len(draw(lines(name, WORDS["no_data"]))) == 1280 * 720 * 3


def test_the_name_and_the_words_are_seen() -> None:
    assert draw(lines("One", "words")) != draw(lines("Two", "words"))
    assert draw(lines("One", "words")) != draw(lines("One", "other words"))
    empty = draw(lines("", ""))
    assert draw(lines(" ", "")) == empty
    assert empty.count(bytes((16, 20, 30))) > 900_000 * 0.9
