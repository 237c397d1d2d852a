"""Encoders: proven on this machine, replaced when they fail, and counted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
import logging
from pathlib import Path

import psutil
import pytest

from custom_components.telecast.engine.encoders.choice import FAILURES, OUT_SECONDS
from custom_components.telecast.engine.encoders.encoders import (
    READY_SECONDS,
    Encoders,
    Running,
    open_encoders,
)
from custom_components.telecast.engine.encoders.proofs import PROOF_SECONDS, Problem
from custom_components.telecast.engine.errors import EncodersBusyError
from custom_components.telecast.engine.events import (
    EncoderChanged,
    EncodersChanged,
    Event,
)
from custom_components.telecast.engine.processes.process import Descriptors, Programs
from custom_components.telecast.formats.ffmpeg import Encoder
from tests.engine.storage import until
from tests.fakes.left_over import leaving_nothing
from tests.fakes.loop_time import LoopTime
from tests.fakes.program import Plan, Program

NVENC, QSV, VIDEOTOOLBOX, VAAPI, NONE = Encoder
ALL = ("libx264", "h264_nvenc", "h264_qsv", "h264_vaapi")

type Open = Callable[..., AbstractAsyncContextManager[Encoders]]


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="ffmpeg")
def _ffmpeg(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture(name="events")
def _events() -> list[Event]:
    return []


@pytest.fixture(name="opened")
def _opened(ffmpeg: Program, events: list[Event]) -> Open:
    @asynccontextmanager
    async def opened(
        plan: Plan | None = None, wanted: str = "auto", limit: int = 2
    ) -> AsyncIterator[Encoders]:
        if plan:
            ffmpeg.change(plan)
        async with open_encoders(
            programs=Programs(binary=str(ffmpeg.path), owner="me", term_seconds=0.1),
            wanted=wanted,
            limit=limit,
            emit=events.append,
        ) as encoders:
            yield encoders

    return opened


def rounds(ffmpeg: Program) -> int:
    """How often FFmpeg was asked who it is: each round of proofs begins so."""
    return sum("-version" in call for call in ffmpeg.calls)


def verdicts(encoders: Encoders) -> dict[Encoder, str]:
    """Per encoder why it does not work; `works` where it does."""
    return {
        proof.encoder: "works" if proof.works else proof.reason
        for proof in encoders.proofs
    }


async def test_the_best_that_encodes_is_used(opened: Open, ffmpeg: Program) -> None:
    plan = Plan(listed=ALL, encodes=("libx264", "h264_qsv", "h264_vaapi"))
    async with opened(plan) as encoders:
        assert (encoders.encoder, encoders.proofs) == (NONE, ())
        await encoders.ready()
        assert (encoders.encoder, encoders.reason) == (QSV, None)
        assert verdicts(encoders) == {
            NVENC: "[h264_nvenc] Cannot load libcuda.so.1",
            QSV: "works",
            VIDEOTOOLBOX: "This FFmpeg was built without it",
            VAAPI: "works",
            NONE: "works",
        }
    assert not any("h264_videotoolbox" in call for call in ffmpeg.calls)


async def test_the_next_one_down_takes_the_place_of_the_wanted_one(
    opened: Open, events: list[Event]
) -> None:
    plan = Plan(listed=ALL, encodes=("h264_nvenc", "h264_vaapi", "libx264"))
    async with opened(plan, wanted="qsv") as encoders:
        await encoders.ready()
        reason = "qsv: [h264_qsv] Cannot load libcuda.so.1"
        assert (encoders.encoder, encoders.reason) == (VAAPI, reason)
    assert events == [EncoderChanged(encoder="vaapi", reason=reason)]


async def test_one_that_encodes_nothing_does_not_work(opened: Open) -> None:
    plan = Plan(listed=ALL, encodes=ALL, frames=0)
    async with opened(plan) as encoders:
        await encoders.ready()
        assert verdicts(encoders)[NVENC] == "It encodes nothing"
        assert encoders.problem is Problem.WITHOUT_H264


async def test_the_real_one_encodes_in_software() -> None:
    events: list[Event] = []
    async with open_encoders(
        programs=Programs(binary="ffmpeg", owner="me"),
        wanted="auto",
        limit=1,
        emit=events.append,
    ) as encoders:
        await encoders.ready()
        assert verdicts(encoders)[NONE] == "works"
        assert encoders.problem is None
        assert all(verdicts(encoders).values())


async def test_nobody_waits_for_proofs_that_hang(opened: Open) -> None:
    plan = Plan(listed=ALL, encodes=ALL, hangs=("-version",), ignores_term=True)
    async with opened(plan) as encoders:
        assert encoders.encoder is NONE
        asking = asyncio.create_task(encoders.prove())
        await asyncio.sleep(0)
    await asking


async def test_the_first_stream_waits_for_proofs_but_not_for_long(
    opened: Open, ffmpeg: Program
) -> None:
    loop_time = LoopTime()
    async with opened(Plan(listed=ALL, hangs=ALL)) as encoders:
        ready = asyncio.create_task(encoders.ready())
        await until(lambda: any("libx264" in call for call in ffmpeg.calls))
        assert not ready.done()
        loop_time.advance(READY_SECONDS)
        await ready


async def test_one_that_hangs_is_ended_and_the_others_are_proven(
    opened: Open, ffmpeg: Program
) -> None:
    loop_time = LoopTime()
    plan = Plan(listed=ALL, encodes=ALL, hangs=("h264_nvenc",), ignores_term=True)
    async with opened(plan) as encoders:
        await until(lambda: len(ffmpeg.calls) == 2 + len(ALL))
        await until(lambda: len(psutil.Process().children()) == 1)
        # What they have said is there to be read.
        for _ in range(20):
            await asyncio.sleep(0)
        loop_time.advance(PROOF_SECONDS)
        await encoders.ready()
        assert verdicts(encoders)[NVENC] == "It does not come to an end"
        assert encoders.encoder is QSV
    assert rounds(ffmpeg) == 1


async def test_who_asks_for_proofs_at_once_gets_the_same(
    opened: Open, ffmpeg: Program
) -> None:
    async with opened() as encoders:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(5):
                tasks.create_task(encoders.prove())
        assert rounds(ffmpeg) == 1
        ffmpeg.change(Plan(listed=ALL, encodes=("libx264", "h264_vaapi")))
        await encoders.prove()
        assert (rounds(ffmpeg), encoders.encoder) == (2, VAAPI)


async def test_one_that_fails_on_a_stream_is_out_until_it_is_proven(
    opened: Open, ffmpeg: Program, events: list[Event]
) -> None:
    plan = Plan(listed=ALL, encodes=("libx264", "h264_nvenc"))
    async with opened(plan) as encoders:
        await encoders.ready()
        encoders.failed(NVENC)
        encoders.failed(NVENC)
        encoders.failed(NONE)
        assert (encoders.encoder, encoders.reason) == (NONE, "nvenc: it has failed")
        await encoders.prove()
        assert encoders.encoder is NVENC
        assert rounds(ffmpeg) == 2
    assert events == [
        EncoderChanged(encoder="nvenc", reason=""),
        EncoderChanged(encoder="none", reason="nvenc: it has failed"),
        EncoderChanged(encoder="nvenc", reason=""),
    ]


async def test_one_that_fails_during_proofs_is_proven_once_more(
    opened: Open, ffmpeg: Program
) -> None:
    plan = Plan(listed=ALL, encodes=ALL)
    async with opened(plan) as encoders:
        await encoders.ready()
        proving = asyncio.create_task(encoders.prove())
        await until(lambda: rounds(ffmpeg) == 2)
        encoders.failed(NVENC)
        await proving
        assert encoders.encoder is NVENC
    assert rounds(ffmpeg) == 3


async def test_one_that_keeps_failing_is_left_alone_and_tried_again_later(
    opened: Open, ffmpeg: Program
) -> None:
    loop_time = LoopTime()
    plan = Plan(listed=ALL, encodes=("libx264", "h264_nvenc"))
    async with opened(plan) as encoders:
        await encoders.ready()
        for _ in range(FAILURES):
            assert encoders.encoder is NVENC
            encoders.failed(NVENC)
            await encoders.prove()
        assert encoders.encoder is NONE
        await encoders.prove()
        assert encoders.encoder is NONE
        before = rounds(ffmpeg)
        loop_time.advance(OUT_SECONDS)
        await until(lambda: rounds(ffmpeg) > before)
        assert encoders.encoder is NVENC


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        (
            Plan(version="ffmpeg version 4.4.2"),
            (Problem.TOO_OLD, "It is FFmpeg 4.4.2"),
        ),
        (Plan(version="no"), (Problem.MISSING, "What is called FFmpeg is none")),
        (
            Plan(listed=()),
            (Problem.WITHOUT_H264, "This FFmpeg was built without it"),
        ),
        (
            Plan(encodes=()),
            (Problem.WITHOUT_H264, "[libx264] Cannot load libcuda.so.1"),
        ),
    ],
)
async def test_an_ffmpeg_of_no_use_is_told_of_and_may_come_right(
    plan: Plan,
    told: tuple[Problem, str],
    opened: Open,
    ffmpeg: Program,
    events: list[Event],
) -> None:
    async with opened(plan) as encoders:
        await encoders.ready()
        assert (encoders.problem, encoders.reason) == told
        assert encoders.encoder is NONE
        ffmpeg.change(Plan())
        await encoders.prove()
        assert (encoders.problem, encoders.reason) == (None, None)
    assert events == [
        EncoderChanged(encoder="none", reason=told[1]),
        EncoderChanged(encoder="none", reason=""),
    ]


async def test_software_may_be_missing_where_a_card_encodes(opened: Open) -> None:
    plan = Plan(listed=("h264_vaapi",), encodes=("h264_vaapi",))
    async with opened(plan) as encoders:
        await encoders.ready()
        assert (encoders.problem, encoders.encoder) == (None, VAAPI)


async def test_an_ffmpeg_that_is_not_there_is_told_of(
    opened: Open, ffmpeg: Program
) -> None:
    ffmpeg.path.unlink()
    async with opened() as encoders:
        await encoders.ready()
        assert encoders.problem is Problem.MISSING
        assert encoders.reason == "FFmpeg cannot be started (FileNotFoundError)"


async def test_an_ffmpeg_that_does_not_answer_is_not_there(
    opened: Open, ffmpeg: Program
) -> None:
    loop_time = LoopTime()
    async with opened(Plan(hangs=("-version",))) as encoders:
        await until(lambda: ffmpeg.calls)
        loop_time.advance(PROOF_SECONDS)
        await encoders.prove()
        assert encoders.problem is Problem.MISSING
        assert encoders.reason == "FFmpeg does not answer"


async def test_a_change_is_one_line_in_the_log(
    opened: Open, ffmpeg: Program, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "custom_components.telecast")
    async with opened(Plan(listed=ALL, encodes=ALL)) as encoders:
        await encoders.ready()
        await encoders.prove()
        ffmpeg.change(Plan(version="ffmpeg version 4.4.2"))
        await encoders.prove()
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name.startswith("custom_components")
    ]
    assert lines == ["Encoder: nvenc", "Encoder: none (It is FFmpeg 4.4.2)"]


async def test_an_encoder_that_there_is_not_is_refused(opened: Open) -> None:
    with pytest.raises(ValueError, match="gpu"):
        async with opened(wanted="gpu"):
            pass


async def test_no_more_encode_than_may(opened: Open) -> None:
    async with opened(limit=2) as encoders:
        with encoders.take("channel 1"), encoders.take("channel 2"):
            with pytest.raises(EncodersBusyError, match="channel 1, channel 2"):
                with encoders.take("channel 3"):
                    pass
        with pytest.raises(LookupError), encoders.take("channel 3"):
            raise LookupError
        with encoders.take("channel 4"), encoders.take("channel 4"):
            pass


async def test_without_a_limit_all_may(opened: Open) -> None:
    async with opened(limit=0) as encoders:
        with encoders.take("channel 1"), encoders.take("channel 2"):
            pass


async def test_what_runs_is_told(opened: Open, events: list[Event]) -> None:
    def build(numbers: Descriptors) -> list[str]:
        report = ("-stats_period", "0.05", "-progress", f"pipe:{numbers.progress}")
        picture = ("-re", "-f", "lavfi", "-i", "testsrc2=s=128x72:r=25")
        return [*report, *picture, "-f", "mpegts", f"pipe:{numbers.outputs[0]}"]

    async with (
        opened() as encoders,
        Programs(binary="ffmpeg", owner="me").run(build, inputs=0) as ffmpeg,
    ):
        running = Running(
            ffmpeg=ffmpeg, channel="One", number="5.1", encoder="none", what="480p"
        )
        with encoders.running(running):
            told = {"pid": ffmpeg.pid, "channel": "One", "encoder": "none"}
            unknown = {"speed": None, "fps": None, "bitrate": None}
            assert encoders.facts() == [told | unknown]
            await until(lambda: encoders.facts()[0]["bitrate"])
            (facts,) = encoders.facts()
            assert facts["bitrate"] > 1000
            assert facts["fps"] >= 0
            assert set(facts) == {*told, *unknown}
        assert encoders.facts() == []
    counts = [event for event in events if isinstance(event, EncodersChanged)]
    assert counts == [EncodersChanged(running=1), EncodersChanged(running=0)]
