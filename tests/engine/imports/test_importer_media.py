"""The files of virtual channels come in through the child, which may end at any time."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import re
import shutil

import psutil
import pytest

from custom_components.telecast.engine.errors import (
    IngestionError,
    PathNotAllowedError,
    ProberMissingError,
)
from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.imports.results import MediaResult
from custom_components.telecast.engine.settings import VirtualSettings
from custom_components.telecast.engine.virtual import media
from custom_components.telecast.engine.virtual.addresses import address_of
from custom_components.telecast.engine.virtual.media import Medium
from tests.fakes.media_folders import WHEN, lay_out, put

from ..ingestion.media_world import film
from ..storage import Storage, children, open_storage, playlist, until

SLOW = """#!/bin/sh
sleep {seconds}
cat /proc/self/limits > {limits}
exec ffprobe "$@"
"""


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as opened:
        yield opened
        assert children() == []


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "media"
    root.mkdir()
    return root


def channel(*folders: Path, **facts: object) -> VirtualSettings:
    """A channel's settings."""
    told = {"id": "one", "name": "Films", "starts_at": 0} | facts
    return VirtualSettings(folders=tuple(map(str, folders)), **told)  # type: ignore[arg-type]


async def take(
    storage: Storage, settings: VirtualSettings, root: Path, *, seconds: float = 60
) -> MediaResult:
    """List what there is and look into it, as the source does."""
    return await storage.importer.media(
        settings, files=settings.files, allowed_folders=[root], seconds=seconds
    )


async def listed(storage: Storage) -> list[Medium]:
    """What there is."""
    return await storage.store.read(lambda connection: media.listed(connection, "one"))


def slow(storage: Storage, folder: Path, *, seconds: float) -> Importer:
    """An importer whose prober takes its time."""
    program = folder / "slow"
    program.write_text(SLOW.format(limits=folder / "limits", seconds=seconds))
    program.chmod(0o700)
    return Importer(
        store=storage.store,
        lineup=storage.lineup,
        guide=storage.guide,
        films=storage.films,
        folder=folder / "cache",
        prober=str(program),
    )


async def test_a_channel_comes_in_with_what_can_be_played(
    storage: Storage, root: Path
) -> None:
    put(root / "a" / "1.mkv", film(), when=WHEN)
    put(root / "a" / "2.mkv", b"broken", when=WHEN)
    put(root / "a" / "3.mkv", b"", when=WHEN)
    put(root / "clips" / "4.mkv", film(), when=WHEN + 1)
    settings = channel(
        *(root / "a", root / "gone"),
        filler=(str(root / "clips"),),
        number="500",
        group="Ours",
    )
    seen: list[int] = []
    result = await storage.importer.media(
        settings,
        files=[str(root / "clips" / "gone.mkv")],
        allowed_folders=[root],
        seconds=60,
        on_progress=seen.append,
    )
    assert result == MediaResult(
        items=1,
        unreadable=1,
        channels=1,
        skipped={"empty": 1, "missing": 1},
        missing=("gone",),
    )
    assert seen
    (one,) = await storage.all()
    assert (one.name, one.number, one.group) == ("Films", "500", "Ours")
    (candidate,) = await storage.lineup.candidates(one)
    assert candidate.url == address_of("one")
    first, second = await listed(storage)
    assert (first.title, first.duration >= 2000, first.error) == ("1", True, "")
    assert (second.duration, second.error) == (0, "unreadable")


async def test_files_that_were_added_stand_in_the_place_of_the_settings_own(
    storage: Storage, root: Path
) -> None:
    lay_out(root, "1.mkv", "2.mkv")
    settings = channel(files=(str(root / "1.mkv"),))
    await storage.importer.media(
        settings, files=[str(root / "2.mkv")], allowed_folders=[root], seconds=0
    )
    assert [one.title for one in await listed(storage)] == ["2"]


async def test_nothing_to_play_is_no_channel_until_there_is_something(
    storage: Storage, root: Path
) -> None:
    put(root / "1.mkv", b"broken")
    assert await take(storage, channel(root), root) == MediaResult(
        items=0, unreadable=1
    )
    assert await storage.all() == []
    put(root / "2.mkv", film())
    result = await take(storage, channel(root), root, seconds=0)
    assert (result.items, result.unprobed, result.channels) == (0, 1, 0)
    result = await take(storage, channel(root), root)
    assert (result.items, result.channels) == (1, 1)


