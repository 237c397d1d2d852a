"""Joins pieces of streams, and tells decoders where one does not follow the last."""

from ...formats import mpegts
from .basin import Pour


class Splice:
    """Hands blocks on, with a mark in front of each that follows a cut."""

    def __init__(self, pour: Pour) -> None:
        self._pour = pour
        self._scanner = mpegts.Scanner()
        self._began = False
        self._cut = False

    def cut(self) -> None:
        """Say that the next block does not go on from those before."""
        self._cut = self._began

    async def pour(self, block: bytes) -> None:
        """Hand on a block of whole packets."""
        self._scanner.scan(block)
        self._began = True
        if self._cut and self._scanner.program:
            block = mpegts.discontinuities(self._scanner.program) + block
            self._cut = False
        await self._pour(block)
