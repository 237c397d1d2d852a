"""What is on on another channel is told as that channel's guide tells it."""

from collections.abc import AsyncIterator
from itertools import pairwise
import json
from pathlib import Path
import random

import pytest

from custom_components.telecast.engine.events import VirtualChannelChanged
from custom_components.telecast.formats.xmltv import EpisodeNumber, Text
from tests.fakes.media_rows import MINUTE, films, series

from .matches import (
    MATCH,
    bring_in,
    line,
    on,
    open_match,
    show,
    sports,
    tell,
    told,
    with_match,
    words,
)
from .world import DAY, HOUR, START, World, open_world, settings


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_match(tmp_path) as world:
        yield world


async def test_another_channel_is_told_as_its_guide_tells_it(world: World) -> None:
    await bring_in(
        world,
        show("News", -20, 10),
        show("Cup final", 10, 100, subtitles=(Text("Live"),)),
        show("Film", 110, 200),
    )
    await with_match(world)
    await tell(world)
    expected = [
        "0 News",
        "10 Cup final: Live",
        "100 Sports",
        "110 Film",
        "120 Film a",
    ]
    assert await told(world, 121) == expected
    assert on(world, 121) == expected


async def test_all_that_a_guide_knows_is_told(world: World) -> None:
    facts = {
        "subtitles": (Text("Bayern v Dortmund", "en"),),
        "descriptions": (Text("From Berlin."), Text("Aus Berlin.", "de")),
        "categories": (Text("Sports"), Text("Football")),
        "icons": ("https://a.test/final.jpg",),
        "episode_numbers": (EpisodeNumber("onscreen", "S01E05"),),
        "date": "2026",
        "new": True,
    }
    await bring_in(world, show("Cup final", 0, 120, **facts))
    await with_match(world)
    await tell(world)
    found = []
    for source in ("attic", "other"):
        (channel,) = [one for one in await world.storage.all() if one.source == source]
        found += await world.storage.guide.between(
            channel, start=MATCH // 1000, stop=MATCH // 1000 + 60
        )
    own, other = found
    assert (own.channel, own.titles) == ("attic", other.titles)
    for field, value in facts.items():
        assert getattr(own, field) == getattr(other, field) == value, field


async def test_what_no_guide_knows_goes_by_the_channels_name(world: World) -> None:
    await with_match(world)
    await tell(world)
    assert await told(world, 120) == on(world, 120) == ["0 Sports"]
    await bring_in(world, show("Elsewhere", 0, 60, channel="unknown"))
    await tell(world)
    assert await told(world, 120) == on(world, 120) == ["0 Sports"]


async def test_before_the_guide_is_told_a_channel_goes_by_its_name(
    world: World,
) -> None:
    await bring_in(world, show("Cup final", 0, 120))
    await with_match(world)
    assert on(world, 120) == ["0 Sports"]
    world.events.clear()
    await tell(world)
    assert world.events == [VirtualChannelChanged(source="attic")]
    assert on(world, 120) == ["0 Cup final"]
    # What says nothing new is not told of.
    await tell(world)
    assert len(world.events) == 1


async def test_a_title_of_the_users_is_what_the_whole_time_is_called(
    world: World, tmp_path: Path
) -> None:
    facts = {"descriptions": (Text("From Berlin."),), "subtitles": (Text("Live"),)}
    await bring_in(world, show("News", -20, 10), show("Soccer", 10, 100, **facts))
    await with_match(world, title="Cup final")
    await tell(world)
    expected = ["0 Cup final: Live", "120 Film a"]
    assert await told(world, 121) == on(world, 121) == expected
    (channel,) = [one for one in await world.storage.all() if one.source == "attic"]
    (programme,) = await world.storage.guide.between(
        channel, start=MATCH // 1000, stop=MATCH // 1000 + 60
    )
    assert programme.descriptions == facts["descriptions"]
    # Edits and restarts keep it.
    await world.channels.move_item("attic", 2, 0)
    assert on(world, 1) == ["0 Cup final: Live"]
    async with open_world(tmp_path, now=START) as again:
        await again.channels.begin(settings())
        assert on(again, 1) == ["0 Cup final"]
        (booking,) = again.channels.appointments("attic")
        assert booking.title == "Cup final"


