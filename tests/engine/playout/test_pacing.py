"""The pacer: never ahead of the clock but by its lead, and in step with it."""

from collections.abc import Iterator

import pytest

from custom_components.telecast.engine.playout import ticks_at
from custom_components.telecast.engine.playout.pacing import LEAD, Pacer
from custom_components.telecast.engine.upstreams.remux import Read
from custom_components.telecast.formats.mpegts import (
    PACKET,
    Counters,
    breaks,
    dts_of,
    pcr_of,
    pid_of,
    starts_anew,
)
from tests.formats.clips import H264, clip

NOON = 1_795_000_000_000
STRIDE = 100


class Day:
    """A clock that goes on when somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOON
        self.poured: list[tuple[int, bytes]] = []

    def clock(self) -> int:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += round(seconds * 1000)

    async def pour(self, block: bytes) -> None:
        self.poured.append((self.now, block))

    @property
    def pacer(self) -> Pacer:
        return Pacer(self.pour, clock=self.clock, sleep=self.sleep)

    @property
    def data(self) -> bytes:
        return b"".join(block for _, block in self.poured)


def piece(instant: int, seconds: float = 3) -> bytes:
    """Make a piece that is shown from an instant on."""
    return clip(
        *(*H264, "-c:a", "aac", "-b:a", "64k"),
        seconds=seconds,
        rate=25,
        keys="0,1,2",
        start=ticks_at(instant) / 90_000,
    )


def reading(*blocks: bytes) -> Read:
    """Read blocks, then the end."""
    left: Iterator[bytes] = iter(blocks)

    async def read() -> bytes:
        return next(left, b"")

    return read


def never() -> int:
    """Answer a time that does not come."""
    return NOON * 2


async def test_nothing_is_poured_before_its_time() -> None:
    day = Day()
    data = piece(NOON)
    assert await day.pacer.play(reading(data), look="norm", until=never)
    assert len(day.data) == len(data)
    assert day.now == pytest.approx(NOON + 3000 - LEAD, abs=2 * STRIDE)
    # All that is early is little, and poured at few times.
    assert len({at for at, _ in day.poured}) <= 3000 / STRIDE + 1


async def test_what_is_late_is_poured_at_once() -> None:
    day = Day()
    await day.pacer.play(reading(piece(NOON - 5000)), look="norm", until=never)
    assert day.now == NOON


async def test_sound_without_a_picture_is_poured_when_it_is_due_too() -> None:
    day = Day()
    pacer = day.pacer
    whole = piece(NOON)
    # The picture ends, and with it the clock; the sound goes on.
    places = range(0, len(whole), PACKET)
    packets = [whole[at : at + PACKET] for at in places]
    half = len(packets) // 2
    pictures = {pid_of(one) for one in packets if pcr_of(one) is not None}
    rest = b"".join(one for one in packets[half:] if pid_of(one) not in pictures)
    assert rest
    first = b"".join(packets[:half])
    assert await pacer.play(reading(first, rest), look="norm", until=never)
    assert day.data == Counters().counted(first + rest)
    assert day.now == pytest.approx(NOON + 3000 - LEAD, abs=2 * STRIDE)
    assert pacer.reached >= NOON + 3000 - STRIDE
    # Nothing is poured long before its time.
    poured = [(at, dts_of(block)) for at, block in day.poured]
    early = [dts / 90 - ticks_at(at) / 90 for at, dts in poured if dts is not None]
    assert max(early) <= LEAD + STRIDE


async def test_a_piece_is_cut_where_something_else_is_on() -> None:
    day = Day()
    pacer = day.pacer
    data = piece(NOON)
    assert await pacer.play(reading(data), look="norm", until=lambda: NOON + 1000)
    assert len(data) / 5 < len(day.data) < len(data) / 2
    assert NOON + 800 < pacer.reached < NOON + 1500


@pytest.mark.parametrize("off", [-86_400_000, -20_000, 20_000, 86_400_000])
async def test_a_day_that_is_another_one_is_not_waited_for(off: int) -> None:
    day = Day()
    pacer = day.pacer
    assert not await pacer.play(reading(piece(NOON + off)), look="norm", until=never)
    assert day.now == NOON
    assert pacer.reached == 0
    # What comes next does not go on from it.
    await pacer.play(reading(piece(NOON)), look="norm", until=never)
    assert breaks(day.data, None)


async def test_pieces_that_look_alike_follow_each_other_without_a_break() -> None:
    day = Day()
    pacer = day.pacer
    for begin in (NOON, NOON + 3000):
        await pacer.play(reading(piece(begin)), look="norm", until=never)
    assert not breaks(day.data, None)


async def test_a_break_is_told_once_where_the_look_changes() -> None:
    day = Day()
    pacer = day.pacer
    await pacer.play(reading(piece(NOON)), look="norm", until=never)
    other = piece(NOON + 3000)
    half = len(other) // PACKET // 2 * PACKET
    await pacer.play(reading(other[:half], other[half:]), look="tall", until=never)
    assert len(breaks(day.data, None)) == 1
    assert sum(starts_anew(block) for _, block in day.poured) == 1


async def test_another_stream_is_between_two_breaks_and_waits_for_no_clock() -> None:
    day = Day()
    pacer = day.pacer
    await pacer.play(reading(piece(NOON)), look="norm", until=never)
    at = day.now
    await pacer.relay(reading(piece(12345), piece(15345)))
    assert day.now == at
    assert pacer.reached == 0
    await pacer.show(iter([(day.now, piece(NOON + 3000))]), look="norm")
    assert len(breaks(day.data, None)) == 2
