"""Guides follow what other channels' guides say, and no two follow each other."""

from collections.abc import AsyncIterator
from itertools import pairwise
import json
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import CircleError
from tests.fakes.media_rows import films, series

from .matches import (
    MATCH,
    bring_in,
    on,
    open_match,
    show,
    sports,
    tell,
    told,
    with_match,
)
from .world import DAY, HOUR, World, settings


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_match(tmp_path) as world:
        yield world


async def behind(world: World, source: str = "attic") -> bool:
    return await world.channels.is_behind(source)


async def test_a_guide_is_behind_as_long_as_others_say_something_else(
    world: World,
) -> None:
    await world.channel(*films("ab"))
    await tell(world)
    await bring_in(world, show("News", 0, 60))
    assert not await behind(world)
    await with_match(world)
    await tell(world)
    assert not await behind(world)
    # What is on at other times is of no interest.
    await bring_in(world, show("News", 0, 60), show("Far", 500, 600))
    assert not await behind(world)
    await bring_in(world, show("News", 0, 60), show("Cup final", 60, 120))
    assert await behind(world)
    await tell(world)
    assert not await behind(world)
    # Time alone changes nothing.
    world.now += 3 * HOUR
    assert not await behind(world)


async def test_another_name_another_guide_and_none_at_all_are_news(
    world: World,
) -> None:
    await bring_in(
        world, show("News", 0, 120), show("Weather", 0, 120, channel="second")
    )
    await with_match(world)
    await tell(world)
    other = await sports(world)
    for change, expected in (
        ({"name": "Football"}, "0 News"),
        ({"guide_id": "second"}, "0 Weather"),
        ({"guide_id": "none"}, "0 Football"),
        ({"enabled": False}, "0 Attic"),
    ):
        await world.storage.lineup.update(other.id, **change)  # type: ignore[arg-type]
        assert await behind(world), change
        await tell(world)
        assert await told(world, 120) == [expected]
        assert not await behind(world)
    # The guide calls what has no title after its channel, and the sensor calls it nothing.
    assert on(world, 120) == ["0 "]


CELLAR = settings(id="cellar", name="Cellar")


async def showing(world: World, source: str, number: str) -> None:
    """Have a virtual channel show another channel at the time of the match."""
    other = await world.storage.lineup.by_number(number)
    channel = world.channels.of(source)
    booked = channel.edits.bookings
    await world.channels.appoint(
        source, start=MATCH, stop=MATCH + 2 * HOUR, channel=other.id
    )
    assert len(channel.edits.bookings) == len(booked) + 1


async def numbers(world: World) -> dict[str, str]:
    return {one.source: one.number for one in await world.storage.all()}


async def test_a_virtual_channel_is_told_as_any_other(world: World) -> None:
    await world.lineup("cellar", "Cellar")
    await world.channel(*series("Show", 3, folder="/other"), settings=CELLAR)
    await tell(world, "cellar")
    await world.channel(*films("ab"))
    await showing(world, "attic", (await numbers(world))["cellar"])
    await tell(world)
    expected = ["0 Show: Part 3", "30 Show: Part 1", "60 Show: Part 2"]
    assert (await told(world, 61)) == on(world, 61) == expected
    # What is at the end of a chain comes through all of it.
    await bring_in(world, show("Cup final", 0, 120))
    await showing(world, "cellar", (await numbers(world))["other"])
    await tell(world, "cellar")
    assert await behind(world)
    await tell(world)
    assert await told(world, 120) == on(world, 120) == ["0 Cup final"]


@pytest.mark.parametrize("length", [1, 2, 3])
async def test_channels_that_would_show_each_other_are_refused(
    world: World, length: int
) -> None:
    names = ["attic", "cellar", "garage"][:length]
    for name in names[1:]:
        await world.lineup(name, name.title())
    known = await numbers(world)
    for name in names:
        await world.channel(
            *films("ab", folder=f"/{name}"),
            settings=settings(id=name, name=name.title()),
        )
    for one, other in pairwise(names):
        await showing(world, one, known[other])
    first = await world.storage.lineup.by_number(known[names[0]])
    with pytest.raises(CircleError) as raised:
        await world.channels.appoint(
            names[-1], start=MATCH + DAY, stop=MATCH + DAY + HOUR, channel=first.id
        )
    assert raised.value.shown == first.number
    plan = json.dumps({"otherwise": {"channel": first.number}})
    with pytest.raises(CircleError):
        await world.channels.check_plan(plan, source_id=names[-1])
    # Others may, and so may all once that is over.
    await world.channels.check_plan(plan, source_id="new")
    world.now = MATCH + 2 * HOUR
    if length > 1:
        await world.channels.check_plan(plan, source_id=names[-1])


async def test_a_plan_is_refused_that_leads_back_by_a_number(world: World) -> None:
    plan = json.dumps({"otherwise": {"channel": "9"}})
    await world.channel(*films("ab"), settings=settings(schedule=plan))
    own = (await numbers(world))["attic"]
    back = json.dumps({"blocks": [{"from": "20:00", "to": "21:00", "channel": own}]})
    with pytest.raises(CircleError) as raised:
        await world.channels.check_plan(back, number="9")
    assert raised.value.shown == own
    await world.channels.check_plan(back, number="8")


async def test_channels_that_show_each_other_all_the_same_go_by_their_names(
    world: World,
) -> None:
    await world.lineup("cellar", "Cellar")
    known = await numbers(world)
    # Nobody knew of the other one when that was planned.
    for source, other in (("attic", "cellar"), ("cellar", "attic")):
        plan = json.dumps({"otherwise": {"channel": known[other]}})
        await world.channel(
            *films("ab", folder=f"/{source}"),
            settings=settings(id=source, name=source.title(), schedule=plan),
        )
    for _ in range(2):
        for source in ("attic", "cellar"):
            await tell(world, source)
        assert [await behind(world, one) for one in ("attic", "cellar")] == [False] * 2
    assert (await told(world, 1))[0].endswith(" Cellar")
    assert (await told(world, 1, "cellar"))[0].endswith(" Attic")


async def test_a_guide_that_is_the_channels_own_is_not_followed(world: World) -> None:
    await bring_in(world, show("News", 0, 120))
    await with_match(world)
    other = await sports(world)
    await world.storage.lineup.update(other.id, guide_id="attic")
    await tell(world)
    assert await told(world, 120) == on(world, 120) == ["0 Sports"]
    assert not await behind(world)
