"""Viewers of HLS: they have no connection, and live by their requests."""

import asyncio
from collections.abc import AsyncIterator, Hashable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
import logging
from pathlib import Path

from ..errors import StreamClosedError, TelecastError, UnknownRenditionError
from ..model import Account, Channel, Client
from ..sessions import Session, Sessions
from ..tasks import open_tasks
from .packager import Packager
from .packagers import Packagers
from .playback import Playback

_LOGGER = logging.getLogger(__name__)

type _Entry = tuple[Packager, Playback, Session]

# A player asks for something about once a target duration, unless it is gone; where that
# is long, the packager says so.
SILENCE_SECONDS = 10.0
# Who was sent away does not come back with the same ticket before this.
BANNED_SECONDS = 60.0
# A player whose channel failed is told why, for as long as it would ask at once.
RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who wants to watch what."""

    channel: Channel
    client: Client
    protocol: str
    account: Account | None


class Visit:
    """A request of a viewer who was let in."""

    def __init__(
        self,
        packager: Packager,
        playback: Playback,
        session: Session,
        sessions: Sessions,
    ) -> None:
        self._packager = packager
        self._playback = playback
        self._session = session
        self._sessions = sessions

    async def master(self) -> str:
        """Answer the master playlist, as Packager has it."""
        return await self._packager.master()

    async def playlist(self, name: str, *, number: int | None) -> str:
        """Answer a rendition's playlist, as Packager has it."""
        return await self._packager.playlist(
            name, number=number, playback=self._playback
        )

    def segment(self, name: str, number: int) -> Path:
        """Answer a segment's file, as Packager has it; it counts as sent.

        The first one begins the session.
        """
        path, listed = self._packager.segment(name, number, playback=self._playback)
        self._sessions.streaming(self._session)
        self._session.meter.add(listed.size)
        return path


class Viewers:
    """Keeps a session for each player, from its first request until it asks no more."""

    def __init__(
        self, *, tasks: asyncio.TaskGroup, sessions: Sessions, packagers: Packagers
    ) -> None:
        self._tasks = tasks
        self._sessions = sessions
        self._packagers = packagers
        self._viewers: dict[Hashable, _Viewer] = {}
        self._refused: dict[Hashable, tuple[float, TelecastError]] = {}
        self._now = asyncio.get_running_loop().time
        self._closed = False

    def close(self) -> None:
        """Let nobody in any more; those who are there are ended as sessions."""
        self._closed = True

    def find(self, username: str, client: Client) -> tuple[Hashable, Guest] | None:
        """Answer what a player watches with an account: the latest if it is several.

        That is the key of its visits, and the guest that it came as; None where it
        watches nothing.
        """
        for key, viewer in reversed(self._viewers.items()):
            guest = viewer.guest
            if (
                guest.account
                and (guest.account.username, guest.client) == (username, client)
                and not viewer.sent_away
            ):
                return key, guest
        return None

    @asynccontextmanager
    async def visit(
        self, key: Hashable, guest: Guest, *, known: bool = False
    ) -> AsyncIterator[Visit]:
        """Let a player in for one request; `key` tells it from all others.

        With `known` only who is watching already is let in, else UnknownRenditionError
        is raised. Raises AccountBusyError, StreamClosedError for one who was sent away or
        while we are stopping, and what keeps the channel from being packaged.
        """
        if self._closed:
            raise StreamClosedError("Telecast is stopping")
        viewer = self._viewers.get(key)
        if viewer and viewer.sent_away:
            raise StreamClosedError("The viewer was sent away")
        if viewer is None:
            self._check(key)
            if known:
                raise UnknownRenditionError("Ask for the playlist first")
            for other in self._viewers.values():
                if other.guest.client == guest.client:
                    other.doubt()
            viewer = self._viewers[key] = _Viewer(guest)
            self._tasks.create_task(
                self._attend(key, viewer), name=f"viewer of {guest.channel.id}"
            )
        with viewer.present():
            packager, playback, session = await viewer.entered()
            yield Visit(packager, playback, session, self._sessions)

    async def _attend(self, key: Hashable, viewer: _Viewer) -> None:
        guest = viewer.guest
        try:
            with self._sessions.open(
                guest.channel,
                guest.client,
                protocol=guest.protocol,
                account=guest.account,
                hang_up=viewer.send_away,
            ) as session:
                async with self._packagers.attend(guest.channel) as packager:
                    with packager.player() as playback:
                        viewer.enter(packager, playback, session)
                        await viewer.stay(packager)
                    if packager.error and not viewer.sent_away:
                        session.reason = packager.error.code
                        self._refuse(key, packager.error, RETRY_SECONDS)
        except TelecastError as err:
            viewer.refuse(err)
        except Exception:
            # One that fails must not end the others that share the task group.
            _LOGGER.exception("A viewer of channel %s failed", guest.channel.number)
        finally:
            viewer.refuse(StreamClosedError("Telecast is stopping"))
            del self._viewers[key]
            if viewer.sent_away:
                sent_away = StreamClosedError("The viewer was sent away")
                self._refuse(key, sent_away, BANNED_SECONDS)

    def _refuse(self, key: Hashable, error: TelecastError, seconds: float) -> None:
        self._refused[key] = self._now() + seconds, error

    def _check(self, key: Hashable) -> None:
        """Raise why a player must not come back yet."""
        now = self._now()
        self._refused = {
            one: refusal for one, refusal in self._refused.items() if refusal[0] > now
        }
        if refusal := self._refused.get(key):
            raise refusal[1]