async def test_a_channel_stays_when_all_that_it_plays_has_gone(
    storage: Storage, root: Path
) -> None:
    put(root / "a" / "1.mkv", film())
    await take(storage, channel(root / "a"), root)
    (before,) = await storage.all()
    shutil.rmtree(root / "a")
    result = await take(storage, channel(root / "a"), root)
    assert (result.items, result.missing, result.channels) == (1, ("a",), 1)
    lay_out(root / "a", "note.txt")
    result = await take(storage, channel(root / "a", name="Cinema"), root)
    assert (result.items, result.missing, result.channels) == (0, (), 1)
    (after,) = await storage.all()
    assert (after.id, after.name) == (before.id, "Cinema")


async def test_the_same_once_more_is_no_change_of_the_line_up(
    storage: Storage, root: Path
) -> None:
    put(root / "1.mkv", film())
    await storage.playlist(playlist("A", "B"), source="m3u")
    await take(storage, channel(root), root)
    assert [one.name for one in await storage.all()] == ["A", "B", "Films"]
    revision = storage.lineup.revision
    await take(storage, channel(root), root)
    assert storage.lineup.revision == revision


async def test_a_path_outside_changes_nothing(storage: Storage, root: Path) -> None:
    put(root / "1.mkv", film())
    for settings in (
        channel(root, Path("/etc")),
        channel(root, files=("/etc/passwd",)),
        channel(root, filler=(str(root.parent),)),
    ):
        with pytest.raises(PathNotAllowedError):
            await take(storage, settings, root)
        with pytest.raises(PathNotAllowedError):
            await storage.importer.holds_media(settings, allowed_folders=[root])
    assert await listed(storage) == []


async def test_it_is_known_beforehand_whether_there_is_anything_to_play(
    storage: Storage, root: Path
) -> None:
    lay_out(root, "a/1.mkv", "b/note.txt")

    async def holds(settings: VirtualSettings) -> bool:
        return await storage.importer.holds_media(settings, allowed_folders=[root])

    assert await holds(channel(root / "b", root / "a"))
    assert await holds(channel(files=(str(root / "a" / "1.mkv"),)))
    assert not await holds(channel(root / "b", files=(str(root / "a" / "2.mkv"),)))


async def test_without_a_prober_the_user_is_told_which_program_is_missing(
    storage: Storage, root: Path, tmp_path: Path
) -> None:
    put(root / "1.mkv", film())
    importer = slow(storage, tmp_path, seconds=0)
    (tmp_path / "slow").unlink()
    with pytest.raises(ProberMissingError) as raised:
        await importer.media(
            channel(root), files=(), allowed_folders=[root], seconds=60
        )
    assert raised.value.code == "ffmpeg_missing"
    assert str(tmp_path) not in str(raised.value)
    assert [one.title for one in await listed(storage)] == ["1"]
    assert await storage.all() == []


async def test_probers_run_within_the_limits_of_the_child(
    storage: Storage, root: Path, tmp_path: Path
) -> None:
    put(root / "1.mkv", film())
    importer = slow(storage, tmp_path, seconds=0.2)
    result = await importer.media(
        channel(root), files=(), allowed_folders=[root], seconds=60
    )
    assert (result.items, result.unreadable) == (1, 0)
    told = (tmp_path / "limits").read_text()
    limits = re.findall(r"^Max (cpu time|address space) +(\S+)", told, re.MULTILINE)
    assert dict(limits) == {"cpu time": "10", "address space": str(1 << 30)}


async def test_what_was_found_out_outlives_a_child_that_is_killed(
    storage: Storage, root: Path, tmp_path: Path
) -> None:
    for number in range(40):
        put(root / f"{number}.mkv", film(), when=WHEN + number)
    importer = slow(storage, tmp_path, seconds=0.2)
    told: list[int] = []
    working = asyncio.create_task(
        importer.media(
            channel(root),
            files=(),
            allowed_folders=[root],
            seconds=60,
            on_progress=told.append,
        )
    )

    # Each time is told once what was found out until then is kept.
    await until(lambda: len(told) > 2)
    (child,) = psutil.Process().children()
    probers = child.children()
    child.kill()
    with pytest.raises(IngestionError):
        await working
    found = [one for one in await listed(storage) if one.duration]
    assert 0 < len(found) < 40
    # They have a file to read, and then nobody to tell.
    gone, left = await asyncio.to_thread(psutil.wait_procs, probers, timeout=20)
    assert probers and (len(gone), left) == (len(probers), [])
    result = await take(storage, channel(root), root)
    assert (result.items, result.unprobed) == (40, 0)
