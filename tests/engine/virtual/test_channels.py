"""What the user does to a virtual channel is done, or refused for a reason."""

import asyncio
from collections.abc import AsyncIterator
import json
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    CircleError,
    InvalidTimelineError,
    MissingFileError,
    NoMediaError,
    NotInOrderError,
    NotVirtualError,
    PathNotAllowedError,
    UnknownChannelError,
    UnknownItemError,
)
from custom_components.telecast.engine.virtual.channel import OnAir
from custom_components.telecast.engine.virtual.edits import Booking, Edits
from custom_components.telecast.engine.virtual.listing import ListedItem
from tests.fakes.media_folders import lay_out
from tests.fakes.media_rows import MINUTE, MediaRow, films, series

from .world import HOUR, START, World, open_world, settings


@pytest.fixture(name="media")
def _media(tmp_path: Path) -> Path:
    return tmp_path.resolve() / "media"


@pytest.fixture(name="world")
async def _world(tmp_path: Path, media: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, allowed=media) as world:
        yield world


async def titles(world: World) -> list[str]:
    """Answer the titles of all items, in order."""
    return [one.title for one in (await world.channels.items("attic")).items]


async def ids(world: World) -> list[int]:
    """Answer the ids of all items, in order."""
    return [one.id for one in (await world.channels.items("attic")).items]


async def test_items_are_listed_page_by_page(world: World) -> None:
    broken = MediaRow(path="/media/x y.mkv", title="X", error="unreadable")
    clip = MediaRow(path="/media/clip.mkv", filler=True)
    await world.channel(*films("a"), broken, clip, *series("Show", 2))
    listing = await world.channels.items("attic", offset=1, limit=2)
    assert listing.total == 4
    assert [one.title for one in listing.items] == ["X", "Part 1"]
    assert listing.items[0] == ListedItem(
        id=2,
        title="X",
        series="",
        season=0,
        number=0,
        file="/media/x y.mkv",
        duration=0,
        error="unreadable",
    )
    second = listing.items[1]
    assert (second.series, second.season, second.number) == ("Show", 1, 1)
    assert (second.duration, second.error) == (30 * MINUTE, "")
    assert (await world.channels.items("attic", offset=9)).items == ()


async def test_an_item_is_moved_and_stays_there(tmp_path: Path, world: World) -> None:
    await world.channel(*films("abc"))
    last = (await ids(world))[-1]
    await world.channels.move_item("attic", last, 0)
    assert await titles(world) == ["Film c", "Film a", "Film b"]
    # Film a is on, and c was to come before it.
    assert world.titles(1) == ["20:00 Film a", "20:30 Film b"]
    await world.media(*films("abcd"))
    await world.channels.renew(settings())
    assert await titles(world) == ["Film c", "Film a", "Film b", "Film d"]


async def test_items_are_removed_from_the_next_one_on(world: World) -> None:
    await world.channel(*films("abc"))
    first, second, _ = await ids(world)
    await world.channels.remove_items("attic", {first, second})
    assert await titles(world) == ["Film c"]
    assert world.titles(1.2) == ["20:00 Film a", "20:30 Film c", "21:00 Film c"]
    assert world.channels.of("attic").media_count == 1


async def test_what_is_not_there_is_not_removed_and_nothing_else_is(
    world: World,
) -> None:
    await world.channel(*films("ab"))
    first, _ = await ids(world)
    with pytest.raises(UnknownItemError, match="no item 99"):
        await world.channels.remove_items("attic", [first, 99])
    with pytest.raises(UnknownItemError):
        await world.channels.move_item("attic", 99, 0)
    assert await titles(world) == ["Film a", "Film b"]


async def test_only_a_list_that_is_played_in_order_can_be_put_in_order(
    world: World, media: Path
) -> None:
    await world.channel(*films("ab"), settings=settings(order="shuffle"))
    lay_out(media, "c.mkv")
    with pytest.raises(NotInOrderError):
        await world.channels.move_item("attic", 1, 0)
    with pytest.raises(NotInOrderError):
        await world.channels.add_items("attic", [str(media / "c.mkv")], position=0)
    assert world.channels.of("attic").files == ()


