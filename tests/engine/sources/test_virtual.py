"""A virtual channel comes in, is in line-up and guide, and stays, as its files do."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    NoMediaError,
    NotVirtualError,
)
from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.engine.model import SourceKind
from custom_components.telecast.engine.pipe.supply import path_of
from custom_components.telecast.engine.sources import schedule
from tests.fakes.media_folders import JPEG, put
from tests.formats.clips import clip

from .virtual_world import FILES, LENGTH, NOW_SECONDS, Watch, attic, lay, on, told
from .world import World, open_world


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


async def test_a_channel_comes_in_with_its_guide(world: World, media: Path) -> None:
    await world.sources.add(attic(media))
    status = await world.settled()
    assert (status.kind, status.connected) == (SourceKind.VIRTUAL, True)
    assert (status.items, status.channels, status.missing) == (3, 1, ())
    assert (status.error, status.guide_error, status.max_streams) == (None, None, 0)
    (channel,) = await world.lineup.channels()
    assert (channel.name, channel.number, channel.source) == ("Attic", "1", "one")
    assert channel.archive_days == 7
    assert await told(world) == ["First", "Second", "Show"]
    assert await told(world) == [on(world, at) for at in (0, LENGTH, 2 * LENGTH)]


async def icons(world: World) -> list[str]:
    """Answer the icons that the guide names from now on, "" where it names none."""
    (channel,) = await world.lineup.channels()
    found = await world.guide.between(
        channel, start=NOW_SECONDS, stop=NOW_SECONDS + 3 * LENGTH
    )
    return ["".join(one.icons) for one in found]


async def test_pictures_beside_files_are_named_in_the_guide(
    world: World, media: Path
) -> None:
    put(media / "First (1999)-poster.jpg", JPEG)
    put(media / "Show" / "poster.jpg", JPEG)
    await world.sources.add(attic(media))
    await world.settled()
    virtual = world.sources.virtual
    first, second, show = [one.id for one in (await virtual.items("one")).items]
    assert await icons(world) == [icon_of(first, "file:"), "", icon_of(show, "file:")]
    assert virtual.on("one", NOW_SECONDS * 1000).icon == icon_of(first, "file:")
    where = [path_of(await virtual.poster(one)) for one in (first, show)]
    assert where == [
        *(str(media / "First (1999)-poster.jpg"), str(media / "Show" / "poster.jpg")),
    ]
    # Whatever comes and goes, items keep their names.
    (media / "Show" / "poster.jpg").unlink()
    put(media / "Second (2000)-poster.png", JPEG)
    (media / "First (1999)-poster.jpg").rename(media / "First (1999).jpg")
    await world.sources.refresh("one")
    named = [icon_of(first, "file:"), icon_of(second, "file:"), ""]
    assert await icons(world) == named
    poster = path_of(await virtual.poster(first))
    assert poster == str(media / "First (1999).jpg")


async def test_a_restart_brings_back_what_plays_before_anything_is_read(
    tmp_path: Path, media: Path
) -> None:
    async with open_world(tmp_path, allowed=media) as world:
        await world.sources.add(attic(media, order="shuffle"))
        await world.settled()
        before = [on(world, at) for at in range(0, 36_000, 100)]
    media.rename(media.with_name("away"))
    async with open_world(tmp_path, allowed=media) as world:
        await world.sources.add(attic(media, order="shuffle"))
        status = world.sources.status("one")
        assert (status.items, status.connected) == (3, True)
        assert [on(world, at) for at in range(0, 36_000, 100)] == before


async def test_the_guide_follows_an_edit_and_a_skip(
    world: World, media: Path, watch: Watch
) -> None:
    await world.sources.add(attic(media))
    await world.settled()
    virtual = world.sources.virtual
    last = (await virtual.items("one")).items[2].id
    await virtual.move_item("one", last, 1)
    await watch.follows(world, ["First", "Show", "Second"])
    await virtual.skip("one")
    await watch.follows(world, ["First", "Show"][1:])
    assert on(world) == "Show"
    # No folder was looked through for that.
    assert len(watch.seconds) == 1


async def test_files_are_added_by_an_action(
    world: World, media: Path, film: bytes
) -> None:
    await world.sources.add(attic(media / "Show"))
    await world.settled()
    virtual = world.sources.virtual
    files = [str(media / name) for name in FILES[:2]]
    await virtual.add_items("one", files, position=0)
    listing = await virtual.items("one")
    assert [one.title for one in listing.items][:2] == ["First", "Second"]
    assert [one.file for one in listing.items] == [str(media / name) for name in FILES]
    put(media / "broken.mkv", b"no film")
    with pytest.raises(NoMediaError, match=r"broken\.mkv"):
        await virtual.add_items("one", [str(media / "broken.mkv")])
    await world.sources.refresh("one")
    assert (await virtual.items("one")).total == 3


async def test_a_channel_plays_before_all_its_files_are_looked_into(
    world: World, media: Path, watch: Watch, film: bytes
) -> None:
    guides: list[int] = []

    def before(number: int) -> None:
        guides.append(world.guide.revision)
        lay(media, film, f"{number}.mkv")

    watch.before, watch.unprobed = before, [9, 5, 2, 1, 0]
    await world.sources.add(attic(media))
    status = await world.until(lambda one: one.items == 8 and not one.refreshing)
    assert watch.seconds == [10, 20, 40, 80, 80]
    assert (status.connected, status.channels) == (True, 1)
    # After each round there was another guide.
    assert len(set(guides)) == 5


async def test_what_cannot_be_looked_into_now_is_left_for_later(
    world: World, media: Path, watch: Watch
) -> None:
    watch.unprobed = [3, 3, 3]
    await world.sources.add(attic(media))
    status = await world.settled()
    assert (status.items, watch.seconds) == (3, [10, 20])


async def test_what_is_still_being_copied_is_soon_looked_for_again(
    world: World, media: Path, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "RETRY_SECONDS", (0.0,))
    watch.unprobed = [1, 1, 0]
    await world.sources.add(attic(media))
    await world.until(lambda _: len(watch.seconds) == 3)
    status = await world.until(lambda one: not one.refreshing)
    assert (status.error, status.items) == (None, 3)
    assert watch.seconds == [10, 20, 10]


async def test_a_folder_that_goes_is_told_and_the_channel_plays_on(
    world: World, media: Path
) -> None:
    await world.sources.add(attic(media / "Show", files=(str(media / FILES[0]),)))
    await world.settled()
    (media / "Show").rename(media / "away")
    error = await world.failure()
    assert isinstance(error, CannotConnectError)
    assert str(error) == "Not there, or empty: Show"
    status = await world.settled()
    assert (status.error, status.missing) == ("cannot_connect", ("Show",))
    assert (status.items, status.channels) == (2, 1)
    assert await told(world, 1200) == [on(world), on(world, LENGTH)]
    (media / "away").rename(media / "Show")
    assert await world.failure() is None
    status = await world.settled()
    assert (status.connected, status.missing) == (True, ())


async def test_where_there_is_nothing_to_play_that_is_said(
    world: World, media: Path
) -> None:
    put(media / "empty" / "broken.mkv", b"no film")
    await world.sources.add(attic(media / "empty"))
    assert isinstance(await world.failure(), NoMediaError)
    status = await world.settled()
    assert (status.error, status.items, status.channels) == ("no_media", 0, 0)
    assert await world.lineup.channels() == []


async def test_a_plan_that_cannot_be_followed_is_said(
    world: World, media: Path
) -> None:
    await world.sources.add(attic(media))
    await world.settled()
    before = on(world)
    own = '{"otherwise": {"channel": "1"}}'
    await world.sources.update(attic(media, schedule=own))
    status = await world.until(lambda one: one.error == "invalid_timeline")
    assert (status.message, status.items) == ("A channel cannot play itself", 3)
    assert on(world) == before


async def test_other_settings_are_played_from_the_next_item_on(
    world: World, media: Path, watch: Watch
) -> None:
    await world.sources.add(attic(media))
    await world.settled()
    plan = '{"otherwise": "series"}'
    await world.sources.update(attic(media, schedule=plan))
    await watch.follows(world, ["First", "Show", "Show"])


async def test_other_files_in_the_settings_are_played_at_once(
    world: World, media: Path, watch: Watch
) -> None:
    first, second = (str(media / name) for name in FILES[:2])
    await world.sources.add(attic(files=(first,)))
    await world.settled()
    await world.sources.update(attic(files=(second,)))
    await watch.follows(world, ["First", "Second"])
    # What is no longer listed need not be where it may be.
    elsewhere = str(media.parent / "third.mkv")
    await world.sources.update(attic(files=(elsewhere,)))
    await world.until(lambda one: one.error == "path_not_allowed")
    await world.sources.update(attic(files=(first,)))
    await watch.follows(world, ["First", "First"])
    assert await world.failure() is None


async def test_a_channel_that_is_renamed_is_told_of_by_its_new_name(
    world: World, media: Path, watch: Watch
) -> None:
    plan = '{"otherwise": null}'
    await world.sources.add(attic(media, schedule=plan))
    await world.settled()
    assert await told(world) == ["Attic"]
    await world.sources.update(attic(media, schedule=plan, name="Cellar"))
    await watch.follows(world, ["Cellar"])
    assert await world.names() == ["Cellar"]


async def test_a_number_is_given_once_and_then_left_to_the_user(
    world: World, media: Path
) -> None:
    await world.sources.add(attic(media, number="7"))
    await world.settled()
    (channel,) = await world.lineup.channels()
    assert channel.number == "7"
    await world.lineup.update(channel.id, number="8")
    await world.sources.refresh("one")
    assert (await world.lineup.channel(channel.id)).number == "8"
    await world.sources.update(attic(media, number="9"))
    await world.sources.refresh("one")
    assert (await world.lineup.channel(channel.id)).number == "9"


async def test_a_channel_that_is_removed_takes_everything_with_it(
    world: World, media: Path
) -> None:
    await world.sources.add(attic(media))
    await world.settled()
    await world.sources.remove("one")
    assert await world.lineup.channels() == []
    with pytest.raises(NotVirtualError):
        world.sources.virtual.of("one")
    assert await world.sources.virtual.all() == set()
    counts = await world.store.read(
        lambda connection: connection.execute("SELECT count(*) FROM media").fetchone()
    )
    assert counts == (0,)
    assert world.guide.feeds("one") == set()


async def test_what_was_removed_while_we_were_away_is_forgotten(
    tmp_path: Path, media: Path
) -> None:
    async with open_world(tmp_path, allowed=media) as world:
        await world.sources.add(attic(media))
        await world.settled()
    async with open_world(tmp_path, allowed=media) as world:
        await world.sources.keep_only(["other"])
        assert await world.sources.virtual.all() == set()
        assert await world.lineup.channels() == []
