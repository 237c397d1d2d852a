"""Renditions, encoders, profiles, and how large a picture comes out."""

from fractions import Fraction

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import ffmpeg
from custom_components.telecast.formats.ffmpeg import (
    AudioCodec,
    AudioEncode,
    Copy,
    Encode,
    Encoder,
    InvalidEncoderError,
    InvalidProfileError,
    InvalidRenditionError,
    Picture,
)


@pytest.mark.parametrize(
    ("name", "bandwidth", "resolution"),
    [
        ("1080p", 5_192_000, "1920x1080"),
        ("720p", 3_192_000, "1280x720"),
        ("480p", 1_692_000, "854x480"),
    ],
)
def test_a_rendition_has_its_bandwidth_and_resolution(
    name: str, bandwidth: int, resolution: str
) -> None:
    rendition = ffmpeg.rendition(name)
    assert (rendition.bandwidth, rendition.resolution) == (bandwidth, resolution)


@pytest.mark.parametrize("name", ["", "1080P", "4k", "480"])
def test_other_renditions_are_refused(name: str) -> None:
    with pytest.raises(InvalidRenditionError):
        ffmpeg.rendition(name)


def test_every_error_is_a_value_error_of_one_tree() -> None:
    errors = {
        error
        for name in ffmpeg.__all__
        if name.endswith("Error") and (error := getattr(ffmpeg, name))
    }
    assert len(errors) == 11
    for error in errors:
        assert issubclass(error, ffmpeg.FFmpegError)
        assert issubclass(error, ValueError)


def test_the_best_encoder_is_taken() -> None:
    order = ["nvenc", "qsv", "videotoolbox", "vaapi", "none"]
    assert list(Encoder) == order
    for index, encoder in enumerate(Encoder):
        assert ffmpeg.best(order[index:]) is encoder
        assert ffmpeg.validate("auto", tuple(Encoder)[index:]) is encoder
    with pytest.raises(InvalidEncoderError):
        ffmpeg.best(())


def test_a_wish_is_granted_if_it_can_be() -> None:
    available = (Encoder.VAAPI, Encoder.NONE)
    assert ffmpeg.validate("vaapi", available) is Encoder.VAAPI
    assert ffmpeg.validate("none", available) is Encoder.NONE
    for wish in ("nvenc", "", "VAAPI", "libx264", "h264_vaapi"):
        with pytest.raises(InvalidEncoderError):
            ffmpeg.validate(wish, available)


def test_encoders_have_the_names_that_ffmpeg_gives_them() -> None:
    assert [encoder.codec for encoder in Encoder] == [
        *("h264_nvenc", "h264_qsv", "h264_videotoolbox", "h264_vaapi", "libx264")
    ]


@pytest.mark.parametrize(
    ("width", "height", "aspect", "name", "expected"),
    [
        (1920, 1080, (1, 1), "1080p", (1920, 1080)),
        (1920, 1080, (1, 1), "720p", (1280, 720)),
        (1920, 1080, (1, 1), "480p", (854, 480)),
        (1440, 1080, (4, 3), "1080p", (1920, 1080)),
        (3840, 2160, (1, 1), "1080p", (1920, 1080)),
        (720, 576, (64, 45), "720p", (1024, 576)),
        (720, 576, (64, 45), "480p", (854, 480)),
        (720, 576, (16, 15), "1080p", (768, 576)),
        (720, 480, (8, 9), "480p", (640, 480)),
        (641, 361, (1, 1), "1080p", (640, 360)),
        (1080, 1920, (1, 1), "720p", (404, 720)),
        (320, 180, (0, 1), "1080p", (320, 180)),
        (1, 1, (1, 1), "480p", (2, 2)),
        (0, 0, (1, 1), "720p", (1280, 720)),
    ],
)
def test_a_picture_comes_out_as_large_as_it_may(
    width: int, height: int, aspect: tuple[int, int], name: str, expected: object
) -> None:
    picture = Picture(width=width, height=height, sample_aspect=aspect)
    assert ffmpeg.size_in(picture, ffmpeg.rendition(name)) == expected


@given(
    width=st.integers(16, 8000),
    height=st.integers(16, 8000),
    across=st.integers(1, 200),
    down=st.integers(1, 200),
    rendition=st.sampled_from(ffmpeg.RENDITIONS),
)
def test_a_picture_fits_and_is_never_enlarged(
    width: int, height: int, across: int, down: int, rendition: ffmpeg.Rendition
) -> None:
    picture = Picture(width=width, height=height, sample_aspect=(across, down))
    wide, high = ffmpeg.size_in(picture, rendition)
    shown = Fraction(width * across, down)
    assert wide % 2 == high % 2 == 0
    assert 2 <= wide <= max(2, min(rendition.width, shown))
    assert 2 <= high <= max(2, min(rendition.height, height))
    if wide > 2 and high > 2:
        # Even numbers are as near to the aspect as two pixels each way allow.
        assert abs(wide - high * shown / height) <= 2 + 2 * shown / height


@pytest.mark.parametrize("name", ["", "none", "passthrough"])
def test_a_stream_may_be_left_as_it_is(name: str) -> None:
    assert ffmpeg.profile(name) is None


def test_profiles_are_those_of_the_device_and_ours() -> None:
    assert [profile.name for profile in ffmpeg.PROFILES] == [
        *("heavy", "mobile", "internet540", "internet480", "internet360"),
        *("internet240", "1080p", "720p", "480p", "aac", "ac3"),
    ]
    for known in ffmpeg.PROFILES:
        assert ffmpeg.profile(known.name) is known
    with pytest.raises(InvalidProfileError):
        ffmpeg.profile("heavier")


def test_a_profile_says_what_becomes_of_picture_and_sound() -> None:
    small = ffmpeg.profile("internet360")
    assert small
    assert isinstance(small.video, Encode)
    assert small.video.rendition.resolution == "640x360"
    assert small.audio == AudioEncode(kbps=small.video.rendition.audio_kbps)
    surround = ffmpeg.profile("ac3")
    assert surround
    assert surround.video == Copy()
    assert isinstance(surround.audio, AudioEncode)
    assert surround.audio.codec is AudioCodec.AC3
    assert surround.audio.channels is None
