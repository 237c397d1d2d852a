"""What comes over HTTP, and is MPEG-TS, or can be made to be."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from ...formats.containers import ENOUGH, Container, container_named, container_of
from ..errors import NoDataError, UnsupportedStreamError
from ..fetch import Fetcher
from ..model import Candidate
from ..processes.process import Programs
from .basin import Pour, open_basin
from .body import TIMEOUT, Body
from .hls import MAX_PLAYLIST, open_hls
from .refusal import refusal
from .remux import Input, remux
from .throttle import Throttle
from .upstream import GATHER_BYTES, GATHER_SECONDS, Upstream

# Files rather than live streams: they come as fast as the line carries them.
_FILES = frozenset({Container.MP4, Container.MATROSKA})


class _Direct:
    """MPEG-TS as it comes."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self._gather = False

    async def read(self) -> bytes:
        """Answer what has come since the last call; b"" at the end."""
        if self._gather and not self._body.at_end:
            await asyncio.sleep(GATHER_SECONDS)
        data = await self._body.read()
        self._gather = len(data) < GATHER_BYTES
        return data


@asynccontextmanager
async def open_http(
    fetcher: Fetcher, candidate: Candidate, programs: Programs
) -> AsyncIterator[Upstream]:
    """Open an HTTP address, and see what comes; its name and type may well be wrong.

    Raises SourceError, UnsupportedStreamError, and NoDataError for a page; for a tuner
    that refuses also SourceBusyError and TuneFailedError.
    """
    async with fetcher.open(
        candidate.url,
        local=candidate.local,
        headers=candidate.headers,
        timeout=TIMEOUT,
        any_status=True,
    ) as response:
        if error := refusal(candidate.url, response):
            raise error
        body = Body(response)
        container = await container_in(body, response)
        if container is not Container.HLS:
            async with open_body(body, container, programs) as upstream:
                yield upstream
            return
        playlist = await body.whole(MAX_PLAYLIST)
    # By now the playlist's connection is closed: a provider may allow but one.
    async with open_hls(
        fetcher, candidate, programs, playlist=playlist, url=response.url
    ) as playing:
        yield playing


async def container_in(body: Body, response: aiohttp.ClientResponse) -> Container:
    """Judge by the bytes; where they do not tell, believe what is said of them."""
    told = container_of(await body.peek(ENOUGH))
    return told or container_named(response.content_type) or Container.MPEGTS


@asynccontextmanager
async def open_body(
    body: Body, container: Container, programs: Programs
) -> AsyncIterator[Upstream]:
    """Read what came as MPEG-TS; a playlist is for others to follow.

    Raises NoDataError for a page, and UnsupportedStreamError.
    """
    match container:
        case Container.PAGE:
            raise NoDataError(f"{body.name} answers with a page")
        case Container.DASH:
            raise UnsupportedStreamError("MPEG-DASH cannot be passed through")
        case Container.HLS:
            raise UnsupportedStreamError("A playlist came where a stream should be")
        case Container.MPEGTS:
            yield _Direct(body)
        case _:
            async with _open_remuxed(body, container, programs) as upstream:
                yield upstream


@asynccontextmanager
async def _open_remuxed(
    body: Body, container: Container, programs: Programs
) -> AsyncIterator[Upstream]:
    throttle = Throttle() if container in _FILES else None

    async def work(pour: Pour) -> None:
        to = throttle.slowed(pour) if throttle else pour
        await remux(programs, [Input(read=body.read, container=container)], to)

    async with open_basin(work) as basin:
        yield basin
