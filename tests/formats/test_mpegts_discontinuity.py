"""Breaks of a transport stream: told by us, and told by others."""

from hypothesis import given, strategies as st

from custom_components.telecast.formats import mpegts
from tests.fakes.transport import AUDIO_PID, VIDEO_PID, Multiplex


def programme(mux: Multiplex) -> mpegts.Program:
    """Scan the tables of a stream."""
    scanner = mpegts.Scanner()
    scanner.scan(mux.tables())
    assert scanner.program
    return scanner.program


def test_a_break_that_we_tell_is_seen_as_one() -> None:
    mux = Multiplex()
    program = programme(mux)
    told = mpegts.discontinuities(program)
    after = mux.tables() + mux.frame(key=True, flagged=True)
    assert mpegts.starts_anew(told + after)
    assert mpegts.breaks(told + after, program) == [0, 2 * 188]
    assert mpegts.breaks(after + told, None) == [len(after)]
    assert not mpegts.starts_anew(after)
    assert mpegts.breaks(after, program) == []
    assert not mpegts.starts_anew(b"")


def test_a_break_counts_where_the_clock_is() -> None:
    mux = Multiplex(clock=AUDIO_PID)
    program = programme(mux)
    elsewhere = mux.frame(key=True, anew=True)
    here = mux.pes(AUDIO_PID, b"", 2, anew=True, pcr=5)
    assert mpegts.breaks(elsewhere + here + elsewhere, program) == [len(elsewhere)]


def test_tables_with_a_flag_do_not_start_anew() -> None:
    flagged = Multiplex().packet(0, b"\0", begins=True, field=b"\1\x80")
    assert not mpegts.starts_anew(flagged)
    assert mpegts.breaks(flagged, None) == [0]


def test_the_head_of_a_join_tells_a_break_and_the_tables() -> None:
    mux = Multiplex()
    tables = mux.tables()
    (join,) = mpegts.Scanner().scan(tables + mux.frame(key=True, pts=9, pcr=0))
    assert join.head == mpegts.discontinuities(join.program) + tables
    assert mpegts.starts_anew(join.head)
    assert (join.pts, join.program.video) == (9, join.program.lead)
    assert mpegts.Join(0, b"").program == mpegts.Program()


@given(st.lists(st.binary(min_size=187, max_size=187), max_size=5))
def test_no_packets_break_the_search(rests: list[bytes]) -> None:
    block = b"".join(b"\x47" + rest for rest in rests)
    program = programme(Multiplex(clock=VIDEO_PID))
    assert set(mpegts.breaks(block, None)) <= set(mpegts.breaks(block, program))
    assert mpegts.starts_anew(block) in (True, False)
