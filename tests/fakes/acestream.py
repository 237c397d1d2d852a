"""An AceStream engine on loopback that speaks its documented HTTP API, vices included.

async with AceStreamEngine() as engine:
    one = engine.broadcast(video, rate=1_000_000, first_byte=12.0)   # answers its id
    dead = engine.broadcast(b"", answer=None)          # never even answers the start
    engine.playbacks, engine.running                    # all that were begun; those of now
    await engine.kill(); await engine.restart()        # at the same port

As its documentation and those who use it have it: errors come with status 200; one
player (`pid`) plays a broadcast once, and who asks again with the same number ends the
playback before; what nobody reads any more is ended; a playback that is over is unknown.
"""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
import secrets
from typing import Any, Self

from aiohttp import web

from .content import Loop
from .counts import HANG_UP_SECONDS

VERSION = {"code": 3021100, "version": "3.2.11"}
_UNKNOWN = "unknown playback session id"


@dataclass(eq=False, kw_only=True)
class Broadcast:
    """What peers send each other, and how long it takes to find them."""

    id: str
    infohash: str
    loop: Loop
    answer: float | None = 0.0
    """Seconds until a start is answered; None for never."""
    first_byte: float | None = 0.0
    """Seconds until there are bytes; None for never."""
    error: str | None = None
    """What a start is refused with."""
    statistics: dict[str, Any] = field(default_factory=dict)
    """What is said in the place of the truth."""


@dataclass(eq=False, kw_only=True)
class Playback:
    """What was begun for a player."""

    broadcast: Broadcast
    pid: str
    at: float
    """When it was asked for, on the loop's clock."""
    session: str = field(default_factory=lambda: secrets.token_hex(16))
    over: asyncio.Event = field(default_factory=asyncio.Event)
    end: str = ""
    """How it ended: `stopped` by its command, `evicted`, or `left` by its reader."""
    stops: int = 0
    """How often it was told to stop, be it over or not."""
    opened: bool = False
    """Whether its picture was asked for."""
    reading: bool = False
    asked: int = 0
    """How often its statistics were asked for."""

    @property
    def path(self) -> str:
        """What its addresses end with."""
        return f"{self.broadcast.infohash}/{self.session}"

    def finish(self, how: str) -> None:
        """End it, if it is not over."""
        self.end = self.end or how
        self.over.set()


