"""Which documents somebody will ask for again: those who asked, and accounts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .rendering import Document

MOST_OF_A_KIND = 8
"""So many documents of a kind are rendered ahead, at most."""

_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A document as somebody wants it, whenever that is made."""

    kind: str
    extension: str
    make: Callable[[], Document] = field(repr=False)
    """Answers the document as it is now; addresses in it name passwords."""


class Wishes:
    """Remembers who asked within a day, the last few for each kind of document."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kinds: dict[str, dict[str, tuple[float, Wish]]] = {}

    def note(self, name: str, wish: Wish) -> None:
        """Note that a document was asked for, which `name` tells from all others."""
        asked = self._kinds.setdefault(wish.kind, {})
        asked.pop(name, None)
        asked[name] = self._clock(), wish
        while len(asked) > MOST_OF_A_KIND:
            del asked[next(iter(asked))]

    def __iter__(self) -> Iterator[Wish]:
        """Yield those that are not forgotten; they may change meanwhile."""
        oldest = self._clock() - _DAY
        kept = [one for asked in self._kinds.values() for one in asked.values()]
        return (wish for asked_at, wish in kept if asked_at > oldest)
