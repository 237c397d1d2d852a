"""The body of an HTTP response: looked at first, then read as it comes."""

import asyncio

import aiohttp

from ..errors import CannotConnectError, SourceTimeoutError, TooLargeError
from ..fetch import without_secrets
from .upstream import CONNECT_SECONDS, HEADERS_SECONDS, SILENCE_SECONDS

TIMEOUT = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=HEADERS_SECONDS)
"""Of every request for a stream or a part of it."""


class Body:
    """What a response brings."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        *,
        first_seconds: float = HEADERS_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        """Read a response, waiting so long for its first byte, and for any other one."""
        self._response = response
        self._head = b""
        self._patience = self._first_seconds = first_seconds
        self._silence_seconds = silence_seconds

    async def peek(self, enough: int) -> bytes:
        """Answer the first `enough` bytes or more, or all; the next read answers them, too.

        Raises SourceTimeoutError when they take longer than a first byte may (10 s if
        nothing else was said), and CannotConnectError.
        """
        try:
            async with asyncio.timeout(self._first_seconds):
                while len(self._head) < enough and (data := await self._come()):
                    self._head += data
        except TimeoutError as err:
            raise self._silence(self._first_seconds) from err
        return self._head

    async def read(self) -> bytes:
        """Answer what has come since the last call; b"" at the end.

        Raises SourceTimeoutError after a silence of 5 s (10 s before the first byte) if
        nothing else was said, and CannotConnectError when the connection breaks.
        """
        head, self._head = self._head, b""
        if head:
            return head
        try:
            async with asyncio.timeout(self._patience):
                return await self._come()
        except TimeoutError as err:
            raise self._silence(self._patience) from err

    async def whole(self, limit: int) -> bytes:
        """Answer all of a document; raises TooLargeError when it exceeds `limit` bytes.

        Raises SourceTimeoutError as `peek` does, and CannotConnectError.
        """
        data = await self.peek(limit + 1)
        if len(data) > limit:
            raise TooLargeError(f"{self.name} is larger than {limit} bytes")
        return data

    @property
    def at_end(self) -> bool:
        """Whether nothing more will come."""
        return not self._head and self._response.content.at_eof()

    @property
    def name(self) -> str:
        """Who sends it, as messages may show it."""
        return without_secrets(str(self._response.url))

    async def _come(self) -> bytes:
        try:
            data = await self._response.content.readany()
        except (aiohttp.ClientError, OSError) as err:
            if isinstance(err, TimeoutError):
                raise
            raise CannotConnectError(
                f"{self.name} broke off ({type(err).__name__})"
            ) from err
        self._patience = self._silence_seconds
        return data

    def _silence(self, seconds: float) -> SourceTimeoutError:
        return SourceTimeoutError(f"{self.name} brought nothing for {seconds:g} s")
