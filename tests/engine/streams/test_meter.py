"""Meters: a total, and a rate that follows what happens now."""

from custom_components.telecast.engine.streams.meter import Meter, metered
from custom_components.telecast.engine.streams.slots import Slots


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    meter = Meter(clock)
    for _ in range(30):
        clock.now += 1
        meter.add(1000)
        rate = meter.rate
    assert rate == 8000
    for _ in range(15):
        clock.now += 1
        rate = meter.rate
    assert (rate, meter.total) == (0, 30_000)


def test_the_rate_of_the_first_second_is_no_nonsense() -> None:
    clock = Clock()
    meter = Meter(clock)
    meter.add(1000)
    clock.now += 1
    assert meter.rate == 8000


def test_slots_tell_of_every_change() -> None:
    changes: list[int] = []
    slots = Slots(1, lambda: changes.append(slots.in_use))
    with slots.take("channel 1"):
        assert not slots.free
        slots.limit = 0
        assert slots.free, "0 is any number"
        with slots.take("channel 2"):
            pass
    assert changes == [1, 2, 1, 0]


async def test_what_is_read_is_counted_and_passed_on() -> None:
    pieces = [b"abc", b"de", b""]
    meter = Meter(Clock())

    async def read() -> bytes:
        return pieces.pop(0)

    counted = metered(read, meter)
    assert [await counted() for _ in range(3)] == [b"abc", b"de", b""]
    assert meter.total == 5
