"""Disks that do not answer: nobody waits for them."""

import asyncio
from collections.abc import Callable, Iterator
import gc
from pathlib import Path
import threading
from typing import BinaryIO
from weakref import ref

import pytest

from custom_components.telecast.engine.errors import (
    MissingFileError,
    SourceTimeoutError,
)
from custom_components.telecast.engine.virtual.reach import Reach, Reaches
from tests.fakes.loop_time import LoopTime

# Longer than any machine takes for what is there.
PATIENCE = 60


class Disk:
    """A file on a disk that answers when it is told to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.answers = threading.Event()
        self.files: list[BinaryIO] = []
        self.given = threading.Event()
        self.asked = 0

    def open(self) -> BinaryIO:
        """Open the file, once the disk answers."""
        self.asked += 1
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


async def hold(reach: Reach, disk: Disk) -> None:
    """Wait for a disk that does not answer."""
    async with reach.opened(disk.open):
        raise AssertionError("It was opened")


async def refused(reach: Reach, open_file: Callable[[], BinaryIO]) -> None:
    """Hold a disk to not answering for as long as anybody waits."""

    async def opened() -> None:
        with pytest.raises(SourceTimeoutError):
            async with reach.opened(open_file):
                pass

    time = LoopTime()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(opened())
        await asyncio.sleep(0)
        time.advance(PATIENCE)


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
    reach = Reach(patience=PATIENCE)
    for _ in range(3):
        await refused(reach, disk.open)
    disk.answers.set()
    # What it gives in the end is closed, and then it is asked again.
    await asyncio.to_thread(disk.given.wait)
    await closed(disk.files[0])
    async with reach.opened(disk.open) as file:
        assert file.read() == b"film"
    assert len(disk.files) == 2


async def test_a_disk_that_does_not_answer_holds_up_no_other_one(
    disk: Disk, tmp_path: Path
) -> None:
    reaches = Reaches(patience=PATIENCE)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(hold(reaches.of("one", Path("/nas")), disk))
        await asyncio.sleep(0)
        for source, folder in (("one", "/stick"), ("two", "/nas")):
            reach = reaches.of(source, Path(folder))
            async with reach.opened(lambda: (tmp_path / "film").open("rb")) as file:
                assert file.read() == b"film"
        waiting.cancel()


async def test_what_does_not_answer_is_remembered_for_as_long_as_that_lasts(
    disk: Disk,
) -> None:
    reaches, nas = Reaches(patience=PATIENCE), Path("/nas")
    for _ in range(3):
        await refused(reaches.of("one", nas), disk.open)
        gc.collect()
    remembered = ref(reaches.of("one", nas))
    assert remembered()
    disk.answers.set()
    await asyncio.to_thread(disk.given.wait)
    await closed(disk.files[0])
    assert disk.asked == 1
    gc.collect()
    assert not remembered()


async def test_who_no_longer_waits_is_not_held_up(disk: Disk) -> None:
    holding = asyncio.create_task(hold(Reach(patience=PATIENCE), disk))
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

    reach = Reach(patience=PATIENCE)
    await refused(reach, missing)
    answers.set()
    with pytest.raises(MissingFileError):
        async with reach.opened(missing):
            pass
    gc.collect()
    assert told == []
