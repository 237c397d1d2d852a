"""How video describes itself: in made headers, in hostile ones, and in FFmpeg's."""

from fractions import Fraction
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import mpegts
from custom_components.telecast.formats.mpegts.bits import Bits, EndOfBitsError
from tests.fakes.bitstreams import BitWriter, h264_headers, protected, sequence_header
from tests.fakes.transport import AAC, H264, HEVC, MPEG2, VIDEO_PID, Multiplex

from .recordings import MPEG2 as MPEG2_ENCODER, X264, X265, recorded

MPEG1 = 0x01
SIDES = st.integers(1, 512).map(lambda half: half * 4)


def stream(kind: int, headers: bytes, *, size: int = 1) -> tuple[bytes, mpegts.Join]:
    """Make a stream of one key frame and the beginning of the next frame."""
    mux = Multiplex(streams=((AAC, 0x101), (kind, VIDEO_PID)))
    block = mux.tables() + mux.frame(key=True, flagged=True, headers=headers, size=size)
    block += mux.pes(0x101, b"\0\0\1\xc0", 1) + mux.frame(key=False)
    (join,) = mpegts.Scanner().scan(block)
    return block, join


def described(kind: int, headers: bytes) -> mpegts.Video | None:
    """Describe what begins with these headers."""
    return mpegts.describe_video(*stream(kind, headers))


@given(
    size=st.tuples(SIDES, SIDES),
    options=st.fixed_dictionaries(
        {
            "profile": st.sampled_from([66, 77, 100]),
            "level": st.integers(10, 62),
            "interlaced": st.booleans(),
            "order": st.sampled_from([(0, 4), (1, 0, 1, 1, 2, 3, 4), (2,)]),
        }
    ),
    rate=st.none() | st.tuples(st.integers(1, 60_000), st.sampled_from([1000, 1001])),
    aspect=st.none() | st.tuples(st.integers(1, 65_535), st.integers(1, 65_535)),
)
def test_h264_is_described_as_it_was_encoded(
    size: tuple[int, int],
    options: dict[str, Any],
    rate: tuple[int, int] | None,
    aspect: tuple[int, int] | None,
) -> None:
    video = described(H264, h264_headers(*size, rate=rate, aspect=aspect, **options))
    assert video
    assert (video.codec, video.width, video.height) == ("h264", *size)
    assert video.interlaced == options["interlaced"]
    assert video.frame_rate == (rate and rate[0] / rate[1])
    assert Fraction(*video.sample_aspect) == Fraction(*(aspect or (1, 1)))
    assert (
        video.codec_string == f"avc1.{options['profile']:02X}00{options['level']:02X}"
    )


@pytest.mark.parametrize("step", [1, 2, 1000])
def test_a_key_frame_is_described_as_soon_as_its_headers_are_whole(step: int) -> None:
    headers = b"\0\0\0\1\x06\x05" + b"\xff" * 600 + h264_headers(640, 360)
    block, join = stream(H264, headers, size=30)
    found = [
        mpegts.describe_video(block[: at + step * 188], join)
        for at in range(0, len(block), step * 188)
    ]
    known = [video for video in found if video]
    assert known
    assert len(set(known)) == 1
    assert found == [None] * (len(found) - len(known)) + known


@pytest.mark.parametrize(
    ("headers", "kind", "expected"),
    [
        (
            sequence_header(720, 576, aspect=3, progressive=False),
            MPEG2,
            ("mpeg2video", 720, 576, 25.0, True, (64, 45), "mp4v.61"),
        ),
        (
            sequence_header(704, 480, aspect=2, rate=4),
            MPEG2,
            ("mpeg2video", 704, 480, 30_000 / 1001, False, (10, 11), "mp4v.61"),
        ),
        (
            sequence_header(5000, 4100, aspect=1, rate=6),
            MPEG2,
            ("mpeg2video", 5000, 4100, 50.0, False, (1, 1), "mp4v.61"),
        ),
        (
            sequence_header(352, 288, aspect=1, progressive=None),
            MPEG1,
            ("mpeg1video", 352, 288, 25.0, False, (1, 1), "mp4v.6A"),
        ),
        (
            sequence_header(352, 288, aspect=3, rate=0, progressive=None),
            MPEG2,
            ("mpeg1video", 352, 288, None, False, (64, 45), "mp4v.6A"),
        ),
    ],
)
def test_mpeg_video_is_described_by_its_sequence_header(
    headers: bytes, kind: int, expected: tuple[object, ...]
) -> None:
    video = described(kind, headers)
    assert video
    assert expected == (
        *(video.codec, video.width, video.height, video.frame_rate),
        *(video.interlaced, video.sample_aspect, video.codec_string),
    )


