"""The folders of a virtual channel: which one a file is in, and whether that is there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import threading

import pytest

from custom_components.telecast.engine.virtual.folders import Lookout, root_of, roots_of
from custom_components.telecast.engine.virtual.reach import NAME

from .world import settings


class Disk:
    """A disk that answers when it is told to, and counts who asks."""

    def __init__(self) -> None:
        self._answers = threading.Event()
        self.asked: list[Path] = []

    def look(self, folder: Path) -> bool:
        """Tell that a folder is there, once the disk answers."""
        self.asked.append(folder)
        self._answers.wait()
        return True

    def answer(self) -> None:
        """Answer all, and from now on; wait until they have heard it."""
        self._answers.set()
        for thread in threading.enumerate():
            if thread.name == NAME:
                thread.join(10)


@pytest.fixture(name="disk")
def _disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    disk.answer()


def test_a_file_is_in_the_chosen_folder_above_it_or_in_its_own() -> None:
    chosen = settings(
        folders=("/nas/films", "/disk"), filler=("/clips",), files=("/stick/a.mkv",)
    )
    assert list(roots_of(chosen)) == [
        *(Path("/nas/films"), Path("/disk"), Path("/clips"), Path("/stick"))
    ]
    for path, root in {
        "/nas/films/1999/b.mkv": "/nas/films",
        "/disk/c.mkv": "/disk",
        "/clips/ad.mkv": "/clips",
        "/stick/a.mkv": "/stick",
        "/nas/series/d.mkv": "/nas/series",
    }.items():
        assert root_of(chosen, Path(path)) == Path(root)


async def test_an_empty_folder_is_as_little_there_as_none(tmp_path: Path) -> None:
    lookout = Lookout()
    assert not await lookout.is_there(tmp_path)
    assert not await lookout.is_there(tmp_path / "none")
    (tmp_path / "film.mkv").touch()
    assert await lookout.is_there(tmp_path)


async def test_a_disk_that_does_not_answer_is_asked_once(disk: Disk) -> None:
    lookout = Lookout(look=disk.look, patience=0.05)
    for name in ("nas", "nas", "stick", "nas"):
        assert not await lookout.is_there(Path(name))
    disk.answer()
    assert sorted(disk.asked) == [Path("nas"), Path("stick")]


async def test_all_who_wait_hear_what_a_disk_answers_and_it_is_asked_again(
    disk: Disk,
) -> None:
    lookout = Lookout(look=disk.look, patience=60)
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(lookout.is_there(Path("nas"))) for _ in range(2)]
        await asyncio.sleep(0)
        disk.answer()
    assert [task.result() for task in waiting] == [True, True]
    assert disk.asked == [Path("nas")]
    assert await lookout.is_there(Path("nas"))
    assert disk.asked == [Path("nas"), Path("nas")]