async def test_files_are_added_where_they_are_wanted(world: World, media: Path) -> None:
    lay_out(media, "x.mkv", "y.mkv")
    (media / "link.mkv").symlink_to(media / "y.mkv")
    await world.channel(*films("ab"))
    world.arriving = [*films("ab"), *films("xy", folder=str(media))]
    files = [str(media / name) for name in ("x.mkv", "link.mkv")]
    await world.channels.add_items("attic", files, position=1)
    assert await titles(world) == ["Film a", "Film x", "Film y", "Film b"]
    assert world.refreshed == ["attic"]
    assert world.channels.of("attic").files == (
        *(str(media / "x.mkv"), str(media / "y.mkv")),
    )
    assert world.titles(1) == ["20:00 Film a", "20:30 Film x"]


async def test_files_are_added_at_the_end_where_no_place_is_named(
    world: World, media: Path
) -> None:
    lay_out(media, "x.mkv")
    await world.channel(*films("ab"), settings=settings(order="episodes"))
    world.arriving = [*films("ab"), *films("x", folder=str(media))]
    await world.channels.add_items("attic", [str(media / "x.mkv")])
    assert await titles(world) == ["Film a", "Film b", "Film x"]


async def test_files_are_added_while_a_refresh_is_under_way_that_missed_them(
    world: World, media: Path
) -> None:
    lay_out(media, "x.mkv")
    await world.channel(*films("a"))
    world.arriving = [*films("a"), *films("x", folder=str(media))]
    world.under_way = 1
    await world.channels.add_items("attic", [str(media / "x.mkv")])
    assert await titles(world) == ["Film a", "Film x"]
    assert world.refreshed == ["attic", "attic"]


async def test_what_was_removed_can_be_added_again(world: World, media: Path) -> None:
    lay_out(media, "x.mkv")
    world.arriving = [*films("a"), *films("x", folder=str(media))]
    await world.channel(*world.arriving)
    _, key = await ids(world)
    await world.channels.remove_items("attic", [key])
    assert await titles(world) == ["Film a"]
    await world.channels.add_items("attic", [str(media / "x.mkv")])
    assert await ids(world) == [1, key]
    assert world.channels.of("attic").edits.left_out == frozenset()


async def test_a_file_that_cannot_be_played_is_not_kept(
    world: World, media: Path
) -> None:
    lay_out(media, "x.mkv", "y.mkv", "z.mkv")
    await world.channel(*films("a"))
    broken = MediaRow(path=str(media / "y.mkv"), error="unreadable")
    world.arriving = [*films("a"), *films("x", folder=str(media)), broken]
    files = [str(media / name) for name in ("x.mkv", "y.mkv", "z.mkv")]
    with pytest.raises(NoMediaError, match=r"cannot be played: y\.mkv, z\.mkv"):
        await world.channels.add_items("attic", files)
    assert world.channels.of("attic").files == (str(media / "x.mkv"),)
    assert (await titles(world))[:2] == ["Film a", "Film x"]


async def test_files_that_may_not_be_read_are_refused(
    world: World, media: Path, tmp_path: Path
) -> None:
    lay_out(media, "x.mkv")
    lay_out(tmp_path, "outside.mkv")
    (media / "link.mkv").symlink_to(tmp_path / "outside.mkv")
    await world.channel(*films("a"))
    good = str(media / "x.mkv")
    for path in (str(tmp_path / "outside.mkv"), str(media / "link.mkv"), "x.mkv"):
        with pytest.raises(PathNotAllowedError):
            await world.channels.add_items("attic", [good, path])
    with pytest.raises(MissingFileError):
        await world.channels.add_items("attic", [good, str(media / "no.mkv")])
    assert (world.channels.of("attic").files, world.refreshed) == ((), [])


