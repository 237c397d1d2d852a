"""Plans: what a channel is offered in, and how each rendition comes about."""

import pytest

from custom_components.telecast.engine.hls.plan import (
    Plan,
    Way,
    codecs_of,
    plan_for,
    size_of,
)
from custom_components.telecast.engine.transcoding.pieces import Piece
from custom_components.telecast.formats.ffmpeg import (
    AudioEncode,
    Copy,
    Encode,
    rendition,
)
from custom_components.telecast.formats.mpegts import Elementary, Program, Video

ALL = ("1080p", "720p", "480p")
SIZES = {
    "2160p": (3840, 2160),
    "1080p": (1920, 1080),
    "1088": (1920, 1088),
    "720p": (1280, 720),
    "576i": (720, 576),
    "480p": (854, 480),
    "360p": (640, 360),
    "portrait": (1080, 1920),
}


def piece(
    size: str = "1080p",
    video: str = "h264",
    audio: str = "aac",
    *,
    interlaced: bool = False,
    sample_aspect: tuple[int, int] = (1, 1),
    described: bool = True,
) -> Piece:
    """A piece of a stream; empty codecs stand for what it does not have."""
    kinds = [(video, 0x100), (audio, 0x101)]
    streams = tuple(
        Elementary(pid=pid, type=0, codec=codec) for codec, pid in kinds if codec
    )
    width, height = SIZES[size]
    about = Video(
        codec=video,
        width=width,
        height=height,
        frame_rate=25.0,
        interlaced=interlaced,
        sample_aspect=sample_aspect,
        codec_string="avc1.64001F" if video == "h264" else "",
    )
    return Piece(
        program=Program(streams=streams),
        video=about if video and described else None,
        era=0,
        head=b"",
    )


def plan(piece: Piece) -> Plan:
    return plan_for(piece, seconds=2.0)


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ("2160p", ALL),
        ("1080p", ALL),
        ("1088", ALL),
        ("720p", ("720p", "480p")),
        ("576i", ("720p", "480p")),
        ("480p", ("480p",)),
        ("360p", ("480p",)),
        ("portrait", ALL),
    ],
)
@pytest.mark.parametrize("video", ["h264", "mpeg2video", "hevc"])
def test_nothing_is_made_larger_and_the_best_holds_the_whole_picture(
    size: str, names: tuple[str, ...], video: str
) -> None:
    assert plan(piece(size, video)).names == names


def test_a_picture_that_does_not_describe_itself_may_be_of_any_size() -> None:
    assert plan(piece("360p", "vc1", described=False)).names == ALL


@pytest.mark.parametrize("audio", ["aac", "mp2", "ac3"])
def test_radio_is_offered_once(audio: str) -> None:
    assert plan(piece(video="", audio=audio)).names == ("480p",)


@pytest.mark.parametrize(
    ("video", "audio", "best", "other"),
    [
        ("h264", "aac", Way.COPY, Way.ENCODE),
        ("h264", "", Way.COPY, Way.ENCODE),
        ("h264", "ac3", Way.REMUX, Way.ENCODE),
        ("h264", "eac3", Way.REMUX, Way.ENCODE),
        ("h264", "mp2", Way.REMUX, Way.ENCODE),
        ("h264", "aac_latm", Way.REMUX, Way.ENCODE),
        ("mpeg2video", "mp2", Way.ENCODE, Way.ENCODE),
        ("mpeg2video", "aac", Way.ENCODE, Way.ENCODE),
        ("hevc", "aac", Way.ENCODE, Way.ENCODE),
        ("hevc", "eac3", Way.ENCODE, Way.ENCODE),
    ],
)
def test_what_players_can_take_is_not_encoded(
    video: str, audio: str, best: Way, other: Way
) -> None:
    one = piece("1080p", video, audio)
    assert plan(one).way("1080p", one) is best
    assert plan(one).way("480p", one) is other


@pytest.mark.parametrize(("audio", "way"), [("aac", Way.COPY), ("mp2", Way.REMUX)])
def test_the_sound_of_radio_is_not_taken_for_a_picture(audio: str, way: Way) -> None:
    one = piece(video="", audio=audio)
    assert plan(one).way("480p", one) is way


def test_what_is_copied_is_not_ordered_and_others_follow_its_key_frames() -> None:
    one = piece("1080p")
    order = plan(one).order({"480p", "1080p", "720p"}, one)
    assert [output.name for output in order.outputs] == ["720p", "480p"]
    assert order.key_frame_seconds is None
    assert order.encodes
    assert plan(one).order({"1080p"}, one).outputs == ()


def test_a_remuxed_picture_is_copied_and_its_sound_encoded() -> None:
    one = piece("720p", audio="ac3")
    (top, low) = plan(one).order({"720p", "480p"}, one).outputs
    assert (top.video, top.audio) == (Copy(), AudioEncode())
    assert low.video == Encode(rendition("480p"))
    assert not plan(one).order({"720p"}, one).encodes


def test_where_all_is_encoded_key_frames_are_where_segments_begin() -> None:
    one = piece("1080p", "mpeg2video", "mp2")
    order = plan(one).order({"1080p"}, one)
    assert [output.video for output in order.outputs] == [Encode(rendition("1080p"))]
    assert order.key_frame_seconds == 2.0


def test_renditions_keep_their_names_when_the_stream_turns_into_something_else() -> (
    None
):
    before, after = piece("1080p"), piece("576i", "mpeg2video", "mp2")
    known = plan(before)
    assert known.way("1080p", before) is Way.COPY
    assert known.way("1080p", after) is Way.ENCODE
    assert [one.name for one in known.order(ALL, after).outputs] == list(ALL)


@pytest.mark.parametrize(
    ("one", "name", "way", "size"),
    [
        (piece("1080p"), "1080p", Way.COPY, (1920, 1080)),
        (piece("1080p"), "720p", Way.ENCODE, (1280, 720)),
        (piece("1080p"), "480p", Way.ENCODE, (854, 480)),
        (piece("2160p"), "1080p", Way.COPY, (3840, 2160)),
        (piece("2160p"), "720p", Way.ENCODE, (1280, 720)),
        (piece("360p"), "480p", Way.ENCODE, (640, 360)),
        (piece("portrait"), "480p", Way.ENCODE, (270, 480)),
        (piece("576i", sample_aspect=(64, 45)), "720p", Way.ENCODE, (1024, 576)),
        (piece("576i", sample_aspect=(64, 45)), "720p", Way.COPY, (720, 576)),
        (piece(video=""), "480p", Way.COPY, None),
        (piece(described=False), "480p", Way.ENCODE, (854, 480)),
    ],
)
def test_the_size_is_that_of_the_picture(
    one: Piece, name: str, way: Way, size: tuple[int, int] | None
) -> None:
    assert size_of(rendition(name), way, one) == size


@pytest.mark.parametrize(
    ("one", "way", "codecs"),
    [
        (piece(), Way.COPY, "avc1.64001F,mp4a.40.2"),
        (piece(audio="mp2"), Way.REMUX, "avc1.64001F,mp4a.40.2"),
        (piece(), Way.ENCODE, "avc1.640028,mp4a.40.2"),
        (piece(video="mpeg2video", audio="mp2"), Way.ENCODE, "avc1.640028,mp4a.40.2"),
        (piece(audio=""), Way.COPY, "avc1.64001F"),
        (piece(video="", audio="mp2"), Way.REMUX, "mp4a.40.2"),
    ],
)
def test_codecs_are_those_that_come_out(one: Piece, way: Way, codecs: str) -> None:
    assert codecs_of(one, way) == codecs
