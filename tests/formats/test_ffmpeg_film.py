"""Films as transport streams: from their beginning or from some second on."""

import pytest

from custom_components.telecast.formats import ffmpeg
from custom_components.telecast.formats.ffmpeg import (
    AudioEncode,
    Demuxer,
    Encode,
    FilmCommand,
    InvalidSeekError,
    Output,
    Piped,
    Rendition,
)

from .clips import clip, packets, parts, ran

MATROSKA = ("-f", "matroska")
SMALL = Rendition(name="small", width=160, height=90, video_kbps=100, audio_kbps=64)


def made(command: FilmCommand, source: bytes) -> bytes:
    """Run a command."""
    return ran(*ffmpeg.arguments(command), stdin=source)


@pytest.mark.parametrize("demuxer", [Demuxer.MATROSKA, None])
def test_a_film_becomes_a_transport_stream_with_nothing_encoded(
    demuxer: Demuxer | None,
) -> None:
    source = clip(seconds=2, start=0, container=MATROSKA)
    output = made(FilmCommand(source=Piped(demuxer=demuxer)), source)
    assert set(parts(output)) == {"video", "audio"}
    assert parts(output)["video"]["codec_name"] == "h264"
    assert len(packets(output)) == len(packets(source)) == 20


@pytest.mark.parametrize("container", [("-f", "avi"), ("-f", "flv"), ("-f", "mpegts")])
def test_a_container_need_not_be_known(container: tuple[str, ...]) -> None:
    source = clip(seconds=2, start=0, container=container)
    output = made(FilmCommand(), source)
    assert parts(output)["video"]["codec_name"] == "h264"


def test_what_lies_before_the_wanted_second_is_left_out() -> None:
    source = clip("-g", "10", seconds=4, start=0, container=MATROSKA)
    whole = packets(made(FilmCommand(), source))
    later = packets(made(FilmCommand(seek_seconds=2), source))
    assert 0 < len(later) <= len(whole) // 2 + 1


def test_a_film_is_encoded_where_that_is_wanted() -> None:
    source = clip(seconds=2, start=0, container=MATROSKA)
    output = Output(video=Encode(SMALL), audio=AudioEncode(kbps=64))
    found = parts(made(FilmCommand(output=output), source))
    assert found["video"]["height"] <= 90
    assert found["audio"]["codec_name"] == "aac"


def test_a_film_has_nothing_before_its_beginning() -> None:
    with pytest.raises(InvalidSeekError):
        ffmpeg.arguments(FilmCommand(seek_seconds=-1))


def test_a_film_is_read_from_a_pipe_and_from_nowhere_else() -> None:
    arguments = ffmpeg.arguments(FilmCommand(source=Piped(descriptor=5)))
    assert arguments[arguments.index("-i") + 1] == "pipe:5"
    assert arguments[arguments.index("-protocol_whitelist") + 1] == "pipe"
