"""The demo provider, with what goes wrong at providers."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from typing import override

from aiohttp import web

from scripts.workbench.demo.channels import CHANNELS
from scripts.workbench.demo.provider import DemoProvider


class Provider(DemoProvider):
    """Serves endless channels, and documents as a test writes them."""

    def __init__(self) -> None:
        super().__init__(CHANNELS)
        self.documents: dict[str, tuple[int, bytes]] = {}
        """Status and body by path; a path that is not here is served as ever."""
        self.most = 0
        """How many streams were ever open at once."""
        self._dead: set[int] = set()
        self._transports: defaultdict[int, set[asyncio.Transport]] = defaultdict(set)
        self._changed = asyncio.Event()

    @override
    def routes(self) -> list[web.RouteDef]:
        document = web.get("/documents/{name}", self._document)
        return [document, *super().routes()]

    @override
    async def live(self, request: web.Request) -> web.StreamResponse:
        number = int(request.match_info["number"])
        if number in self._dead:
            raise web.HTTPNotFound
        assert isinstance(request.transport, asyncio.Transport)
        self._transports[number].add(transport := request.transport)
        self.most = max(self.most, self.open)
        self._tell()
        try:
            return await super().live(request)
        finally:
            self._transports[number].remove(transport)
            self._tell()

    @property
    def open(self) -> int:
        """How many streams are open now."""
        return sum(map(len, self._transports.values()))

    def die(self, number: int) -> None:
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
