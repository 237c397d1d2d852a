"""Recordings as they are watched: one viewer, one upstream, one session."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo
import time

from ...formats.byte_ranges import Range
from ..errors import StreamClosedError
from ..model import Account, Candidate, Channel, Client
from ..sessions import GAVE_WAY, STOPPING, Session, Sessions
from ..store.store import Store
from ..streams.meter import Meter, metered
from ..streams.viewing import HangUp
from .finding import AskId, find
from .opening import Holder, Opener
from .recording import Broadcast, Recording, as_viewers_see_it


class Archive:
    """Finds recordings, and opens each for one viewer alone."""

    def __init__(
        self,
        *,
        store: Store,
        sessions: Sessions,
        opener: Opener,
        zone_name: Callable[[str], str],
        zone: Callable[[], tzinfo],
        ask_id: AskId,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; `now` tells the time of day, in seconds since 1970.

        `zone_name` answers the IANA name of the zone in which a source means local times,
        by its id; empty where that is not known: then it is taken to be `zone`. `ask_id`
        answers what archives call programmes.
        """
        self._store = store
        self._sessions = sessions
        self._opener = opener
        self._zone_name = zone_name
        self._zone = zone
        self._ask_id = ask_id
        self._now = now
        self._running: dict[str, _Running] = {}
        self._closed = False
        self._viewers = 0
        self._nobody = asyncio.Event()
        self._nobody.set()

    async def candidates(self, broadcast: Broadcast) -> tuple[Candidate, ...]:
        """Answer where a recording may be, the likeliest address first.

        Raises UnknownRecordingError where the channel has no archive, or none that goes
        back so far, and for what has not been shown yet.
        """
        return await find(
            self._store,
            broadcast,
            zone_name=self._zone_name(broadcast.channel.source),
            zone=self._zone(),
            now=int(self._now()),
            ask_id=self._ask_id,
        )

    @asynccontextmanager
    async def watch(
        self,
        broadcast: Broadcast,
        *,
        client: Client,
        protocol: str,
        cut_off: Callable[[], None],
        account: Account | None = None,
        wanted: Range | None = None,
        if_range: str = "",
    ) -> AsyncIterator[Recording]:
        """Count a viewer in, and open a recording for it; the first bytes are in hand.

        `cut_off` ends the request from outside, by having whoever reads cancelled: when
        its session is ended, and when the same viewer asks for anything else of the
        channel's archive. That begins when this is over, so that a viewer never has two
        upstreams. `wanted` and `if_range` are as open_pipe has them, for recordings that
        have ranges.

        Raises UnknownRecordingError, BusyError where the account or the source has
        nothing left, UnsatisfiableRangeError, and StreamError where nothing comes.
        """
        candidates = await self.candidates(broadcast)
        hang_up = HangUp()
        hang_up.add(cut_off)
        with self._session(broadcast, client, protocol, account, hang_up) as session:
            async with self._alone(session, hang_up) as meter:
                opening = self._opener.open(
                    candidates,
                    self._holder(session),
                    wanted=wanted,
                    if_range=if_range,
                )
                with as_viewers_see_it():
                    async with opening as opened:
                        yield Recording(
                            metered(opened.read, meter),
                            opened.pipe,
                            session=session,
                            sessions=self._sessions,
                        )

    @property
    def upstream_rate(self) -> int:
        """How much comes from sources now, in bit/s."""
        return sum(running.meter.rate for running in self._running.values())

    def source_of(self, channel_id: int) -> str | None:
        """Answer the id of the source of what sessions know as such a channel."""
        return next(
            (
                running.channel.source
                for running in self._running.values()
                if running.channel.id == channel_id
            ),
            None,
        )

    def stop_source(self, source: str) -> None:
        """End all recordings from a source: it is no longer there."""
        for session_id, running in tuple(self._running.items()):
            if running.channel.source == source:
                self._sessions.end(session_id, StreamClosedError.code)

    def close(self) -> None:
        """End all recordings at once, and begin no more."""
        self._closed = True
        for session_id in tuple(self._running):
            self._sessions.end(session_id, STOPPING)

    async def wait_closed(self) -> None:
        """Wait until nobody watches a recording."""
        await self._nobody.wait()

    @contextmanager
    def _session(
        self,
        broadcast: Broadcast,
        client: Client,
        protocol: str,
        account: Account | None,
        hang_up: HangUp,
    ) -> Iterator[Session]:
        # A channel and its archive are two things to watch, of one name. No channel's id
        # is below nought, and no film's is as near to it.
        recorded = replace(broadcast.channel, id=-broadcast.channel.id)
        start = broadcast.start.astimezone(UTC).isoformat()
        with self._sessions.open(
            recorded,
            client,
            protocol=protocol,
            account=account,
            hang_up=hang_up,
            metadata={"kind": "timeshift", "start": start},
        ) as session:
            yield session

    @asynccontextmanager
    async def _alone(self, session: Session, hang_up: HangUp) -> AsyncIterator[Meter]:
        """Wait until whatever the viewer watched before is closed, and begin then.

        Answers what is to count the bytes that come.
        """
        with self._counted():
            while older := self._running.get(session.id):
                older.hang_up()
                await older.closed.wait()
            if hang_up.done or self._closed:
                raise StreamClosedError("The viewer was sent away")
            mine = _Running(
                hang_up=hang_up,
                channel=session.channel,
                meter=Meter(asyncio.get_running_loop().time),
            )
            self._running[session.id] = mine
            try:
                yield mine.meter
            finally:
                del self._running[session.id]
                mine.closed.set()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._viewers += 1
        self._nobody.clear()
        try:
            yield
        finally:
            self._viewers -= 1
            if not self._viewers:
                self._nobody.set()

    def _holder(self, session: Session) -> Holder:
        def give_way() -> bool:
            idle = self._sessions.is_idle(session)
            return idle and self._sessions.end(session.id, GAVE_WAY)

        return {
            "holder": f"the archive of channel {session.channel.number}",
            "viewers": lambda: session.client.address,
            "give_way": give_way,
        }


@asynccontextmanager
async def open_archive(archive: Archive) -> AsyncIterator[Archive]:
    """Run an archive; leaving the block ends all recordings, and waits for that."""
    try:
        yield archive
    finally:
        archive.close()
        await archive.wait_closed()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Running:
    """A recording that is open."""

    hang_up: HangUp
    channel: Channel
    meter: Meter
    closed: asyncio.Event = field(default_factory=asyncio.Event)
