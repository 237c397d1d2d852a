"""The right to encode: taken when it is needed, and a device that fails is told of."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.encoders.encoders import Encoders, open_encoders
from custom_components.telecast.engine.errors import (
    EncodersBusyError,
    EncodingFailedError,
)
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.virtual.encoding import Encoding
from custom_components.telecast.formats.ffmpeg import Encoder
from tests.fakes.program import Plan, Program


@pytest.fixture(name="encoders")
async def _encoders(tmp_path: Path) -> AsyncIterator[Encoders]:
    plan = Plan(listed=("libx264", "h264_vaapi"), encodes=("libx264", "h264_vaapi"))
    ffmpeg = Program(tmp_path, plan)
    async with open_encoders(
        programs=Programs(binary=str(ffmpeg.path), owner="me"),
        wanted="auto",
        limit=1,
        emit=lambda _: None,
    ) as encoders:
        await encoders.ready()
        yield encoders


def encoding(encoders: Encoders, *, needed: bool = True) -> Encoding:
    """Make that of a channel."""
    return Encoding(encoders, name="Films", number="", needed=lambda: needed)


async def test_the_slot_is_taken_when_it_is_needed_and_given_back(
    encoders: Encoders,
) -> None:
    with encoding(encoders) as one, encoding(encoders) as other:
        assert one.encoder() is Encoder.VAAPI
        assert one.encoder() is Encoder.VAAPI
        with pytest.raises(EncodersBusyError, match="Films"):
            other.encoder()
        with pytest.raises(EncodersBusyError):
            await other.ready()
    with encoding(encoders) as other:
        await other.ready()


async def test_who_is_not_watched_hears_that_the_slot_is_lost(
    encoders: Encoders,
) -> None:
    with encoding(encoders, needed=False) as one, encoding(encoders) as other:
        await one.ready()
        losing = asyncio.create_task(one.lost())
        await other.ready()
        with pytest.raises(EncodersBusyError):
            await losing


@pytest.mark.parametrize(
    ("used", "status", "raised", "after"),
    [
        (Encoder.VAAPI, 1, EncodersBusyError, Encoder.NONE),
        (Encoder.VAAPI, -9, EncodingFailedError, Encoder.VAAPI),
        (Encoder.NONE, 1, EncodingFailedError, Encoder.VAAPI),
        (None, 1, EncodingFailedError, Encoder.VAAPI),
    ],
)
async def test_only_a_device_that_failed_by_itself_is_given_up(
    encoders: Encoders,
    tmp_path: Path,
    *,
    used: Encoder | None,
    status: int,
    raised: type[Exception],
    after: Encoder,
) -> None:
    programs = Programs(binary=str(tmp_path / "ffmpeg"), owner="me")
    with encoding(encoders) as one:
        async with programs.run(lambda _: []) as running:
            with pytest.raises(raised) as told, one.noting(running, used):
                assert [run.channel for run in encoders.runs] == ["Films"]
                raise EncodingFailedError("It failed", status=status)
        assert type(told.value) is raised
        assert not encoders.runs
        assert one.encoder() is after
