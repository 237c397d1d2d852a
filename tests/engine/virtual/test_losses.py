"""What play-out cannot play is told apart: folders, files, and what is in them."""

import asyncio
from collections.abc import AsyncIterator
import logging
import os
from pathlib import Path
import signal
import threading

import pytest

from custom_components.telecast.engine.errors import (
    BusyError,
    CannotConnectError,
    EncodingFailedError,
    MissingFileError,
    NoDataError,
    PathNotAllowedError,
    SourceTimeoutError,
    TelecastError,
)
from custom_components.telecast.engine.events import SourceChanged
from custom_components.telecast.engine.virtual.channel import VirtualChannel
from custom_components.telecast.engine.virtual.reach import NAME
from tests.fakes.loop_time import LoopTime
from tests.fakes.media_folders import lay_out
from tests.fakes.media_rows import films

from .world import World, open_world, settings


@pytest.fixture(name="media")
def _media(tmp_path: Path) -> Path:
    media = tmp_path.resolve() / "media"
    lay_out(media, "one/a.mkv", "one/b.mkv", "two/c.mkv")
    return media


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as world:
        yield world


@pytest.fixture(name="channel")
async def _channel(world: World, media: Path) -> VirtualChannel:
    one, two = str(media / "one"), str(media / "two")
    rows = [*films("ab", folder=one), *films("c", folder=two)]
    return await world.channel(*rows, settings=settings(folders=(one, two)))


async def until(world: World, met: object) -> None:
    """Wait for what follows a report."""
    async with asyncio.timeout(60):
        while not met():  # type: ignore[operator]
            world.heard.clear()
            await world.heard.wait()


def missing() -> MissingFileError:
    return MissingFileError("The path leads to nothing")


async def error_of(channel: VirtualChannel, key: int) -> str:
    medium = await channel.medium(str(key))
    assert medium
    return medium.error


async def probed(world: World) -> list[str]:
    """Answer of which file each row tells what the prober said."""
    rows = await world.storage.store.read(
        lambda connection: connection.execute(
            "SELECT probed FROM media ORDER BY id"
        ).fetchall()
    )
    return [told for (told,) in rows]


async def test_a_folder_that_has_gone_is_told_at_once_and_so_is_its_return(
    world: World, channel: VirtualChannel, media: Path
) -> None:
    (media / "one").rename(media / "away")
    channel.report(1, missing())
    await until(world, lambda: channel.missing == ("one",))
    assert SourceChanged(source="attic") in world.events
    assert world.refreshed == []
    # An item of another folder says nothing about this one.
    channel.found()
    await channel.losses.looked()
    assert channel.missing == ("one",)
    (media / "away").rename(media / "one")
    channel.found()
    await until(world, lambda: not channel.missing)
    await until(world, lambda: world.refreshed == ["attic"])


async def test_of_folders_that_are_called_alike_all_have_to_be_there(
    world: World, media: Path
) -> None:
    lay_out(media, "one/films/a.mkv", "two/films/b.mkv")
    folders = (str(media / "one" / "films"), str(media / "two" / "films"))
    rows = [*films("a", folder=folders[0]), *films("b", folder=folders[1])]
    channel = await world.channel(*rows, settings=settings(folders=folders))
    (media / "one").rename(media / "away")
    channel.losses.renewed(channel.settings, ("films",))
    channel.found()
    await channel.losses.looked()
    assert (channel.missing, world.refreshed) == (("films",), [])
    (media / "away").rename(media / "one")
    channel.found()
    await channel.losses.looked()
    assert (channel.missing, world.refreshed) == ((), ["attic"])


async def test_the_folder_of_a_file_that_an_action_added_has_to_be_there_too(
    world: World, channel: VirtualChannel, media: Path
) -> None:
    stick = media / "stick"
    lay_out(stick, "d.mkv")
    await channel.change(lambda edits: edits.having([str(stick / "d.mkv")]))
    stick.rename(media / "away")
    channel.losses.renewed(channel.settings, ("stick",))
    channel.found()
    await channel.losses.looked()
    assert (channel.missing, world.refreshed) == (("stick",), [])
    (media / "away").rename(stick)
    channel.found()
    await channel.losses.looked()
    assert (channel.missing, world.refreshed) == ((), ["attic"])


async def test_a_folder_that_a_link_leads_to_has_to_be_there_too(
    world: World, media: Path
) -> None:
    (media / "link").symlink_to(media / "one")
    channel = await world.channel(
        *films("a", folder=str(media / "one" / "deep")),
        settings=settings(folders=(str(media / "link"), str(media / "two"))),
    )
    (media / "one").rename(media / "away")
    channel.losses.renewed(channel.settings, ("one",))
    channel.found()
    await channel.losses.looked()
    assert (channel.missing, world.refreshed) == (("one",), [])
    (media / "away").rename(media / "one")
    channel.found()
    await channel.losses.looked()
    assert (channel.missing, world.refreshed) == ((), ["attic"])


async def test_an_empty_folder_is_a_disk_that_is_not_mounted(
    world: World, channel: VirtualChannel, media: Path
) -> None:
    (media / "two" / "c.mkv").unlink()
    channel.report(3, missing())
    await until(world, lambda: channel.missing == ("two",))


