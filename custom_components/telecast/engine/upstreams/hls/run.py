"""Pieces of renditions that one FFmpeg can take in at once."""

from collections.abc import Sequence

from .parts import Part, Parts

# Where a break comes in one rendition only, the others go on for so many segments.
_SEGMENTS_APART = 3


class Run:
    """The parts of one rendition up to its next break."""

    def __init__(self, parts: Parts, first: Part) -> None:
        """Begin with `first`, which is the next of `parts`."""
        self._parts = parts
        self._number = first.run
        self._others: Sequence[Run] = ()
        self._apart = 0
        self._initialisation = first.initialisation
        self.broken_off = False
        """Whether the break has come."""

    def beside(self, others: Sequence[Run]) -> None:
        """Say which runs of other renditions go on at the same time."""
        self._others = others

    async def read(self) -> bytes:
        """Answer what comes next; b"" at the end of the run."""
        part = await self._parts.peek()
        if part is None:
            return b""
        if part.run != self._number or self._is_left_alone(part):
            self.broken_off = True
            return b""
        self._parts.take()
        head, self._initialisation = self._initialisation, b""
        return head + part.data

    def _is_left_alone(self, part: Part) -> bool:
        if part.begins and any(other.broken_off for other in self._others):
            self._apart += 1
        return self._apart > _SEGMENTS_APART
