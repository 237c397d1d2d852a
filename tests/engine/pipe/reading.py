"""Opens pipes, and reads them to their ends."""

from contextlib import AbstractAsyncContextManager

from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.pipe import Pipe, open_pipe
from custom_components.telecast.engine.pipe.remote import open_remote
from custom_components.telecast.formats.byte_ranges import Range


def candidate_of(url: str) -> Candidate:
    """Answer an address that may lead to this machine."""
    return Candidate(url=url, source="s", local=True)


def opening(
    fetcher: Fetcher, url: str, wanted: Range | None = None, *, if_range: str = ""
) -> AbstractAsyncContextManager[Pipe]:
    """Open a pipe to one address."""
    candidate = candidate_of(url)
    return open_pipe(
        lambda part, condition: open_remote(fetcher, candidate, part, condition),
        wanted,
        name="movie 1",
        if_range=if_range,
    )


async def drained(pipe: Pipe) -> bytes:
    """Answer all that comes through a pipe."""
    pieces = []
    while data := await pipe.read():
        pieces.append(data)
    return b"".join(pieces)
