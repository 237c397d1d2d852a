"""What a document tells of: a version that changes whenever it could be another one."""

from collections.abc import Callable

from ..films.films import Films
from ..guide.guide import Guide
from ..lineup.lineup import Lineup
from ..model import FilmKind
from .rendering import Document


class Versions:
    """Knows of each kind of document how new it is, and how long."""

    def __init__(
        self,
        *,
        lineup: Lineup,
        films: Films,
        guide: Guide,
        clock: Callable[[], float],
    ) -> None:
        """Ask these for their revisions; `clock` is any that only goes forward."""
        self._lineup = lineup
        self._films = films
        self._guide = guide
        self._clock = clock
        self._known: dict[str, tuple[tuple[int, ...], float]] = {}

    def of(self, document: Document) -> tuple[int, ...]:
        """Answer what tells a document from the same one at another time."""
        numbers = self._revisions(document["kind"])
        if document["kind"] == "guide":
            numbers += document["at"], document["start"], document["stop"]
        return numbers

    def seconds_known(self, kind: str) -> float:
        """Answer how long we have known of the last change to a kind of document."""
        revisions, now = self._revisions(kind), self._clock()
        known, since = self._known.get(kind, ((), now))
        if revisions != known:
            since = now
            self._known[kind] = revisions, since
        return now - since

    def entries(self, kind: str) -> int:
        """Answer how many channels or films there are to list, as far as that counts."""
        match kind:
            case "vod_streams":
                return self._films.counts[FilmKind.MOVIE]
            case "series":
                return self._films.counts[FilmKind.SERIES]
            case _:
                return self._lineup.count

    def _revisions(self, kind: str) -> tuple[int, ...]:
        match kind:
            case "vod_streams":
                return (self._films.revisions[FilmKind.MOVIE],)
            case "series":
                return (self._films.revisions[FilmKind.SERIES],)
            case "guide":
                return self._lineup.revision, self._guide.revision
            case _:
                return (self._lineup.revision,)
