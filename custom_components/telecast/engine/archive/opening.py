"""Opens a recording, by ranges where it has any."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypedDict

from ...formats.byte_ranges import Range
from ..errors import (
    BusyError,
    NoDataError,
    SourceError,
    StreamError,
    TelecastError,
    TuneFailedError,
    UnsupportedStreamError,
)
from ..model import Candidate
from ..pipe import Pipe, Supply
from ..streams.slots import Slots
from ..upstreams import OpenUpstream
from .recording import Read


class Holder(TypedDict):
    """Who holds a slot, as Slots.take wants it."""

    holder: str
    viewers: Callable[[], str]
    give_way: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A candidate that delivers."""

    read: Read
    pipe: Pipe | None = None
    """What knows which bytes these are; None where they have no ranges."""


class Opener:
    """Opens candidates, each in a slot of its account."""

    def __init__(
        self,
        *,
        supply: Supply,
        open_upstream: OpenUpstream,
        placed: Callable[[Candidate], tuple[Candidate, ...]],
        slots: Callable[[Candidate], Slots],
    ) -> None:
        """Prepare; `placed` answers what a candidate stands for, the best first."""
        self._supply = supply
        self._open_upstream = open_upstream
        self._placed = placed
        self._slots = slots

    @asynccontextmanager
    async def open(
        self,
        candidates: Iterable[Candidate],
        holder: Holder,
        *,
        wanted: Range | None,
        if_range: str,
    ) -> AsyncIterator[Opened]:
        """Open the first candidate that can be, its first bytes in hand.

        A file is read by ranges, whatever else there is (a playlist, another protocol)
        from its beginning. Leaving the block waits until its connections are closed, and
        gives the slot back then.

        Raises the first SourceError or StreamError of all tries, or SourceBusyError, and
        UnsatisfiableRangeError.
        """
        async with AsyncExitStack() as stack:
            yield await _first(
                stack, (self._open(one, holder, wanted, if_range) for one in candidates)
            )

    @asynccontextmanager
    async def _open(
        self, candidate: Candidate, holder: Holder, wanted: Range | None, if_range: str
    ) -> AsyncIterator[Opened]:
        async with AsyncExitStack() as stack:
            piping = self._supply.open(
                candidate,
                wanted,
                # The whole address: two times of an archive are never parts of one.
                name=candidate.url,
                if_range=if_range,
                **holder,
            )
            try:
                pipe = await stack.enter_async_context(piping)
            except UnsupportedStreamError:
                read = await _first(
                    stack, (self._play(one, holder) for one in self._placed(candidate))
                )
                yield Opened(read=read)
            else:
                yield Opened(read=pipe.read, pipe=pipe)

    @asynccontextmanager
    async def _play(self, candidate: Candidate, holder: Holder) -> AsyncIterator[Read]:
        """Read what has no ranges, in its own time."""
        slots = self._slots(candidate)
        name, viewers = holder["holder"], holder["viewers"]
        with slots.take(name, viewers=viewers, give_way=holder["give_way"]):
            async with self._open_upstream(candidate) as upstream:
                if not (head := await upstream.read()):
                    raise NoDataError("The archive sends nothing")

                async def read() -> bytes:
                    nonlocal head
                    data, head = head, b""
                    return data or await upstream.read()

                yield read


async def _first[T](
    stack: AsyncExitStack, attempts: Iterable[AbstractAsyncContextManager[T]]
) -> T:
    """Enter the first context that can be; raise why the first one could not."""
    error: TelecastError | None = None
    for attempt in attempts:
        try:
            return await stack.enter_async_context(attempt)
        except (SourceError, StreamError, BusyError) as err:
            if error is None or isinstance(error, BusyError):
                error = err
    raise error or TuneFailedError("The archive has no address")
