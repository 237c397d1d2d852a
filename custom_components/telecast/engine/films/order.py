"""Films for whoever reads them from the beginning to the end and cannot seek: FFmpeg."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from ...formats import mp4
from ...formats.byte_ranges import Range, Span
from ...formats.containers import Container, container_of
from ..errors import FilmChangedError
from ..pipe import Facts, Pipe
from ..streams.meter import Meter, metered
from ..upstreams.remux import Read

# Before its media a file says what it is, and perhaps who made it.
_HEAD_BYTES = 64 * 1024
# What may lie between media and index is little, and of few kinds.
_MOST_BOXES = 8

type Open = Callable[[Range | None], AbstractAsyncContextManager[Pipe]]
"""Opens a film, or a range of it, as Supply.open does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """A film that can be read as it comes."""

    pipe: Pipe
    """What is open of it."""
    read: Read
    """Reads all of it; raises what the pipe raises."""


@asynccontextmanager
async def open_in_order(open_pipe: Open, meter: Meter) -> AsyncIterator[Ordered]:
    """Open a film to be read from its beginning, its index before its media.

    An MP4 that has them the other way round is read in parts, one after the other is
    closed, where its sender has ranges: its index, moved to the front, and then the media.
    All else comes as it is. `meter` counts what comes.

    Raises what `open_pipe` and reading raise.
    """
    async with AsyncExitStack() as stack:
        pipe = await stack.enter_async_context(open_pipe(None))
        facts, head = pipe.facts, await _head(metered(pipe.read, meter))
        if front := _front(facts, head):
            # A viewer never has two upstreams.
            await stack.aclose()
            if index := await _index(open_pipe, front, facts, meter):
                media = Span(first=front.media, last=index.place - 1)
                pipe = await stack.enter_async_context(open_pipe(media))
                if pipe.first != front.media or pipe.facts.contradict(facts):
                    raise FilmChangedError("The film is another one now")
                head = front.preamble + index.moved
            else:
                pipe = await stack.enter_async_context(open_pipe(None))
                head = b""
        yield Ordered(pipe=pipe, read=_after(head, metered(pipe.read, meter)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """Where a film's index was, and what it is in the front."""

    place: int
    moved: bytes


async def _head(read: Read) -> bytes:
    """Read so much as tells how a film is ordered."""
    head = await read()
    while container_of(head) is Container.MP4 and len(head) < _HEAD_BYTES:
        if not (data := await read()):
            break
        head += data
    return head


def _front(facts: Facts, head: bytes) -> mp4.Front | None:
    """Answer what a film begins with whose index can be had from behind its media."""
    if facts.size is None or facts.ranges is False:
        return None
    if container_of(head) is not Container.MP4:
        return None
    front = mp4.front_of(head)
    return front if front and front.after < facts.size else None


async def _index(
    open_pipe: Open, front: mp4.Front, facts: Facts, meter: Meter
) -> _Index | None:
    """Fetch what lies behind the media, up to the index; None where there is none."""
    assert facts.size is not None
    place = front.after
    for _ in range(_MOST_BOXES):
        if place + mp4.HEADER > facts.size:
            return None
        async with open_pipe(Span(first=place)) as pipe:
            if pipe.first != place or pipe.facts.contradict(facts):
                return None
            read = metered(pipe.read, meter)
            data = await _at_least(read, mp4.HEADER)
            if (box := mp4.box_of(data)) is None or box.size > facts.size - place:
                return None
            if box.is_index:
                if box.size > mp4.LONGEST_INDEX:
                    return None
                data += await _at_least(read, box.size - len(data))
        if box.is_index:
            # A large one takes a while, and whoever watches is not to notice.
            index = data[: box.size]
            moved = await asyncio.to_thread(mp4.moved_index, index, front, place)
            return _Index(place=place, moved=moved) if moved else None
        place += box.size
    return None


async def _at_least(read: Read, count: int) -> bytes:
    """Read so many bytes, or some more; fewer at the end."""
    pieces: list[bytes] = []
    while count > 0 and (data := await read()):
        pieces.append(data)
        count -= len(data)
    return b"".join(pieces)


def _after(head: bytes, read: Read) -> Read:
    """Answer what reads some bytes, and then the rest."""

    async def following() -> bytes:
        nonlocal head
        data, head = head, b""
        return data or await read()

    return following
