"""The demo provider, with what goes wrong at providers."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
import socket
from typing import override

from aiohttp import web

from scripts.workbench.demo.channels import CHANNELS
from scripts.workbench.demo.provider import DemoProvider
from scripts.workbench.demo.recordings import loop

from .faults import FAULTS
from .player_page import PAGE, player_script

# In Linux's tcp_info: neither side has closed it (netinet/tcp.h).
_ESTABLISHED = 1


class Provider(DemoProvider):
    """Serves endless channels, and documents as a test writes them."""

    def __init__(self) -> None:
        super().__init__(CHANNELS)
        self.documents: dict[str, tuple[int, bytes]] = {}
        """Status and body by path; a path that is not here is served as ever."""
        self.most = 0
        """How many streams were ever open at once, of those that a client still held."""
        self._dead: set[str | int] = set()
        self._transports: defaultdict[str | int, set[asyncio.Transport]] = defaultdict(
            set
        )
        self._changed = asyncio.Event()

    @override
    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/documents/{name}", self._document),
            web.get("/recordings/{name}.ts", self._recording),
            web.get("/faults/{name}", self._fault),
            web.get("/player", self._page),
            web.get("/hls.js", self._script),
            *super().routes(),
        ]

    @override
    async def live(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        with self._carrying(request, number):
            return await super().live(request)

    async def _recording(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        played = await asyncio.to_thread(loop, name)
        with self._carrying(request, name):
            return await self.play(request, played)

    async def _page(self, _request: web.Request) -> web.Response:
        return web.Response(text=PAGE, content_type="text/html")

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(body=player_script(), content_type="text/javascript")

    async def _fault(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        with self._carrying(request, name):
            return await FAULTS[name](request)

    @contextmanager
    def _carrying(self, request: web.Request, name: str | int) -> Iterator[None]:
        """Count a stream, unless it is dead."""
        if name in self._dead:
            raise web.HTTPNotFound
        assert isinstance(request.transport, asyncio.Transport)
        self._transports[name].add(transport := request.transport)
        self.most = max(self.most, self._held)
        self._tell()
        try:
            yield
        finally:
            self._transports[name].remove(transport)
            self._tell()

    def carrying(self, name: str | int) -> int:
        """How many connections carry a stream now."""
        return len(self._transports[name])

    @property
    def open(self) -> int:
        """How many streams are open now."""
        return sum(map(len, self._transports.values()))

    @property
    def _held(self) -> int:
        """How many streams are open at both ends: we may hear late that a client left."""
        return sum(map(_is_held, chain.from_iterable(self._transports.values())))

    def die(self, number: str | int) -> None:
        """Cut a channel's connections off, and refuse new ones."""
        self._dead.add(number)
        for transport in self._transports[number]:
            transport.abort()

    def live_again(self) -> None:
        """Serve all channels."""
        self._dead.clear()

    async def until(self, is_so: Callable[[Provider], bool]) -> None:
        """Wait until something is so with the open streams."""
        while not is_so(self):
            self._changed.clear()
            await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()

    async def _document(self, request: web.Request) -> web.Response:
        status, body = self.documents[request.match_info["name"]]
        return web.Response(status=status, body=body)


def _is_held(transport: asyncio.Transport) -> bool:
    """Tell whether a connection's client has not closed it, as the kernel knows."""
    if transport.is_closing():
        return False
    connection = transport.get_extra_info("socket")
    (state,) = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return bool(state == _ESTABLISHED)
