"""Pipes: both ends closed whatever happens, and closed once."""

import asyncio
from collections.abc import AsyncIterator
import os
import resource

import pytest

from custom_components.telecast.engine.errors import FFmpegMissingError
from custom_components.telecast.engine.processes.pipes import Pipes
from tests.fakes.left_over import descriptors, leaving_nothing


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


async def test_what_is_written_comes_out_at_the_other_end() -> None:
    with Pipes(inputs=2, outputs=2) as pipes:
        await pipes.connect()
        for index, (writer, end) in enumerate(
            zip(pipes.writers, pipes.child_inputs, strict=True)
        ):
            writer.write(b"%d" % index)
            assert os.read(end, 9) == b"%d" % index
        for index, (reader, end) in enumerate(
            zip(pipes.readers, pipes.child_outputs, strict=True)
        ):
            os.write(end, b"%d" % index)
            assert await reader.read(9) == b"%d" % index


async def test_the_childs_end_is_the_end_of_its_outputs() -> None:
    with Pipes(inputs=0, outputs=1) as pipes:
        await pipes.connect()
        (end,) = pipes.child_outputs
        os.write(end, b"last words")
        pipes.close_child_ends()
        assert (pipes.child_inputs, pipes.child_outputs) == ((), ())
        assert await pipes.readers[0].read() == b"last words"


async def test_what_nobody_reads_is_lost_at_once() -> None:
    with Pipes(inputs=1, outputs=0) as pipes:
        await pipes.connect()
        pipes.writers[0].write(bytes(10_000_000))
        pipes.writers[0].close()
        assert pipes.writers[0].transport.get_write_buffer_size()
        pipes.close()
        with pytest.raises(ConnectionError):
            await pipes.writers[0].drain()


@pytest.mark.parametrize("pending", [0, 10_000_000])
async def test_a_reader_that_goes_away_closes_its_pipe_before_us(pending: int) -> None:
    with Pipes(inputs=1, outputs=0) as pipes:
        await pipes.connect()
        (writer,) = pipes.writers
        writer.write(bytes(pending))
        pipes.close_child_ends()
        with pytest.raises(ConnectionError):
            while True:
                writer.write(b"more")
                await writer.drain()


async def test_cancelled_while_it_connects_it_closes_each_end_once() -> None:
    before = descriptors()
    for turns in range(12):
        with Pipes(inputs=2, outputs=2) as pipes:
            connecting = asyncio.create_task(pipes.connect())
            for _ in range(turns):
                await asyncio.sleep(0)
            connecting.cancel()
            await asyncio.wait([connecting])
        # They get the numbers that have just become free.
        others = [os.open("/dev/null", os.O_RDONLY) for _ in range(16)]
        for _ in range(3):
            await asyncio.sleep(0)
        for other in others:
            os.close(other)
        assert descriptors() == before
    assert not connecting.cancelled(), "not every turn was tried"


async def test_without_descriptors_there_is_no_pipe_and_nothing_left() -> None:
    before = descriptors()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = [number for number in range(200) if str(number) not in before]
    resource.setrlimit(resource.RLIMIT_NOFILE, (free[7], limits[1]))
    try:
        with pytest.raises(FFmpegMissingError), Pipes(inputs=2, outputs=2):
            pass
        with pytest.raises(FFmpegMissingError), Pipes(inputs=0, outputs=4):
            pass
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert descriptors() == before
