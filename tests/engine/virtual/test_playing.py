"""Virtual channels as upstreams: live, again, and beside each other."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
import os
from pathlib import Path
import ssl
import threading
from typing import Any

import pytest

from custom_components.telecast.engine.archive import Opener
from custom_components.telecast.engine.errors import EncodersBusyError, TuneFailedError
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.pipe import Supply
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.engine.timeline import Live
from tests.fakes.left_over import leaving_nothing
from tests.fakes.media_folders import put
from tests.fakes.virtual import FakeChannel, clock, item, medium
from tests.formats.clips import H264, clip, packets, parts

from .playing import again, live, open_world, shown_by, taken, until_disks_have_answered

AAC = ("-c:a", "aac", "-b:a", "64k")
MATROSKA = ("-f", "matroska")
SMALL = clip(
    *(*H264, *AAC),
    seconds=20,
    start=0,
    rate=25,
    keys="expr:gte(t,n_forced)",
    container=MATROSKA,
)
WIDE = clip(*H264, *AAC, seconds=20, start=0, size="180x90", container=MATROSKA)
DAY = 86_400_000


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield
        until_disks_have_answered()


async def test_a_channel_is_watched_like_any_other(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        world.add(SMALL, WIDE)
        async with world.streams.watch(shown_by(1)) as reader:
            data = await taken(partial(anext, reader), 6)
            while not parts(data).get("audio", {}).get("channels"):
                data += await anext(reader)
            with pytest.raises(EncodersBusyError, match="channel 1"):
                world.encoders.take("another").__enter__()
            assert [run.channel for run in world.encoders.runs] == ["Films of s1"]
    found = parts(data)
    assert (found["video"]["width"], found["video"]["height"]) == (1280, 720)
    assert found["audio"]["channels"] == 2


async def test_what_is_alike_is_copied_without_an_encoder(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        added = world.add(SMALL, SMALL, shape="small")
        with world.encoders.take("somebody else"):
            async with world.open(live()) as upstream:
                data = await taken(upstream.read, 2)
    assert parts(data)["video"]["height"] == 90
    assert added.finds
    assert not added.reports


async def test_without_an_encoder_it_fails_as_others_do(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        world.add(SMALL, WIDE)
        with world.encoders.take("somebody else"), pytest.raises(EncodersBusyError):
            async with world.streams.watch(shown_by(1)) as reader:
                await anext(reader)


async def test_what_nobody_watches_gives_up_its_encoder(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        world.add(SMALL, WIDE)
        async with world.open(live()) as upstream:
            assert await upstream.read()
            with world.encoders.take("who needs it"), pytest.raises(EncodersBusyError):
                await taken(upstream.read, 5)


async def test_a_recording_is_what_was_on_and_ends(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        added = world.add(SMALL, shape="small")
        begun = (clock() - DAY) // 1000 * 1000
        added.write(begun, [(item(1, 20_000), 20_000)])
        asked = again(begun + 3000, 7)
        began = clock()
        async with world.open(asked) as upstream:
            data = b""
            while block := await upstream.read():
                data += block
                added.write(clock(), [(item(1, 20_000), 20_000)])
        # Players get some seconds at once, and the rest as time goes by.
        assert 1500 <= clock() - began <= 6500
    video = packets(data)
    assert video[0].pts == pytest.approx((begun + 3000) * 90 % 2**33, abs=90 * 100)
    assert len(video) == pytest.approx(7 * 25, abs=8)


async def test_a_recording_that_begins_in_an_items_last_second_shows_that(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        added = world.add(SMALL, shape="small")
        begun = (clock() - DAY) // 1000 * 1000
        added.write(begun, [(item(1, 4000), 4000), (item(1, 4000), 4000)])
        data = b""
        async with world.open(again(begun + 3000, 3)) as upstream:
            while block := await upstream.read():
                data += block
    video = packets(data)
    assert video[0].pts == pytest.approx((begun + 3000) * 90 % 2**33, abs=90 * 100)
    assert len(video) == pytest.approx(3 * 25, abs=8)


async def test_a_recording_is_opened_by_the_archive_as_a_stream(tmp_path: Path) -> None:
    async with (
        open_world(tmp_path) as world,
        open_fetcher(ssl.create_default_context()) as fetcher,
    ):
        world.add(SMALL, shape="small")

        def placed(candidate: Candidate) -> tuple[Candidate, ...]:
            return (candidate,)

        opener = Opener(
            supply=Supply(fetcher=fetcher, placed=placed, slots=lambda _: Slots(0)),
            open_upstream=world.open,
            placed=placed,
            slots=lambda _: Slots(0),
        )
        async with opener.open(
            [again(clock() - 3000, 30)],
            {"holder": "", "viewers": lambda: "", "give_way": lambda: False},
            wanted=None,
            if_range="",
        ) as opened:
            assert opened.pipe is None
            assert parts(await taken(opened.read, 1))["video"]["height"] == 90


async def test_a_channel_that_is_no_more_cannot_be_tuned(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        with pytest.raises(TuneFailedError):
            async with world.open(live("gone")):
                pass


async def test_files_that_were_away_are_back_soon(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    async with open_world(tmp_path / "disk") as world:
        added = world.add(SMALL, shape="small")
        (tmp_path / "disk").rename(tmp_path / "away")
        async with world.open(live()) as upstream:
            card = await taken(upstream.read, 3)
            assert parts(card)["video"]["height"] == 720
            assert set(added.reports) == {(1, "cannot_connect")}
            (tmp_path / "away").rename(tmp_path / "disk")
            async with asyncio.timeout(30):
                while not added.finds:
                    await upstream.read()
            await taken(upstream.read, 1)
            assert parts(await taken(upstream.read, 2))["video"]["height"] == 90


async def test_a_file_that_is_open_is_played_on_without_its_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "disk").mkdir()
    async with open_world(tmp_path / "disk") as world:
        added = world.add(SMALL, shape="small")
        async with world.open(live()) as upstream:
            assert await taken(upstream.read, 1)
            (tmp_path / "disk").rename(tmp_path / "away")
            data = await taken(upstream.read, 3)
        (tmp_path / "away").rename(tmp_path / "disk")
    assert parts(data)["video"]["height"] == 90
    assert not added.reports


async def test_a_disk_that_hangs_holds_up_nothing_that_is_on_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answers, really = threading.Event(), threading.Event(), os.open

    def open_file(path: str, *others: Any, **named: Any) -> int:
        if Path(path).name == "nas.mkv":
            asked.set()
            answers.wait()
        return really(path, *others, **named)

    monkeypatch.setattr(os, "open", open_file)
    files = [tmp_path / "nas" / "nas.mkv", tmp_path / "disk" / "disk.mkv"]
    media = [
        medium(put(path, SMALL), key, shape="small")
        for key, path in enumerate(files, 1)
    ]
    async with open_world(tmp_path) as world:
        added = FakeChannel("s1", *media)
        world.channels.add(added)
        added.write(clock() - 2000, [(item(1, 60_000), 60_000)])
        async with world.open(live()) as upstream:
            await asyncio.to_thread(asked.wait)
            added.write(clock() - 2000, [(item(2, 60_000), 60_000)])
            data = b""
            while len(data) < 20_000:
                data += await upstream.read()
        answers.set()
    assert parts(data)["video"]["height"] == 90
    assert (added.finds, added.reports) == (1, [])


async def test_channels_that_would_show_each_other_show_a_card(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        for other in (2, 1):
            world.add(SMALL, shape="small").write(
                clock() - 2000, [(Live(channel=other), 60_000)]
            )
        async with world.streams.watch(shown_by(1)) as reader:
            data = await taken(partial(anext, reader), 9)
            assert {one.channel.id for one in world.streams.all} == {1, 2}
    assert parts(data)["video"]["height"] == 720
