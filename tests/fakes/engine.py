"""An engine that holds what a test says; sessions, tuners and streams are the real ones."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
import gzip
import json
from pathlib import Path
from typing import Any, Literal, override
from zoneinfo import ZoneInfo

from custom_components.telecast.engine.accounts import Accounts
from custom_components.telecast.engine.errors import UnknownChannelError
from custom_components.telecast.engine.events import Event
from custom_components.telecast.engine.films.posters import Posters
from custom_components.telecast.engine.hls.viewers import Viewers
from custom_components.telecast.engine.identity import Identity
from custom_components.telecast.engine.limits import objection, open_limits
from custom_components.telecast.engine.model import (
    Account,
    Channel,
    Client,
    FilmKind,
    Group,
    SourceStatus,
)
from custom_components.telecast.engine.sessions import Sessions
from custom_components.telecast.engine.settings import Settings
from custom_components.telecast.engine.streams.stream import Stream
from custom_components.telecast.engine.streams.viewing import HangUp, Viewing
from custom_components.telecast.engine.tickets import Tickets
from custom_components.telecast.engine.tuners import Tuners
from custom_components.telecast.formats import hdhomerun, m3u, xmltv, xtream
from custom_components.telecast.formats.ffmpeg import Profile
from custom_components.telecast.formats.xmltv import Programme
from tests.fakes.archive import FakeArchive
from tests.fakes.faucet import Faucet
from tests.fakes.films import FakeFilms
from tests.fakes.packager import FakePackagers
from tests.fakes.posters import FakeVirtual, rendered

TOKEN = "an-unguessable-token"


def channel(
    number: str,
    name: str,
    *,
    group: str = "News",
    group_id: int = 1,
    archive_days: int = 0,
) -> Channel:
    """Make a channel whose id follows from its number: 5 is 5, and 5.1 is 501."""
    return Channel(
        id=int(number.replace(".", "0")),
        number=number,
        name=name,
        group=group,
        group_id=group_id,
        logo="http://logos.example/a.png",
        guide_id=f"guide.{number}",
        source="playlist",
        archive_days=archive_days,
        added=1_700_000_000,
    )


class FakeLineup:
    """A list of channels."""

    def __init__(self, channels: list[Channel]) -> None:
        self.all = channels

    @property
    def count(self) -> int:
        return len(self.all)

    @property
    def parts(self) -> tuple[int, ...]:
        numbers = (int(one.number.partition(".")[0]) for one in self.all)
        return tuple(sorted({(number - 1) // 480 + 1 for number in numbers}))

    async def channel(self, channel_id: int) -> Channel:
        return self._one(lambda one: one.id == channel_id)

    async def by_number(self, number: str) -> Channel:
        return self._one(lambda one: one.number == number)

    async def groups(self, allowed: frozenset[str] | None = None) -> list[Group]:
        seen = {
            one.group_id: Group(id=one.group_id, name=one.group) for one in self.all
        }
        return [one for one in seen.values() if allowed is None or one.name in allowed]

    async def channels(
        self,
        *,
        group_id: int | None = None,
        allowed: frozenset[str] | None = None,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
    ) -> list[Channel]:
        found = [
            one
            for one in self.all
            if group_id in (None, one.group_id)
            and (allowed is None or one.group in allowed)
        ]
        return found[offset : offset + limit]

    def _one(self, fits: Callable[[Channel], bool]) -> Channel:
        for one in self.all:
            if fits(one):
                return one
        raise UnknownChannelError("No channel is called that")


class FakeGuide:
    """Programmes by channel id."""

    def __init__(self) -> None:
        self.all: dict[int, list[Programme]] = {}

    async def running(
        self, channel: Channel, *, at: int, limit: int, **how: bool
    ) -> list[Programme]:
        coming = [one for one in self._of(channel) if (one.stop or 0) > at]
        return coming[:limit]

    async def between(
        self, channel: Channel, *, start: int, stop: int, **how: bool
    ) -> list[Programme]:
        return [
            one
            for one in self._of(channel)
            if (one.stop or 0) > start and one.start < stop
        ]

    def _of(self, channel: Channel) -> list[Programme]:
        return self.all.get(channel.id, [])


class FakeDocuments:
    """Documents written anew each time they are asked for, unless nothing changed."""

    def __init__(
        self, folder: Path, lineup: FakeLineup, guide: FakeGuide, films: FakeFilms
    ) -> None:
        self._folder = folder
        self._lineup = lineup
        self._guide = guide
        self._films = films

    async def vod_streams(
        self,
        *,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None = None,
    ) -> Path:
        return self._films.write(self._folder, FilmKind.MOVIE, category_id, groups)

    async def series(
        self,
        *,
        category_id: int | None,
        groups: frozenset[str] | None,
        posters: Posters | None = None,
    ) -> Path:
        return self._films.write(self._folder, FilmKind.SERIES, category_id, groups)

    async def lineup(
        self,
        form: Literal["json", "xml", "m3u"],
        base_url: str,
        numbers: tuple[int, int] | None = None,
    ) -> Path:
        facts = [
            {
                "number": one.number,
                "name": one.name,
                "url": f"{base_url}/auto/v{one.number}",
            }
            for one in self._lineup.all
            if numbers is None
            or numbers[0] <= int(one.number.partition(".")[0]) <= numbers[1]
        ]
        if form == "json":
            text = json.dumps([hdhomerun.lineup_entry(**one) for one in facts])
        elif form == "xml":
            entries = "".join(hdhomerun.lineup_xml_entry(**one) for one in facts)
            text = hdhomerun.LINEUP_XML_HEAD + entries + hdhomerun.LINEUP_XML_FOOT
        else:
            text = "".join(
                m3u.render(m3u.Entry(name=one["name"], url=one["url"]) for one in facts)
            )
        return self._write(f"lineup.{form}", text.encode())

    async def live_streams(
        self, *, category_id: int | None, groups: frozenset[str] | None
    ) -> Path:
        found = await self._lineup.channels(
            group_id=category_id, allowed=groups, limit=1000
        )
        streams = [
            xtream.live_stream(
                num=number,
                name=one.name,
                id=one.id,
                icon=one.logo,
                epg_channel_id=one.guide_id,
                added=one.added,
                category_id=one.group_id,
                archive_days=one.archive_days,
            )
            for number, one in enumerate(found, 1)
        ]
        return self._write("live.json", json.dumps(streams).encode())

    async def playlist(
        self,
        *,
        base_url: str,
        groups: frozenset[str] | None,
        stream_path: str,
        guide_url: str,
        archive_path: str = "",
        output: Literal["ts", "m3u8"] = "ts",
        plus: bool = True,
        mime_type: str = "",
    ) -> Path:
        found = await self._lineup.channels(allowed=groups, limit=1000)
        entries = [
            m3u.Entry(
                name=one.name,
                url=base_url + stream_path.replace("{id}", str(one.id)),
                attributes={"tvg-id": one.guide_id}
                | (
                    {
                        "catchup-source": base_url
                        + archive_path.replace("{id}", str(one.id))
                    }
                    if one.archive_days
                    else {}
                )
                if plus
                else {},
                properties={m3u.MIME_TYPE: mime_type} if mime_type else {},
            )
            for one in found
        ]
        header = m3u.Header({"url-tvg": guide_url})
        return self._write("list.m3u", "".join(m3u.render(entries, header)).encode())

    async def guide(
        self,
        *,
        groups: frozenset[str] | None,
        days_back: int = 0,
        days_ahead: int | None = None,
        compressed: bool,
        posters: Posters | None = None,
    ) -> Path:
        asked = f"days_back={days_back} days_ahead={days_ahead}"
        pieces = [xmltv.render_header(asked)]
        found = await self._lineup.channels(allowed=groups, limit=1000)
        for one in found:
            names = (xmltv.Text(one.name),)
            pieces.append(xmltv.render_channel(xmltv.Channel(one.guide_id, names)))
        for one in found:
            pieces += rendered(self._guide.all.get(one.id, []), posters)
        document = "".join([*pieces, xmltv.FOOTER]).encode()
        if compressed:
            return self._write("packed.xml.gz", gzip.compress(document, mtime=0))
        self._write("guide.xml.gz", gzip.compress(document, mtime=0))
        return self._write("guide.xml", document)

    def _write(self, name: str, document: bytes) -> Path:
        path = self._folder / name
        if not path.exists() or path.read_bytes() != document:
            path.write_bytes(document)
        return path


class CountingAccounts(Accounts):
    """Counts how often a password was compared."""

    compared = 0

    @override
    def authenticate(self, username: str, password: str) -> Account | None:
        self.compared += 1
        return super().authenticate(username, password)


class FakeSources:
    """Sources as a test puts them."""

    def __init__(self) -> None:
        self.all: list[SourceStatus] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeStatistics:
    """How much is going on."""

    sessions: int
    streams: int
    channels: int
    upstream_rate: int = 0
    viewer_rate: int = 0


class FakeHls:
    """Real viewers of packagers that have what a test says."""

    def __init__(self, folder: Path, sessions: Sessions) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._sessions = sessions
        self.packagers = FakePackagers(folder)
        self.viewers = Viewers(tasks=self, sessions=sessions, packagers=self.packagers)

    def create_task(
        self, work: Coroutine[Any, Any, None], *, name: str
    ) -> asyncio.Task[None]:
        """Run a viewer, as a task group would."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        return task

    async def close(self) -> None:
        """Send all viewers away, and wait for their end."""
        self.viewers.close()
        for session in self._sessions.active:
            self._sessions.end(session.id, "stopping")
        await asyncio.gather(*self._tasks)


