"""The segments of one rendition, as bytes that come in."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
import logging

from ....formats import hls
from ....formats.containers import ENOUGH, Container, container_of
from ...errors import (
    CannotConnectError,
    NoDataError,
    SourceTimeoutError,
    TelecastError,
    TooLargeError,
)
from .follower import Due, Follower
from .loading import Loader
from .reading import Read

_LOGGER = logging.getLogger(__name__)

# So many segments in a row may fail before the stream is as good as dead.
MAX_FAILED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some bytes of a segment."""

    data: bytes = field(repr=False)
    run: int
    """Parts of the same run go on from each other, for a decoder that knows no breaks."""
    begins: bool = False
    """Whether a segment begins here."""
    broken: bool = False
    """Whether that does not go on from the last one."""
    initialisation: bytes = field(default=b"", repr=False)
    """What a decoder of this segment has to be given first."""

    @property
    def container(self) -> Container | None:
        """What the segment that begins here is in."""
        return container_of(self.initialisation or self.data)


class Parts:
    """Fetches one segment after the other; the next part can be looked at first."""

    def __init__(
        self, follower: Follower, loader: Loader, *, now: Callable[[], float]
    ) -> None:
        self._follower = follower
        self._loader = loader
        self._now = now
        self._well_at = now()
        self._map: hls.Map | None = None
        self._run = 0
        self._failed = 0
        self._broken = False
        self._torn = False
        self._next: Part | None = None
        self._all = self._parts()
        self.skipped = 0
        """Segments that could not be had, or not to their ends."""

    async def aclose(self) -> None:
        """Stop fetching."""
        await self._all.aclose()

    async def peek(self) -> Part | None:
        """Answer the next part, and keep it; None at the end.

        A segment that cannot be had is left out. Raises what following raises, and what
        a segment failed with when it was not the first one in a row.
        """
        if self._next is None:
            self._next = await anext(self._all, None)
        return self._next

    def take(self) -> None:
        """Let go of the part that was looked at."""
        self._next = None

    async def _parts(self) -> AsyncGenerator[Part]:
        while (due := await self._follower.next()) is not None:
            begun = False
            try:
                initialisation = await self._initialisation(due)
                async with self._loader.segment(
                    due.segment, due.sequence, local=due.local
                ) as read:
                    head = await _head(read)
                    begun = True
                    yield self._begin(due, head, initialisation)
                    deadline = self._now() + self._follower.patience
                    while data := await read():
                        yield Part(data=data, run=self._run)
                        self._check(deadline)
            except (
                CannotConnectError,
                SourceTimeoutError,
                TooLargeError,
                NoDataError,
            ) as err:
                self._skip(err, torn=begun)
            else:
                self._failed, self._well_at = 0, self._now()

    async def _initialisation(self, due: Due) -> bytes:
        if due.segment.map is None:
            return b""
        return await self._loader.initialisation(due.segment.map, local=due.local)

    def _begin(self, due: Due, head: bytes, initialisation: bytes) -> Part:
        segment = due.segment
        if segment.discontinuity or self._torn or segment.map != self._map:
            self._run += 1
        broken = due.broken or self._broken
        self._map, self._torn, self._broken = segment.map, False, False
        return Part(
            data=head,
            run=self._run,
            begins=True,
            broken=broken,
            initialisation=initialisation,
        )

    def _check(self, deadline: float) -> None:
        if self._now() > deadline:
            raise SourceTimeoutError("A segment comes far too slowly")

    def _skip(self, error: TelecastError, *, torn: bool) -> None:
        self.skipped += 1
        self._failed += 1
        self._broken, self._torn = True, self._torn or torn
        _LOGGER.debug("A segment failed: %s", error)
        late = self._now() - self._well_at > self._follower.patience
        if late or self._failed >= MAX_FAILED:
            raise error


async def _head(read: Read) -> bytes:
    """Answer enough of a segment to judge it; raises NoDataError for what is none."""
    head = b""
    while len(head) < ENOUGH and (data := await read()):
        head += data
    if not head or container_of(head) is Container.PAGE:
        raise NoDataError("A segment is empty, or a page")
    return head
