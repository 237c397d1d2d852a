"""Files go by like broadcasts."""

import pytest

from custom_components.telecast.engine.upstreams.throttle import Throttle
from custom_components.telecast.formats.mpegts import PACKET
from tests.fakes.clock import Clock
from tests.fakes.transport import VIDEO_PID, Multiplex

TICKS = 27_000_000


def block(multiplex: Multiplex, seconds: float) -> bytes:
    """Make a block in which the clock shows so many seconds."""
    base, rest = divmod(round(seconds * TICKS) % (300 << 33), 300)
    field = b"\x07\x10" + (base << 15 | 0x7E00 | rest).to_bytes(6)
    return multiplex.tables() + multiplex.packet(VIDEO_PID, b"", field=field)


class Line:
    """Sends blocks through a throttle; tells when each one came out."""

    def __init__(self) -> None:
        self.clock = Clock()
        self._began = self.clock.now
        self.came: list[float] = []
        self._multiplex = Multiplex()
        throttle = Throttle(now=self.clock, sleep=self._sleep)
        self._pour = throttle.slowed(self._take)

    async def send(self, *seconds: float) -> list[float]:
        self.came.clear()
        for second in seconds:
            await self._pour(block(self._multiplex, second))
        return self.came

    async def _take(self, data: bytes) -> None:
        assert len(data) == 3 * PACKET
        self.came.append(round(self.clock.now - self._began, 3))

    async def _sleep(self, seconds: float) -> None:
        self.clock.now += seconds


async def test_the_beginning_comes_at_once_and_the_rest_in_its_time() -> None:
    assert await Line().send(0, 5, 10, 11, 20) == [0, 0, 0, 1, 10]


async def test_where_it_begins_does_not_matter_nor_a_clock_that_wraps() -> None:
    wrap = 300 * (1 << 33) / TICKS
    assert await Line().send(wrap - 5, wrap + 5, wrap + 9) == [0, 0, 4]


async def test_a_clock_that_jumps_is_another_one() -> None:
    assert await Line().send(0, 8, 5000, 5001, 5004) == [0, 0, 0, 0, 2]


async def test_what_came_late_is_not_made_up_for() -> None:
    line = Line()
    await line.send(0)
    line.clock.now += 60
    assert await line.send(1, 10, 12) == [60, 60, 61]


async def test_what_has_no_clock_is_not_held_up() -> None:
    throttle = Throttle(now=Clock(), sleep=_never)
    poured: list[bytes] = []

    async def take(data: bytes) -> None:
        poured.append(data)

    data = b"".join(Multiplex().seconds(1, frames=2))
    await throttle.slowed(take)(data)
    assert poured == [data]


async def _never(_: float) -> None:
    pytest.fail("held up")