class FakeEngine:
    """What servers need of an engine."""

    identity = Identity(device_id="1040A5B2", device_auth="device-auth", token=TOKEN)

    def __init__(self, folder: Path) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self.settings = Settings()
        self.time_zone = ZoneInfo("Europe/Berlin")
        self.lineup = FakeLineup([channel("1", "One"), channel("5.1", "Five")])
        self.guide = FakeGuide()
        self.films = FakeFilms()
        self.virtual = FakeVirtual()
        self.documents = FakeDocuments(folder, self.lineup, self.guide, self.films)
        self.accounts = CountingAccounts()
        self.sources = FakeSources()
        self.tuners = Tuners(self.settings.tuner_count)
        self.events: list[Event] = []
        self.sessions = Sessions(
            self.events.append,
            objection=lambda account, channel: objection(
                self.accounts, account, channel, datetime.now(UTC)
            ),
        )
        self.faucets: dict[int, Faucet] = {}
        self.streams: dict[int, Stream] = {}
        self.profiles: list[str | None] = []
        """In which profile each viewer was let in."""
        self.tickets = Tickets(TOKEN)
        self.posters = Posters.of(TOKEN)
        self.hls = FakeHls(folder, self.sessions)
        self.archive = FakeArchive(self.sessions)

    def faucet(self, channel_id: int) -> Faucet:
        """Answer what pours a channel's stream."""
        return self.faucets.setdefault(channel_id, Faucet())

    @property
    def opened(self) -> int:
        """How many upstreams were ever opened."""
        return sum(faucet.opened for faucet in self.faucets.values())

    def statistics(self) -> FakeStatistics:
        return FakeStatistics(
            sessions=len(self.sessions.active),
            streams=len(self.streams),
            channels=self.lineup.count,
        )

    @asynccontextmanager
    async def watch(
        self,
        channel: Channel,
        *,
        client: Client,
        protocol: str,
        account: Account | None = None,
        tuner: int | None = None,
        profile: Profile | None = None,
    ) -> AsyncIterator[Viewing]:
        self.profiles.append(profile.name if profile else None)
        hang_up = HangUp()
        with ExitStack() as stack:
            if protocol == "hdhomerun":
                stack.enter_context(self.tuners.take(channel, client, index=tuner))
            session = stack.enter_context(
                self.sessions.open(
                    channel, client, protocol=protocol, account=account, hang_up=hang_up
                )
            )
            reader = stack.enter_context(self._stream(channel).reader())
            yield Viewing(reader, session, self.sessions, hang_up)

    def close_streams(self) -> None:
        """End all streams."""
        for stream in self.streams.values():
            stream.stop()

    async def close(self) -> None:
        """End all streams and wait for them; raises what they raise."""
        self.close_streams()
        await self.hls.close()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def _stream(self, channel: Channel) -> Stream:
        stream = self.streams.get(channel.id)
        if not stream or stream.over:
            stream = self.streams[channel.id] = Stream(
                feed=self.faucet(channel.id).feed,
                grace_period=0,
                on_idle=lambda: None,
                on_active=lambda: None,
            )
            self._tasks.append(asyncio.create_task(stream.run()))
        return stream


@asynccontextmanager
async def open_fake_engine(folder: Path) -> AsyncIterator[FakeEngine]:
    """Run an engine; leaving the block ends its streams."""
    engine = FakeEngine(folder)
    async with open_limits(accounts=engine.accounts, sessions=engine.sessions):
        try:
            yield engine
        finally:
            await engine.close()
