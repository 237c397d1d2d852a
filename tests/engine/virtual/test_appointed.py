"""Appointments are called as the guide calls them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.formats.xmltv import Text
from tests.fakes.media_rows import MINUTE, films, series

from .matches import MATCH, bring_in, line, open_match, show, tell, with_match
from .world import HOUR, World


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_match(tmp_path) as world:
        yield world


async def test_an_appointment_is_called_as_the_guide_calls_it(world: World) -> None:
    await bring_in(world, show("News", -20, 10), show("Cup final", 10, 100))
    await with_match(world)
    await tell(world)
    (booking,) = world.channels.appointments("attic")
    appointed = await world.channels.appointed("attic", booking)
    assert (appointed.title, appointed.subtitle) == ("Cup final", "")
    assert [line(one) for one in appointed.programmes] == [
        *("News", "Cup final", "Sports")
    ]
    assert [one.start for one in appointed.programmes] == [
        *(MATCH, MATCH + 10 * MINUTE, MATCH + 100 * MINUTE)
    ]
    assert appointed.programmes[-1].stop == MATCH + 120 * MINUTE


async def test_an_appointment_with_a_title_is_one_programme(world: World) -> None:
    await bring_in(world, show("Soccer", 0, 100, subtitles=(Text("Live"),)))
    await with_match(world, title="Cup final")
    await tell(world)
    await world.media(*films("ab"), *series("Show", 1))
    film, _, part = [one.id for one in (await world.channels.items("attic")).items]
    for hours, key, title in ((3, film, ""), (4, part, ""), (5, part, "Premiere")):
        start = MATCH + hours * HOUR
        await world.channels.appoint(
            "attic", start=start, stop=start + HOUR, item=key, title=title
        )
    found = [
        await world.channels.appointed("attic", one)
        for one in world.channels.appointments("attic")
    ]
    assert [(one.title, one.subtitle) for one in found] == [
        ("Cup final", "Live"),
        ("Film a", ""),
        ("Show", "Part 1"),
        ("Premiere", "Part 1"),
    ]
    assert all(len(one.programmes) == 1 for one in found)