@pytest.mark.parametrize(
    ("encoder", "picture", "expected"),
    [
        (
            (*X264, "-profile:v", "main", "-level", "4.0", "-bf", "2"),
            "testsrc2=size=322x182:rate=30000/1001,setsar=4/3",
            ("h264", 322, 182, 30_000 / 1001, (4, 3), "avc1.4D4028"),
        ),
        (
            (*X265[:-1], X265[-1] + ":scaling-list=default:bframes=4:ref=4"),
            "testsrc2=size=322x182:rate=24,setsar=16/11",
            ("hevc", 322, 182, 24.0, (16, 11), "hvc1.1.6.L60.90"),
        ),
        (
            (*MPEG2_ENCODER, "-aspect", "16:9"),
            "testsrc2=size=720x576:rate=25",
            ("mpeg2video", 720, 576, 25.0, (64, 45), "mp4v.61"),
        ),
    ],
    ids=["h264", "hevc", "mpeg2"],
)
def test_what_ffmpeg_encodes_is_described(
    encoder: tuple[str, ...], picture: str, expected: tuple[object, ...]
) -> None:
    block = recorded(*encoder, seconds=1, picture=picture)
    scanner = mpegts.Scanner()
    join = scanner.scan(block)[0]
    video = mpegts.describe_video(block, join)
    assert video
    assert not video.interlaced
    assert expected == (
        *(video.codec, video.width, video.height, video.frame_rate),
        *(video.sample_aspect, video.codec_string),
    )


@given(
    kind=st.sampled_from([H264, HEVC, MPEG2]),
    start=st.sampled_from(
        [
            b"\0\0\1\x67\x64\0\x1f",
            b"\0\0\1\x67\x42",
            b"\0\0\1\x42\1",
            b"\0\0\1\x42\1\1\1\x60" + bytes(9) + b"\x5d",
            b"\0\0\1\xb3",
            sequence_header(720, 576)[:-6],
        ]
    ),
    rest=st.binary(max_size=400),
    size=st.integers(1, 3),
)
def test_no_headers_break_the_description(
    kind: int, start: bytes, rest: bytes, size: int
) -> None:
    block, join = stream(kind, start + rest, size=size)
    for end in range(0, len(block) + 1, 188):
        video = mpegts.describe_video(block[:end], join)
        assert video is None or 0 < video.width <= 16_384


@given(st.data())
def test_damaged_headers_break_nothing(data: st.DataObject) -> None:
    encoder = data.draw(st.sampled_from([X264, X265, MPEG2_ENCODER]))
    block = recorded(*encoder, seconds=1)[: 40 * 188]
    join = mpegts.Scanner().scan(block)[0]
    at = join.offset + data.draw(st.integers(4, 300))
    damaged = block[:at] + data.draw(st.binary(min_size=1, max_size=9)) + block[at:]
    mpegts.describe_video(damaged[: len(block)], join)


@pytest.mark.parametrize(
    "headers",
    [
        h264_headers(16, 16)[:12] + bytes(60) + b"\x80\0\0\1\x65",
        h264_headers(64, 64, order=(1, 0, 0, 0, 2**31)),
        h264_headers(32_768, 64),
        b"\0\0\1\x09\xf0\0\0\1\x65",
    ],
    ids=["no end", "endless order", "vast", "no parameters"],
)
def test_what_cannot_be_is_no_description(headers: bytes) -> None:
    assert described(H264, headers) is None


def test_without_a_known_picture_there_is_nothing_to_describe() -> None:
    assert described(0x10, h264_headers(64, 64)) is None
    assert mpegts.describe_video(b"", mpegts.Join(0, b"")) is None


def test_sounds_have_names_for_playlists() -> None:
    assert mpegts.AUDIO_CODEC_STRINGS["aac"] == "mp4a.40.2"
    assert mpegts.AUDIO_CODEC_STRINGS["eac3"] == "ec-3"


@given(st.lists(st.integers(0, 2**32 - 2), max_size=20))
def test_golomb_codes_are_read_as_they_were_written(values: list[int]) -> None:
    bits = Bits(BitWriter().golomb(*values).done())
    assert [bits.golomb() for _ in values] == values
    assert bits.flag()


def test_signs_alternate() -> None:
    bits = Bits(BitWriter().golomb(*range(5)).done())
    assert [bits.signed_golomb() for _ in range(5)] == [0, 1, -1, 2, -2]


@pytest.mark.parametrize("data", [b"", b"\0", bytes(40)])
def test_bits_that_end_are_an_error(data: bytes) -> None:
    with pytest.raises(EndOfBitsError):
        Bits(data).golomb()


@given(st.binary(max_size=50))
def test_start_codes_are_kept_out_of_what_is_protected(data: bytes) -> None:
    hidden = protected(data + b"\x80")
    assert b"\0\0\1" not in hidden
    assert hidden.replace(b"\0\0\3", b"\0\0") == data + b"\x80"
