"""What the guide says is what plays."""

from collections.abc import AsyncIterator
from itertools import pairwise
import json
from pathlib import Path
import random
from zoneinfo import ZoneInfo

from hypothesis import given, settings as hypothesis_settings
import pytest

from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.timeline import (
    Cause,
    Gap,
    Item,
    Live,
    Rotation,
    Schedule,
    Showing,
    Timeline,
    begun,
    single,
)
from custom_components.telecast.engine.virtual.guide import (
    AHEAD_DAYS,
    MOST_PROGRAMMES,
    SHORT_GAP,
    told_of,
)
from custom_components.telecast.formats.xmltv import Programme, season_episode
from tests.engine.timeline.plans import schedules
from tests.fakes.media_rows import MINUTE, MediaRow, films, series

from .world import DAY, HOUR, START, World, at, open_world, settings

PLAN = json.dumps(
    {
        "blocks": [
            {"from": "01:45", "to": "03:20", "plays": "Show", "grid": 10},
            {"from": "18:00", "to": "20:00", "plays": "Show", "grid": 30},
            {"days": ["sat", "sun"], "from": "20:45", "to": "22:45", "channel": "2"},
            {"from": "23:00", "to": "23:50", "plays": "nothing"},
        ],
        "otherwise": "films",
        "fit": "run_over",
    }
)


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as world:
        yield world


async def told(world: World) -> Channel:
    """Have the guide brought in; answer the channel that it is of."""
    chunks = world.channels.guide("attic")
    await world.storage.importer.guide("feed", "attic", chunks, own=True)
    return await world.storage.lineup.by_number("1")


async def listed(world: World, start: int, hours: float) -> list[Programme]:
    channel = await told(world)
    begin = start // 1000
    return await world.storage.guide.between(
        channel, start=begin, stop=begin + round(hours * 3600)
    )


def words(programme: Programme) -> str:
    """Answer what a programme is called, in a line."""
    texts = (*programme.titles, *programme.subtitles)
    return ": ".join(text.value for text in texts)


def gap_around(timeline: Timeline, showing: Showing) -> Showing:
    """Answer the whole of a gap that is told in parts, and the item before it."""
    start, stop = showing.start, showing.stop
    while isinstance((before := timeline.at(start - 1)).item, Gap):
        start = before.start
    while isinstance((after := timeline.at(stop)).item, Gap):
        stop = after.stop
    if stop - start <= SHORT_GAP:
        return before
    return Showing(item=showing.item, start=start, stop=stop)


def expected(world: World, instant: int) -> str:
    """Answer what a guide has to say at an instant."""
    channel = world.channels.of("attic")
    assert channel.timeline
    showing = channel.timeline.at(instant)
    if isinstance(showing.item, Gap):
        showing = gap_around(channel.timeline, showing)
    return channel.title_at(showing.start) or "Attic"


async def check(world: World, seed: int) -> None:
    """Assert that guide and timeline agree at 200 instants."""
    draw = random.Random(seed)
    channel = await told(world)
    found = set()
    for _ in range(200):
        # The day on which clocks are set is looked at more closely.
        near = draw.random() < 0.3
        days = (0, 2) if near else (-6.9, AHEAD_DAYS - 0.1)
        second = (world.now + round(draw.uniform(*days) * DAY)) // 1000
        programmes = await world.storage.guide.between(
            channel, start=second, stop=second + 1
        )
        # What begins within a second, begins with it in a guide.
        title = expected(world, second * 1000 + 999)
        assert [words(one) for one in programmes] == [title], second
        found.add(title)
    assert len(found) > 5


@pytest.mark.parametrize("day", [(2026, 10, 24, 21), (2027, 3, 27, 21)])
async def test_guide_and_timeline_agree(tmp_path: Path, day: tuple[int, ...]) -> None:
    now = at(*day)
    how = settings(schedule=PLAN, starts_at=now - 30 * DAY)
    rows = [*films("abcdefg", minutes=37.123), *series("Show", 7, minutes=27.77)]
    async with open_world(tmp_path, now=now - DAY) as world:
        await world.lineup("attic", "Attic")
        await world.lineup("other", "The Other")
        channel = await world.channel(*rows, settings=how)
        await check(world, 1)
        # Edits, a skip, an appointment.
        world.now = now - 6 * HOUR
        await world.media(*rows[1:])
        await channel.renew(how)
        world.now = now - 4 * HOUR
        await channel.skip()
        start = now + HOUR
        await world.channels.appoint("attic", start=start, stop=start + HOUR, channel=2)
        world.now = now
        await check(world, 2)
    async with open_world(tmp_path, now=now) as world:
        await world.channels.begin(how)
        await check(world, 3)


