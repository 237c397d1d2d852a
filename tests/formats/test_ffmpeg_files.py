"""Files turned into HLS by FFmpeg itself."""

from dataclasses import replace
from pathlib import Path
import re
import subprocess

import pytest

from custom_components.telecast.formats import ffmpeg, hls
from custom_components.telecast.formats.ffmpeg import (
    EmptyInputError,
    EmptyOutputError,
    Encoder,
    HlsFileCommand,
    InvalidInputError,
    InvalidListSizeError,
    InvalidOutputError,
    InvalidSeekError,
    InvalidSegmentLengthError,
    Rendition,
)
from custom_components.telecast.formats.hls import (
    InvalidNameError,
    MediaPlaylist,
    PlaylistKind,
)

from .clips import clip, ran

SMALL = Rendition(name="small", width=160, height=90, video_kbps=200)
COMMAND = HlsFileCommand(
    input="/media/film.mkv",
    output="/streams/news/1080p.m3u8",
    rendition=ffmpeg.rendition("1080p"),
)


@pytest.fixture(name="film", scope="module")
def _film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of ten seconds whose name is hard to say."""
    path = tmp_path_factory.mktemp("films") / "-100% Mission: 'Impossible'.mkv"
    path.write_bytes(clip(seconds=10, start=0, container=("-f", "matroska")))
    return path


@pytest.mark.parametrize(
    ("kind", "numbers"),
    [
        (PlaylistKind.LIVE, [3, 4]),
        (PlaylistKind.EVENT, [0, 1, 2, 3, 4]),
        (PlaylistKind.VOD, [0, 1, 2, 3, 4]),
    ],
)
def test_a_film_becomes_a_playlist(
    film: Path, tmp_path: Path, kind: PlaylistKind, numbers: list[int]
) -> None:
    command = HlsFileCommand(
        input=str(film),
        output=f"{tmp_path}/small.m3u8",
        rendition=SMALL,
        segment_seconds=2,
        list_size=2,
        kind=kind,
    )
    ran(*ffmpeg.arguments(command))
    playlist = hls.parse((tmp_path / "small.m3u8").read_text(), "")
    assert isinstance(playlist, MediaPlaylist)
    assert playlist.kind is kind
    names = [hls.segment_name("small", number) for number in numbers]
    assert [segment.uri for segment in playlist.segments] == names
    assert {segment.duration for segment in playlist.segments} == {2.0}
    assert set(names) <= {path.name for path in tmp_path.iterdir()}
    if kind is PlaylistKind.LIVE:
        assert not (tmp_path / hls.segment_name("small", 0)).exists()


def test_a_film_begins_where_it_is_sought(film: Path, tmp_path: Path) -> None:
    command = HlsFileCommand(
        input=str(film),
        output=f"{tmp_path}/small.m3u8",
        rendition=SMALL,
        seek_seconds=7,
        kind=PlaylistKind.VOD,
    )
    ran(*ffmpeg.arguments(command))
    text = (tmp_path / "small.m3u8").read_text()
    durations = re.findall(r"#EXTINF:([\d.]+)", text)
    assert sum(map(float, durations)) == pytest.approx(3, abs=0.2)


def test_flags_are_those_that_are_asked_for() -> None:
    arguments = ffmpeg.hls_arguments(
        replace(COMMAND, encoder=Encoder.NVENC, seek_seconds=3600, paced=True)
    )
    text = " ".join(arguments)
    assert "-re -ss 3600.000 " in text
    assert text.index("-ss") < text.index(" -i file:/media/film.mkv ")
    assert " -c:v h264_nvenc -preset p1 " in text
    assert " -b:v 5000k -maxrate 5000k -bufsize 10000k " in text
    assert " -c:a aac -b:a 192k -ac 2 " in text
    assert text.endswith(
        " -f hls -hls_time 6 -hls_list_size 10 -hls_flags delete_segments"
        " -hls_segment_filename /streams/news/1080p_segment_%03d.ts"
        " /streams/news/1080p.m3u8"
    )


def test_an_event_loses_nothing() -> None:
    event = ffmpeg.hls_arguments(replace(COMMAND, kind=PlaylistKind.EVENT))
    assert "-hls_flags" not in event
    assert event[event.index("-hls_playlist_type") + 1] == "event"
    live = ffmpeg.hls_arguments(COMMAND)
    assert "-hls_playlist_type" not in live


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"input": ""}, EmptyInputError),
        ({"input": " "}, EmptyInputError),
        ({"input": "concat:a|b"}, InvalidInputError),
        ({"input": "subfile,,start,0,end,9,,:a"}, InvalidInputError),
        ({"input": "pipe:0"}, InvalidInputError),
        ({"input": "data:text,x"}, InvalidInputError),
        ({"input": "rtsp://host/a"}, InvalidInputError),
        ({"input": "http://host/\r\nX: y"}, InvalidInputError),
        ({"input": "/a\0b"}, InvalidInputError),
        ({"output": ""}, EmptyOutputError),
        ({"output": "-y"}, InvalidOutputError),
        ({"output": "http://host/1080p.m3u8"}, InvalidOutputError),
        ({"output": "/%03d/1080p.m3u8"}, InvalidOutputError),
        ({"output": "/streams/master.m3u8"}, InvalidOutputError),
        ({"output": "/streams/1080p.mp4"}, InvalidOutputError),
        ({"seek_seconds": -1}, InvalidSeekError),
        ({"segment_seconds": 0}, InvalidSegmentLengthError),
        ({"list_size": 0}, InvalidListSizeError),
    ],
)
def test_each_mistake_has_its_error(
    wrong: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        ffmpeg.hls_arguments(replace(COMMAND, **wrong))


@pytest.mark.parametrize(
    ("address", "allowed", "opened"),
    [
        ("/media/a.mkv", "file", "file:/media/a.mkv"),
        ("-i.mkv", "file", "file:-i.mkv"),
        ("/a/concat:b", "file", "file:/a/concat:b"),
        ("http://host/a", "http,tcp", "http://host/a"),
        ("https://host/a", "https,tls,tcp", "https://host/a"),
    ],
)
def test_an_input_leads_only_where_it_says(
    address: str, allowed: str, opened: str
) -> None:
    arguments = ffmpeg.hls_arguments(replace(COMMAND, input=address))
    assert arguments[arguments.index("-protocol_whitelist") + 1] == allowed
    assert arguments[arguments.index("-i") + 1] == opened


def test_a_film_that_is_a_list_of_files_is_none(film: Path, tmp_path: Path) -> None:
    trap = film.parent / "trap.mkv"
    entry = f"#EXTINF:10,\n{film}\n"
    trap.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n{entry}#EXT-X-ENDLIST\n")
    command = replace(
        COMMAND, input=str(trap), output=f"{tmp_path}/small.m3u8", rendition=SMALL
    )
    done = subprocess.run(
        ["ffmpeg", *ffmpeg.arguments(command)], capture_output=True, check=False
    )
    assert done.returncode != 0
    assert list(tmp_path.iterdir()) == []


def test_a_channel_has_its_folder() -> None:
    path = ffmpeg.output_path("/streams", "news", "1080p")
    assert path == "/streams/news/1080p.m3u8"
    for channel in ("", ".", "..", "a/b"):
        with pytest.raises(InvalidOutputError):
            ffmpeg.output_path("/streams", channel, "1080p")
    with pytest.raises(InvalidNameError):
        ffmpeg.output_path("/streams", "news", "../x")


def test_an_address_is_not_shown() -> None:
    assert "secret" not in repr(replace(COMMAND, input="http://me:secret@host/"))