class _Viewer:
    """One player on one channel."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self._loop = asyncio.get_running_loop()
        self._entered: asyncio.Future[_Entry] = self._loop.create_future()
        self._gone = asyncio.Event()
        self._patience: asyncio.Timeout | None = None
        self._packager: Packager | None = None
        self._requests = 0
        self.sent_away = False

    async def entered(self) -> _Entry:
        """Wait until it is let in; raise what keeps it out."""
        await asyncio.wait({self._entered})
        return self._entered.result()

    def enter(self, packager: Packager, playback: Playback, session: Session) -> None:
        """Let it in."""
        self._entered.set_result((packager, playback, session))

    def refuse(self, error: TelecastError) -> None:
        """Tell whoever waits why it is not let in; nothing where it has been."""
        if not self._entered.done():
            self._entered.set_exception(error)
            self._entered.exception()  # nobody need be waiting

    def doubt(self) -> None:
        """Hear that it may have left: its player watches something else now."""
        if self._packager:
            self._packager.doubt()

    def send_away(self) -> None:
        """End it on behalf of somebody else."""
        self.sent_away = True
        self._gone.set()

    @contextmanager
    def present(self) -> Iterator[None]:
        """Make a request; while one is under way there is no silence."""
        self._requests += 1
        self._listen()
        try:
            yield
        finally:
            self._requests -= 1
            self._listen()

    async def stay(self, packager: Packager) -> None:
        """Wait for its silence, its being sent away, or the end of what it watches."""
        self._packager = packager
        async with open_tasks() as tasks:
            over = tasks.create_task(packager.over.wait())
            over.add_done_callback(lambda _: self._gone.set())
            with suppress(TimeoutError):
                async with asyncio.timeout(None) as self._patience:
                    self._listen()
                    await self._gone.wait()
            self._patience = None
            over.cancel()

    def _listen(self) -> None:
        if self._patience and not self._patience.expired():
            silent = self._loop.time() + self._silence_seconds
            self._patience.reschedule(None if self._requests else silent)

    @property
    def _silence_seconds(self) -> float:
        """For how long it may ask for nothing."""
        quiet_seconds = self._packager.quiet_seconds if self._packager else 0.0
        return max(SILENCE_SECONDS, quiet_seconds)
