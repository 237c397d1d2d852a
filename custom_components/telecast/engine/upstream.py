"""One opened candidate: MPEG-TS over HTTP, as bytes that come in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from .errors import NoDataError, SourceTimeoutError, UnsupportedStreamError
from .fetch import SCHEMES, Fetcher, without_secrets
from .model import Candidate

# Seconds. A provider that is silent for longer is as good as dead.
CONNECT_SECONDS = 5.0
HEADERS_SECONDS = 10.0
SILENCE_SECONDS = 5.0

# Bytes are let gather for a moment, since each viewer costs by the write, not by the
# byte: 200 viewers saturate a core with writes of 1,316 bytes, and need a twentieth of
# it with writes of 64 KiB.
GATHER_BYTES = 128 * 1024
GATHER_SECONDS = 0.1

_TIMEOUT = aiohttp.ClientTimeout(
    sock_connect=CONNECT_SECONDS, sock_read=HEADERS_SECONDS
)
_HLS = ("mpegurl", "dash+xml")


class Upstream:
    """One opened candidate."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._content = response.content
        self._patience = HEADERS_SECONDS
        self._gather = False

    async def read(self) -> bytes:
        """Answer what has come since the last call; b"" at the end.

        Raises SourceTimeoutError after a silence of 5 s (10 s before the first byte).
        """
        if self._gather and not self._content.at_eof():
            await asyncio.sleep(GATHER_SECONDS)
        try:
            async with asyncio.timeout(self._patience):
                data = await self._content.readany()
        except TimeoutError as err:
            raise SourceTimeoutError(f"Nothing came for {self._patience:g} s") from err
        self._patience = SILENCE_SECONDS
        self._gather = len(data) < GATHER_BYTES
        return data


@asynccontextmanager
async def open_upstream(
    fetcher: Fetcher, candidate: Candidate
) -> AsyncIterator[Upstream]:
    """Open a candidate; leaving the context waits until its connection is closed.

    Raises SourceError (cannot connect, timeout, address not allowed),
    UnsupportedStreamError for what is no MPEG-TS over HTTP, and NoDataError for a page.
    """
    scheme = candidate.url.partition(":")[0].casefold()
    if scheme not in SCHEMES:
        raise UnsupportedStreamError(f"{scheme}: cannot be passed through")
    async with fetcher.open(
        candidate.url,
        local=candidate.local,
        headers=candidate.headers,
        timeout=_TIMEOUT,
    ) as response:
        kind = response.content_type.casefold()
        if any(part in kind for part in _HLS):
            raise UnsupportedStreamError(f"{kind} cannot be passed through")
        if kind.startswith("text/html"):
            raise NoDataError(f"{without_secrets(candidate.url)} answers with a page")
        yield Upstream(response)
