"""Films that are read as they come: an index that comes last is fetched first."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.errors import FilmChangedError
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.films.order import open_in_order
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.pipe import Pipe, Supply
from custom_components.telecast.engine.streams.meter import Meter
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.formats.byte_ranges import Range
from tests.fakes.clock import Clock
from tests.fakes.film_server import FilmServer, film
from tests.fakes.left_over import leaving_nothing
from tests.formats.test_mp4 import FREE, FTYP, box, index, table

MEDIA = box("mdat", film(300_000))
INDEX = index(table("stco", [28, 100_000]))
LAST = FTYP + MEDIA + INDEX
BY = len(INDEX)
MOVED = index(table("stco", [28 + BY, 100_000 + BY]))
ORDERED = FTYP + MOVED + MEDIA


class World:
    """A film on a server, and one slot for it."""

    def __init__(self, server: FilmServer, supply: Supply, slots: Slots) -> None:
        self.server = server
        self.slots = slots
        self.supply = supply
        self.url = server.url
        self.meter = Meter(Clock())
        self.change: Callable[[Range | None], None] = lambda _: None

    def open(self, wanted: Range | None) -> AbstractAsyncContextManager[Pipe]:
        """Open the film."""
        self.change(wanted)
        candidate = Candidate(url=self.url, source="one", local=True)
        return self.supply.open(candidate, wanted, name="film")

    async def read(self, data: bytes | None = None) -> bytes:
        """Read a film to its end."""
        if data is not None:
            self.server.data = data
        pieces = []
        async with open_in_order(self.open, self.meter) as ordered:
            while piece := await ordered.read():
                pieces.append(piece)
        assert self.slots.in_use == 0
        return b"".join(pieces)

    @property
    def asked(self) -> list[str]:
        """Which ranges were asked for."""
        return [one.get("Range", "") for one in self.server.asked]


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[World]:
    slots = Slots(1)
    async with (
        FilmServer(LAST) as server,
        open_fetcher(ssl.create_default_context()) as fetcher,
    ):
        supply = Supply(
            fetcher=fetcher,
            placed=lambda candidate: (candidate,),
            slots=lambda _: slots,
            allowed_folders=[folder.resolve()],
        )
        yield World(server, supply, slots)


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with leaving_nothing(), serving(tmp_path) as world:
        yield world


async def test_an_index_that_comes_last_is_put_first(world: World) -> None:
    assert await world.read() == ORDERED
    at = len(FTYP + MEDIA)
    assert world.asked == ["", f"bytes={at}-", f"bytes={len(FTYP)}-{at - 1}"]
    assert world.server.streams.peak == 1, "one after the other is closed"
    assert world.meter.total >= len(MEDIA + INDEX)


async def test_what_lies_between_is_passed_over(world: World) -> None:
    between = FREE + box("udta", b"x" * 5000) + box("mdat", b"more")
    data = FTYP + MEDIA + between + INDEX + FREE
    assert await world.read(data) == FTYP + MOVED + MEDIA + between
    assert world.server.streams.peak == 1


async def test_files_on_disk_are_ordered_too(world: World, tmp_path: Path) -> None:
    path = tmp_path.resolve() / "film.mp4"
    path.write_bytes(LAST)
    world.url = f"file:{path}"
    assert await world.read() == ORDERED
    assert world.asked == []


@pytest.mark.parametrize(
    "data",
    [
        ORDERED,
        film(200_000),
        FTYP,
        FTYP + MEDIA,
        FTYP + MEDIA + FREE * 20 + INDEX,
        FTYP + MEDIA + INDEX[:-100],
        FTYP + MEDIA + index(table("stco", [5])),
        FTYP + MEDIA + b"junk",
        FTYP + b"\x00\x00\x00\x00mdat" + b"x" * 1000,
    ],
)
async def test_what_cannot_be_ordered_or_is_comes_as_it_is(
    world: World, data: bytes
) -> None:
    assert await world.read(data) == data
    assert world.server.streams.peak == 1


async def test_where_there_are_no_ranges_a_film_comes_as_it_is(world: World) -> None:
    world.server.ranges = False
    data = FTYP + box("mdat", film(2_000_000)) + INDEX
    assert await world.read(data) == data
    # What is not far ahead can be waited for.
    assert await world.read(LAST) == ORDERED


async def test_nothing_but_what_is_in_order_is_asked_for_once(world: World) -> None:
    assert await world.read(ORDERED) == ORDERED
    assert world.asked == [""]


async def test_a_film_that_changes_meanwhile_is_not_mixed_with_another(
    world: World,
) -> None:
    opened: list[Range | None] = []

    def change(wanted: Range | None) -> None:
        opened.append(wanted)
        if len(opened) == 3:
            world.server.etag = '"two"'
            world.server.data = FTYP + box("mdat", film(300_000, seed=2)) + INDEX

    world.change = change
    with pytest.raises(FilmChangedError):
        await world.read()
    assert world.slots.in_use == 0
