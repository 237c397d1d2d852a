"""Pictures of all kinds through FFmpeg: their size, their shape, their fields."""

import pytest

from custom_components.telecast.formats import ffmpeg
from custom_components.telecast.formats.ffmpeg import (
    Encode,
    Encoder,
    Output,
    Picture,
    Rendition,
    TranscodeCommand,
)

from . import clips
from .clips import H264, clip, key_frames, parts, transcoded

SMALL = Rendition(name="small", width=320, height=180, video_kbps=300)
INTERLACED = "testsrc2=size=720x576:rate=50,tinterlace=interleave_top,setsar=64/45"


def encoded(source: bytes, picture: Picture, *renditions: Rendition) -> list[bytes]:
    """Encode a source without its sound."""
    outputs = (Output(video=Encode(each), audio=None) for each in renditions)
    return transcoded(TranscodeCommand(outputs=tuple(outputs), picture=picture), source)


@pytest.mark.parametrize(
    ("width", "height", "aspect", "expected"),
    [
        (640, 360, (1, 1), (320, 180)),
        (161, 91, (1, 1), (160, 90)),
        (160, 90, (1, 1), (160, 90)),
        (90, 160, (1, 1), (90, 160)),
        (180, 360, (1, 1), (90, 180)),
        (144, 115, (64, 45), (204, 114)),
        (720, 576, (64, 45), (320, 180)),
        (720, 576, (16, 15), (240, 180)),
        (720, 480, (8, 9), (240, 180)),
    ],
)
def test_a_picture_comes_out_whole_and_never_enlarged(
    width: int, height: int, aspect: tuple[int, int], expected: tuple[int, int]
) -> None:
    across, down = aspect
    # Only with all colours may a picture have an odd size.
    source = clip(
        *(*H264, "-pix_fmt", "yuv444p", "-vf", f"setsar={across}/{down}"),
        size=f"{width}x{height}",
        seconds=0.3,
        sound="",
    )
    picture = Picture(width=width, height=height, sample_aspect=aspect)
    assert ffmpeg.size_in(picture, SMALL) == expected
    assert [clips.size(found) for found in encoded(source, picture, SMALL)] == [
        expected
    ]
    (unknown,) = encoded(source, Picture(), SMALL)
    assert clips.size(unknown) == expected


@pytest.mark.parametrize("interlaced", [True, None])
def test_fields_become_whole_pictures(interlaced: bool | None) -> None:
    source = clip(
        *("-vf", "setfield=tff", "-r", "25", "-c:v", "mpeg2video", "-b:v", "4M"),
        *("-flags", "+ildct+ilme", "-bf", "2"),
        picture=INTERLACED,
        sound="",
        seconds=1.5,
    )
    assert parts(source)["video"]["field_order"] == "tt"
    picture = Picture(
        width=720, height=576, sample_aspect=(64, 45), interlaced=interlaced
    )
    renditions = (ffmpeg.rendition("720p"), ffmpeg.rendition("480p"))
    outputs = encoded(source, picture, *renditions)
    assert [clips.size(output) for output in outputs] == [(1024, 576), (854, 480)]
    assert combed(source) > len(clips.packets(source)) // 2
    assert combed(outputs[0]) < len(clips.packets(source)) // 10
    for output in outputs:
        assert key_frames(output) == key_frames(source)
        assert len(clips.packets(output)) == len(clips.packets(source))


def test_a_source_that_changes_keeps_its_shape_in_the_same_frame() -> None:
    white = "color=white:rate=10:size="
    source = clip(picture=f"{white}320x180", seconds=1, sound="") + clip(
        picture=f"{white}240x180", seconds=1, sound="", start=clips.START + 1
    )
    (output,) = encoded(source, Picture(width=320, height=180), SMALL)
    assert clips.size(output) == (320, 180)
    shown = clips.ran(
        *("-v", "fatal", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "gray", "-"),
        stdin=output,
    )
    middle = shown[-320 * 90 : -320 * 89]
    assert max(middle[:36] + middle[284:]) < 50
    assert min(middle[44:276]) > 200


def test_devices_scale_where_they_can() -> None:
    picture = Picture(width=1920, height=1080, interlaced=True)
    vaapi = filters(Encoder.VAAPI, picture)
    assert vaapi == (
        "[0:v:0]format=nv12,hwupload,deinterlace_vaapi=auto=1,split=2[s0][s1];"
        "[s0]scale_vaapi=w=1280:h=720:format=nv12,setsar=1[v0];"
        "[s1]scale_vaapi=w=854:h=480:format=nv12,setsar=1[v1]"
    )
    unknown = filters(Encoder.VAAPI, Picture())
    assert "scale_vaapi" not in unknown
    assert unknown.endswith("setsar=1,format=nv12,hwupload[v1]")


@pytest.mark.parametrize("encoder", sorted(set(Encoder) - {Encoder.VAAPI}))
def test_others_are_given_what_software_has_scaled(encoder: Encoder) -> None:
    said = filters(encoder, Picture(width=1920, height=1080, interlaced=False))
    assert said.startswith("[0:v:0]split=2[s0][s1];[s0]scale=")
    assert "yadif" not in said
    assert "hwupload" not in said
    known = "nv12" if encoder is Encoder.QSV else "yuv420p"
    assert said.endswith(f",pad=854:480:-1:-1,setsar=1,format={known}[v1]")


def combed(stream: bytes) -> int:
    """Count the pictures in which two fields can be told apart."""
    report = "metadata=print:file=-:key=lavfi.idet.single.current_frame"
    told = clips.ran(
        *("-v", "fatal", "-i", "pipe:0", "-vf", f"idet,{report}"),
        *("-f", "null", "/dev/null"),
        stdin=stream,
    )
    return told.count(b"=tff") + told.count(b"=bff")


def filters(encoder: Encoder, picture: Picture) -> str:
    """Answer the filter graph of two renditions."""
    command = TranscodeCommand(
        outputs=tuple(
            Output(video=Encode(ffmpeg.rendition(name))) for name in ("720p", "480p")
        ),
        encoder=encoder,
        picture=picture,
    )
    said = ffmpeg.arguments(command)
    return said[said.index("-filter_complex") + 1]
