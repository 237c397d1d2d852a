"""Films over HTTP: one range of one address."""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from http import HTTPStatus
import socket

import aiohttp
from aiohttp.client_proto import ResponseHandler

from ...formats.byte_ranges import (
    ContentRange,
    Range,
    parse_content_range,
    parse_unsatisfied,
)
from ...formats.containers import ENOUGH, Container, container_named, container_of
from ..errors import (
    CannotConnectError,
    NoDataError,
    UnsatisfiableRangeError,
    UnsupportedStreamError,
)
from ..fetch import Fetcher, without_secrets
from ..model import Candidate
from ..upstreams.body import TIMEOUT, Body
from ..upstreams.refusal import refusal
from .facts import Facts
from .passage import Passage, open_passage

# Seconds. What a provider has to fetch from its archive first takes longer than what is
# live; and nobody has to see it now.
FIRST_SECONDS = 10.0
SILENCE_SECONDS = 10.0


class RemotePart:
    """What an HTTP server answers: read, or moved as soon as nothing waits to be read."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        body: Body,
        *,
        facts: Facts,
        held: ContentRange | None,
        passage: Passage | None,
    ) -> None:
        self.facts = facts
        self.held = held
        self._response = response
        self._body = body
        self._passage = passage
        self._moving = False
        self._read_bytes = 0

    @property
    def moves(self) -> bool:
        """Whether it can be moved, as Part says."""
        return self._passage is not None

    async def read(self) -> bytes:
        """Answer what has come since the last call, or b"" at the end."""
        if not self._moving:
            data = await self._body.read()
        else:
            self._let_go()
            try:
                data = await self._body.read()
            finally:
                # What comes from now on is to be moved again.
                self._take()
        self._read_bytes += len(data)
        return data

    async def move(self, outlet: socket.socket, most: int) -> int:
        """Move what comes next to an outlet, as Part says."""
        if self._passage is None or self._client is None:
            return 0
        if not self._moving:
            self._moving = True
            self._take()
        if self._read_bytes < self._response.content.total_bytes:
            return 0
        return await self._passage.move(outlet, most)

    def _take(self) -> None:
        """Have the HTTP client read its connection no more."""
        if (client := self._client) is not None:
            client.pause_reading()

    def _let_go(self) -> None:
        if (client := self._client) is not None:
            client.resume_reading()

    @property
    def _client(self) -> ResponseHandler | None:
        """Who reads the connection; None once that is over."""
        connection = self._response.connection
        client = None if connection is None else connection.protocol
        return None if client is None or not client.connected else client


@asynccontextmanager
async def open_remote(
    fetcher: Fetcher, candidate: Candidate, wanted: Range | None, if_range: str
) -> AsyncIterator[RemotePart]:
    """Open a film's address, as OpenPart says; leaving waits for the connection's end.

    Redirects are followed as Fetcher does. An error status is a SourceError, or what
    else `refusal` makes of it; a page is a NoDataError.
    """
    headers = dict(candidate.headers)
    if wanted:
        headers["Range"] = wanted.header
        if if_range:
            headers["If-Range"] = if_range
    async with fetcher.open(
        candidate.url,
        local=candidate.local,
        headers=headers,
        timeout=TIMEOUT,
        any_status=True,
    ) as response:
        held = _held(candidate.url, response, wanted)
        facts = _facts(response, held, asked=wanted is not None)
        body = Body(
            response, first_seconds=FIRST_SECONDS, silence_seconds=SILENCE_SECONDS
        )
        await _look_at(body, response, held)
        with _passage_of(response, body.name) as passage:
            yield RemotePart(response, body, facts=facts, held=held, passage=passage)


def _passage_of(
    response: aiohttp.ClientResponse, name: str
) -> AbstractContextManager[Passage | None]:
    """Open a passage for a body; there is none for one whose end is not known."""
    ends = response.content_length is not None
    if not ends or "Transfer-Encoding" in response.headers or not response.connection:
        return nullcontext()
    return open_passage(
        response.connection.transport, name=name, silence_seconds=SILENCE_SECONDS
    )


def _held(
    url: str, response: aiohttp.ClientResponse, wanted: Range | None
) -> ContentRange | None:
    """Answer which bytes an answer holds; None for all of them."""
    told = response.headers.get("Content-Range", "")
    match response.status:
        case HTTPStatus.OK:
            return None
        case HTTPStatus.PARTIAL_CONTENT if wanted and (
            held := parse_content_range(told)
        ):
            return held
        case HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE if wanted:
            raise UnsatisfiableRangeError(parse_unsatisfied(told))
    raise refusal(url, response) or CannotConnectError(
        f"{without_secrets(url)} answers {response.status}"
    )


def _facts(
    response: aiohttp.ClientResponse, held: ContentRange | None, *, asked: bool
) -> Facts:
    # Who sends all where a part was asked for says more than any header of its own.
    return Facts(
        size=held.size if held else response.content_length,
        etag=response.headers.get("ETag", ""),
        last_modified=response.headers.get("Last-Modified", ""),
        ranges=bool(held) if asked else None,
    )


async def _look_at(
    body: Body, response: aiohttp.ClientResponse, held: ContentRange | None
) -> None:
    """Wait for the first bytes; refuse what is no film, whatever its status says."""
    from_start = held is None or held.first == 0
    head = await body.peek(ENOUGH if from_start else 1)
    if not head:
        raise NoDataError(f"{body.name} brings nothing")
    told = container_of(head) if from_start else None
    match told or container_named(response.content_type):
        case Container.PAGE:
            raise NoDataError(f"{body.name} answers with a page")
        case Container.HLS | Container.DASH:
            raise UnsupportedStreamError("A playlist came where a film should be")
