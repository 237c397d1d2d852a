"""Disks that do not answer: nobody waits for them."""

import asyncio
from collections.abc import Iterator
import gc
from pathlib import Path
import threading
from typing import BinaryIO

import pytest

from custom_components.telecast.engine.errors import (
    MissingFileError,
    SourceTimeoutError,
)
from custom_components.telecast.engine.virtual.reach import Reach


class Disk:
    """A file on a disk that answers when it is told to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.answers = threading.Event()
        self.files: list[BinaryIO] = []
        self.given = threading.Event()

    def open(self) -> BinaryIO:
        """Open the file, once the disk answers."""
        self.answers.wait()
        self.files.append(self._path.open("rb"))
        self.given.set()
        return self.files[-1]


@pytest.fixture(name="disk")
def _disk(tmp_path: Path) -> Iterator[Disk]:
    path = tmp_path / "film"
    path.write_bytes(b"film")
    disk = Disk(path)
    yield disk
    disk.answers.set()


async def closed(file: BinaryIO) -> None:
    """Wait until a file is closed."""
    async with asyncio.timeout(5):
        while not file.closed:
            await asyncio.sleep(0.01)


async def test_a_file_is_open_inside_the_block(disk: Disk) -> None:
    disk.answers.set()
    async with Reach().opened(disk.open) as file:
        assert file.read() == b"film"
    assert file.closed


async def test_what_opening_raises_is_raised(disk: Disk) -> None:
    def missing() -> BinaryIO:
        raise MissingFileError("There is no such file")

    reach = Reach()
    with pytest.raises(MissingFileError):
        async with reach.opened(missing):
            pass
    disk.answers.set()
    async with reach.opened(disk.open) as file:
        assert file.read() == b"film"


async def test_a_disk_that_does_not_answer_is_asked_once(disk: Disk) -> None:
    reach = Reach(patience=0.05)
    for _ in range(3):
        with pytest.raises(SourceTimeoutError):
            async with reach.opened(disk.open):
                pass
    disk.answers.set()
    # What it gives in the end is closed, and then it is asked again.
    await asyncio.to_thread(disk.given.wait)
    await closed(disk.files[0])
    async with reach.opened(disk.open) as file:
        assert file.read() == b"film"
    assert len(disk.files) == 2


async def test_who_no_longer_waits_is_not_held_up(disk: Disk) -> None:
    async def hold() -> None:
        async with Reach().opened(disk.open):
            raise AssertionError("It was opened")

    holding = asyncio.create_task(hold())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    holding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await holding
    disk.answers.set()
    await asyncio.to_thread(disk.given.wait)
    await closed(disk.files[0])


async def test_a_disk_that_answers_too_late_that_there_is_no_file_is_not_heard() -> (
    None
):
    answers, told, loop = threading.Event(), list[object](), asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: told.append(context))

    def missing() -> BinaryIO:
        answers.wait()
        raise MissingFileError("There is no such file")

    reach = Reach(patience=0.05)
    with pytest.raises(SourceTimeoutError):
        async with reach.opened(missing):
            pass
    answers.set()
    with pytest.raises(MissingFileError):
        async with reach.opened(missing):
            pass
    gc.collect()
    assert told == []
