"""One AceStream engine: whether it is there, and the playbacks that it does for us."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
import logging
import secrets

from ....formats.acestream import (
    VERSION_PATH,
    AnswerError,
    Link,
    Playback,
    Swarm,
    parse_playback,
    parse_swarm,
    parse_version,
    start_path,
    stop_address,
    total,
)
from ...errors import (
    CannotConnectError,
    EngineNotFoundError,
    NoPeersError,
    SourceTimeoutError,
    TelecastError,
)
from ...fetch import Fetcher, without_secrets
from ...tasks import open_tasks
from .asking import ask, at_engine
from .pacing import Pacing

_LOGGER = logging.getLogger(__name__)

# Finding a broadcast's peers takes 10 to 30 seconds where there are any.
START_SECONDS = 30.0
# So long the answer to a start that is no more wanted is waited for, to stop it again.
REGRET_SECONDS = 3.0

# An engine tells nothing by itself: it is asked.
LOOK_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 2.0
STATISTICS_SECONDS = 3.0
DESERTED_SECONDS = 15.0

# Far from those of viewers, which are small, and unlikely to be those of anybody else
# who uses the engine.
_FIRST_PID, _PIDS = 1 << 20, 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A playback that the engine has begun; its addresses are the engine's own."""

    playback: Playback
    deadline: float
    """By when its first byte has to be there, on the loop's clock."""


class AceStreamEngine:
    """Starts, watches and stops playbacks, and knows whether the engine answers."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        url: str,
        on_change: Callable[[], None] = lambda: None,
        pacing: Pacing | None = None,
    ) -> None:
        """Prepare; `on_change` is called when the engine is gone, and when it is back."""
        self.url = url
        """Where it is; altered, it holds for what is started from then on."""
        self.error: TelecastError | None = None
        """Why it is thought to be down; None while it is not."""
        self._fetcher = fetcher
        self._on_change = on_change
        self._pacing = pacing or Pacing()
        self._loop = asyncio.get_running_loop()
        self._doubt = asyncio.Event()
        self._swarms: dict[str, Swarm] = {}

    @property
    def swarm(self) -> Swarm:
        """What it last said of all that it plays for us."""
        return total(self._swarms.values())

    async def run(self) -> None:
        """Look after the engine, for ever; cancelled, it can be run again."""
        while True:
            await self._look()
            self._doubt.clear()
            wait = LOOK_AGAIN_SECONDS if self.error else LOOK_SECONDS
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._doubt.wait()

    def look(self) -> None:
        """Have `run` look at once whether the engine is there."""
        self._doubt.set()

    @asynccontextmanager
    async def play(self, link: Link, pid: int | None = None) -> AsyncIterator[Begun]:
        """Have a broadcast played inside the block; leaving the block stops it.

        `pid` tells the viewer from others; without one, a number of its own is taken.
        Raises EngineNotFoundError, SourceTimeoutError (30 s), and CannotConnectError
        where the engine refuses.
        """
        begun = await self._start(link, pid)
        try:
            yield begun
        finally:
            self._swarms.pop(begun.playback.stat_url, None)
            await self._stop(begun)

    async def watch(self, begun: Begun, on_swarm: Callable[[Swarm], None]) -> None:
        """Follow a playback's statistics, for ever.

        Raises NoPeersError once it has been deserted for a while.
        """
        url, since = begun.playback.stat_url, None
        while True:
            await asyncio.sleep(STATISTICS_SECONDS)
            # What is wrong with the engine shows in the stream itself.
            with suppress(TelecastError, AnswerError):
                swarm = parse_swarm(await ask(self._fetcher, url))
                self._swarms[url] = swarm
                on_swarm(swarm)
                since = (since or self._loop.time()) if swarm.is_deserted else None
            if since and self._loop.time() - since >= DESERTED_SECONDS:
                raise NoPeersError("The AceStream engine has no peers left")

    async def _look(self) -> None:
        try:
            await check_engine(self._fetcher, self.url)
        except EngineNotFoundError as err:
            self._is_down(err)
        else:
            self._is_up()

    async def _start(self, link: Link, pid: int | None) -> Begun:
        if pid is None:
            pid = _FIRST_PID + secrets.randbelow(_PIDS)
        url = at_engine(self.url, start_path(link, pid))

        async def regret(asking: asyncio.Task[Begun | TelecastError]) -> None:
            await asyncio.wait({asking}, timeout=REGRET_SECONDS)
            if asking.done() and isinstance(begun := asking.result(), Begun):
                await self._stop(begun)
            asking.cancel()

        async with open_tasks() as tasks:
            begun = await self._pacing.begin(
                lambda: tasks.create_task(self._outcome(url)), regret
            )
        if isinstance(begun, TelecastError):
            raise begun
        return begun

    async def _outcome(self, url: str) -> Begun | TelecastError:
        try:
            return await self._begin(url)
        except EngineNotFoundError as err:
            self._is_down(err)
            return err
        except SourceTimeoutError:
            # A dead id, or an engine that hangs.
            self.look()
            return SourceTimeoutError(
                f"The AceStream engine found nothing for {START_SECONDS:g} s"
            )
        except TelecastError as err:
            return err

    async def _begin(self, url: str) -> Begun:
        deadline = self._loop.time() + START_SECONDS
        answer = await ask(self._fetcher, url, seconds=START_SECONDS)
        self._is_up()
        try:
            told = parse_playback(answer)
            own = Playback(
                playback_url=at_engine(url, told.playback_url),
                stat_url=at_engine(url, told.stat_url),
                command_url=at_engine(url, told.command_url),
                infohash=told.infohash,
                is_live=told.is_live,
            )
        except ValueError as err:
            why = str(err) if isinstance(err, AnswerError) else "an address is wrong"
            raise CannotConnectError(f"The AceStream engine refuses: {why}") from err
        return Begun(playback=own, deadline=deadline)

    async def _stop(self, begun: Begun) -> None:
        try:
            await ask(self._fetcher, stop_address(begun.playback.command_url))
        except TelecastError as err:
            _LOGGER.debug("A playback could not be stopped: %s", err)

    def _is_down(self, error: TelecastError) -> None:
        was_up, self.error = self.error is None, error
        if was_up:
            self.look()
            self._on_change()

    def _is_up(self) -> None:
        if self.error:
            self.error = None
            self._on_change()


async def check_engine(fetcher: Fetcher, url: str) -> str:
    """Answer the version of the engine at an address; raise EngineNotFoundError."""
    try:
        return parse_version(await ask(fetcher, at_engine(url, VERSION_PATH)))
    except EngineNotFoundError:
        raise
    except (TelecastError, ValueError) as err:
        raise EngineNotFoundError(
            f"What is at {without_secrets(url)} is no AceStream engine, or is stuck"
        ) from err
