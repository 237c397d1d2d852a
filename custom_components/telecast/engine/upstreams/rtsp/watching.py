"""RTSP, also encrypted: cameras, and servers of providers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urljoin

from ...errors import AddressNotAllowedError, CannotConnectError
from ...fetch import MAX_REDIRECTS, names_this_machine
from ...model import Candidate
from ...processes.process import Programs
from ...schemes import RTSP, scheme_of
from ..basin import Pour, open_basin
from ..connections import open_connection, server_of
from ..remux import remux_address
from ..upstream import Upstream
from .conversation import Conversation
from .relay import open_relay

_PORTS = {"rtsp": 554, "rtsps": 322}


@asynccontextmanager
async def open_rtsp(
    candidate: Candidate, programs: Programs
) -> AsyncIterator[Upstream]:
    """Watch a stream over one TCP connection of ours, which FFmpeg makes MPEG-TS of.

    What is wrong is raised by reading: any SourceError, FFmpegMissingError and
    EncodingFailedError. Servers that send over UDP only are not supported.
    """

    async def work(pour: Pour) -> None:
        await _Watching(candidate, programs, pour).run()

    async with open_basin(work) as basin:
        yield basin


class _Watching:
    """A stream, from whichever server it is at last."""

    def __init__(self, candidate: Candidate, programs: Programs, pour: Pour) -> None:
        self._url = candidate.url
        self._local = candidate.local
        self._user_agent = next(
            (
                value
                for name, value in candidate.headers.items()
                if name.casefold() == "user-agent"
            ),
            "",
        )
        self._programs = programs
        self._pour = pour

    async def run(self) -> None:
        """Follow redirects to the stream, and pour it to its end."""
        for _ in range(MAX_REDIRECTS + 1):
            if not (elsewhere := await self._watch()):
                return
            self._go(elsewhere)
        raise CannotConnectError("The server redirects too often")

    async def _watch(self) -> str:
        """Pour the stream; answer where it is instead, if it is elsewhere."""
        scheme = scheme_of(self._url)
        server = server_of(self._url, port=_PORTS[scheme], encrypted=scheme == "rtsps")
        async with open_connection(server, local=self._local) as (reader, writer):
            conversation = Conversation(
                server, self._url, reader, writer, user_agent=self._user_agent
            )
            answer = await conversation.describe()
            status = answer.status or 0
            if 300 <= status < 400 and answer.header("Location"):
                return answer.header("Location")
            if not 200 <= status < 300:
                raise CannotConnectError(f"{server.name} answers {status}")
            async with open_relay(conversation) as url:
                await remux_address(self._programs, url, self._pour)
        return ""

    def _go(self, elsewhere: str) -> None:
        """Turn to a redirect's target; it may be here only if it was named here."""
        host = server_of(self._url, port=0, encrypted=False).host
        self._local = self._local and names_this_machine(host)
        self._url = urljoin(self._url, elsewhere)
        if scheme_of(self._url) not in RTSP:
            raise AddressNotAllowedError("The server redirects to what is no RTSP")
