"""Virtual channels that are played from real files, and all that plays them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path
import ssl
import threading

from custom_components.telecast.engine.encoders.encoders import Encoders, open_encoders
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.model import Candidate, Channel
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.engine.streams.stream_manager import StreamManager
from custom_components.telecast.engine.upstreams import OpenUpstream, open_upstream
from custom_components.telecast.engine.upstreams.remux import Read
from custom_components.telecast.engine.virtual.addresses import CATCHUP, address_of
from custom_components.telecast.engine.virtual.playing import TERM_SECONDS, Playing
from custom_components.telecast.engine.virtual.reach import NAME
from custom_components.telecast.engine.virtual.relaying import Relaying
from custom_components.telecast.formats import catchup
from custom_components.telecast.formats.catchup import Moment
from tests.fakes.lineup import channel
from tests.fakes.virtual import FakeChannel, FakeChannels, clock, item, medium


class World:
    """Some virtual channels, and all that plays them."""

    streams: StreamManager

    def __init__(self, folder: Path, encoders: Encoders) -> None:
        self.folder = folder
        self.encoders = encoders
        self.channels = FakeChannels()
        self.open: OpenUpstream

    def add(
        self,
        *contents: bytes,
        shape: str = "",
        kind: type[FakeChannel] = FakeChannel,
    ) -> FakeChannel:
        """Add a channel of files, of which the first is on for a minute."""
        source = f"s{self.channels.count + 1}"
        media = []
        for key, content in enumerate(contents, 1):
            path = self.folder / f"{source} {key}.mkv"
            path.write_bytes(content)
            media.append(medium(path, key, shape=shape))
        added = kind(source, *media, number=source[1:])
        added.write(clock() - 2000, [(item(1, 60_000), 60_000)])
        self.channels.add(added)
        return added


def live(source: str = "s1") -> Candidate:
    """Answer where the channel of a source is."""
    return Candidate(url=address_of(source), source=source)


def again(start: int, seconds: int, source: str = "s1") -> Candidate:
    """Answer where it is to be had again."""
    moment = Moment(start=start // 1000, duration=seconds, now=clock() // 1000)
    (url,) = catchup.addresses(CATCHUP, address_of(source), moment, UTC)
    return Candidate(url=url, source=source)


def shown_by(number: int) -> Channel:
    """Answer a channel of the line-up, of the source that is named after it."""
    return replace(channel(number), source=f"s{number}")


def until_disks_have_answered() -> None:
    """Wait for threads that open files or close them, though nobody needs these by now."""
    for thread in threading.enumerate():
        if thread.name == NAME:
            thread.join(10)


async def taken(read: Read, seconds: float) -> bytes:
    """Read for so long."""
    data = b""
    end = clock() + seconds * 1000
    while clock() < end:
        data += await read()
    return data


@asynccontextmanager
async def open_world(
    folder: Path,
    *,
    limit: int = 1,
    used: Callable[[Encoders], Encoders] = lambda encoders: encoders,
) -> AsyncIterator[World]:
    """Run it all; nothing may hold an encoder at the end.

    `used` answers what play-out takes for the encoders.
    """
    programs = Programs(binary="ffmpeg", owner="me", term_seconds=TERM_SECONDS)
    async with (
        open_encoders(
            programs=programs, wanted="none", limit=limit, emit=lambda _: None
        ) as encoders,
        open_fetcher(ssl.create_default_context()) as fetcher,
        asyncio.TaskGroup() as tasks,
    ):
        world = World(folder, encoders)

        async def candidates(channel: Channel) -> tuple[Candidate, ...]:
            return (live(channel.source),)

        def is_watched(source: str) -> bool:
            return world.streams.is_watched(source)

        async def by_id(channel_id: int) -> Channel:
            return shown_by(channel_id)

        playing = Playing(
            channels=world.channels,
            programs=programs,
            encoders=used(encoders),
            relaying=Relaying(
                watch=lambda channel, *, needed, relays: world.streams.watch(
                    channel, needed=needed, relays=relays
                ),
                channel=by_id,
            ),
            allowed_folders=[folder.resolve()],
            zone=lambda: UTC,
            is_watched=is_watched,
        )
        world.open = partial(
            open_upstream, fetcher, programs=programs, virtual=playing.open
        )
        world.streams = StreamManager(
            tasks=tasks,
            open_upstream=world.open,
            candidates=candidates,
            slots=lambda _: Slots(0),
            grace_period=10,
            emit=lambda _: None,
        )
        try:
            yield world
        finally:
            world.streams.close()
    with encoders.take("whoever comes"):
        assert not encoders.runs