async def test_a_match_is_on_at_its_time_and_films_otherwise(world: World) -> None:
    await world.lineup("attic", "Attic")
    (other,) = await world.lineup("other", "Sports")
    await world.channel(*films("abc", minutes=40))
    start = START + 45 * MINUTE
    await world.channels.appoint(
        "attic", start=start, stop=start + 2 * HOUR, channel=other.id
    )
    # Film b would not be over in time, and waits.
    assert world.titles(3) == [
        "20:00 Film a",
        "20:40",
        "20:45 Sports",
        "22:45 Film b",
    ]
    assert world.channels.appointments("attic") == (
        Booking(start=start, stop=start + 2 * HOUR, channel=other.id),
    )
    assert world.channels.on("attic", start + MINUTE) == OnAir(
        title="Sports", subtitle="", start=start, stop=start + 2 * HOUR
    )


async def test_an_appointment_begins_on_the_dot_whatever_is_on(world: World) -> None:
    await world.channel(*films("abc", minutes=90))
    third = (await ids(world))[2]
    world.now = START + 10 * MINUTE
    start = START + 45 * MINUTE
    await world.channels.appoint("attic", start=start, stop=start + HOUR, item=third)
    assert world.titles(2) == ["20:00 Film a", "20:45 Film c", "21:45 Film b"]


async def test_an_item_that_is_over_sooner_ends_its_appointment(world: World) -> None:
    await world.channel(*films("abc"))
    third = (await ids(world))[2]
    start = START + 30 * MINUTE
    await world.channels.appoint(
        "attic", start=start, stop=start + 9 * HOUR, item=third
    )
    assert world.titles(1.2) == ["20:00 Film a", "20:30 Film c", "21:00 Film b"]


async def test_an_appointment_is_cancelled_before_it_begins(world: World) -> None:
    await world.channel(*films("abc"))
    start = START + 30 * MINUTE
    await world.channels.appoint("attic", start=start, stop=start + HOUR, item=3)
    await world.channels.cancel("attic", start)
    assert world.titles(1) == ["20:00 Film a", "20:30 Film b"]
    with pytest.raises(UnknownItemError):
        await world.channels.cancel("attic", start)


async def test_an_appointment_for_now_begins_at_once(world: World) -> None:
    await world.channel(*films("abc", minutes=90))
    world.now = START + 10 * MINUTE
    stop = world.now + HOUR
    await world.channels.appoint("attic", start=world.now, stop=stop, item=3)
    assert world.titles(2) == ["20:10 Film c", "21:10 Film b"]


async def test_what_follows_an_appointment_that_is_over_sooner_is_not_skipped_with_it(
    world: World,
) -> None:
    await world.channel(*films("abc"))
    start = START + 30 * MINUTE
    await world.channels.appoint("attic", start=start, stop=start + 9 * HOUR, item=3)
    world.now = start + 40 * MINUTE
    planned = world.titles(1)
    await world.channels.cancel("attic", start)
    assert world.titles(1) == planned
    assert world.channels.appointments("attic") == ()


@pytest.mark.parametrize("cancels", [True, False])
async def test_an_appointment_that_is_on_ends_when_it_is_cancelled_or_skipped(
    world: World, cancels: bool
) -> None:
    channel = await world.channel(*films("abc", minutes=45))
    start = START + 45 * MINUTE
    await world.channels.appoint("attic", start=start, stop=start + HOUR, item=3)
    world.now = start + 10 * MINUTE
    assert world.on() == "Film c"
    if cancels:
        await world.channels.cancel("attic", start)
    else:
        await world.channels.skip("attic")
    assert world.titles(1) == ["20:55 Film b", "21:40 Film c"]
    # It does not come back with the next edit.
    await channel.renew(settings())
    assert world.titles(1) == ["20:55 Film b", "21:40 Film c"]
    assert world.channels.appointments("attic") == ()


