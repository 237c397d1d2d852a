"""The guide tells what is on on the channels that are shown, and no two guides follow each other."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
import json
from pathlib import Path
import random

import pytest

from custom_components.telecast.engine.errors import CircleError
from custom_components.telecast.engine.events import VirtualChannelChanged
from custom_components.telecast.engine.ingestion.guide import build
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.virtual.on_air import OnAir
from custom_components.telecast.formats.xmltv import (
    EpisodeNumber,
    Programme,
    Text,
    render_programme,
)
from tests.engine.storage import guide as document
from tests.fakes.media_rows import MINUTE, films, series

from .world import DAY, HOUR, START, World, open_world, settings

MATCH = START + HOUR


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as world:
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
