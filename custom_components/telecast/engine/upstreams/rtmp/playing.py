"""RTMP, also encrypted: received by our own hand, made MPEG-TS by FFmpeg."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ....formats.containers import Container
from ...model import Candidate
from ...processes.process import Programs
from ...schemes import scheme_of
from ..basin import Pour, open_basin
from ..connections import open_connection, server_of
from ..remux import Input, remux
from ..upstream import Upstream
from .session import Session, place_of

_PORTS = {"rtmp": 1935, "rtmps": 443}


@asynccontextmanager
async def open_rtmp(
    candidate: Candidate, programs: Programs
) -> AsyncIterator[Upstream]:
    """Watch a stream over one connection.

    Raises SourceError and UnsupportedStreamError; reading raises what goes wrong with
    the conversation, FFmpegMissingError and EncodingFailedError.
    """
    scheme = scheme_of(candidate.url)
    server = server_of(candidate.url, port=_PORTS[scheme], encrypted=scheme == "rtmps")
    async with open_connection(server, local=candidate.local) as (reader, writer):
        session = Session(server, place_of(candidate.url), reader, writer)

        async def work(pour: Pour) -> None:
            source = Input(read=session.read, container=Container.FLV)
            await remux(programs, [source], pour)

        async with open_basin(work) as basin:
            yield basin