async def test_what_cannot_be_appointed_is_refused(world: World) -> None:
    (own,) = await world.lineup("attic", "Attic")
    await world.channel(*films("ab"))
    appoint = world.channels.appoint
    start, stop = START + HOUR, START + 2 * HOUR
    for how, error in (
        ({"start": stop, "stop": start, "item": 1}, InvalidTimelineError),
        ({"start": START - HOUR, "stop": START, "item": 1}, InvalidTimelineError),
        ({"start": start, "stop": stop}, InvalidTimelineError),
        ({"start": start, "stop": stop, "item": 9}, UnknownItemError),
        ({"start": start, "stop": stop, "channel": 99}, UnknownChannelError),
        ({"start": start, "stop": stop, "channel": own.id}, InvalidTimelineError),
    ):
        with pytest.raises(error):
            await appoint("attic", **how)
    await appoint("attic", start=start, stop=stop, item=1)
    with pytest.raises(InvalidTimelineError):
        await appoint("attic", start=start + MINUTE, stop=stop, item=1)
    assert len(world.channels.appointments("attic")) == 1


async def test_what_the_user_did_outlives_a_restart(
    tmp_path: Path, media: Path
) -> None:
    async with open_world(tmp_path, allowed=media) as world:
        await world.channel(*films("abc"))
        await world.channels.move_item("attic", 3, 0)
        await world.channels.remove_items("attic", [2])
        start = START + HOUR
        await world.channels.appoint("attic", start=start, stop=start + HOUR, item=1)
        edits = world.channels.of("attic").edits
    async with open_world(tmp_path, allowed=media) as world:
        await world.channels.begin(settings())
        assert world.channels.of("attic").edits == edits
        assert await titles(world) == ["Film c", "Film a"]
        assert world.channels.appointments("attic")[0].item == 1


async def test_a_channel_that_is_forgotten_is_gone(world: World) -> None:
    await world.channel(*films("a"))
    assert await world.channels.all() == {"attic"}
    await world.channels.forget("attic")
    assert await world.channels.all() == set()
    await world.channels.begin(settings())
    assert world.channels.of("attic").edits == Edits()


async def test_what_is_no_virtual_channel_is_none(world: World) -> None:
    channels = world.channels
    for action in (
        channels.items("x"),
        channels.add_items("x", []),
        channels.remove_items("x", []),
        channels.move_item("x", 1, 0),
        channels.skip("x"),
        channels.appoint("x", start=0, stop=1, item=1),
        channels.cancel("x", 0),
        channels.renew(settings(id="x")),
    ):
        with pytest.raises(NotVirtualError):
            await action
    with pytest.raises(NotVirtualError):
        channels.on("x", START)
    with pytest.raises(NotVirtualError):
        channels.appointments("x")


async def test_a_plan_is_checked_before_it_is_kept(world: World) -> None:
    plan = json.dumps({"otherwise": {"channel": "5"}})
    await world.channels.check_plan(plan)
    with pytest.raises(CircleError, match="cannot play itself"):
        await world.channels.check_plan(plan, number="5")
    await world.lineup("attic", "Attic")
    own = settings(schedule=json.dumps({"otherwise": {"channel": "1"}}))
    channel = await world.channel(*films("a"))
    with pytest.raises(InvalidTimelineError, match="cannot play itself"):
        await channel.renew(own)


async def test_a_channel_gets_the_number_that_is_wanted_if_it_is_free(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.channels.give_number(settings(number="7"))
    await world.lineup("attic", "Attic")
    await world.lineup("other", "Other")
    await world.channels.give_number(settings(number="7.1"))
    assert [one.number for one in await world.storage.all()] == ["2", "7.1"]
    for wanted in ("2", "x"):
        await world.channels.give_number(settings(number=wanted))
    assert [one.number for one in await world.storage.all()] == ["2", "7.1"]
    assert "Attic keeps the number 7.1" in caplog.text


async def test_edits_at_the_same_time_are_made_one_after_the_other(
    world: World,
) -> None:
    await world.channel(*films("abcdef"))
    async with asyncio.TaskGroup() as tasks:
        for key in (2, 4, 6):
            tasks.create_task(world.channels.remove_items("attic", [key]))
        tasks.create_task(world.channels.move_item("attic", 5, 0))
    assert sorted(await titles(world)) == ["Film a", "Film c", "Film e"]
    assert (await titles(world))[0] == "Film e"
