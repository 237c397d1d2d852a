"""FFmpeg as a child: what it writes, how it fails, and that it is always ended."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
import os
from pathlib import Path
import signal
import time

import psutil
import pytest

from custom_components.telecast.engine.errors import (
    EncodingFailedError,
    FFmpegMissingError,
)
from custom_components.telecast.engine.processes.process import (
    OWNER_VARIABLE,
    Build,
    Descriptors,
    FFmpeg,
    Programs,
)
from tests.engine.storage import until
from tests.fakes.left_over import descriptors, leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.program import Plan, Program

FFMPEG = Programs(binary="ffmpeg", owner="me")
HEEDED_SECONDS = 3.0
"""In which one has ended that heeds SIGTERM; two seconds later SIGKILL would come."""
PICTURES = ("-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25")


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="script")
def _script(tmp_path: Path) -> Callable[..., Programs]:
    def script(plan: Plan, term_seconds: float = 5.0) -> Programs:
        binary = str(Program(tmp_path, plan).path)
        return Programs(binary=binary, owner="me", term_seconds=term_seconds)

    return script


def pipes(numbers: Descriptors) -> list[str]:
    """What the fake program needs to know."""
    return [f"pipe:{number}" for number in numbers.outputs]


def encoding(*what: str) -> Build:
    """Have the real one make a picture for each output."""

    def build(numbers: Descriptors) -> list[str]:
        outputs = [
            option for number in numbers.outputs for option in (*what, f"pipe:{number}")
        ]
        return ["-progress", f"pipe:{numbers.progress}", *PICTURES, *outputs]

    return build


async def test_three_outputs_are_read_in_parallel() -> None:
    build = encoding("-c:v", "mpeg2video", "-frames:v", "50", "-f", "mpegts")
    async with FFMPEG.run(build, inputs=0, outputs=3) as ffmpeg:
        written = await asyncio.gather(*(output.read() for output in ffmpeg.outputs))
        assert await ffmpeg.wait() == 0
        await until(lambda: ffmpeg.progress)
    assert [data[:1] for data in written] == [b"\x47"] * 3
    assert all(len(data) % 188 == 0 for data in written)


async def test_each_input_has_a_pipe_of_its_own() -> None:
    raw = ("-f", "u8", "-ar", "8000", "-ac", "1")

    def build(numbers: Descriptors) -> list[str]:
        assert numbers.inputs[0] == 0
        inputs = [f"pipe:{number}" for number in numbers.inputs]
        outputs = [f"pipe:{number}" for number in numbers.outputs]
        read = (*raw, "-i", inputs[0], *raw, "-i", inputs[1])
        first, second = ("-map", "0", *raw, outputs[0]), ("-map", "1", *raw, outputs[1])
        return ["-v", "error", *read, *first, *second]

    sent = os.urandom(20_000), os.urandom(30_000)
    async with FFMPEG.run(build, inputs=2, outputs=2) as ffmpeg:
        for index, data in enumerate(sent):
            await ffmpeg.feed(data, index)
            ffmpeg.end_input(index)
        came = await asyncio.gather(*(output.read() for output in ffmpeg.outputs))
        assert await ffmpeg.wait() == 0
    assert tuple(came) == sent


async def test_who_reads_no_more_is_told_of(script: Callable[..., Programs]) -> None:
    async with script(Plan(status=0)).run(pipes) as ffmpeg:
        with pytest.raises(EncodingFailedError):
            while True:
                await ffmpeg.feed(bytes(10_000))
        with pytest.raises(EncodingFailedError):
            await ffmpeg.feed(b"again")
        assert await ffmpeg.wait() == 0


async def test_after_its_end_an_input_takes_nothing(
    script: Callable[..., Programs],
) -> None:
    async with script(Plan(passes=True)).run(pipes) as ffmpeg:
        await ffmpeg.feed(b" one")
        ffmpeg.end_input()
        with pytest.raises(EncodingFailedError):
            await ffmpeg.feed(b" two")
        assert await ffmpeg.outputs[0].read() == b"video one"


async def test_killed_from_outside_its_outputs_end(
    script: Callable[..., Programs],
) -> None:
    async with script(Plan(stays=True)).run(pipes, outputs=2) as ffmpeg:
        for output in ffmpeg.outputs:
            assert await output.read(100) == b"video"
        os.kill(ffmpeg.pid, signal.SIGKILL)
        for output in ffmpeg.outputs:
            assert await output.read(100) == b""
        error = await ffmpeg.failure()
        assert "status -9" in str(error)
        assert error.status == -signal.SIGKILL


async def test_its_last_words_are_heard_whenever_it_ends(
    script: Callable[..., Programs],
) -> None:
    words = "one\nhttp://user:hunter2@host/hunter2: Server returned 403\n"
    programs = script(Plan(says=words, status=3))
    for _ in range(10):
        async with programs.run(pipes) as ffmpeg:
            error = await ffmpeg.failure()
        assert "status 3" in str(error)
        assert "(http://host Server returned 403)" in str(error)
        assert ffmpeg.first_words == "one"
        assert "hunter2" not in f"{error!r} {ffmpeg.last_words}"


async def test_however_much_it_says_its_last_words_are_heard(
    script: Callable[..., Programs],
) -> None:
    programs = script(Plan(says="blah\n" * 60_000 + "the end\n", status=3))
    async with programs.run(pipes) as ffmpeg:
        assert await ffmpeg.wait() == 3
        assert ffmpeg.last_words == "the end"


async def test_one_that_goes_on_without_its_outputs_is_not_waited_for(
    script: Callable[..., Programs],
) -> None:
    loop_time = LoopTime()
    async with script(Plan(stays=True, says="bye")).run(pipes, inputs=0) as ffmpeg:
        await ffmpeg.outputs[0].read(100)
        failing = asyncio.create_task(ffmpeg.failure())
        await asyncio.sleep(0)
        loop_time.advance(2)
        error = await failing
    assert (str(error), error.status) == ("FFmpeg goes on (bye)", None)


async def test_what_the_block_raises_is_raised_as_it_is(
    script: Callable[..., Programs],
) -> None:
    with pytest.raises(LookupError, match="mine"):
        async with script(Plan(stays=True)).run(pipes):
            raise LookupError("mine")


async def test_a_program_that_is_not_there_is_missing(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")
    (tmp_path / "broken").write_text("#!/nowhere/at/all\n")
    (tmp_path / "broken").chmod(0o755)
    for binary in ("nowhere", tmp_path / "text", tmp_path / "broken", tmp_path, "a\0b"):
        programs = Programs(binary=str(binary), owner="me")
        with pytest.raises(FFmpegMissingError):
            async with programs.run(pipes):
                pass
        with pytest.raises(FFmpegMissingError):
            await programs.ask("-version")


async def test_it_knows_whose_it_is_and_none_of_our_secrets(
    monkeypatch: pytest.MonkeyPatch, script: Callable[..., Programs]
) -> None:
    for name in ("SUPERVISOR_TOKEN", "HASSIO_TOKEN", "MY_PATH", "PATH_TO_SECRET"):
        monkeypatch.setenv(name, "canary")
    monkeypatch.setenv("LIBVA_DRIVER_NAME", "iHD")
    async with script(Plan(stays=True)).run(pipes) as ffmpeg:
        await ffmpeg.outputs[0].read(100)
        environment = psutil.Process(ffmpeg.pid).environ()
    assert "canary" not in str(environment)
    assert environment[OWNER_VARIABLE] == "me"
    assert environment["LIBVA_DRIVER_NAME"] == "iHD"
    assert environment["PATH"] == os.environ["PATH"]


async def test_it_holds_no_descriptor_but_its_own(
    script: Callable[..., Programs],
) -> None:
    programs = script(Plan(stays=True))
    async with programs.run(pipes), programs.run(pipes, inputs=2, outputs=2) as ffmpeg:
        await ffmpeg.outputs[0].read(100)
        # The three, an input, two outputs, the progress; and where it logs its calls.
        held = os.listdir(f"/proc/{ffmpeg.pid}/fd")
    assert len(held) == 3 + 1 + 2 + 1


@pytest.mark.parametrize("deaf", ["ignores", "stopped"])
async def test_one_that_hears_no_signal_is_killed(
    deaf: str, script: Callable[..., Programs]
) -> None:
    programs = script(Plan(stays=True, ignores_term=deaf == "ignores"), 0.1)
    async with programs.run(pipes) as ffmpeg:
        assert await ffmpeg.outputs[0].read(100) == b"video"
        if deaf == "stopped":
            os.kill(ffmpeg.pid, signal.SIGSTOP)
            await until(lambda: psutil.Process(ffmpeg.pid).status() == "stopped")
        began = time.monotonic()
    assert 0.1 <= time.monotonic() - began < 2
    assert await ffmpeg.wait() == -signal.SIGKILL


async def test_what_stands_in_for_it_is_ended_with_all_that_it_started(
    tmp_path: Path,
) -> None:
    program = Program(tmp_path, Plan(stays=True))
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\n{program.path} "$@"\nexit 0\n')
    wrapper.chmod(0o755)
    programs = Programs(binary=str(wrapper), owner="me")
    async with programs.run(pipes, inputs=0) as ffmpeg:
        await ffmpeg.outputs[0].read(100)
        (inner,) = psutil.Process(ffmpeg.pid).children()
    await until(lambda: not inner.is_running() or inner.status() == "zombie")


async def test_a_flood_of_complaints_costs_the_loop_nothing(
    script: Callable[..., Programs],
) -> None:
    async with script(Plan(floods=True)).run(pipes, inputs=0) as ffmpeg:
        await ffmpeg.outputs[0].read(100)
        process = psutil.Process(ffmpeg.pid)
        began = time.monotonic()
        await until(lambda: process.io_counters().write_chars > 3_000_000)
        assert time.monotonic() - began > 0.2, "that is over 15 MB/s"
        began = time.monotonic()
    assert time.monotonic() - began < HEEDED_SECONDS
    assert set(ffmpeg.last_words.split()[:-1]) == {"complaint", "after"}


async def test_leaving_costs_little() -> None:
    build = encoding("-c:v", "libx264", "-preset", "veryfast", "-f", "mpegts")
    async with FFMPEG.run(build, inputs=0) as ffmpeg:
        await ffmpeg.outputs[0].read(1000)
        began = time.monotonic()
    assert time.monotonic() - began < HEEDED_SECONDS


async def test_one_that_is_blocked_by_a_full_pipe_is_ended_at_once() -> None:
    async with FFMPEG.run(encoding("-f", "rawvideo"), inputs=0) as ffmpeg:
        process = psutil.Process(ffmpeg.pid)
        await until(lambda: process.io_counters().write_chars > 500_000)
        began = time.monotonic()
    assert time.monotonic() - began < HEEDED_SECONDS


async def test_twenty_run_side_by_side(script: Callable[..., Programs]) -> None:
    programs = script(Plan(passes=True))

    async def pass_through(number: int) -> None:
        sent = f"-{number}-".encode() * 20_000
        async with programs.run(pipes) as ffmpeg, asyncio.TaskGroup() as tasks:

            async def feed() -> None:
                await ffmpeg.feed(sent)
                ffmpeg.end_input()

            tasks.create_task(feed())
            assert await ffmpeg.outputs[0].read() == b"video" + sent

    async with asyncio.TaskGroup() as tasks:
        for number in range(20):
            tasks.create_task(pass_through(number))


async def test_cancelled_at_any_moment_it_leaves_nothing(
    script: Callable[..., Programs],
) -> None:
    programs = script(Plan(stays=True))
    before, reached = descriptors(), set[str]()

    async def use() -> None:
        reached.add("start")
        async with programs.run(pipes, inputs=2, outputs=3) as ffmpeg:
            reached.add("feed")
            await ffmpeg.feed(bytes(10_000_000))

    for turns in range(40):
        using = asyncio.create_task(use())
        for _ in range(turns):
            await asyncio.sleep(0)
        using.cancel()
        await asyncio.sleep(0)
        # Once more: whoever waits for the end is not to be rushed.
        using.cancel()
        with suppress(asyncio.CancelledError):
            await using
        assert using.cancelled()
        await until(lambda: descriptors() == before)
        await until(lambda: not psutil.Process().children())
    assert reached == {"start", "feed"}


async def test_cancelled_in_the_block_it_is_gone_before_the_cancellation_goes_on(
    script: Callable[..., Programs],
) -> None:
    running = asyncio.get_running_loop().create_future()

    async def use() -> None:
        async with script(Plan(stays=True, ignores_term=True), 0.1).run(
            pipes
        ) as ffmpeg:
            await ffmpeg.outputs[0].read(100)
            running.set_result(ffmpeg)
            await ffmpeg.wait()

    using = asyncio.create_task(use())
    ffmpeg: FFmpeg = await running
    for _ in range(3):
        using.cancel()
        await asyncio.sleep(0)
    await asyncio.wait([using])
    assert using.cancelled()
    assert not psutil.pid_exists(ffmpeg.pid)


async def test_it_is_asked_and_answers(script: Callable[..., Programs]) -> None:
    assert (await script(Plan()).ask("-version")).startswith("ffmpeg version 5.1.9")
    assert " V....D libx264 " in await FFMPEG.ask("-hide_banner", "-encoders")


async def test_what_it_answers_when_it_fails_is_an_error(
    script: Callable[..., Programs],
) -> None:
    with pytest.raises(EncodingFailedError, match=r"status \d+ \(Error"):
        await FFMPEG.ask("-v", "error", "-nonsense", "1", "-version")
    with pytest.raises(EncodingFailedError, match="without end"):
        await script(Plan(version="long " * 1_000_000)).ask("-version")


async def test_one_that_does_not_answer_is_left_to_itself_and_ended(
    script: Callable[..., Programs],
) -> None:
    programs = script(Plan(hangs=("-version",), ignores_term=True))
    asking = asyncio.create_task(programs.ask("-version"))
    await until(lambda: psutil.Process().children())
    asking.cancel()
    await asyncio.wait([asking])
    assert asking.cancelled()
