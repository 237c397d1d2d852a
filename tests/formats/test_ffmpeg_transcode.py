"""One decoder, several transport streams: time stamps, key frames and sound, for real."""

from itertools import pairwise
import os
import subprocess

import pytest

from custom_components.telecast.formats import ffmpeg
from custom_components.telecast.formats.ffmpeg import (
    Audio,
    AudioCodec,
    AudioCopy,
    AudioEncode,
    Copy,
    EmptyOutputError,
    Encode,
    InvalidSegmentLengthError,
    Output,
    Progress,
    ProgressParser,
    TranscodeCommand,
)

from . import clips
from .clips import AAC, H264, TURN, clip, key_frames, packets, parts, transcoded

SMALL = ffmpeg.Rendition(name="small", width=160, height=90, video_kbps=200)
ENCODED = Output(video=Encode(SMALL))
TOLERANCE = 90_000 * 50 // 1000
"""How far sound may be from where it was, in ticks."""


def command(
    *outputs: Output, seconds: float | None = None, source: bytes = b""
) -> TranscodeCommand:
    """Describe a command; `source` is where it is to begin, if it is to know that."""
    first = key_frames(source)[0] if source else None
    return TranscodeCommand(outputs=outputs, key_frame_seconds=seconds, first_pts=first)


def test_three_renditions_come_out_of_one_decoder() -> None:
    source = clip(size="1280x720", rate=5)
    outputs = transcoded(
        command(*(Output(video=Encode(each)) for each in ffmpeg.RENDITIONS)), source
    )
    sizes = [clips.size(output) for output in outputs]
    assert sizes == [(1280, 720), (1280, 720), (854, 480)]
    assert len(key_frames(source)) == 5
    for output in outputs:
        found = parts(output)
        assert set(found) == {"video", "audio"}
        assert found["video"]["codec_name"] == "h264"
        assert found["video"]["profile"] == "High"
        assert found["audio"]["codec_name"] == "aac"
        assert found["audio"]["sample_rate"] == "48000"
        assert found["audio"]["channels"] == 2
        assert key_frames(output) == key_frames(source)


def test_every_time_stamp_is_the_sources() -> None:
    source = clip()
    copied, encoded = transcoded(
        command(Output(video=Copy(), audio=AudioCopy()), ENCODED), source
    )
    assert times(copied) == times(encoded) == times(source)
    assert times(copied, "audio") == times(source, "audio")
    first = times(encoded, "audio")[0]
    assert abs(first - times(source, "audio")[0]) <= TOLERANCE


@pytest.mark.parametrize(
    "video",
    [
        ("-c:v", "mpeg2video", "-b:v", "1M", "-bf", "2"),
        (*H264, "-x264-params", "open-gop=1:keyint=10:bframes=2"),
        ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none"),
    ],
)
def test_key_frames_are_found_in_any_codec(video: tuple[str, ...]) -> None:
    source = clip(*video, *AAC, seconds=3)
    (output,) = transcoded(command(ENCODED), source)
    assert len(key_frames(source)) >= 3
    assert key_frames(output) == key_frames(source)


@pytest.mark.parametrize("seconds", [0.8, 2])
def test_key_frames_of_our_own_are_the_same_wherever_one_begins(seconds: float) -> None:
    source = clip(rate=25)
    begun = clips.from_key_frame(source, 2)
    whole, late = (
        transcoded(command(ENCODED, seconds=seconds, source=begin), begin)[0]
        for begin in (source, begun)
    )
    first, *others = key_frames(late)
    assert first == key_frames(source)[2]
    assert others == [pts for pts in key_frames(whole) if pts > first]
    assert len(others) >= 2 // seconds
    # Each is the first picture after a multiple: less than a picture late.
    assert all(pts % (90_000 * seconds) < 3600 for pts in others)


def test_key_frames_of_our_own_count_from_the_beginning_where_that_is_unknown() -> None:
    source = clip(rate=25)
    (output,) = transcoded(command(ENCODED, seconds=2), source)
    first = key_frames(source)[0]
    assert key_frames(output) == [first, first + 180_000, first + 360_000]


