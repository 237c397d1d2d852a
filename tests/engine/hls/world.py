"""HLS over real FFmpeg and stations that a test sends; players that check all they get."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from custom_components.telecast.engine.encoders.encoders import Encoders
from custom_components.telecast.engine.events import Event
from custom_components.telecast.engine.hls.hls import Hls, make_hls
from custom_components.telecast.engine.hls.packager import Packager
from custom_components.telecast.engine.hls.shape import Shape
from custom_components.telecast.engine.hls.storage import Storage, open_storage
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.sessions import Sessions
from custom_components.telecast.engine.streams.reader import Reader
from custom_components.telecast.engine.streams.ring import Mark
from custom_components.telecast.engine.transcoding.transcoder import Transcoder
from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MediaPlaylist, MediaSegment
from custom_components.telecast.formats.mpegts import CLOCK, Scanner
from tests.fakes.broadcast import Station
from tests.fakes.lineup import channel
from tests.fakes.software import software

SECONDS = 2
LIST_SIZE = 15


@dataclass(slots=True, kw_only=True)
class World:
    """Stations by channel id, and all that makes HLS of them."""

    stations: dict[int, Station]
    storage: Storage
    sessions: Sessions
    encoders: Encoders
    hls: Hls
    events: list[Event]
    needed: list[Callable[[], bool]] = field(default_factory=list)

    @asynccontextmanager
    async def packaged(self, number: int = 1) -> AsyncIterator[Packager]:
        """Have a channel packaged."""
        async with self.hls.packagers.attend(channel(number)) as packager:
            yield packager

    def pid(self, number: int = 1) -> int:
        """Answer the process id of the newest FFmpeg that runs on a channel."""
        pids = [
            one.ffmpeg.pid for one in self.encoders.runs if one.number == f"{number}"
        ]
        return pids[-1]


@asynccontextmanager
async def open_world(
    folder: Path,
    *stations: Station,
    limit: int = 0,
    ffmpeg: str = "ffmpeg",
    transcoder: type[Transcoder] = Transcoder,
) -> AsyncIterator[World]:
    """Put HLS together as the engine does; the stations are channels 1, 2 and so on."""
    on_air = dict(enumerate(stations, 1))
    events: list[Event] = []
    programs = Programs(binary=ffmpeg, owner="test", term_seconds=1)
    async with (
        open_storage(owner="test", spare=folder / "segments", memory=folder) as storage,
        asyncio.TaskGroup() as tasks,
    ):
        encoders = software(
            tasks=tasks, programs=programs, limit=limit, emit=events.append
        )
        needed: list[Callable[[], bool]] = []

        @asynccontextmanager
        async def watch(
            channel: Channel,
            *,
            mark: Mark | None,
            back: float,
            needed: Callable[[], bool],
        ) -> AsyncIterator[Reader]:
            world.needed.append(needed)
            with on_air[channel.id].stream.reader(mark=mark, back=back) as reader:
                yield reader

        for station in stations:
            tasks.create_task(station.stream.run())
        sessions = Sessions(events.append)
        world = World(
            stations=on_air,
            storage=storage,
            sessions=sessions,
            encoders=encoders,
            events=events,
            needed=needed,
            hls=make_hls(
                tasks=tasks,
                storage=storage,
                shape=Shape(seconds=SECONDS, list_size=LIST_SIZE),
                sessions=sessions,
                watch=watch,
                transcoder=lambda channel: transcoder(
                    channel=channel, programs=programs, encoders=encoders
                ),
            ),
        )
        yield world
        world.hls.viewers.close()
        for session in sessions.active:
            sessions.end(session.id, "stopping")
        for station in stations:
            station.stream.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A segment as a player got it."""

    number: int
    listed: MediaSegment
    epoch: int
    data: bytes = field(repr=False)

    @property
    def start(self) -> int:
        """When its key frame is shown, in ticks of 90 kHz."""
        joins = Scanner().scan(self.data)
        assert joins, "it begins with a key frame"
        assert self.data[: joins[0].offset] == joins[0].tables, "after its tables"
        assert joins[0].pts is not None
        return joins[0].pts

    @property
    def seconds(self) -> float:
        """The same, in seconds."""
        return self.start / CLOCK

    @property
    def end(self) -> float:
        """When what follows is shown, in seconds."""
        return self.seconds + self.listed.duration


class Player:
    """Plays one rendition, and checks each playlist by the one before."""

    def __init__(self, packager: Packager, name: str) -> None:
        self._packager = packager
        self.name = name
        self.got: list[Got] = []
        self.playlist: MediaPlaylist | None = None

    @property
    def starts(self) -> list[float]:
        """When the segments begin, in seconds."""
        return [round(one.seconds, 2) for one in self.got]

    @property
    def breaks(self) -> list[float]:
        """When those begin that are flagged, in seconds."""
        return [round(one.seconds, 2) for one in self.got if one.listed.discontinuity]

    async def play(self, segments: int) -> None:
        """Play on until it has got so many segments in all."""
        while len(self.got) < segments:
            wanted = self.got[-1].number + 1 if self.got else 0
            playlist = self._checked(
                await self._packager.playlist(self.name, number=wanted)
            )
            assert wanted >= playlist.media_sequence, "it is still there"
            epoch = playlist.discontinuity_sequence
            for number, listed in enumerate(playlist.segments, playlist.media_sequence):
                epoch += listed.discontinuity
                if number == wanted:
                    path, _ = self._packager.segment(self.name, number)
                    self.got.append(
                        Got(
                            number=number,
                            listed=listed,
                            epoch=epoch,
                            data=path.read_bytes(),
                        )
                    )
                    wanted += 1

    async def until(self, seconds: float) -> None:
        """Play on until it has all that is shown before a time."""
        while not self.got or self.got[-1].end < seconds - 0.1:
            await self.play(len(self.got) + 1)

    def _checked(self, text: str) -> MediaPlaylist:
        assert hls.validate_media(text) == []
        playlist = hls.parse(text, "http://h/")
        assert isinstance(playlist, MediaPlaylist)
        if before := self.playlist:
            assert playlist.media_sequence >= before.media_sequence
            assert (
                numbered(playlist).items()
                >= {
                    number: facts
                    for number, facts in numbered(before).items()
                    if number >= playlist.media_sequence
                }.items()
            )
        self.playlist = playlist
        return playlist


def numbered(playlist: MediaPlaylist) -> dict[int, tuple[str, int, float]]:
    """Answer of each segment what must not change: its address, epoch and duration."""
    found, epoch = {}, playlist.discontinuity_sequence
    for number, one in enumerate(playlist.segments, playlist.media_sequence):
        epoch += one.discontinuity
        found[number] = one.uri, epoch, one.duration
    return found
