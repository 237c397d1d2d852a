"""The files of a virtual channel: in allowed folders alone, and told of."""

import os
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    MissingFileError,
    NoDataError,
    PathNotAllowedError,
)
from custom_components.telecast.engine.playout import Media
from custom_components.telecast.engine.virtual.reach import Reach
from custom_components.telecast.engine.virtual.shelf import MediaShelf
from tests.fakes.virtual import FakeChannel, item, medium


def shelf(channel: FakeChannel, folder: Path) -> MediaShelf:
    """Make the shelf of a channel whose files lie in a folder."""
    reach = Reach()
    return MediaShelf(
        channel, reach=lambda _: reach, allowed_folders=[folder.resolve()]
    )


async def test_a_file_is_opened_and_what_is_in_it_told(tmp_path: Path) -> None:
    path = tmp_path / "a film & more.mkv"
    path.write_bytes(b"film")
    channel = FakeChannel("s", medium(path, 1, shape="tall"))
    async with shelf(channel, tmp_path).open(item(1, 1000)) as opened:
        assert os.pread(opened.descriptor, 9, 0) == b"film"
        assert opened.media == Media(shape="tall")
        assert opened.media.copies
    assert channel.finds == 1


async def test_where_others_differ_it_is_not_copied(tmp_path: Path) -> None:
    path = tmp_path / "film.mkv"
    path.write_bytes(b"film")
    channel = FakeChannel(
        "s",
        medium(path, 1, shape="tall", sound=False),
        medium(path, 2, shape="wide"),
    )
    async with shelf(channel, tmp_path).open(item(1, 1000)) as opened:
        assert opened.media == Media(sound=None)
        assert not opened.media.copies


async def test_it_is_told_what_of_a_file_is_played_and_how_it_is_entered(
    tmp_path: Path,
) -> None:
    path = tmp_path / "Recording.TS"
    path.write_bytes(b"film")
    known = medium(path, 1)
    known.streams["video"]["place"] = 1  # its first one is a cover
    known.streams["audio"]["place"] = 2
    channel = FakeChannel("s", known)
    async with shelf(channel, tmp_path).open(item(1, 1000)) as opened:
        assert opened.media == Media(picture=1, sound=2, lands_late=True)


async def test_what_lies_elsewhere_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    path = tmp_path / "secret"
    path.write_bytes(b"secret")
    link = tmp_path / "films" / "link.mkv"
    link.symlink_to(path)
    channel = FakeChannel("s", medium(path, 1), medium(link, 2))
    for key in (1, 2):
        with pytest.raises(PathNotAllowedError):
            async with shelf(channel, tmp_path / "films").open(item(key, 1000)):
                pass
    assert not channel.finds


@pytest.mark.parametrize("key", [1, 2])
async def test_what_is_not_there_is_missing(tmp_path: Path, key: int) -> None:
    channel = FakeChannel("s", medium(tmp_path / "film.mkv", 1))
    with pytest.raises(MissingFileError):
        async with shelf(channel, tmp_path).open(item(key, 1000)):
            pass
    assert not channel.finds


def test_the_channel_hears_of_what_cannot_be_played(tmp_path: Path) -> None:
    channel = FakeChannel("s", medium(tmp_path / "film.mkv", 7))
    shelf(channel, tmp_path).broken(item(7, 1000), NoDataError("Nothing in it"))
    assert channel.reports == [(7, "no_data")]