async def test_a_title_stands_alone_where_nothing_is_known(world: World) -> None:
    await bring_in(world, show("Trailer", 0, 5))
    await with_match(world, title="Cup <final> & more")
    await tell(world)
    assert await told(world, 120) == on(world, 120) == ["0 Cup <final> & more"]


async def test_an_item_is_called_as_the_user_says(world: World) -> None:
    await world.channel(*films("ab"), *series("Show", 1))
    for key, begins in ((1, MATCH), (3, MATCH + HOUR)):
        await world.channels.appoint(
            "attic", start=begins, stop=begins + HOUR, item=key, title="Premiere"
        )
    await tell(world)
    found = on(world, 61)
    assert await told(world, 61) == found
    assert (found[0], found[-1]) == ("0 Premiere", "60 Premiere: Part 1")
    # At other times it is called as ever.
    assert "Film a" in {world.on(START + n * 30 * MINUTE) for n in range(2)}


async def test_what_is_shown_day_after_day_is_told_over_midnight(
    tmp_path: Path,
) -> None:
    plan = json.dumps({"blocks": [{"from": "00:00", "to": "24:00", "channel": "2"}]})
    async with open_world(tmp_path) as world:
        await world.lineup("attic", "Attic")
        await world.lineup("other", "Sports")
        # Midnight in Berlin is three hours after the match begins.
        await bring_in(world, show("Late", 150, 210), show("Later", 210, 240))
        await world.channel(*films("a"), settings=settings(schedule=plan))
        await tell(world)
        assert (await told(world, 260))[-3:] == ["150 Late", "210 Later", "240 Sports"]
        for minute in (150, 179, 180, 209):
            one = world.channels.on("attic", MATCH + minute * MINUTE)
            times = [(at - MATCH) / MINUTE for at in (one.start, one.stop)]
            assert (one.title, times) == ("Late", [150, 210])


async def test_a_short_break_is_no_part_of_what_the_other_channel_shows_next(
    world: World,
) -> None:
    plan = json.dumps(
        {
            "blocks": [{"from": "21:30", "to": "23:00", "plays": "films"}],
            "otherwise": None,
        }
    )
    await world.channel(*films("a"), settings=settings(schedule=plan))
    other = await sports(world)
    await world.channels.appoint(
        "attic", start=MATCH, stop=MATCH + 27 * MINUTE, channel=other.id
    )
    await bring_in(world, show("Cup final", 0, 27), show("Ads", 27, 60))
    await tell(world)
    assert await told(world, 31) == ["0 Cup final", "30 Film a"]


async def test_guide_and_sensor_agree_at_any_instant(world: World) -> None:
    draw = random.Random(7)
    begins = sorted(draw.sample(range(-600, 900), 60))
    shows = [
        show(f"Show {at}", at, at + draw.randint(1, 40), subtitles=(Text("x"),))
        for at in begins
    ]
    await bring_in(world, *shows)
    plan = json.dumps(
        {
            "blocks": [
                {"from": "19:00", "to": "19:50", "channel": "2"},
                {"from": "19:50", "to": "20:20", "channel": "2"},
                {"from": "23:10", "to": "01:35", "channel": "2"},
            ],
            "otherwise": "films",
            "fit": "cut",
        }
    )
    await world.channel(
        *films("abc", minutes=41),
        settings=settings(schedule=plan, starts_at=START - DAY),
    )
    other = await sports(world)
    for at, title in ((MATCH, ""), (MATCH + 40 * MINUTE, "Final")):
        await world.channels.appoint(
            "attic", start=at, stop=at + 35 * MINUTE, channel=other.id, title=title
        )
    await tell(world)
    (channel,) = [one for one in await world.storage.all() if one.source == "attic"]
    begin = START // 1000 - 7200
    programmes = await world.storage.guide.between(
        channel, start=begin, stop=begin + 10 * 3600
    )
    assert all(one.stop == later.start for one, later in pairwise(programmes))
    assert {words(one) for one in programmes} & {"Final", "Final: x"}
    assert sum(words(one).startswith("Show") for one in programmes) > 8
    for one in programmes[1:-1]:
        assert one.stop
        for second in (one.start, one.stop - 1):
            found = world.channels.on("attic", second * 1000)
            assert line(found) == words(one)
            if words(one).startswith("Show"):
                times = (found.start // 1000, found.stop // 1000)
                assert times == (one.start, one.stop)
