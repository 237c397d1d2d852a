"""Viewers of a virtual channel when its plan or its folder changes, and in its past."""

import asyncio
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
import random
import time
from typing import Any

import pytest
import pytest_asyncio

from scripts.workbench.websocket import Socket
from tests.marked.clips import ALIKE, MIXED
from tests.marked.doors import through
from tests.marked.screen import Screen, Seen, open_screen, seen

from .test_automations import listening
from .virtual import (
    AGE,
    NEAR,
    Channel,
    add_channel,
    assert_goes_on,
    lags,
    middle_of_an_item,
    outline,
    with_clips,
)
from .world import LOGIN, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

ISSUES = "repairs_issue_registry_updated"
CARD_SECONDS = 5.0
"""In which a card is drawn and encoded, busy as the machine may be."""
SKIP_SECONDS = 2.5
"""In which what was skipped is no longer seen: it would have lasted longer."""
SKIPS = 3
"""Of so many, one at least is held up by nothing else on the machine."""
RETURN_SECONDS = 10.0
"""In which items are seen again once their folder is there."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, clips: Path) -> Path:
    """A configuration with clips in it."""
    return with_clips(tmp_path_factory.mktemp("home"), clips)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def channels(world: World) -> dict[str, Channel]:
    """Channels of clips that differ, of some that are alike, and one to be changed."""
    return {
        folder: await add_channel(world, folder.title(), number, folder, clips)
        for number, folder, clips in (
            ("90", "mixed", MIXED),
            ("91", "alike", ALIKE),
        )
    } | {"skipped": await add_channel(world, "Skipped", "92", "alike", ALIKE)}


@contextmanager
def away(folder: Path) -> Iterator[None]:
    """Have a folder not be where it belongs, as with a disk that was pulled."""
    elsewhere = folder.with_name(f"{folder.name} is away")
    folder.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(folder)


async def issue(socket: Socket, action: str) -> dict[str, Any]:
    """Wait until something happens to an issue of a virtual channel."""
    while True:
        data = dict((await socket.event())["data"])
        if data["issue_id"].startswith("virtual_channel_missing") and (
            data["action"] == action
        ):
            return data


def is_marked(one: Seen) -> bool:
    """Tell whether a picture is one of a clip."""
    return one.mark is not None


def is_a_card(one: Seen) -> bool:
    """Tell whether a picture is none of a clip."""
    return one.mark is None


@pytest.mark.parametrize("name", ["mixed", "alike"])
async def test_who_watches_stays_while_a_folder_is_gone(
    world: World, channels: dict[str, Channel], name: str
) -> None:
    channel = channels[name]
    url = world.url(f"/auto/v{channel.number}")
    async with (
        asyncio.timeout(120),
        listening(world, ISSUES) as socket,
        open_screen() as screen,
        through(url, "tuner", screen.show) as watched,
    ):
        await screen.until(is_marked)
        await middle_of_an_item(channel)
        with away(channel.folder):
            on = channel.rounds.at(round(time.time() * 1000))
            # What is next may have been opened already.
            following = channel.rounds.at(on.stop)
            card = await screen.until(is_a_card, since=len(screen.seen))
            assert on.stop / 1000 - NEAR <= card.arrived, outline(screen.seen)
            latest = following.stop / 1000 + CARD_SECONDS
            assert card.arrived <= latest, outline(screen.seen)
            reported = await issue(socket, "create")
            count = len(screen.seen)
            await screen.until(is_a_card, since=count)
        back = time.time()
        again = await screen.until(
            lambda one: any(abs(lag) <= NEAR for lag in lags([one], channel.rounds)),
            since=len(screen.seen),
        )
        assert again.arrived - back <= RETURN_SECONDS, outline(screen.seen)
        assert (await issue(socket, "remove"))["issue_id"] == reported["issue_id"]
        assert not watched.ended
        assert_goes_on(screen.seen)


def recording_url(world: World, channel: Channel, start: datetime) -> str:
    """Answer where one minute of what was shown is found; times are in UTC there."""
    when = f"{start:%Y-%m-%d:%H-%M}"
    return world.url(f"/timeshift/{LOGIN.path}/1/{when}/{channel.id}.ts")


def past_minute() -> datetime:
    """Answer a minute of the last days, at random."""
    minutes = random.randint(10, int(AGE.total_seconds() / 60) - 10)
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return now - timedelta(minutes=minutes)


def place_of(start: datetime, channel: Channel) -> str:
    """Tell when it is, and where in the round, for who looks for what went wrong."""
    instant = round(start.timestamp() * 1000)
    on = channel.rounds.at(instant)
    return f"from {start:%Y-%m-%d %H:%M}, {instant - on.start} ms into {on.item}"


def assert_shows(shown: Sequence[Seen], channel: Channel, start: datetime) -> None:
    """Hold pictures to what was on from an instant on."""
    told = f"{place_of(start, channel)}\n{outline(shown)}"
    for one in shown:
        assert one.mark, told
        due = start.timestamp() + one.pts - shown[0].pts
        away_by = channel.rounds.when(one.mark, near=due) - due
        assert abs(away_by) <= NEAR, told
    assert_goes_on(shown)


@pytest.mark.parametrize("name", ["mixed", "alike"])
async def test_a_past_minute_shows_what_was_on_then(
    world: World, channels: dict[str, Channel], name: str
) -> None:
    channel = channels[name]
    start = past_minute()
    async with through(recording_url(world, channel, start), "catch-up") as watched:
        await watched.until(0)
        await watched.until(watched.began + 12)
    shown = await seen(watched.blocks)
    assert shown[-1].pts - shown[0].pts > 10, place_of(start, channel)
    assert_shows(shown, channel, start)


async def test_a_past_minute_ends_after_a_minute(
    world: World, channels: dict[str, Channel]
) -> None:
    channel = channels["alike"]
    start = past_minute()
    async with through(recording_url(world, channel, start), "catch-up") as watched:
        await watched.until_the_end()
    shown = await seen(watched.blocks)
    assert abs(shown[-1].pts - shown[0].pts - 60) <= NEAR, place_of(start, channel)
    assert_shows(shown, channel, start)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """What came of skipping an item; all times are in seconds since 1970."""

    asked: float
    done: float
    following: int
    """The number of the clip that comes next."""
    began: float
    """When the first picture of that one came."""
    offset: float
    """How much of it had been left out then, in seconds."""

    @property
    def is_quick(self) -> bool:
        """Whether it came before it would have come by itself, and from its beginning."""
        due = self.began - self.offset
        in_time = self.asked - NEAR <= due <= self.done + NEAR
        return in_time and self.began - self.asked < SKIP_SECONDS


async def skip(world: World, channel: Channel, screen: Screen) -> Skip:
    """Skip an item that has just begun, and wait for the next one."""
    # What has just begun is sent a little before it is on.
    shown = await screen.until(
        lambda one: one.mark is not None and 800 <= one.mark.time < 1200,
        since=len(screen.seen),
    )
    assert shown.mark
    following = channel.following(shown.mark.item)
    count = len(screen.seen)
    asked = time.time()
    await world.frontend.act("telecast", "skip", channel=channel.name)
    done = time.time()
    first = await screen.until(
        lambda one: one.mark is not None and one.mark.item == following, since=count
    )
    assert first.mark
    return Skip(
        asked=asked,
        done=done,
        following=following,
        began=first.arrived,
        offset=first.mark.time / 1000,
    )


async def test_who_skips_sees_what_is_next(
    world: World, channels: dict[str, Channel]
) -> None:
    skipped = channels["skipped"]
    url = world.url(f"/auto/v{skipped.number}")
    async with (
        asyncio.timeout(60),
        open_screen() as screen,
        through(url, "tuner", screen.show) as watched,
    ):
        skips = [await skip(world, skipped, screen)]
        while not skips[-1].is_quick and len(skips) < SKIPS:
            skips.append(await skip(world, skipped, screen))
        assert skips[-1].is_quick, f"{skips}\n{outline(screen.seen)}"
        await world.frontend.until(
            "sensor.skipped_on_air",
            lambda state: state["state"] == skipped.title_of(skips[-1].following),
        )
        assert not watched.ended
        assert_goes_on(screen.seen)


async def listings(
    world: World, name: str, start: datetime, stop: datetime
) -> list[tuple[int, int, str]]:
    """Answer what an account is told of a channel in a time: times, and titles."""
    stream_id = await world.channel_id(name)
    answer = await world.frontend.get(
        f"/player_api.php?{LOGIN.query}&action=get_simple_data_table"
        f"&stream_id={stream_id}"
    )
    return [
        (begin, end, b64decode(one["title"]).decode())
        for one in answer["epg_listings"]
        if (begin := int(one["start_timestamp"])) < stop.timestamp()
        and (end := int(one["stop_timestamp"])) > start.timestamp()
    ]


async def appointments(world: World, name: str) -> list[dict[str, Any]]:
    """Answer what `telecast.get_schedule` says of a channel."""
    answer = await world.frontend.command(
        "call_service",
        domain="telecast",
        service="get_schedule",
        service_data={"channel": name},
        return_response=True,
    )
    return list(answer["response"]["appointments"])


async def test_the_guide_tells_what_is_on_on_a_channel_that_is_shown(
    world: World, channels: dict[str, Channel]
) -> None:
    name = channels["skipped"].name
    act = world.frontend.act
    hour = timedelta(hours=1)
    # Two shows of half an hour each, and two more under one title.
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + 3 * hour
    for start, title in ((begin, ""), (begin + hour, "Cup final")):
        await act(
            "telecast",
            "schedule",
            channel=name,
            start=start.isoformat(),
            duration="01:00:00",
            live_channel="Demo Sport",
            title=title,
        )
    # Each ends with its guide, which is told after all else.
    await act("telecast", "refresh", source="Demo")
    await act("telecast", "refresh", source=name)
    sport = await listings(world, "Demo Sport", begin, begin + hour)
    assert len(sport) == 2
    final = begin + hour
    whole = (int(final.timestamp()), int((final + hour).timestamp()), "Cup final")
    assert await listings(world, name, begin, final + hour) == [*sport, whole]
    first, second = await appointments(world, name)
    assert [one["title"] for one in first["programmes"]] == [one[2] for one in sport]
    assert second["title"] == "Cup final"
    for start in (begin, final):
        await act("telecast", "unschedule", channel=name, start=start.isoformat())
