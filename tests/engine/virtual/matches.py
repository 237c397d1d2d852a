"""A match on another channel, its guide, and what a virtual channel's guide says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

from custom_components.telecast.engine.ingestion.guide import build
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.virtual.on_air import OnAir
from custom_components.telecast.formats.xmltv import Programme, Text, render_programme
from tests.engine.storage import guide as document
from tests.fakes.media_rows import MINUTE, films

from .world import HOUR, START, World, open_world

MATCH = START + HOUR


@asynccontextmanager
async def open_match(folder: Path) -> AsyncIterator[World]:
    """Open the attic and another channel, which are the first two of the line-up."""
    async with open_world(folder) as world:
        await world.lineup("attic", "Attic")
        await world.lineup("other", "Sports")
        yield world


def show(
    title: str, begins: float, ends: float, channel: str = "other", **facts: object
) -> str:
    """Write a programme between two minutes after the match begins."""
    programme = Programme(
        channel=channel,
        start=MATCH // 1000 + round(begins * 60),
        stop=MATCH // 1000 + round(ends * 60),
        titles=(Text(title, "en"),),
        **facts,  # type: ignore[arg-type]
    )
    return render_programme(programme)


async def bring_in(world: World, *shows: str, source: str = "other") -> None:
    """Have a guide come in."""
    await put_in(world, source, [document(*shows).encode()])


async def tell(world: World, source: str = "attic") -> None:
    """Have a channel's guide written and brought in."""
    chunks = [chunk async for chunk in world.channels.guide(source)]
    await put_in(world, source, chunks)


async def put_in(world: World, source: str, chunks: list[bytes]) -> None:
    """Do what the ingestion child would do with a guide, without one."""
    guide = world.storage.guide
    await asyncio.to_thread(build, guide.file(source), source, chunks, lambda _: None)
    await guide.reload()


async def told(world: World, minutes: float, source: str = "attic") -> list[str]:
    """Answer what a channel's guide says from the match on, with minutes after that."""
    (channel,) = [one for one in await world.storage.all() if one.source == source]
    begin = MATCH // 1000
    found = await world.storage.guide.between(
        channel, start=begin, stop=begin + round(minutes * 60)
    )
    assert all(one.stop == other.start for one, other in pairwise(found))
    return [f"{(one.start - begin) / 60:g} {words(one)}" for one in found]


def words(programme: Programme) -> str:
    """Answer what a programme is called, in a line."""
    texts = (*programme.titles, *programme.subtitles)
    return ": ".join(text.value for text in texts)


def on(world: World, minutes: float, source: str = "attic") -> list[str]:
    """Answer what is on from the match on, as the sensor has it."""
    at, found = MATCH, []
    while at < MATCH + minutes * MINUTE:
        one = world.channels.on(source, at)
        assert one.start <= at < one.stop
        found.append(f"{(one.start - MATCH) / MINUTE:g} {line(one)}")
        at = one.stop
    return found


def line(one: OnAir) -> str:
    """Answer what is on, in a line."""
    return ": ".join(filter(None, (one.title, one.subtitle)))


async def sports(world: World) -> Channel:
    """Answer the other channel."""
    (channel,) = [one for one in await world.storage.all() if one.source == "other"]
    return channel


async def with_match(world: World, *, title: str = "", minutes: int = 120) -> None:
    """Have films, and the other channel from nine in the evening on."""
    await world.channel(*films("ab"))
    other = await sports(world)
    await world.channels.appoint(
        "attic",
        start=MATCH,
        stop=MATCH + minutes * MINUTE,
        channel=other.id,
        title=title,
    )
