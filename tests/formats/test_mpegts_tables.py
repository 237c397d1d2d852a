"""What the tables of a transport stream say of its parts."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import mpegts
from custom_components.telecast.formats.mpegts.codecs import parse_descriptors
from tests.fakes.transport import AAC, AUDIO_PID, H264, MPEG2, VIDEO_PID, Multiplex


def descriptor(tag: int, data: bytes = b"") -> bytes:
    """Make a descriptor."""
    return bytes((tag, len(data))) + data


def program(mux: Multiplex) -> mpegts.Program:
    """Scan the tables of a stream."""
    scanner = mpegts.Scanner()
    scanner.scan(mux.tables())
    assert scanner.program
    return scanner.program


def registered(name: bytes) -> bytes:
    """Make a registration descriptor."""
    return descriptor(0x05, name)


@pytest.mark.parametrize(
    ("kind", "own", "codec"),
    [
        (0x01, b"", "mpeg1video"),
        (0x02, b"", "mpeg2video"),
        (0x03, b"", "mp2"),
        (0x04, b"", "mp2"),
        (0x0F, b"", "aac"),
        (0x10, b"", "mpeg4"),
        (0x11, b"", "aac_latm"),
        (0x1B, b"", "h264"),
        (0x24, b"", "hevc"),
        (0x33, b"", "vvc"),
        (0x81, b"", "ac3"),
        (0x87, b"", "eac3"),
        (0x86, registered(b"CUEI"), "scte_35"),
        (0x06, descriptor(0x6A, b"\0"), "ac3"),
        (0x06, descriptor(0x52, b"\1") + descriptor(0x7A, b"\0"), "eac3"),
        (0x06, descriptor(0x7B), "dts"),
        (0x06, descriptor(0x7F, b"\x15"), "ac4"),
        (0x06, registered(b"AC-3"), "ac3"),
        (0x06, registered(b"EAC3"), "eac3"),
        (0x06, registered(b"HEVC"), "hevc"),
        (0x06, registered(b"Opus") + descriptor(0x7F, b"\x80\2"), "opus"),
        (0x06, descriptor(0x59, b"deu\x10\0\1\0\1"), "dvb_subtitle"),
        (0x06, descriptor(0x56, b"deu\x09\0"), "dvb_teletext"),
        (0x15, descriptor(0x26, b"\xff\xffID3 \xffID3 \0\x0f"), "timed_id3"),
        (0x06, b"", ""),
        (0x06, b"\x05\x40AC", ""),
        (0xC0, registered(b"????"), ""),
    ],
)
def test_codecs_are_named_as_ffmpeg_names_them(
    kind: int, own: bytes, codec: str
) -> None:
    mux = Multiplex(streams=((kind, 0x99),), descriptors={0x99: own})
    assert program(mux).streams[0].codec == codec


def test_blu_ray_has_numbers_of_its_own() -> None:
    streams = ((H264, VIDEO_PID), (0x83, AUDIO_PID), (0x86, 0x103))
    plain = program(Multiplex(streams=streams))
    assert [it.codec for it in plain.streams] == ["h264", "", "scte_35"]
    hdmv = program(Multiplex(streams=streams, info=registered(b"HDMV")))
    assert [it.codec for it in hdmv.streams] == ["h264", "truehd", "dts"]


@pytest.mark.parametrize(
    ("own", "language"),
    [
        (descriptor(0x0A, b"deu\0"), "deu"),
        (descriptor(0x0A, b"ENG\0fra\0"), "eng"),
        (descriptor(0x59, b"nor\x10\0\1\0\1"), "nor"),
        (descriptor(0x56, b"swe\x09\0"), "swe"),
        (descriptor(0x0A, b"\0\0\0\0"), ""),
        (descriptor(0x0A, b"d\xe9u\0"), ""),
        (descriptor(0x0A, b"de"), ""),
        (b"", ""),
    ],
)
def test_languages_are_three_letters_or_none(own: bytes, language: str) -> None:
    mux = Multiplex(streams=((6, 0x99),), descriptors={0x99: own})
    assert program(mux).streams[0].language == language


def test_the_first_picture_and_the_first_sound_are_found() -> None:
    found = program(
        Multiplex(
            streams=(
                (6, 0x99),
                (AAC, 0x101),
                (MPEG2, 0x102),
                (H264, 0x103),
                (3, 0x104),
            ),
            clock=0x1F0,
        )
    )
    assert found.video == found.streams[2]
    assert found.audio == found.streams[1]
    assert (found.pcr_pid, found.join_pid, found.has_video) == (0x1F0, 0x102, True)
    assert found.pids == (0x1000, 0x1F0, 0x99, 0x101, 0x102, 0x103, 0x104)


def test_a_radio_is_joined_at_its_sound() -> None:
    radio = program(Multiplex(streams=((6, 0x99), (AAC, AUDIO_PID)), clock=0x1FFF))
    assert (radio.video, radio.join_pid, radio.has_video) == (None, AUDIO_PID, False)
    assert 0x1FFF not in radio.pids


def test_of_an_unknown_programme_there_is_nothing() -> None:
    nothing = mpegts.Program()
    assert (nothing.video, nothing.audio, nothing.lead) == (None, None, None)
    assert (nothing.pids, nothing.join_type, nothing.has_video) == ((), 0, False)
    assert nothing.join_pid == mpegts.NULL_PID


def test_tables_that_say_the_same_are_the_same() -> None:
    mux, scanner = Multiplex(), mpegts.Scanner()
    scanner.scan(mux.tables())
    before = scanner.program
    scanner.scan(mux.tables())
    assert scanner.program is before
    scanner.scan(Multiplex(streams=((MPEG2, VIDEO_PID),)).tables())
    assert scanner.program
    assert scanner.program.join_type == MPEG2


@given(st.binary(max_size=170), st.binary(max_size=20))
def test_no_descriptors_break_the_tables(own: bytes, info: bytes) -> None:
    parse_descriptors(own)
    streams = ((6, 0x99), (H264, VIDEO_PID))
    scanner = mpegts.Scanner()
    scanner.scan(
        Multiplex(streams=streams, descriptors={0x99: own}, info=info).tables()
    )
    assert scanner.program
    assert scanner.program.video
