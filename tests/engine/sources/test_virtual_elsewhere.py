"""The guide of a virtual channel follows the channels that it shows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.ingestion.guide import build
from custom_components.telecast.engine.sources import virtual as virtual_source
from tests.engine.storage import pieces
from tests.fakes.loop_time import LoopTime
from tests.formats.clips import clip

from .virtual_world import FILES, LENGTH, Watch, attic, lay, on, told
from .world import World, open_world, settings


@pytest.fixture(name="film", scope="module")
def _film() -> bytes:
    return clip(rate=1, seconds=LENGTH, start=0, container=("-f", "matroska"))


@pytest.fixture(name="media")
def _media(tmp_path: Path, film: bytes) -> Path:
    media = tmp_path.resolve() / "media"
    lay(media, film, *FILES)
    return media


@pytest.fixture(name="watch")
async def _watch() -> Watch:
    return Watch()


@pytest.fixture(name="world")
async def _world(tmp_path: Path, media: Path, watch: Watch) -> AsyncIterator[World]:
    async with open_world(tmp_path, allowed=media, importer=watch.importer()) as world:
        yield world


class Elsewhere:
    """Another channel of the line-up, and its guide, as the ingestion child writes it."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world = world
        self._importer = Importer(
            store=world.store,
            lineup=world.lineup,
            guide=world.guide,
            films=world.films,
            folder=folder,
        )

    async def come(self, name: str) -> None:
        """Be in the line-up as number 1."""
        text = f'#EXTM3U\n#EXTINF:-1 tvg-id="s",{name}\nhttp://192.0.2.1/1.ts\n'
        await self._importer.playlist(
            settings("http://192.0.2.1/", "list"), pieces(text)
        )

    async def show(self, title: str) -> None:
        """Show something from an hour ago on, for three hours."""
        text = (
            '<tv><programme start="20261121110000 +0000" stop="20261121140000 +0000"'
            f' channel="s"><title>{title}</title></programme></tv>'
        )
        guide = self._world.guide
        await asyncio.to_thread(
            build, guide.file("list"), "list", [text.encode()], lambda _: None
        )
        await guide.reload()


async def shown(world: World, media: Path) -> Elsewhere:
    """Have a channel, as number 2, that plays nothing but another one."""
    elsewhere = Elsewhere(world, media.parent / "imports")
    await elsewhere.come("Sports")
    await elsewhere.show("News")
    plan = '{"otherwise": {"channel": "1"}}'
    await world.sources.add(attic(media / "Show", number="2", schedule=plan))
    await world.settled()
    assert (await told(world, number="2"), on(world)) == (["News"], "News")
    return elsewhere


async def test_the_guide_follows_the_guide_and_the_name_of_another_channel(
    world: World, media: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virtual_source, "FOLLOW_SECONDS", 0.0)
    elsewhere = await shown(world, media)
    await elsewhere.show("Cup final")
    await watch.follows(world, ["Cup final"], number="2")
    await world.until(lambda _: on(world) == "Cup final")
    other = await world.lineup.by_number("1")
    await world.lineup.update(other.id, guide_id="none", name="Football")
    await watch.follows(world, ["Football"], number="2")
    await world.until(lambda _: on(world) == "Football")


async def test_what_goes_by_a_planned_number_is_shown_as_soon_as_it_does(
    world: World, media: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virtual_source, "FOLLOW_SECONDS", 0.0)
    await shown(world, media)
    other = await world.lineup.by_number("1")
    await world.lineup.update(other.id, number="5")
    await watch.follows(world, ["Attic"], number="2")
    await world.lineup.update(other.id, number="1")
    await watch.follows(world, ["News"], number="2")
    # No folder was looked through for that.
    assert len(watch.seconds) == 1


async def test_many_guides_that_come_in_are_followed_once(
    world: World, media: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(virtual_source, "FOLLOW_SECONDS", 600.0)
    time = LoopTime()
    elsewhere = await shown(world, media)
    before = watch.guides
    for number in range(100):
        await elsewhere.show(f"Show {number}")
    time.advance(600)
    async with asyncio.timeout(20):
        while watch.guides == before:
            watch.news.clear()
            await watch.news.wait()
    assert watch.guides == before + 1
    assert await told(world, number="2") == ["Show 99"]


async def test_what_other_channels_show_is_told_again_after_a_restart(
    tmp_path: Path, media: Path
) -> None:
    async with open_world(tmp_path, allowed=media) as world:
        await shown(world, media)
    # Nothing can be read any more, and a refresh fails.
    media.rename(media.with_name("away"))
    async with open_world(tmp_path, allowed=media) as world:
        plan = '{"otherwise": {"channel": "1"}}'
        await world.sources.add(attic(media / "Show", number="2", schedule=plan))
        await world.until(lambda _: on(world) == "News")
