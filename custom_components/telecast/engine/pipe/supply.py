"""Where pipes get their bytes: the user's folders, and what providers allow of theirs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import unquote

from ...formats.byte_ranges import Range
from ..errors import (
    BusyError,
    SourceError,
    StreamError,
    TelecastError,
    TuneFailedError,
    UnsupportedStreamError,
)
from ..fetch import Fetcher
from ..model import Candidate
from ..schemes import HTTP, scheme_of
from ..streams.slots import Slots
from .local import open_local
from .part import Part
from .pipe import Pipe, open_pipe
from .remote import open_remote

FILE = "file"
"""The scheme of the user's own films: a path, percent-encoded."""

# As long as a channel's stream waits: a viewer may ask for what is next before what was
# before is let go.
SLOT_PATIENCE_SECONDS = 3.5
# That a player of HLS has left shows in its silence alone, so time must be looked at.
_LOOK_SECONDS = 0.5


def nobody_gives_way(candidate: Candidate) -> bool:
    """Answer that all who hold a slot beside pipes need it."""
    return False


class Supply:
    """Opens candidates for pipes, each in a slot of its account."""

    def __init__(
        self,
        *,
        fetcher: Fetcher,
        placed: Callable[[Candidate], tuple[Candidate, ...]],
        slots: Callable[[Candidate], Slots],
        allowed_folders: Sequence[Path] = (),
        make_room: Callable[[Candidate], bool] = nobody_gives_way,
    ) -> None:
        """Prepare; `placed` answers what a candidate stands for, the best first.

        `make_room` begins to end a stream that holds a slot of a candidate and that
        nobody needs, and answers whether there was one. Paths lead only into
        `allowed_folders`, which are resolved.
        """
        self._fetcher = fetcher
        self._placed = placed
        self._slots = slots
        self._allowed_folders = tuple(allowed_folders)
        self._make_room = make_room

    @asynccontextmanager
    async def open(
        self,
        candidate: Candidate,
        wanted: Range | None = None,
        *,
        name: str,
        if_range: str = "",
        holder: str = "",
        viewers: Callable[[], str] = lambda: "",
        give_way: Callable[[], bool] = lambda: False,
    ) -> AsyncIterator[Pipe]:
        """Open a pipe, as open_pipe says; its slot is given back after its connection.

        All that a candidate stands for is tried in turn, a slot being waited for where
        all are taken. `holder`, `viewers` and `give_way` are for Slots.take. A `file:`
        takes no slot.

        Raises the first SourceError or StreamError of all tries, or SourceBusyError;
        UnsatisfiableRangeError; for an address of another kind UnsupportedStreamError.
        """
        if scheme_of(candidate.url) == FILE:
            opening = open_pipe(
                lambda part, _: self._local(candidate, part),
                wanted,
                name=name,
                if_range=if_range,
            )
            async with opening as pipe:
                yield pipe
            return
        error: TelecastError | None = None
        for one in await self._with_room(candidate):
            opened = False
            try:
                slots = self._slots(one)
                with slots.take(holder or name, viewers=viewers, give_way=give_way):
                    async with open_pipe(
                        self._remote(one), wanted, name=name, if_range=if_range
                    ) as pipe:
                        opened = True
                        yield pipe
                        return
            except (SourceError, StreamError, BusyError) as err:
                if opened:
                    raise
                # That one is busy says less than that another one is broken.
                if error is None or (
                    isinstance(error, BusyError) and not isinstance(err, BusyError)
                ):
                    error = err
        raise error or TuneFailedError("The film has no address")

    async def _with_room(self, candidate: Candidate) -> tuple[Candidate, ...]:
        """Answer what a candidate stands for, once there is a slot, or after a while."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + SLOT_PATIENCE_SECONDS
        while True:
            placed = self._placed(candidate)
            slots = list(dict.fromkeys(map(self._slots, placed)))
            if not slots or any(one.free for one in slots):
                return placed
            if (left := deadline - loop.time()) <= 0:
                return placed  # taking a slot now says who holds it
            if not any(map(self._make_room, placed)):
                any(one.make_room() for one in slots)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(left, _LOOK_SECONDS)):
                    await slots[0].given_back()

    def _remote(
        self, candidate: Candidate
    ) -> Callable[[Range | None, str], AbstractAsyncContextManager[Part]]:
        if scheme_of(candidate.url) not in HTTP:
            raise UnsupportedStreamError("The address is of a kind that has no ranges")
        return lambda wanted, if_range: open_remote(
            self._fetcher, candidate, wanted, if_range
        )

    def _local(
        self, candidate: Candidate, wanted: Range | None
    ) -> AbstractAsyncContextManager[Part]:
        return open_local(path_of(candidate.url), self._allowed_folders, wanted)


def path_of(url: str) -> str:
    """Answer the path that a `file:` address names, with or without an empty host."""
    path = url.partition(":")[2]
    if path.startswith("///"):
        path = path[2:]
    return unquote(path)
