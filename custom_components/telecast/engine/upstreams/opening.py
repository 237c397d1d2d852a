"""Opens a candidate, whatever it speaks."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from ..errors import UnsupportedStreamError
from ..fetch import Fetcher
from ..model import Candidate
from ..processes.process import Programs
from ..schemes import ACESTREAM, DATAGRAMS, HTTP, RTMP, RTSP, VIRTUAL, scheme_of
from .acestream import Player, open_acestream
from .datagrams import open_datagrams
from .http import open_http
from .rtmp import open_rtmp
from .rtsp import open_rtsp
from .upstream import Upstream

_NOBODY = Player()

type Opening = AbstractAsyncContextManager[Upstream]
type OpenVirtual = Callable[[Candidate], Opening]
"""Opens what we play ourselves."""


class OpenUpstream(Protocol):
    """Opens a candidate, whatever it speaks, as `open_upstream` does."""

    def __call__(self, candidate: Candidate, *, player: Player = ...) -> Opening:
        """Open a candidate."""


def refuse(candidate: Candidate) -> Opening:
    """Raise UnsupportedStreamError: there is nothing that we play ourselves."""
    raise UnsupportedStreamError("There are no virtual channels here")


@asynccontextmanager
async def open_upstream(
    fetcher: Fetcher,
    candidate: Candidate,
    *,
    programs: Programs,
    player: Player = _NOBODY,
    virtual: OpenVirtual = refuse,
) -> AsyncIterator[Upstream]:
    """Open a candidate; leaving the context waits until its connections are closed.

    `player` says which AceStream engine plays an AceStream id, `virtual` opens what we
    play ourselves.

    Raises SourceError (cannot connect, timeout, address not allowed), NoDataError for a
    page, UnsupportedStreamError for what can be no MPEG-TS, and where FFmpeg is needed
    FFmpegMissingError and EncodingFailedError; reading raises the same. An AceStream
    engine adds EngineNotFoundError, NoEngineError and NoPeersError; what we play
    ourselves EncodersBusyError.
    """
    if scheme_of(candidate.url) in VIRTUAL:
        opening = virtual(candidate)
    else:
        opening = _opening(fetcher, candidate, programs, player)
    async with opening as upstream:
        yield upstream


def _opening(
    fetcher: Fetcher, candidate: Candidate, programs: Programs, player: Player
) -> Opening:
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
