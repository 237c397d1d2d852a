"""A channel plays what it is to play, through edits, restarts and nights of set clocks."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
import json
import logging
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import InvalidTimelineError
from custom_components.telecast.engine.events import VirtualChannelChanged
from custom_components.telecast.engine.films.posters import icon_of, is_own_icon
from custom_components.telecast.engine.store.store import StorageError
from custom_components.telecast.engine.timeline import Gap, Item, as_dict
from custom_components.telecast.engine.virtual.addresses import ARCHIVE_DAYS
from custom_components.telecast.engine.virtual.channel import VirtualChannel
from tests.fakes.media_rows import MINUTE, MediaRow, films, series

from .world import DAY, HOUR, START, World, at, open_world, settings

PLAN = json.dumps(
    {
        "blocks": [
            {"from": "18:00", "to": "20:00", "plays": "Show", "grid": 30},
            {"days": ["sat"], "from": "20:45", "to": "22:45", "plays": "films"},
        ],
        "otherwise": "all",
    }
)


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as world:
        yield world


def with_poster(row: MediaRow) -> MediaRow:
    """Answer a file that has a picture beside it."""
    return replace(row, facts={"poster": row.address.replace(".mkv", ".jpg")})


def seen(channel: VirtualChannel, since: int, hours: int = 48) -> list[object]:
    """Answer what is on every seven minutes, to the millisecond."""
    instants = range(since, since + hours * HOUR, 7 * MINUTE)
    return [channel.at(instant) for instant in instants]


async def stored(world: World) -> tuple[str, str]:
    """Answer the row that is kept of the channel."""
    return await world.storage.store.read(
        lambda connection: connection.execute(
            "SELECT edits, timeline FROM virtual_channels"
        ).fetchone()
    )


async def test_a_channel_plays_its_files_one_after_the_other(world: World) -> None:
    channel = await world.channel(*films("ab"), *series("Show", 1))
    assert world.titles(2) == [
        "20:00 Film a",
        "20:30 Film b",
        "21:00 Show: Part 1",
        "21:30 Film a",
    ]
    assert (channel.media_count, channel.shapes) == (3, frozenset({"h264"}))
    showing = channel.at(START + 40 * MINUTE)
    assert isinstance(showing.item, Item)
    assert showing.offset == 10 * MINUTE
    medium = await channel.medium(showing.item.key)
    assert medium
    assert (medium.title, medium.address) == ("Film b", "file:///media/b.mkv")
    assert await channel.medium("99") is None


async def test_a_channel_without_files_plays_nothing_and_begins_with_the_first(
    world: World,
) -> None:
    channel = await world.channel()
    showing = channel.at(START + 5)
    assert isinstance(showing.item, Gap)
    assert (showing.offset, channel.title_at(START)) == (START + 5, "")
    assert (channel.on(START).title, channel.timeline) == ("", None)
    await world.media(*films("a"))
    world.now = START + DAY
    await channel.renew(channel.settings)
    # As if it had played all the time.
    assert world.titles(1, since=START) == ["20:00 Film a", "20:30 Film a"]


async def test_what_is_on_has_the_picture_of_its_item(world: World) -> None:
    web = {"poster": "https://x.example/c.jpg"}
    a, b, c = films("abc")
    with_web = replace(c, facts=web)
    channel = await world.channel(with_poster(a), b, with_web)
    assert is_own_icon(first := channel.on(START).icon)
    assert channel.on(START + 30 * MINUTE).icon == ""
    assert channel.on(START + HOUR).icon == web["poster"]
    assert channel.on(START - 1).icon == ""
    # Found or lost while it is on, it shows at once.
    await world.media(a, with_poster(b), with_web)
    revision = channel.revision
    await channel.renew(channel.settings)
    assert channel.revision == revision + 1
    assert (channel.on(START).title, channel.on(START).icon) == ("Film a", "")
    assert is_own_icon(second := channel.on(START + 30 * MINUTE).icon)
    assert second != first
    await world.media(with_poster(a), b, with_web)
    await channel.renew(channel.settings)
    assert channel.on(START).icon == first


async def test_a_poster_is_found_by_the_id_that_its_icon_names(world: World) -> None:
    a, b = films("ab")
    channel = await world.channel(with_poster(a), b)
    ids = [one.id for one in (await world.channels.items("attic")).items]
    assert channel.on(START).icon == icon_of(ids[0], "file:")
    posters = [await world.channels.poster(one) for one in (*ids, 99, 2**31 - 1)]
    assert posters == ["file:///media/a.jpg", "", "", ""]


async def test_before_its_time_a_channel_plays_nothing(world: World) -> None:
    channel = await world.channel(*films("a"))
    assert isinstance(channel.at(START - 1).item, Gap)
    assert channel.on(START - 1).stop == START


async def test_gaps_are_filled_with_clips(world: World) -> None:
    plan = json.dumps({"blocks": [], "otherwise": "nowhere"})
    clips = [
        MediaRow(path=f"/clips/{name}.mkv", title=name, minutes=3, filler=True)
        for name in "xy"
    ]
    how = settings(schedule=plan, filler=("/clips",))
    channel = await world.channel(*films("a"), *clips, settings=how)
    first, second = channel.at(START), channel.at(START + 3 * MINUTE)
    assert isinstance(first.item, Item)
    assert isinstance(second.item, Item)
    assert first.item != second.item
    assert first.start <= START < first.stop
    assert first.offset == START - first.start
    # People are told of no clip.
    assert (channel.on(START).title, channel.media_count) == ("", 1)


async def test_what_is_on_is_not_cut_by_an_edit(world: World) -> None:
    channel = await world.channel(*films("ab"))
    world.now = START + 10 * MINUTE
    await world.media(*films("bc"))
    await channel.renew(channel.settings)
    # What is gone is still told of, for as long as it is on.
    assert world.titles(1.2) == ["20:00 Film a", "20:30 Film b", "21:00 Film c"]


async def test_an_edit_that_comes_too_late_takes_effect_after_the_next_item(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        channel = await world.channel(*films("ab"))
        await world.media(*films("xy"))
        # Film b has begun by the time that the edit is written down.
        world.now = START + 30 * MINUTE - 1
        world.later = [START + 30 * MINUTE + 5]
        await channel.renew(channel.settings)
        assert world.titles(1) == ["20:30 Film b", "21:00 Film x", "21:30 Film y"]
    async with open_world(tmp_path, now=START + HOUR) as world:
        await world.channel(*films("xy"))
        assert world.titles(0.6) == ["21:00 Film x", "21:30 Film y"]


async def test_skipping_begins_the_next_item_now(world: World) -> None:
    channel = await world.channel(*films("abc"))
    world.now = START + 10 * MINUTE
    await channel.skip()
    assert world.titles(1.1) == ["20:10 Film b", "20:40 Film c", "21:10 Film a"]
    before = channel.revision
    await channel.renew(channel.settings)
    assert channel.revision == before
    assert world.titles(0.2) == ["20:10 Film b"]


async def test_nothing_is_skipped_where_nothing_plays(world: World) -> None:
    channel = await world.channel()
    await channel.skip()
    assert (channel.revision, channel.timeline) == (0, None)


async def test_an_edit_is_told_to_all_who_wait(world: World) -> None:
    channel = await world.channel(*films("ab"))
    assert world.events == [VirtualChannelChanged(source="attic")]
    waiting, revision = channel.edited(), channel.revision
    await world.media(*films("abc"))
    await channel.renew(channel.settings)
    # None that comes after the call is missed, though nobody waited yet.
    async with asyncio.timeout(60):
        await waiting
        assert await channel.changed(revision) == revision + 1
    assert world.events == [VirtualChannelChanged(source="attic")] * 2


async def test_nothing_is_told_or_written_where_nothing_changes(world: World) -> None:
    channel = await world.channel(*films("ab"))
    row, revision = await stored(world), channel.revision
    world.now += DAY
    await channel.renew(channel.settings)
    assert (await stored(world), channel.revision) == (row, revision)
    assert len(world.events) == 1


async def test_another_title_is_told(world: World) -> None:
    channel = await world.channel(*films("a"))
    await world.media(MediaRow(path="/media/a.mkv", title="Another"))
    await channel.renew(channel.settings)
    assert world.on() == "Another"
    assert len(world.events) == 2


@pytest.mark.parametrize("order", ["sequential", "shuffle", "episodes"])
async def test_a_restart_changes_nothing(tmp_path: Path, order: str) -> None:
    how = settings(order=order, schedule=PLAN)
    rows = [*films("abcde", minutes=37.1), *series("Show", 7, minutes=21.3)]
    since = START - 2 * DAY
    async with open_world(tmp_path) as world:
        channel = await world.channel(*rows, settings=how)
        world.now = START + 5 * HOUR
        await world.media(*rows[1:])
        await channel.renew(how)
        world.now += 2 * HOUR
        await channel.skip()
        before = seen(channel, since, 240)
        document = as_dict(channel.timeline)  # type: ignore[arg-type]
    async with open_world(tmp_path, now=START + 9 * HOUR) as world:
        await world.channels.begin(how)
        channel = world.channels.of("attic")
        assert seen(channel, since, 240) == before
        assert as_dict(channel.timeline) == document  # type: ignore[arg-type]


async def test_what_changed_while_we_were_away_is_an_edit(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await world.channel(*films("ab"))
    async with open_world(tmp_path, now=START + 10 * MINUTE) as world:
        await world.channel(*films("ab"), settings=settings(order="shuffle"))
        # What was on stays on.
        assert world.titles(0.4)[0] == "20:00 Film a"


async def test_another_start_begins_anew(world: World) -> None:
    channel = await world.channel(*films("ab"))
    await channel.renew(settings(starts_at=START + 15 * MINUTE))
    assert world.titles(1, since=START)[1:] == ["20:15 Film a", "20:45 Film b"]


@pytest.mark.parametrize("damage", ["{", "[]", '{"starts_at": 5}', "null", '"x"'])
async def test_what_is_damaged_is_begun_anew(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_world(tmp_path) as world:
        await world.channel(*films("ab"))
        await world.execute(
            "UPDATE virtual_channels SET edits = ?, timeline = ?", damage, damage
        )
    with caplog.at_level(logging.WARNING):
        async with open_world(tmp_path, now=START + 40 * MINUTE) as world:
            await world.channel(*films("ab"))
            assert world.titles(0.3) == ["20:30 Film b"]
    assert "The timeline of Attic is damaged, and begun anew" in caplog.text
    assert "What was changed about Attic is damaged" in caplog.text


async def test_a_plan_that_cannot_be_followed_leaves_all_as_it_was(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_world(tmp_path) as world:
        channel = await world.channel(*films("ab"))
        with pytest.raises(InvalidTimelineError):
            await channel.renew(settings(schedule='{"x": 1}'))
        assert world.on() == "Film a"
    async with open_world(tmp_path, now=START + 30 * MINUTE) as world:
        await world.channel(*films("ab"), settings=settings(schedule='{"x": 1}'))
        assert world.on() == "Film b"
    assert "Attic plays what it played before" in caplog.text


async def test_a_disk_that_does_not_keep_it_leaves_all_as_it_was(world: World) -> None:
    channel = await world.channel(*films("ab"))
    await world.media(*films("xy"))
    await world.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON virtual_channels"
        " BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(StorageError):
        await channel.renew(channel.settings)
    assert (world.on(START + 30 * MINUTE), channel.revision) == ("Film b", 1)
    await world.execute("DROP TRIGGER full")
    await channel.renew(channel.settings)
    assert world.on(START + 30 * MINUTE) == "Film x"


async def test_blocks_keep_local_time_when_clocks_are_set(tmp_path: Path) -> None:
    plan = {"blocks": [{"from": "18:00", "to": "19:00", "plays": "Show"}]}
    how = settings(
        schedule=json.dumps(plan | {"otherwise": "films"}),
        starts_at=at(2026, 10, 20),
    )
    for day in (at(2026, 10, 24, 18), at(2026, 10, 25, 18), at(2027, 3, 28, 18)):
        folder = tmp_path / str(day)
        async with open_world(folder, now=at(2026, 10, 20)) as world:
            rows = [*films("ab", minutes=45), *series("Show", 9, minutes=30)]
            channel = await world.channel(*rows, settings=how)
            assert channel.on(day - 1).title != "Show"
            assert channel.on(day).title == channel.on(day + HOUR - 1).title == "Show"
            assert channel.on(day).start == day
            assert channel.on(day + HOUR).title.startswith("Film")


async def test_of_what_was_long_ago_nothing_is_kept(world: World) -> None:
    channel = await world.channel(*films("abc"))
    for day in range(40):
        world.now = START + day * DAY
        await world.media(*films("abc" if day % 2 else "bcd"))
        expected = channel.at(world.now - 6 * DAY)
        await channel.renew(channel.settings)
        assert channel.at(world.now - 6 * DAY) == expected
    timeline = channel.timeline
    assert timeline
    assert len(timeline.revisions) <= ARCHIVE_DAYS + 2
    assert isinstance(channel.at(START + DAY).item, Gap)


async def test_thousands_of_items_are_in_memory_once(world: World) -> None:
    rows = [
        MediaRow(
            path=f"/media/{number}.mkv", title=f"Film {number}", minutes=number % 97 + 3
        )
        for number in range(10_000)
    ]
    channel = await world.channel(*rows, settings=settings(order="shuffle"))
    assert channel.media_count == 10_000
    await world.media(*rows[:-1])
    await channel.renew(channel.settings)
    timeline = channel.timeline
    assert timeline
    # Both revisions have their items in common.
    first, second = (one.schedule.rotations["main"] for one in timeline.revisions)
    assert len(set(map(id, (*first.items, *second.items)))) == 10_000
