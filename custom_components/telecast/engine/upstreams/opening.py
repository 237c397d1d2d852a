"""Opens a candidate, whatever it speaks."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from ..errors import UnsupportedStreamError
from ..fetch import Fetcher
from ..model import Candidate
from ..process import Programs
from ..schemes import ACESTREAM, DATAGRAMS, HTTP, RTMP, RTSP, scheme_of
from .acestream import Player, open_acestream
from .datagrams import open_datagrams
from .http import open_http
from .rtmp import open_rtmp
from .rtsp import open_rtsp
from .upstream import Upstream

_NOBODY = Player()


@asynccontextmanager
async def open_upstream(
    fetcher: Fetcher,
    candidate: Candidate,
    *,
    programs: Programs,
    player: Player = _NOBODY,
) -> AsyncIterator[Upstream]:
    """Open a candidate; leaving the context waits until its connections are closed.

    `player` says which AceStream engine plays an AceStream id.

    Raises SourceError (cannot connect, timeout, address not allowed), NoDataError for a
    page, UnsupportedStreamError for what can be no MPEG-TS, and where FFmpeg is needed
    FFmpegMissingError and EncodingFailedError; reading raises the same. An AceStream
    engine adds EngineNotFoundError, NoEngineError and NoPeersError.
    """
    async with _opening(fetcher, candidate, programs, player) as upstream:
        yield upstream


def _opening(
    fetcher: Fetcher, candidate: Candidate, programs: Programs, player: Player
) -> AbstractAsyncContextManager[Upstream]:
    scheme = scheme_of(candidate.url)
    if scheme in HTTP:
        return open_http(fetcher, candidate, programs)
    if scheme in DATAGRAMS:
        return open_datagrams(candidate)
    if scheme in RTSP:
        return open_rtsp(candidate, programs)
    if scheme in RTMP:
        return open_rtmp(candidate, programs)
    if scheme in ACESTREAM:
        return open_acestream(fetcher, candidate, programs, player)
    raise UnsupportedStreamError("The address is of a kind that cannot be streamed")
