"""The sessions in memory: found in three ways, and let go in the order of their silence."""

from collections import OrderedDict
from collections.abc import Callable, Iterator

from .session import Place, Session

# About a kilobyte each. Who has watched is worth more than who only said a name, of
# which anybody may say as many as they like.
MOST_VIEWERS = 20_000
MOST_GUESTS = 1_000


class Known:
    """Finds sessions by id, by outside name, and by who watches what."""

    def __init__(
        self,
        clock: Callable[[], float],
        *,
        most_viewers: int = MOST_VIEWERS,
        most_guests: int = MOST_GUESTS,
    ) -> None:
        self._clock = clock
        self._by_id: dict[str, Session] = {}
        self._by_name: dict[str, Session] = {}
        self._by_place: dict[Place, Session] = {}
        self._connected: dict[str, Session] = {}
        # Idle ones, the longest silent first. (A plain dict would look, each time it is
        # asked for its first, past all that was ever taken from its front.)
        self._viewers = _Silent(most_viewers)
        self._guests = _Silent(most_guests)
        self._finished: OrderedDict[str, Session] = OrderedDict()

    def __len__(self) -> int:
        """Answer how many there are."""
        return len(self._by_id)

    def __iter__(self) -> Iterator[Session]:
        """Go through all of them."""
        return iter(self._by_id.values())

    def __contains__(self, session: Session) -> bool:
        """Tell whether it was not let go."""
        return self._by_id.get(session.id) is session

    @property
    def connected(self) -> list[Session]:
        """Those whose viewers are there now, in the order in which they came."""
        return list(self._connected.values())

    def by_id(self, session_id: str) -> Session | None:
        """Answer the session of this id."""
        return self._by_id.get(session_id)

    def by_name(self, name: str) -> Session | None:
        """Answer the latest session that its client calls by this name."""
        return self._by_name.get(name)

    def by_place(self, place: Place) -> Session | None:
        """Answer the session of this viewer on this channel."""
        return self._by_place.get(place)

    def add(self, session: Session) -> None:
        """Know a session; it counts as silent from now on, until it is connected."""
        self._by_id[session.id] = session
        if session.client.session:
            self._by_name[session.client.session] = session
        if session.watches:
            self._by_place[session.place] = session
        self.sort(session)

    def drop(self, session: Session) -> None:
        """Know it no more."""
        self._by_id.pop(session.id, None)
        if self._by_name.get(name := session.client.session) is session:
            del self._by_name[name]
        if self._by_place.get(session.place) is session:
            del self._by_place[session.place]
        self._forget_order(session)

    def sort(self, session: Session, *, finished: bool = False) -> None:
        """Put a session where it belongs after something happened to it.

        One that is `finished` is let go as soon as anybody looks.
        """
        if session.connected and session.id in self._connected:
            return
        self._forget_order(session)
        if session.connected:
            self._connected[session.id] = session
            return
        session.idle_since = self._clock()
        self._order(session).add(session)
        if finished:
            self._finished[session.id] = session

    def surplus(self) -> Session | None:
        """Answer the longest silent one where there are more than may be."""
        return self._guests.surplus or self._viewers.surplus

    def due(self, silent_since: float) -> Session | None:
        """Answer one that has finished, or was silent from that moment on, if any."""
        if self._finished:
            return next(iter(self._finished.values()))
        for order in (self._guests, self._viewers):
            if order.first and order.first.idle_since <= silent_since:
                return order.first
        return None

    def _order(self, session: Session) -> _Silent:
        return self._viewers if session.watches else self._guests

    def _forget_order(self, session: Session) -> None:
        self._connected.pop(session.id, None)
        self._finished.pop(session.id, None)
        self._viewers.drop(session)
        self._guests.drop(session)


class _Silent:
    """Sessions in the order in which they fell silent."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._sessions: OrderedDict[str, Session] = OrderedDict()

    @property
    def first(self) -> Session | None:
        return next(iter(self._sessions.values()), None)

    @property
    def surplus(self) -> Session | None:
        return self.first if len(self._sessions) > self._most else None

    def add(self, session: Session) -> None:
        self._sessions[session.id] = session

    def drop(self, session: Session) -> None:
        self._sessions.pop(session.id, None)
