"""What a virtual channel shows is what is on: told by the pictures themselves."""

import asyncio
from contextlib import AsyncExitStack
import gzip
from itertools import groupby, pairwise
from pathlib import Path
from statistics import median
import time

import aiohttp
import pytest
import pytest_asyncio

from scripts.workbench.check import describe_stream
from tests.fakes.media_folders import JPEG, put
from tests.marked.clips import ALIKE, MIXED, Broken, Clip
from tests.marked.doors import Watched
from tests.marked.order import steps

from .sockets import allow_sockets
from .views import DOORS, View, ends_of_segments, lateness_of_joins, opened
from .virtual import (
    NEAR,
    Channel,
    add_channel,
    assert_goes_on,
    drifts,
    items_of,
    lags,
    middle_of_an_item,
    outline,
    programmes_of,
    with_clips,
)
from .world import STREAMS, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(400)]

PLAIN = MIXED[0]
"""The clip that has no picture beside it."""
ENCODERS = "sensor.telecast_active_encoders"
DRIFT = 0.1
"""By how many seconds the stream's own clock may depart from the plan's."""
LONGEST_GAP = 0.5
ITEMS = 20
# Where the guide, which counts in seconds, changes from one programme to the next.
ROUNDED = 1.1


def poster_of(clip: Clip | Broken) -> bytes:
    """Answer a picture that tells which clip it is of."""
    return JPEG + clip.title.encode()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, clips: Path) -> Path:
    """A configuration with clips in it, and pictures beside those but for one."""
    home = with_clips(tmp_path_factory.mktemp("home"), clips)
    for clip in MIXED:
        if clip is not PLAIN:
            put(home / "www" / "mixed" / f"{clip.title}-poster.jpg", poster_of(clip))
    return home


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mixed(world: World) -> Channel:
    """A channel of clips that differ in everything."""
    return await add_channel(world, "Mixed", "90", "mixed", MIXED)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def alike(world: World) -> Channel:
    """A channel of clips that fit together as they are."""
    return await add_channel(world, "Alike", "91", "alike", ALIKE)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def views(world: World, mixed: Channel) -> dict[str, View]:
    """Watch a whole round through all doors at once, joining in the middle of items."""
    allow_sockets()
    viewers: dict[str, Watched] = {}
    async with AsyncExitStack() as sofa:
        for door in DOORS:
            await middle_of_an_item(mixed)
            viewers[door] = await sofa.enter_async_context(
                await opened(door, world, mixed)
            )
            await viewers[door].until(0)
        end = viewers[DOORS[-1]].began + mixed.rounds.length / 1000 + 8
        await asyncio.gather(*(viewer.until(end) for viewer in viewers.values()))
        assert (await world.frontend.state(STREAMS))["state"] == "1"
        assert not any(viewer.ended for viewer in viewers.values())
    return {
        door: await View.through(door, watched) for door, watched in viewers.items()
    }


@pytest.mark.parametrize("door", DOORS)
async def test_who_joins_sees_what_is_on(
    world: World, views: dict[str, View], mixed: Channel, door: str
) -> None:
    assert abs(await lateness_of_joins(views[door], world, mixed)) <= NEAR


@pytest.mark.parametrize("door", ["tuner", "xtream"])
async def test_who_stays_sees_what_is_on_for_a_round(
    views: dict[str, View], mixed: Channel, door: str
) -> None:
    view = views[door]
    assert view.watched.status == 200
    late = {
        item: min(map(abs, lags(list(shown), mixed.rounds)))
        for item, shown in groupby(view.seen, lambda one: one.mark and one.mark.item)
        if item
    }
    # Other work on the machine may hold up a picture, and not a whole item.
    assert {item: lag for item, lag in late.items() if lag > NEAR} == {}


@pytest.mark.parametrize("door", DOORS)
async def test_nothing_drifts(
    views: dict[str, View], mixed: Channel, door: str
) -> None:
    assert max(map(abs, drifts(views[door].seen, mixed.rounds))) <= DRIFT


