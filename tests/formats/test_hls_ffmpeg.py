"""FFmpeg and we mean the same by a playlist: each reads what the other one writes."""

from dataclasses import replace
from pathlib import Path
import subprocess

import pytest

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import (
    MasterPlaylist,
    MediaPlaylist,
    PlaylistKind,
    Variant,
)

SECONDS = 5


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rendition as FFmpeg packages it, in segments of a second."""
    folder = tmp_path_factory.mktemp("hls")
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "color=size=64x36:rate=10"),
            *("-t", str(SECONDS), "-c:v", "mpeg2video", "-g", "10", "-f", "hls"),
            *("-hls_time", "1", "-hls_list_size", "0", "-hls_playlist_type", "vod"),
            *("-hls_segment_filename", hls.segment_pattern("480p")),
            hls.playlist_name("480p"),
        ],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    return folder


def length(folder: Path, name: str) -> float:
    """How long FFmpeg thinks that a playlist lasts, if it finds nothing wrong there."""
    found = subprocess.run(
        [
            *("ffprobe", "-v", "error", "-show_entries", "format=duration"),
            *("-of", "csv=p=0", name),
        ],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stderr == ""
    return float(found.stdout)


def package(folder: Path) -> MediaPlaylist:
    """The playlist that FFmpeg wrote."""
    playlist = hls.parse((folder / "480p.m3u8").read_text(), "")
    assert isinstance(playlist, MediaPlaylist)
    return playlist


def test_what_ffmpeg_writes_is_understood(folder: Path) -> None:
    playlist = package(folder)
    assert hls.validate_media((folder / "480p.m3u8").read_text()) == []
    assert (playlist.kind, playlist.ended) == (PlaylistKind.VOD, True)
    assert playlist.duration == pytest.approx(SECONDS)
    assert playlist.target_duration == hls.target_duration_of(playlist.segments)


def test_its_files_have_the_names_that_it_was_told(folder: Path) -> None:
    names = [path.name for path in folder.iterdir()]
    found = hls.discover_segments(names, rendition="480p")
    listed = [segment.uri for segment in package(folder).segments]
    assert found == list(enumerate(listed))


def test_ffmpeg_understands_what_we_write(folder: Path) -> None:
    playlist = package(folder)
    second = replace(playlist.segments[1], title="A title", discontinuity=True)
    segments = (playlist.segments[0], second, *playlist.segments[2:])
    (folder / "ours.m3u8").write_text(
        hls.render_media(replace(playlist, segments=segments))
    )
    variant = Variant(
        bandwidth=100_000, resolution=(64, 36), frame_rate=10.0, uri="ours.m3u8"
    )
    master = hls.render_master(MasterPlaylist(variants=(variant,)))
    (folder / hls.MASTER).write_text(master)
    assert length(folder, hls.MASTER) == pytest.approx(SECONDS)
