"""Films as they are watched: one viewer, one upstream, one session."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, field

from ...formats.byte_ranges import Range
from ..errors import StreamClosedError
from ..model import Account, Candidate, Client, FilmKind, Playable
from ..pipe import Facts, Pipe, Supply
from ..schemes import scheme_of
from ..sessions import GAVE_WAY, STOPPING, Session, Sessions, film_channel
from ..streams.meter import Meter, metered
from ..streams.viewing import HangUp
from ..upstreams.remux import Read
from .conversion import Conversion, FilmConverter
from .order import open_in_order
from .showing import Move, Showing, as_viewers_see_it, metered_moves

__all__ = ["Showing", "Showings", "open_showings"]

# What HEAD is answered from: some hundred bytes each.
_MOST_KNOWN = 2000


@dataclass(slots=True, eq=False)
class _Seat:
    """Where one viewer sits before one film."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    comers: int = 0
    latest: HangUp | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    """Where a film that is watched comes from, and how fast."""

    source: str
    meter: Meter


class Showings:
    """Opens films for viewers, each viewer's own, and ends what nobody may watch on."""

    def __init__(
        self, *, supply: Supply, converter: FilmConverter, sessions: Sessions
    ) -> None:
        self.supply = supply
        """Where films come from."""
        self._converter = converter
        self._sessions = sessions
        self._seats: dict[Hashable, _Seat] = {}
        self._known: OrderedDict[tuple[FilmKind, int], Facts] = OrderedDict()
        self._running: dict[Session, _Running] = {}
        self._clock = asyncio.get_running_loop().time
        self._closed = False
        self._nobody = asyncio.Event()
        self._nobody.set()

    @asynccontextmanager
    async def open(
        self,
        film: Playable,
        *,
        client: Client,
        protocol: str,
        cut_off: Callable[[], None],
        account: Account | None = None,
        wanted: Range | None = None,
        if_range: str = "",
        conversion: Conversion | None = None,
    ) -> AsyncIterator[Showing]:
        """Count a viewer in, and open a film as open_pipe does, its first bytes in hand.

        With a `conversion` it is read as MPEG-TS, from its beginning. `cut_off` ends the
        request from outside, by having whoever reads cancelled: when its session is ended,
        and when the same viewer asks for the film again. That one begins when this one is
        over, so that a viewer never has two upstreams.

        Raises StreamError, BusyError (AccountBusyError, SourceBusyError, EncodersBusyError)
        and UnsatisfiableRangeError.
        """
        if self._closed:
            raise StreamClosedError("Telecast is stopping")
        hang_up = HangUp()
        hang_up.add(cut_off)
        async with AsyncExitStack() as held:
            session = held.enter_context(
                self._sessions.open(
                    film_channel(film),
                    client,
                    protocol=protocol,
                    account=account,
                    hang_up=hang_up,
                    metadata={"kind": film.kind.value, "film": str(film.id)},
                )
            )
            await held.enter_async_context(self._seat(session.place, hang_up))
            meter = held.enter_context(self._counted(session, film.candidate))
            move: Move | None = None
            with as_viewers_see_it():
                if conversion:
                    pipe, read = await held.enter_async_context(
                        self._converted(film, conversion, session, meter)
                    )
                else:
                    pipe = await held.enter_async_context(
                        self._pipe(film, session, wanted, if_range)
                    )
                    read, move = metered(pipe.read, meter), metered_moves(pipe, meter)
                self._remember(film, pipe.facts)
            yield Showing(
                pipe, read, move=move, session=session, sessions=self._sessions
            )

    async def facts(self, film: Playable) -> Facts | None:
        """Answer what is known of a film without any upstream; None for nothing.

        That is what was learnt when it was last watched; a file is looked at.
        """
        known = self._known.get((film.kind, film.id))
        if known is None and scheme_of(film.candidate.url) == "file":
            with as_viewers_see_it():
                async with self.supply.open(film.candidate, name=_name(film)) as pipe:
                    known = pipe.facts
        return known

    @property
    def upstream_rate(self) -> int:
        """How much comes from sources now, in bit/s; what is read from disk left out."""
        return sum(one.meter.rate for one in self._running.values())

    def source_of(self, channel_id: int) -> str | None:
        """Answer the id of the source of what sessions know as such a channel."""
        return next(
            (
                running.source
                for session, running in self._running.items()
                if session.channel.id == channel_id
            ),
            None,
        )

    def stop_source(self, source: str) -> None:
        """End all showings from a source: it is no longer there."""
        for session, running in tuple(self._running.items()):
            if running.source == source:
                self._sessions.end(session.id, StreamClosedError.code)

    def close(self) -> None:
        """End all showings at once, and begin no more."""
        self._closed = True
        for session in tuple(self._running):
            self._sessions.end(session.id, STOPPING)

    async def wait_closed(self) -> None:
        """Wait until nobody watches a film."""
        await self._nobody.wait()

    @asynccontextmanager
    async def _seat(self, place: Hashable, hang_up: HangUp) -> AsyncIterator[None]:
        """Send away whoever has a viewer's seat, and take it when that is free."""
        seat = self._seats.setdefault(place, _Seat())
        seat.comers += 1
        before, seat.latest = seat.latest, hang_up
        if before:
            before()
        try:
            async with seat.lock:
                if hang_up.done or self._closed:
                    raise StreamClosedError("The viewer was sent away")
                yield
        finally:
            seat.comers -= 1
            if not seat.comers:
                del self._seats[place]

    @contextmanager
    def _counted(self, session: Session, candidate: Candidate) -> Iterator[Meter]:
        meter = Meter(self._clock)
        is_ours = scheme_of(candidate.url) == "file"
        self._running[session] = _Running(
            source=candidate.source, meter=Meter(self._clock) if is_ours else meter
        )
        self._nobody.clear()
        try:
            yield meter
        finally:
            del self._running[session]
            if not self._running:
                self._nobody.set()

    def _pipe(
        self, film: Playable, session: Session, wanted: Range | None, if_range: str
    ) -> AbstractAsyncContextManager[Pipe]:
        return self.supply.open(
            film.candidate,
            wanted,
            name=_name(film),
            if_range=if_range,
            holder=film.title,
            viewers=lambda: session.client.address,
            give_way=lambda: self._give_way(session),
        )

    @asynccontextmanager
    async def _converted(
        self, film: Playable, conversion: Conversion, session: Session, meter: Meter
    ) -> AsyncIterator[tuple[Pipe, Read]]:
        async with (
            open_in_order(
                lambda wanted: self._pipe(film, session, wanted, ""), meter
            ) as ordered,
            self._converter.open(
                ordered.read,
                film,
                conversion,
                needed=lambda: not self._sessions.is_idle(session),
                give_way=lambda: self._send_away(session),
            ) as read,
        ):
            yield ordered.pipe, read

    def _give_way(self, session: Session) -> bool:
        """Send an idle viewer away; answer whether that was done."""
        idle = self._sessions.is_idle(session)
        return idle and self._sessions.end(session.id, GAVE_WAY)

    def _send_away(self, session: Session) -> None:
        self._sessions.end(session.id, GAVE_WAY)

    def _remember(self, film: Playable, facts: Facts) -> None:
        self._known[film.kind, film.id] = facts
        self._known.move_to_end((film.kind, film.id))
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)


@asynccontextmanager
async def open_showings(
    *, supply: Supply, converter: FilmConverter, sessions: Sessions
) -> AsyncIterator[Showings]:
    """Run the showings; leaving the block ends all of them, and waits for that."""
    showings = Showings(supply=supply, converter=converter, sessions=sessions)
    try:
        yield showings
    finally:
        showings.close()
        await showings.wait_closed()


def _name(film: Playable) -> str:
    return f"{film.kind} {film.id}"
