"""An AceStream broadcast as an upstream."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp

from ....formats import acestream
from ....formats.containers import Container
from ...errors import NoEngineError, SourceTimeoutError, UnsupportedStreamError
from ...fetch import Fetcher
from ...model import Candidate
from ...processes.process import Programs
from ...tasks import open_tasks
from ..body import Body
from ..http import container_in, open_body
from ..upstream import Upstream
from .asking import CONNECT_SECONDS
from .engine import START_SECONDS, AceStreamEngine, Begun

# Peers come and go; the engine fills up again for longer than a provider would.
_SILENCE_SECONDS = 10.0
_TIMEOUT = aiohttp.ClientTimeout(sock_connect=CONNECT_SECONDS, sock_read=START_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """For whom a broadcast is played, and by which engine."""

    engine: AceStreamEngine | None = None
    pid: int | None = None
    """The viewer's number where it has a playback of its own."""
    on_swarm: Callable[[acestream.Swarm], None] = lambda _: None
    """Hears of the peers, every few seconds."""


@asynccontextmanager
async def open_acestream(
    fetcher: Fetcher, candidate: Candidate, programs: Programs, player: Player
) -> AsyncIterator[Upstream]:
    """Have the engine play a broadcast; opened once its first bytes are there.

    Leaving the context waits until the engine has been told to stop. Raises
    EngineNotFoundError, SourceTimeoutError for what brings nothing within 30 s of its
    start, CannotConnectError where the engine refuses, NoPeersError, also later on, and
    NoEngineError where there is no engine.
    """
    link = acestream.parse(candidate.url)
    if link is None:
        raise UnsupportedStreamError("This is no AceStream id")
    if (engine := player.engine) is None:
        raise NoEngineError("This is an AceStream id, and no AceStream engine is there")
    async with engine.play(link, player.pid) as begun, open_tasks() as tasks:
        watching = tasks.create_task(engine.watch(begun, player.on_swarm))
        try:
            async with AsyncExitStack() as stack:
                body, container = await _first_bytes(fetcher, begun, stack)
                yield await stack.enter_async_context(
                    open_body(body, container, programs)
                )
        finally:
            watching.cancel()


async def _first_bytes(
    fetcher: Fetcher, begun: Begun, stack: AsyncExitStack
) -> tuple[Body, Container]:
    url = begun.playback.playback_url
    try:
        async with asyncio.timeout_at(begun.deadline):
            response = await stack.enter_async_context(
                fetcher.open(url, local=True, timeout=_TIMEOUT, stay=True)
            )
            body = Body(
                response, first_seconds=START_SECONDS, silence_seconds=_SILENCE_SECONDS
            )
            return body, await container_in(body, response)
    except TimeoutError as err:
        raise SourceTimeoutError(
            f"The AceStream engine brought nothing for {START_SECONDS:g} s"
        ) from err