async def test_where_only_a_file_has_gone_its_folder_is_looked_through_again(
    world: World, channel: VirtualChannel, media: Path
) -> None:
    (media / "one" / "a.mkv").unlink()
    world.arriving = [*films("b", folder=str(media / "one"))]
    channel.report(1, missing())
    await until(world, lambda: world.refreshed == ["attic"])
    await channel.losses.looked()
    assert (channel.missing, channel.media_count) == ((), 1)
    assert await error_of(channel, 1) == ""


async def test_a_file_that_is_known_to_have_gone_is_not_looked_for_again(
    world: World, channel: VirtualChannel, media: Path
) -> None:
    (media / "one" / "a.mkv").unlink()
    world.arriving = [*films("b", folder=str(media / "one"))]
    for _ in range(3):
        channel.report(1, missing())
        await channel.losses.looked()
    assert world.refreshed == ["attic"]
    assert await error_of(channel, 1) == ""
    # A file that is there, and hangs, is no reason to look through its folder.
    channel.report(2, SourceTimeoutError("Nothing came for 3 s"))
    await channel.losses.looked()
    assert world.refreshed == ["attic"]


async def test_a_disk_that_does_not_answer_is_looked_at(
    world: World, channel: VirtualChannel, media: Path
) -> None:
    (media / "one").rename(media / "away")
    channel.report(2, SourceTimeoutError("No answer"))
    await until(world, lambda: channel.missing == ("one",))


async def test_a_disk_that_does_not_answer_holds_one_thread_however_often_it_is_told_of(
    channel: VirtualChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    time, asked, answers = LoopTime(), threading.Event(), threading.Event()
    really = os.scandir

    def look(folder: Path) -> object:
        asked.set()
        answers.wait()
        return really(folder)

    monkeypatch.setattr(os, "scandir", look)
    for _ in range(3):
        channel.report(2, SourceTimeoutError("No answer"))
        await asyncio.to_thread(asked.wait)
        looked = asyncio.create_task(channel.losses.looked())
        while not looked.done():
            time.advance(5)
            await asyncio.sleep(0.01)
    held = [one for one in threading.enumerate() if one.name == NAME]
    answers.set()
    assert len(held) == 1
    assert channel.missing == ("one",)


@pytest.mark.parametrize(
    "error",
    [
        *(NoDataError("Nothing came"), EncodingFailedError("It ended")),
        CannotConnectError("Permission denied"),
    ],
)
async def test_a_broken_file_is_left_out_from_the_next_list_on(
    world: World,
    channel: VirtualChannel,
    caplog: pytest.LogCaptureFixture,
    error: TelecastError,
) -> None:
    await world.storage.store.write(
        lambda connection: connection.execute("UPDATE media SET probed = 'as it is'")
    )
    channel.report(1, error)
    await channel.losses.looked()
    assert await error_of(channel, 1) == ""
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            channel.report(1, error)
            await channel.losses.looked()
    assert await error_of(channel, 1) == error.code
    assert caplog.text.count("an item cannot be played, and is left out") == 1
    # What could not be opened is looked into again: nothing else would clear it.
    opens = not isinstance(error, CannotConnectError)
    assert await probed(world) == ["as it is" if opens else "", "as it is", "as it is"]
    # It stays planned until then, lest the guide jumps about.
    assert channel.media_count == 3
    await channel.renew(channel.settings)
    assert channel.media_count == 2
    listing = await world.channels.items("attic")
    assert [one.error for one in listing.items] == [error.code, "", ""]


@pytest.mark.parametrize(
    "error", [CannotConnectError("Input/output error"), NoDataError("Nothing came")]
)
async def test_whatever_files_of_a_folder_that_has_gone_say_is_not_their_fault(
    world: World, channel: VirtualChannel, media: Path, error: TelecastError
) -> None:
    (media / "one").rename(media / "away")
    for _ in range(3):
        channel.report(1, error)
        await channel.losses.looked()
    assert channel.missing == ("one",)
    assert await error_of(channel, 1) == ""
    (media / "away").rename(media / "one")
    channel.found()
    await channel.losses.looked()
    assert (channel.missing, world.refreshed) == ((), ["attic"])


async def test_a_failing_disk_is_told_as_soon_as_a_file_cannot_be_opened(
    world: World, channel: VirtualChannel, media: Path
) -> None:
    (media / "one").rename(media / "away")
    channel.report(1, CannotConnectError("Input/output error"))
    await until(world, lambda: channel.missing == ("one",))


async def test_what_is_not_the_files_fault_is_not_held_against_it(
    world: World, channel: VirtualChannel
) -> None:
    for _ in range(3):
        channel.report(1, EncodingFailedError("It ended", status=-signal.SIGKILL))
        channel.report(1, BusyError("All encoders are in use"))
        channel.report(1, PathNotAllowedError("Outside"))
    channel.report(99, missing())
    await channel.losses.looked()
    assert await error_of(channel, 1) == ""
    assert (channel.missing, world.refreshed) == ((), [])


async def test_a_new_list_says_what_is_missing_now(
    world: World, channel: VirtualChannel
) -> None:
    channel.losses.renewed(channel.settings, ("one",))
    assert channel.missing == ("one",)
    channel.losses.renewed(channel.settings, ())
    assert channel.missing == ()
    assert world.events.count(SourceChanged(source="attic")) == 2
