"""The ring: bounded, read by position, and a place to begin in it."""

from hypothesis import given, strategies as st

from custom_components.telecast.engine.streams import ring as ring_module
from custom_components.telecast.engine.streams.ring import (
    BURST_SECONDS,
    MAX_SECONDS,
    Mark,
    Ring,
)
from custom_components.telecast.formats.mpegts import (
    CLOCK,
    WRAP,
    Join,
    Program,
    discontinuities,
)


def test_blocks_are_read_by_position_while_they_are_there() -> None:
    ring = Ring()
    for number in range(3):
        ring.append(b"%d" % number, [], now=number)
    assert [ring[at] for at in range(ring.start, ring.end)] == [b"0", b"1", b"2"]
    assert ring.size == 3


def test_breaks_are_counted_up_to_each_block() -> None:
    ring, broken = Ring(), discontinuities(Program(pcr_pid=0x100))
    for block in (b"1", broken, b"2", broken, b"3"):
        ring.append(block, [], now=0)
    assert [ring.era(at) for at in range(ring.start, ring.end)] == [0, 1, 1, 2, 2]


def test_what_is_too_old_is_forgotten_once_a_newer_place_to_begin_is_there() -> None:
    ring = Ring()
    ring.append(b"first", [Join(0, b"")], now=0)
    ring.append(b"second", [], now=MAX_SECONDS + 1)
    assert ring.start == 0, "the only place to begin stays"
    ring.append(b"third", [Join(0, b"")], now=MAX_SECONDS + 2)
    assert ring.start == 1


def test_without_any_place_to_begin_old_blocks_go_all_the_same() -> None:
    ring = Ring()
    for second in range(100):
        ring.append(b"x", [], now=second)
    assert ring.end - ring.start <= MAX_SECONDS + 1


@given(st.lists(st.tuples(st.integers(1, 700), st.booleans()), max_size=60))
def test_it_never_holds_more_bytes_than_it_may(blocks: list[tuple[int, bool]]) -> None:
    ring = Ring()
    kept = ring_module.MAX_BYTES
    for size, key in blocks:
        ring.append(bytes(size * 1024 * 4), [Join(0, b"")] if key else [], now=0)
        assert ring.size <= kept or ring.end - ring.start == 1
        assert ring.size == sum(len(ring[at]) for at in range(ring.start, ring.end))


def test_a_newcomer_begins_at_the_newest_place_that_is_a_second_old() -> None:
    ring = Ring()
    for second in range(4):
        ring.append(b"x", [Join(second, b"t")], now=second * 0.6)
    assert (point := ring.join(now=1.8))
    assert (point.offset, point.at) == (1, 0.6)
    assert (point := ring.join(now=0.1 + BURST_SECONDS))
    assert point.offset == 0


def test_a_newcomer_begins_at_the_oldest_place_where_none_is_a_second_old() -> None:
    ring = Ring()
    assert ring.join(now=0) is None
    ring.append(b"x", [Join(188, b"t")], now=5)
    assert (point := ring.join(now=5.1))
    assert (point.position, point.offset, point.tables) == (0, 188, b"t")


def test_a_place_is_found_by_its_time_stamp() -> None:
    ring, broken = Ring(), discontinuities(Program(pcr_pid=0x100))
    for second in range(3):
        begins = Join(0, b"", pts=(WRAP - CLOCK + second * CLOCK) % WRAP)
        ring.append(b"x", [begins], now=second)
    ring.append(broken, [Join(0, b"", pts=CLOCK)], now=3)

    def found(pts: int, era: int = 0) -> int | None:
        point = ring.join_at(Mark(era=era, pts=pts))
        return point.position if point else None

    assert found(WRAP - 2 * CLOCK) is None, "all come later"
    assert found(WRAP - CLOCK) == 0
    assert found(WRAP - 1) == found(-1) == 1, "encoders round, and clocks wrap"
    assert found(WRAP + CLOCK // 2) == 1
    assert found(WRAP + 9 * CLOCK) == 2
    assert found(9 * CLOCK, era=1) == 3
    assert found(CLOCK, era=2) is None


def test_a_place_without_a_time_stamp_is_found_by_its_age_alone() -> None:
    ring = Ring()
    ring.append(b"x", [Join(0, b"")], now=0)
    assert ring.join_at(Mark(era=0, pts=9)) is None
    assert ring.join(0)
