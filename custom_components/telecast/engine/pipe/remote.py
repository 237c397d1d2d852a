"""Films over HTTP: one range of one address."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

import aiohttp

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

# Seconds. What a provider has to fetch from its archive first takes longer than what is
# live; and nobody has to see it now.
FIRST_SECONDS = 10.0
SILENCE_SECONDS = 10.0


class RemotePart:
    """What an HTTP server answers."""

    def __init__(self, body: Body, facts: Facts, held: ContentRange | None) -> None:
        self.facts = facts
        self.held = held
        self._body = body

    async def read(self) -> bytes:
        """Answer what has come since the last call, or b"" at the end."""
        return await self._body.read()


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
        yield RemotePart(body, facts, held)


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
