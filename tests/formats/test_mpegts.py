"""Transport streams: whole packets out of any bytes, and places to begin."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import mpegts
from tests.fakes import transport
from tests.fakes.transport import (
    AAC,
    AUDIO_PID,
    H264,
    HEVC,
    MPEG2,
    VIDEO_PID,
    Multiplex,
)

SECONDS = b"".join(Multiplex().seconds(2, frames=5))


def scanned(stream: bytes, step: int) -> list[bytes]:
    """Scan a stream in blocks of `step` packets; answer what follows each join."""
    scanner = mpegts.Scanner()
    found = []
    for at in range(0, len(stream), step * mpegts.PACKET):
        block = stream[at : at + step * mpegts.PACKET]
        found += [
            join.tables + stream[at + join.offset :] for join in scanner.scan(block)
        ]
    return found


@pytest.mark.parametrize("step", [1, 7, 187, 188, 189, 1316, 100_000])
def test_packets_come_out_whole_however_they_arrive(step: int) -> None:
    aligner = mpegts.Aligner()
    pieces = (SECONDS[at : at + step] for at in range(0, len(SECONDS), step))
    blocks = [aligner.feed(piece) for piece in pieces]
    assert b"".join(blocks) == SECONDS
    assert all(len(block) % mpegts.PACKET == 0 for block in blocks)
    assert aligner.dropped == 0


def test_bytes_between_packets_are_dropped_and_counted() -> None:
    aligner = mpegts.Aligner()
    packets = [SECONDS[at : at + 188] for at in range(0, 40 * 188, 188)]
    noisy = b"noise G G" + b"".join(packets[:20]) + b"<html>" + b"".join(packets[20:])
    assert aligner.feed(noisy) + aligner.feed(b"") == b"".join(packets)
    assert aligner.dropped == len(b"noise G G<html>")


@given(st.binary(max_size=2000), st.integers(1, 300))
def test_no_bytes_break_the_aligner_or_the_scanner(data: bytes, step: int) -> None:
    aligner, scanner = mpegts.Aligner(), mpegts.Scanner()
    scanner.scan(transport.Multiplex().tables())
    for at in range(0, len(data), step):
        block = aligner.feed(data[at : at + step])
        assert len(block) % mpegts.PACKET == 0
        scanner.scan(block)
        scanner.scan((b"\x47" + data)[: len(data) // 188 * 188])


@pytest.mark.parametrize("step", [1, 2, 3, 10, 1000])
@pytest.mark.parametrize("kind", [H264, HEVC, MPEG2])
@pytest.mark.parametrize("flagged", [True, False])
def test_a_join_begins_with_tables_and_a_key_frame(
    step: int, kind: int, flagged: bool
) -> None:
    mux = Multiplex(streams=((AAC, AUDIO_PID), (kind, VIDEO_PID)))
    tables = mux.tables()
    before = mux.frame(key=False) + mux.pes(AUDIO_PID, b"\0\0\1\xc0", 2)
    after = mux.frame(key=True, flagged=flagged) + mux.frame(key=False)
    assert scanned(tables + before + after, step) == [tables + after]


@pytest.mark.parametrize("step", [1, 2, 50])
def test_a_pmt_of_several_packets_is_kept_whole(step: int) -> None:
    mux = Multiplex(pmt_padding=500)
    tables = mux.tables()
    assert len(tables) > 3 * mpegts.PACKET
    key = mux.frame(key=True)
    assert scanned(tables + key, step) == [tables + key]


def test_without_tables_there_is_no_place_to_begin() -> None:
    assert scanned(Multiplex().frame(key=True), 10) == []


def test_the_latest_tables_are_handed_on() -> None:
    mux = Multiplex()
    first, second = mux.tables(), mux.tables()
    assert first != second
    key = mux.frame(key=True)
    assert scanned(first + second + key, 100) == [second + key]


def test_a_radio_may_be_joined_at_any_frame() -> None:
    mux = Multiplex(streams=((AAC, AUDIO_PID),))
    tables, frame = mux.tables(), mux.pes(AUDIO_PID, b"\0\0\1\xc0", 2)
    assert scanned(tables + frame, 1) == [tables + frame]


def test_a_scrambled_key_frame_is_known_by_its_flag_alone() -> None:
    mux = Multiplex()
    tables = mux.tables()

    def scramble(packet: bytes) -> bytes:
        return packet[:3] + bytes((packet[3] | 0x80,)) + packet[4:]

    flagged = scramble(mux.frame(key=True, size=1, flagged=True))
    assert scanned(tables + scramble(mux.frame(key=True, size=1)) + flagged, 9) == [
        tables + flagged
    ]


def test_the_programme_names_its_parts() -> None:
    scanner = mpegts.Scanner()
    assert scanner.program is None
    scanner.scan(Multiplex().tables())
    program = scanner.program
    assert program
    assert program.pids == (transport.PMT_PID, VIDEO_PID, AUDIO_PID)
    assert (program.join_pid, program.join_type, program.has_video) == (
        VIDEO_PID,
        H264,
        True,
    )
    packets = mpegts.discontinuities(program)
    pids = [mpegts.pid_of(packets[at:]) for at in range(0, len(packets), 188)]
    assert pids == [0, *program.pids]
    assert mpegts.Aligner().feed(packets) == packets
    assert {packets[at + 3] for at in range(0, len(packets), 188)} == {0x20}
    assert {packets[at + 5] for at in range(0, len(packets), 188)} == {0x80}
