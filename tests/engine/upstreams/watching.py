"""Reads upstreams as a stream does."""

from contextlib import AbstractAsyncContextManager

from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.upstreams import Upstream, open_upstream


class Player:
    """Opens whatever it is asked for."""

    def __init__(self, fetcher: Fetcher, programs: Programs) -> None:
        self._fetcher = fetcher
        self.programs = programs

    def open(
        self, url: str, *, local: bool = True, **headers: str
    ) -> AbstractAsyncContextManager[Upstream]:
        """Open an address; `_` in a header's name stands for `-`."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        candidate = Candidate(url=url, source="s", local=local, headers=named)
        return open_upstream(self._fetcher, candidate, programs=self.programs)

    async def play(self, url: str, *, local: bool = True, **headers: str) -> bytes:
        """Open an address and read it to its end."""
        pieces = []
        async with self.open(url, local=local, **headers) as upstream:
            while data := await upstream.read():
                pieces.append(data)
        return b"".join(pieces)
