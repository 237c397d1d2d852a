"""What is in the user's own files is found out by FFmpeg's prober, and never by force."""

import asyncio
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    FFmpegMissingError,
    MissingFileError,
    PathNotAllowedError,
)
from custom_components.telecast.engine.films import probing
from custom_components.telecast.engine.films.probing import Prober, prober_beside
from custom_components.telecast.engine.processes.process import Programs
from tests.fakes.media_folders import put
from tests.formats.clips import clip

MATROSKA = ("-f", "matroska")
SILENT = "#!/bin/sh\nexec sleep 60\n"


def prober(folder: Path, binary: str = "ffprobe") -> Prober:
    """Make one that may look into a folder."""
    programs = Programs(binary=binary, owner="test")
    return Prober(programs=programs, allowed_folders=[folder.resolve()])


def address(path: Path) -> str:
    return f"file://{path}"


async def test_durations_and_codecs_are_told(tmp_path: Path) -> None:
    path = put(tmp_path / "film.mkv", clip(container=MATROSKA, start=0))
    facts = await prober(tmp_path).probe(address(path))
    assert facts["seconds"] == 5
    assert facts["bitrate"] > 0
    assert facts["video"]["codec_name"] == "h264"
    assert (facts["video"]["width"], facts["video"]["height"]) == (160, 90)
    assert facts["audio"]["codec_name"] == "aac"
    assert set(facts) == {"seconds", "bitrate", "video", "audio"}


async def test_a_file_that_is_no_film_says_nothing(tmp_path: Path) -> None:
    other = put(tmp_path / "other.mkv", clip(container=MATROSKA))
    for content in (b"no film", b"#EXTM3U\n" + address(other).encode(), b""):
        path = put(tmp_path / "film.mkv", content)
        assert await prober(tmp_path).probe(address(path)) == {}


async def test_a_film_may_name_no_other_file(tmp_path: Path) -> None:
    other = put(tmp_path / "other.mkv", clip(container=MATROSKA))
    path = put(tmp_path / "a.mkv", f"ffconcat version 1.0\nfile {other}\n".encode())
    assert await prober(tmp_path).probe(address(path)) == {}


async def test_files_outside_and_files_that_are_gone_are_not_opened(
    tmp_path: Path,
) -> None:
    (tmp_path / "in").mkdir()
    put(tmp_path / "film.mkv", b"x")
    (tmp_path / "in" / "link.mkv").symlink_to(tmp_path / "film.mkv")
    inside = prober(tmp_path / "in")
    with pytest.raises(PathNotAllowedError):
        await inside.probe(address(tmp_path / "film.mkv"))
    with pytest.raises(PathNotAllowedError):
        await inside.probe(address(tmp_path / "in" / "link.mkv"))
    with pytest.raises(MissingFileError):
        await inside.probe(address(tmp_path / "in" / "gone.mkv"))


async def test_without_a_prober_nobody_tells(tmp_path: Path) -> None:
    path = put(tmp_path / "film.mkv", b"x")
    with pytest.raises(FFmpegMissingError):
        await prober(tmp_path, "no-such-prober").probe(address(path))


async def test_a_prober_that_says_nothing_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "PROBE_SECONDS", 0.1)
    path, silent = put(tmp_path / "film.mkv", b"x"), tmp_path / "silent"
    silent.write_text(SILENT)
    silent.chmod(0o700)
    async with asyncio.timeout(30):
        assert await prober(tmp_path, str(silent)).probe(address(path)) == {}


@pytest.mark.parametrize(
    ("ffmpeg", "found"),
    [
        ("ffmpeg", "ffprobe"),
        ("/usr/bin/ffmpeg", "/usr/bin/ffprobe"),
        ("/opt/ffmpeg/ffmpeg-8.0", "/opt/ffmpeg/ffprobe-8.0"),
        ("", "ffprobe"),
    ],
)
def test_the_prober_is_the_one_beside(ffmpeg: str, found: str) -> None:
    assert prober_beside(ffmpeg) == found