@pytest.mark.parametrize("seconds", [None, 2])
def test_a_clock_that_begins_anew_changes_nothing(seconds: float | None) -> None:
    source = clip(start=TURN / 90_000 - 2.7)
    begun = clips.from_key_frame(source, 1)
    whole, late = (
        transcoded(command(ENCODED, seconds=seconds, source=begin), begin)[0]
        for begin in (source, begun)
    )
    assert times(source)[0] > times(source)[-1]
    assert times(whole) == times(source)
    first, *others = key_frames(late)
    assert first == key_frames(source)[1]
    assert others == [
        pts for pts in key_frames(whole) if 0 < (pts - first) % TURN < TURN // 2
    ]
    assert {pts > TURN // 2 for pts in (first, *others)} == {True, False}


def test_a_leap_of_the_clock_makes_no_hours_of_silence() -> None:
    hour = 3600.0
    source = clip(seconds=1) + clip(seconds=1, start=clips.START + hour)
    (output,) = transcoded(command(ENCODED), source)
    assert len(packets(output, "audio")) < 1.2 * len(packets(source, "audio"))


def test_sound_stays_in_its_place_beside_a_gap() -> None:
    source = clip(
        *(*H264, "-c:a", "mp2", "-af", "aselect=not(between(t\\,1\\,2.07))"),
        sound="sine=sample_rate=44100",
        seconds=3,
    )
    (output,) = transcoded(command(ENCODED), source)
    edges = gap(source)
    assert edges[1] - edges[0] > 90_000
    for edge, expected in zip(gap(output), edges, strict=True):
        assert abs(edge - expected) <= TOLERANCE


@pytest.mark.parametrize(
    ("sound", "audio", "codec", "channels"),
    [
        (("-c:a", "mp2", "-ac", "1"), AudioEncode(), "aac", 2),
        (("-c:a", "ac3", "-ac", "6"), AudioEncode(), "aac", 2),
        (("-c:a", "aac", "-ar", "44100"), AudioEncode(), "aac", 2),
        (("-c:a", "aac", "-ac", "6"), AudioEncode(channels=None), "aac", 6),
        (("-c:a", "mp2"), AudioEncode(codec=AudioCodec.AC3), "ac3", 2),
        (("-c:a", "ac3", "-ac", "6"), AudioCopy(), "ac3", 6),
    ],
)
def test_sound_comes_out_as_it_is_asked_for(
    sound: tuple[str, ...], audio: Audio, codec: str, channels: int
) -> None:
    source = clip(*H264, *sound, seconds=1)
    (output,) = transcoded(command(Output(video=Copy(), audio=audio)), source)
    found = parts(output)["audio"]
    assert (found["codec_name"], found["channels"]) == (codec, channels)
    assert found["sample_rate"] == "48000"


def test_a_source_may_be_silent() -> None:
    source = clip(*H264, sound="", seconds=1)
    outputs = transcoded(
        command(
            *(Output(video=video) for video in (Copy(), Encode(SMALL))),
            Output(audio=AudioCopy()),
            Output(video=Encode(SMALL), audio=None),
        ),
        source,
    )
    assert [set(parts(output)) for output in outputs] == [{"video"}] * 4


def test_a_radio_has_no_picture() -> None:
    source = clips.ran(
        *("-v", "error", "-f", "lavfi", "-i", "sine", "-t", "2", "-f", "mpegts", "-")
    )
    (output,) = transcoded(command(Output()), source)
    assert set(parts(output)) == {"audio"}


def test_progress_is_told_while_it_encodes() -> None:
    source = clip(seconds=2)
    reading, writing = os.pipe()
    told = TranscodeCommand(outputs=(ENCODED,), progress_descriptor=writing)
    running = subprocess.run(
        ["ffmpeg", *ffmpeg.arguments(told)],
        input=source,
        capture_output=True,
        check=True,
        pass_fds=[writing],
    )
    os.close(writing)
    assert running.stderr == b""
    with os.fdopen(reading, "rb") as progress:
        said = ProgressParser().feed(progress.read())
    assert [block.ended for block in said][-1:] == [True]
    assert said[-1].frame == len(packets(source))
    assert isinstance(said[-1], Progress)


def test_a_command_that_writes_nothing_is_none() -> None:
    with pytest.raises(EmptyOutputError):
        ffmpeg.arguments(command())


@pytest.mark.parametrize("seconds", [0, -2.0, float("nan")])
def test_key_frames_are_some_time_apart(seconds: float) -> None:
    with pytest.raises(InvalidSegmentLengthError):
        ffmpeg.arguments(command(ENCODED, seconds=seconds))


def times(stream: bytes, kind: str = "video") -> list[int]:
    """List when pictures are shown, in that order, or sound is heard."""
    shown = [packet.pts for packet in packets(stream, kind)]
    start = min(shown) if max(shown) - min(shown) < TURN // 2 else TURN // 2
    return sorted(shown, key=lambda pts: (pts - start) % TURN)


def gap(stream: bytes) -> tuple[int, int]:
    """Answer between which two packets of sound there is the longest time."""
    heard = [packet.pts for packet in packets(stream, "audio")]
    return max(pairwise(heard), key=lambda pair: pair[1] - pair[0])
