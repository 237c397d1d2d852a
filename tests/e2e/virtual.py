"""Virtual channels in a real Home Assistant, and what their pictures should be when."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
import json
import os
from pathlib import Path
import shutil
import subprocess
import time
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from custom_components.telecast.formats import xmltv
from custom_components.telecast.formats.mpegts import CLOCK, WRAP
from tests.marked.clips import Broken, Clip
from tests.marked.rounds import Rounds, Shown
from tests.marked.screen import Seen

from .sockets import allow_sockets
from .world import LOGIN, World

AGE = timedelta(days=3, hours=5, minutes=17, seconds=23)
"""How long channels have been on: for many a round."""
NEAR = 1.0
"""By how many seconds what is seen may differ from what is planned."""

# Home Assistant lets integrations look there, wherever it runs.
_ALLOWED = "www"
# Within which the prober's milliseconds may be rounded.
_ROUNDING_SECONDS = 0.0015


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A virtual channel that is on the air."""

    name: str
    number: str
    id: int
    folder: Path
    clips: tuple[Clip, ...]
    """Those that can be played, in their order."""
    rounds: Rounds

    def title_of(self, number: int) -> str:
        """Answer the title of the clip that has a number."""
        return next(clip.title for clip in self.clips if clip.number == number)

    def following(self, number: int) -> int:
        """Answer the number of the clip after another one."""
        numbers = [clip.number for clip in self.clips]
        return numbers[(numbers.index(number) + 1) % len(numbers)]


def with_clips(folder: Path, clips: Path) -> Path:
    """Put clips into a configuration, where integrations may look; answer that."""
    shutil.copytree(clips, folder / _ALLOWED, copy_function=os.link)
    return folder


async def add_channel(
    world: World,
    name: str,
    number: str,
    folder: str,
    clips: Sequence[Clip | Broken],
) -> Channel:
    """Add a virtual channel that has been on for a while; wait until it plays.

    Its items must be the clips of the folder, in their order, as long as they really are.
    """
    allow_sockets()
    path = world.home.config / _ALLOWED / folder
    begins = (datetime.now(UTC) - AGE).replace(microsecond=0)
    zone = ZoneInfo((await world.frontend.command("get_config"))["time_zone"])
    step = await world.add(
        "virtual_channel",
        name=name,
        number=number,
        folders=[str(path)],
        order="sequential",
        starts_at=f"{begins.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        loop=True,
    )
    assert step["type"] == "create_entry", step
    whole = tuple(clip for clip in clips if isinstance(clip, Clip))
    await world.frontend.until(
        f"sensor.{name.lower()}_on_air",
        lambda state: state["state"] not in {"unknown", "unavailable"},
    )
    # Joins the refresh that is under way: the guide comes last.
    await world.frontend.act("telecast", "refresh", source=name)
    items = await items_of(world, name)
    playable = [item for item in items if not item["error"]]
    assert [item["title"] for item in playable] == [clip.title for clip in whole]
    for item, clip in zip(playable, whole, strict=True):
        length = _length(path / clip.file)
        assert abs(item["duration"] - length) < _ROUNDING_SECONDS, item
    return Channel(
        name=name,
        number=number,
        id=await world.channel_id(name),
        folder=path,
        clips=whole,
        rounds=Rounds(
            round(begins.timestamp() * 1000),
            [
                (clip.number, round(item["duration"] * 1000))
                for item, clip in zip(playable, whole, strict=True)
            ],
        ),
    )


async def items_of(world: World, name: str) -> list[dict[str, Any]]:
    """Answer what `telecast.get_items` says of a channel."""
    answer = await world.frontend.command(
        "call_service",
        domain="telecast",
        service="get_items",
        service_data={"channel": name},
        return_response=True,
    )
    return list(answer["response"]["items"])


async def programmes_of(world: World, channel: Channel) -> list[xmltv.Programme]:
    """Answer the guide of a channel, as an account gets it."""
    streams = await world.frontend.get(
        f"/player_api.php?{LOGIN.query}&action=get_live_streams"
    )
    (guide_id,) = (
        one["epg_channel_id"] for one in streams if one["stream_id"] == channel.id
    )
    async with (
        aiohttp.ClientSession() as session,
        session.get(world.url(f"/xmltv.php?{LOGIN.query}")) as response,
    ):
        assert response.status == 200
        document = await response.read()
    parser = xmltv.Parser()
    return [
        found
        for found in (*parser.feed(document), *parser.close())
        if isinstance(found, xmltv.Programme) and found.channel == guide_id
    ]


def outline(seen: Sequence[Seen]) -> str:
    """Tell in a few lines what was seen: the clips, from when to when, and where no clip."""
    lines = []
    for item, group in groupby(seen, lambda one: one.mark and one.mark.item):
        first, *_, last = [*group] * 2
        times = [one.mark.time if one.mark else "-" for one in (first, last)]
        shown = f"{first.pts:.2f} to {last.pts:.2f} s, came at {first.arrived:.2f}"
        lines.append(f"{item}: {times[0]} to {times[1]} ms, shown {shown}")
    return "\n".join(lines)


def lags(seen: Sequence[Seen], rounds: Rounds) -> Iterator[float]:
    """Answer how much later than planned each picture came, in seconds."""
    for one in seen:
        if one.mark:
            yield one.arrived - rounds.when(one.mark, near=one.arrived)


def drifts(seen: Sequence[Seen], rounds: Rounds) -> Iterator[float]:
    """Answer how far each picture is from its place, by the stream's own clock.

    Seconds, and none of it is due to how soon pictures come.
    """
    first = next(one for one in seen if one.mark)
    assert first.mark
    begin = rounds.when(first.mark, near=first.arrived)
    for one in seen:
        if one.mark:
            due = begin + (one.pts - first.pts) % (WRAP / CLOCK)
            yield rounds.when(one.mark, near=due) - due


async def middle_of_an_item(channel: Channel) -> Shown:
    """Wait until an item is half over; answer which."""
    now = round(time.time() * 1000)
    on = channel.rounds.at(now)
    if now > (middle := (on.start + on.stop) // 2):
        on = channel.rounds.at(on.stop)
        middle = (on.start + on.stop) // 2
    await asyncio.sleep((middle - now) / 1000)
    return on


def assert_goes_on(shown: Sequence[Seen]) -> None:
    """Hold pictures to being shown one after the other, never back."""
    for one, later in pairwise(shown):
        ahead = (later.pts - one.pts) % (WRAP / CLOCK)
        assert 0 < ahead < WRAP / CLOCK / 2, (one, later)


def _length(path: Path) -> float:
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration"]
    done = subprocess.run(
        [*command, "-of", "json", str(path)], capture_output=True, check=True
    )
    return float(json.loads(done.stdout)["format"]["duration"])