class AceStreamEngine:
    """Plays broadcasts for those who keep to its rules, and counts those who do not."""

    def __init__(self) -> None:
        self.url = ""
        """Scheme, host and port, once it serves."""
        self.calls_itself = ""
        """What its answers call it; as it was asked, if nothing is said."""
        self.playbacks: list[Playback] = []
        """All that were asked for, oldest first."""
        self.hangs = False
        """Whether it takes connections and answers nothing."""
        self._broadcasts: dict[str, Broadcast] = {}
        self._news = asyncio.Event()
        self._port = 0
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> Self:
        """Serve on a free port of 127.0.0.1."""
        await self.restart()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        await self.kill()

    def broadcast(
        self, data: bytes, *, rate: float | None = 1_000_000, **how: Any
    ) -> str:
        """Offer a broadcast that is looped for ever; answer its content id."""
        loop = Loop(data=data, rate=rate)
        loop.flowing.set()
        one = Broadcast(
            id=secrets.token_hex(20), infohash=secrets.token_hex(20), loop=loop, **how
        )
        self._broadcasts[one.id] = self._broadcasts[one.infohash] = one
        return one.id

    def of(self, id: str) -> Broadcast:
        """Answer a broadcast, to change how it fares."""
        return self._broadcasts[id]

    @property
    def offered(self) -> list[Broadcast]:
        """The broadcasts that there are."""
        return list(dict.fromkeys(self._broadcasts.values()))

    @property
    def running(self) -> list[Playback]:
        """The playbacks that are not over."""
        return [one for one in self.playbacks if not one.over.is_set()]

    async def kill(self) -> None:
        """Be gone at once, with all connections and playbacks."""
        runner, self._runner = self._runner, None
        for one in self.running:
            one.finish("killed")
        if runner:
            await runner.cleanup()

    async def restart(self) -> None:
        """Serve again, knowing of no playback."""
        server = web.Server(self._answer, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=HANG_UP_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._tell()

    async def until(self, met: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until what it knows meets a condition; raise TimeoutError if never."""
        async with asyncio.timeout(seconds):
            while not met():
                await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        if self.hangs:
            await asyncio.get_running_loop().create_future()
        path, asked = request.path, request.query
        if path == "/webui/api/service" and asked.get("method") == "get_version":
            return web.json_response({"result": VERSION, "error": None})
        if path == "/ace/getstream":
            return await self._begin(request)
        kind, _, rest = path.removeprefix("/ace/").partition("/")
        playback = next((one for one in self.running if one.path == rest), None)
        if kind == "stat":
            return self._stat(playback)
        if kind == "cmd" and asked.get("method") == "stop":
            return self._stop(rest)
        if kind == "r" and playback:
            return await self._play(request, playback)
        return web.Response(status=500 if kind == "r" else 404)

    async def _begin(self, request: web.BaseRequest) -> web.StreamResponse:
        asked = request.query
        named = asked.get("content_id") or asked.get("id") or asked.get("infohash", "")
        if (broadcast := self._broadcasts.get(named)) is None:
            return _refusal("cannot load content")
        playback = Playback(
            broadcast=broadcast,
            pid=asked.get("pid") or asked.get("sid", ""),
            at=asyncio.get_running_loop().time(),
        )
        for one in self.running:
            if (one.broadcast, one.pid) == (broadcast, playback.pid):
                one.finish("evicted")
        self.playbacks.append(playback)
        self._tell()
        try:
            await _pass(broadcast.answer)
        except asyncio.CancelledError:
            playback.finish("abandoned")
            self._tell()
            raise
        if broadcast.error:
            playback.finish("refused")
            return _refusal(broadcast.error)
        if asked.get("format") != "json":
            return await self._play(request, playback)
        here = self.calls_itself or f"http://{request.host}"
        return _response(
            {
                "playback_url": f"{here}/ace/r/{playback.path}",
                "stat_url": f"{here}/ace/stat/{playback.path}",
                "command_url": f"{here}/ace/cmd/{playback.path}",
                "event_url": "",
                "infohash": broadcast.infohash,
                "playback_session_id": playback.session,
                "is_live": 1,
                "is_encrypted": 0,
                "client_session_id": -1,
            }
        )

    def _stat(self, playback: Playback | None) -> web.Response:
        if playback is None:
            return _refusal(_UNKNOWN)
        playback.asked += 1
        self._tell()
        flows = playback.reading and playback.broadcast.loop.flowing.is_set()
        rate = playback.broadcast.loop.rate or 0
        truth = {
            "status": "dl" if flows else "prebuf",
            "peers": 12 if flows else 0,
            "speed_down": int(rate / 1024) if flows else 0,
            "speed_up": 7 if flows else 0,
            "downloaded": 0,
            "uploaded": 0,
            "total_progress": 0,
            "is_live": 1,
            "playback_session_id": playback.session,
        }
        return _response(truth | playback.broadcast.statistics)

    def _stop(self, path: str) -> web.Response:
        for one in self.playbacks:
            if one.path == path:
                one.stops += 1
                self._tell()
                if not one.over.is_set():
                    one.finish("stopped")
                    return _response("ok")
        return _refusal(_UNKNOWN)

    async def _play(
        self, request: web.BaseRequest, playback: Playback
    ) -> web.StreamResponse:
        answer = playback.broadcast.loop.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                sending = tasks.create_task(self._send(request, answer, playback))
                ending = tasks.create_task(playback.over.wait())
                await asyncio.wait(
                    (sending, ending), return_when=asyncio.FIRST_COMPLETED
                )
                sending.cancel()
                ending.cancel()
        finally:
            playback.finish("left")
            self._tell()
        if request.transport:
            request.transport.abort()
        return answer

    async def _send(
        self,
        request: web.BaseRequest,
        answer: web.StreamResponse,
        playback: Playback,
    ) -> None:
        playback.opened = True
        self._tell()
        await _pass(playback.broadcast.first_byte)
        playback.reading = True
        self._tell()
        with suppress(ConnectionError):
            await answer.prepare(request)
            async with aclosing(playback.broadcast.loop.pieces()) as pieces:
                async for piece in pieces:
                    await answer.write(piece)


async def _pass(seconds: float | None) -> None:
    if seconds is None:
        await asyncio.get_running_loop().create_future()
    else:
        await asyncio.sleep(seconds)


def _response(response: object) -> web.Response:
    return web.json_response({"response": response, "error": None})


def _refusal(error: str) -> web.Response:
    return web.json_response({"response": None, "error": error})
