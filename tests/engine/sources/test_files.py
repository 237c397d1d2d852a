"""Documents are kept in a file while they come in."""

import asyncio
from collections.abc import AsyncIterator
import gc
from pathlib import Path
import threading
from typing import BinaryIO

import pytest

from custom_components.telecast.engine.errors import IngestionError, TooLargeError
from custom_components.telecast.engine.sources.files import Spool, open_spool, opened


async def chunks(*data: bytes) -> AsyncIterator[bytes]:
    for chunk in data:
        yield chunk


async def test_what_came_is_answered_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "when needed"
    data = [b"a" * 300_000, b"b", b"c" * 700_000]
    async with open_spool(folder) as spool:
        await spool.fill(chunks(*data))
        assert b"".join([piece async for piece in spool.chunks()]) == b"".join(data)
        assert not list(folder.iterdir())


async def test_what_does_not_end_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+b") as file:
        spool = Spool(file, 10)
        with pytest.raises(TooLargeError):
            await spool.fill(chunks(b"12345", b"678901"))


async def test_a_disk_that_fails_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(IngestionError):
        async with open_spool(tmp_path / "file"):
            pass


async def test_a_file_is_closed_though_its_opening_was_cut_short(
    tmp_path: Path,
) -> None:
    gate, closed = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    class Watched:
        def close(self) -> None:
            loop.call_soon_threadsafe(closed.set)

    def open_file() -> BinaryIO:
        gate.wait(10)
        return Watched()  # type: ignore[return-value] # it is only closed

    async def use() -> None:
        async with opened(open_file):
            pass

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(use())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        gate.set()
        await closed.wait()


async def test_an_opening_that_fails_when_nobody_waits_is_nobodys_business() -> None:
    gate, loop, told = threading.Event(), asyncio.get_running_loop(), list[object]()
    loop.set_exception_handler(lambda _, context: told.append(context))

    def open_file() -> BinaryIO:
        gate.wait(10)
        raise FileNotFoundError

    async def use() -> None:
        async with opened(open_file):
            pass

    task = asyncio.create_task(use())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    gate.set()
    await loop.shutdown_default_executor()
    gc.collect()
    await asyncio.sleep(0)
    assert told == []