async def test_each_segment_of_hls_is_there_when_it_has_been_on(
    views: dict[str, View], mixed: Channel
) -> None:
    _, *later = lags(ends_of_segments(views["hls"].seen), mixed.rounds)
    assert len(later) >= ITEMS
    # Other work on the machine may hold up some of them.
    assert abs(median(later)) <= NEAR
    assert abs(median(later[-ITEMS // 2 :])) <= NEAR


@pytest.mark.parametrize("door", DOORS)
async def test_twenty_items_follow_each_other_as_planned(
    views: dict[str, View], mixed: Channel, door: str
) -> None:
    marks = [one.mark for one in views[door].seen if one.mark]
    items = [item for item, _ in groupby(mark.item for mark in marks)]
    assert len(items) >= ITEMS
    for one, later in pairwise(items):
        assert later == mixed.following(one), outline(views[door].seen)
    for mark, later in pairwise(marks):
        assert later.item != mark.item or later.time >= mark.time


@pytest.mark.parametrize("door", DOORS)
async def test_time_goes_on_at_every_seam(views: dict[str, View], door: str) -> None:
    view = views[door]
    assert_goes_on(view.seen)
    marked = [one for one in view.seen if one.mark]
    gaps = [later.pts - one.pts for one, later in pairwise(marked)]
    assert max(gaps) <= LONGEST_GAP, outline(view.seen)
    found = steps(view.watched.data)
    assert len(found) == 2
    for between in found.values():
        assert min(between) > 0
        assert max(between) <= LONGEST_GAP


async def test_the_broken_file_is_told_of(world: World, mixed: Channel) -> None:
    items = await items_of(world, mixed.name)
    broken = [item for item in items if item["error"]]
    assert [Path(item["file"]).name for item in broken] == ["Harbour.mkv"]
    state = await world.frontend.state("sensor.mixed_items")
    assert state["state"] == str(len(mixed.clips))


async def test_the_guide_says_what_is_seen(
    world: World, views: dict[str, View], mixed: Channel
) -> None:
    told = set()
    watched = views["tuner"].seen
    begin, end = watched[0].arrived, watched[-1].arrived
    programmes = [
        programme
        for programme in await programmes_of(world, mixed)
        if programme.stop > begin - ROUNDED and programme.start < end + ROUNDED
    ]
    for one in watched:
        if not one.mark:
            continue
        instant = mixed.rounds.when(one.mark, near=one.arrived)
        on = mixed.rounds.at(round(instant * 1000))
        if min(instant - on.start / 1000, on.stop / 1000 - instant) < ROUNDED:
            continue
        (programme,) = (it for it in programmes if it.start <= instant < it.stop)
        assert programme.titles[0].value == mixed.title_of(one.mark.item)
        told.add(one.mark.item)
    assert told == {clip.number for clip in mixed.clips}


async def test_pictures_beside_files_are_shown_and_nobody_is_told_where_they_are(
    world: World, mixed: Channel
) -> None:
    # What was on before the channel began has no more than its name.
    shown = {
        one.titles[0].value: one.icons
        for one in await programmes_of(world, mixed)
        if one.titles[0].value != mixed.name
    }
    assert shown.pop(PLAIN.title) == ()
    assert shown.keys() == {one.title for one in mixed.clips if one is not PLAIN}
    own = f"{world.home.url}/telecast/poster/media/"
    for clip in mixed.clips:
        for url in shown.get(clip.title, ()):
            assert url.startswith(own)
            assert await picture_at(url) == poster_of(clip)
    packed = await fetched(world.url("/telecast/guide.xml.gz"))
    document = gzip.decompress(packed).decode()
    assert all(f'<icon src="{url}"/>' in document for (url,) in shown.values())
    assert str(mixed.folder) not in document
    assert "file:" not in document
    # Which one is on depends on the time of day; each but one has a picture.
    on = await world.frontend.until(
        "sensor.mixed_on_air", lambda one: "entity_picture" in one["attributes"]
    )
    told = f"{world.home.url}{on['attributes']['entity_picture']}"
    assert shown[on["state"]] == (told,)


async def fetched(url: str) -> bytes:
    """Answer what is at an address, for anybody."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert response.status == 200
        return await response.read()


async def picture_at(url: str) -> bytes:
    """Answer the picture at an address that whoever has it may load."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert (response.status, response.content_type) == (200, "image/jpeg")
        return await response.read()


async def test_files_that_fit_together_are_not_encoded(
    world: World, alike: Channel
) -> None:
    url = world.url(f"/auto/v{alike.number}")
    assert await describe_stream(url) == "h264 640x360, aac 48000 Hz"
    await middle_of_an_item(alike)
    async with await opened("tuner", world, alike) as watched:
        await watched.until(time.time() + alike.rounds.length / 1000 + 2)
        running = (await world.frontend.state(ENCODERS))["attributes"]["encoders"]
        # One that has been copied ends at once, and the next one begins later.
        assert {one["encoder"] for one in running} <= {"copy"}
    view = await View.through("tuner", watched)
    assert abs(await lateness_of_joins(view, world, alike)) <= NEAR
    shown = view.seen
    assert abs(median(lags(shown, alike.rounds))) <= NEAR
    assert max(map(abs, drifts(shown, alike.rounds))) <= DRIFT
    assert {one.mark.item for one in shown if one.mark} == {
        clip.number for clip in alike.clips
    }
    assert_goes_on(shown)
    assert max(later.pts - one.pts for one, later in pairwise(shown)) <= LONGEST_GAP