async def test_a_programme_says_what_is_known_of_its_item(world: World) -> None:
    facts = {
        "year": 1999,
        "plot": "They meet.\nThey part.",
        "genres": ["Drama", "War & Peace"],
        "poster": "https://pictures.example/1.jpg",
        "date": "1999-05-17",
        "director": "A. Director",
        "cast": ["One", "Two"],
    }
    film = MediaRow(path="/media/a.mkv", title="A <Film>", facts=facts)
    own = {"poster": "file:///media/b.jpg", "year": 2001}
    other = MediaRow(path="/media/b.mkv", title="B", facts=own)
    await world.lineup("attic", "Attic")
    await world.channel(film, other, *series("Show", 1))
    first, second, third = await listed(world, START, 1.4)
    assert (words(first), words(second), words(third)) == (
        "A <Film>",
        "B",
        "Show: Part 1",
    )
    assert (first.start, first.stop) == (START // 1000, START // 1000 + 1800)
    assert first.descriptions[0].value == "They meet.\nThey part."
    assert [one.value for one in first.categories] == ["Drama", "War & Peace"]
    assert (first.date, first.length, first.icons) == (
        *("19990517", 1800, ("https://pictures.example/1.jpg",)),
    )
    assert [(one.role, one.name) for one in first.credits] == [
        *(("director", "A. Director"), ("actor", "One"), ("actor", "Two")),
    ]
    # Where a picture is that is a file is nobody else's business.
    listing = await world.channels.items("attic")
    icon = icon_of(listing.items[1].id, "file:///media/b.jpg")
    assert (second.icons, second.date, second.descriptions) == ((icon,), "2001", ())
    assert third.icons == ()
    assert season_episode(first) == (None, None)
    assert season_episode(third) == (1, 1)
    assert [one.value for one in third.episode_numbers] == ["0.0.", "S01E01"]


async def test_a_repeat_says_when_it_was_shown_before(world: World) -> None:
    await world.lineup("attic", "Attic")
    await world.channel(*films("ab"))
    first, _, third = await listed(world, START, 1.5)
    assert first.previously_shown is None
    assert third.previously_shown
    assert third.previously_shown.start == "20261120190000 +0000"


async def test_a_live_item_is_called_as_its_channel(world: World) -> None:
    await world.lineup("attic", "Attic")
    (other,) = await world.lineup("other", "The Match")
    await world.channel(*films("a"))
    start = START + 45 * MINUTE
    await world.channels.appoint(
        "attic", start=start, stop=start + 2 * HOUR, channel=other.id
    )
    programmes = await listed(world, start, 2)
    assert [words(one) for one in programmes] == ["The Match"]
    assert programmes[0].stop == start // 1000 + 7200


async def test_another_channel_of_the_same_name_has_another_guide(world: World) -> None:
    await world.lineup("attic", "Attic")
    (other,) = await world.lineup("other", "Attic")
    await world.channel(*films("a"))
    await told(world)
    begin = START // 1000
    assert not await world.storage.guide.between(other, start=begin, stop=begin + 60)


async def test_no_timeline_is_no_guide(world: World) -> None:
    await world.channel()
    assert [chunk async for chunk in world.channels.guide("attic")] == []


def one_item(minutes: float) -> Timeline:
    items = (Item(key="1", duration=round(minutes * MINUTE)),)
    zone = ZoneInfo("Europe/Berlin")
    return begun(single(Rotation(items=items), zone), START - 30 * DAY)


def test_of_many_programmes_the_nearer_ones_are_told() -> None:
    found = told_of(one_item(1), START)
    assert len(found) == MOST_PROGRAMMES
    assert found[0].start <= START - 6.9 * DAY
    assert found[-1].stop >= START + 6 * DAY
    assert all(one.stop == other.start for one, other in pairwise(found))
    more = told_of(one_item(0.2), START)
    assert len(more) == MOST_PROGRAMMES
    assert more[0].stop <= START <= more[-1].start
    assert abs((START - more[0].start) - (more[-1].stop - START)) < HOUR


def test_as_much_is_told_as_is_asked_for() -> None:
    found = told_of(one_item(60), START)
    assert found[0].start <= START - 7 * DAY < found[0].stop
    assert found[-1].start < START + AHEAD_DAYS * DAY <= found[-1].stop


def test_what_never_ends_is_told_for_the_time_of_the_guide() -> None:
    zone = ZoneInfo("Europe/Berlin")
    schedule = Schedule(zone=zone, otherwise=Live(channel=7))
    found = told_of(begun(schedule, START - 30 * DAY), START)
    assert {one.item for one in found} == {Live(channel=7)}
    assert found[0].start == START - 7 * DAY
    assert found[-1].stop == START + AHEAD_DAYS * DAY
    assert all(one.stop == other.start for one, other in pairwise(found))
    assert all(0 < one.stop - one.start <= DAY for one in found)
    # An hour later, they begin when they began.
    later = told_of(begun(schedule, START - 30 * DAY), START + HOUR)
    assert later[1:-1] == found[1:-1]


def test_before_it_begins_there_is_a_gap() -> None:
    zone = ZoneInfo("Europe/Berlin")
    schedule = Schedule(zone=zone, otherwise=Live(channel=7))
    found = told_of(begun(schedule, START + HOUR), START)
    before = [one for one in found if one.item == Gap(cause=Cause.BEFORE)]
    assert (before[0].start, before[-1].stop) == (START - 7 * DAY, START + HOUR)
    assert {one.item for one in found[len(before) :]} == {Live(channel=7)}


@hypothesis_settings(deadline=None, max_examples=60)
@given(schedules(near=START))
def test_any_timeline_is_told_without_overlap_or_hole(schedule: Schedule) -> None:
    timeline = begun(schedule, START - 3 * DAY)
    found = told_of(timeline, START)
    assert found[0].start <= START - 7 * DAY
    assert found[-1].stop >= START + AHEAD_DAYS * DAY
    for one, other in pairwise(found):
        assert one.start < one.stop == other.start
        is_parted = one.stop % DAY == 0
        assert is_parted or not isinstance(one.item, Gap) or type(other.item) is not Gap
    for one in found:
        middle = timeline.at((one.start + one.stop) // 2)
        is_joined = isinstance(middle.item, Gap) and not isinstance(one.item, Gap)
        assert is_joined or isinstance(middle.item, type(one.item))
        is_whole = (
            found[0] is not one is not found[-1] and one.stop % DAY and one.start % DAY
        )
        if isinstance(one.item, Gap) and is_whole:
            assert SHORT_GAP < one.stop - one.start <= DAY
