"""Posters of the user's own are told of by addresses that cannot be guessed."""

import os
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import UnknownFilmError
from custom_components.telecast.engine.films import pictures
from custom_components.telecast.engine.films.pictures import read_picture
from custom_components.telecast.engine.films.posters import Posters
from custom_components.telecast.engine.model import FilmKind
from tests.fakes.media_folders import JPEG, put

POSTERS = Posters.of("a secret").at("http://tv.example")
OWN = "file:///media/poster.jpg"


def test_a_poster_elsewhere_is_told_as_it_is() -> None:
    for poster in ("", "http://posters.example/a.jpg"):
        assert POSTERS.address(FilmKind.MOVIE, 7, poster) == poster


def test_a_poster_of_our_own_has_an_address_that_opens_it_alone() -> None:
    address = POSTERS.address(FilmKind.MOVIE, 7, OWN)
    path, _, key = address.partition("?key=")
    assert path == "http://tv.example/telecast/poster/movie/7"
    assert POSTERS.opens("movie", "7", key)
    for kind, film in (("series", "7"), ("movie", "8"), ("movie", "07")):
        assert not POSTERS.opens(kind, film, key)
    assert not Posters.of("another").opens("movie", "7", key)
    for wrong in ("", key[:-1], key + "x", "é"):
        assert not POSTERS.opens("movie", "7", wrong)


def test_an_address_is_the_same_each_time_and_gives_no_key_away() -> None:
    again = Posters.of("a secret").at("http://tv.example")
    address = POSTERS.address(FilmKind.SERIES, 7, OWN)
    assert again.address(FilmKind.SERIES, 7, OWN) == address
    assert POSTERS.key not in address
    assert POSTERS.key not in repr(POSTERS)


async def test_a_picture_is_read_and_known_by_its_file(tmp_path: Path) -> None:
    path, folders = tmp_path.resolve() / "a.jpg", [tmp_path.resolve()]
    put(path, JPEG)
    first = await read_picture(f"file://{path}", folders)
    assert (first.content, first.content_type) == (JPEG, "image/jpeg")
    assert (await read_picture(f"file://{path}", folders)).tag == first.tag
    os.utime(path, (1, 1))
    assert (await read_picture(f"file://{path}", folders)).tag != first.tag


async def test_what_is_no_picture_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path.resolve()
    put(folder / "in" / "text.jpg", b"root:x:0:0")
    put(folder / "in" / "large.jpg", JPEG + bytes(100))
    put(folder / "secret.jpg", JPEG)
    (folder / "in" / "link.jpg").symlink_to(folder / "secret.jpg")
    monkeypatch.setattr(pictures, "MOST_BYTES", 100)
    names = ("text.jpg", "large.jpg", "link.jpg", "gone.jpg", "../secret.jpg")
    for address in (
        *(f"file://{folder}/in/{name}" for name in names),
        "http://posters.example/a.jpg",
        "",
    ):
        with pytest.raises(UnknownFilmError):
            await read_picture(address, [folder / "in"])
