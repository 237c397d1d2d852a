"""A feed that a test pours by hand."""

import asyncio
from collections.abc import Callable

from custom_components.telecast.engine.errors import TelecastError
from custom_components.telecast.engine.streams.stream import Stream
from custom_components.telecast.formats.mpegts import Join


class Faucet:
    """Publishes what is poured; `None` ends it, an error fails it."""

    def __init__(self) -> None:
        self._poured: asyncio.Queue[Callable[[Stream], None] | TelecastError | None]
        self._poured = asyncio.Queue()
        self.opened = 0
        self.open = False

    def pour(self, *blocks: bytes, joins: list[Join] | None = None) -> None:
        """Let blocks flow, each with the same joins."""
        for block in blocks:
            self.tell(lambda stream, block=block: stream.publish(block, joins or []))

    def tell(self, *words: Callable[[Stream], None]) -> None:
        """Let the stream be told something when it comes to that."""
        for word in words:
            self._poured.put_nowait(word)

    def end(self, error: TelecastError | None = None) -> None:
        """Run dry, or fail."""
        self._poured.put_nowait(error)

    async def feed(self, stream: Stream) -> None:
        """Deliver what is poured until the end."""
        self.opened += 1
        self.open = True
        try:
            while (poured := await self._poured.get()) is not None:
                if isinstance(poured, TelecastError):
                    raise poured
                poured(stream)
        finally:
            self.open = False
