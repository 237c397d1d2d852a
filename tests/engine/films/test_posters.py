"""Posters of the user's own are told of by addresses that cannot be guessed."""

import os
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import UnknownFilmError
from custom_components.telecast.engine.films import pictures
from custom_components.telecast.engine.films.pictures import read_picture
from custom_components.telecast.engine.films.posters import (
    Posters,
    icon_of,
    is_own_icon,
)
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


def test_a_guide_names_a_file_without_telling_where_it_is() -> None:
    icon = icon_of(7, "file:///media/Family%20videos/poster.jpg")
    assert is_own_icon(icon)
    assert icon == "telecast:poster/7"
    assert icon_of(7, OWN) == icon != icon_of(8, OWN)


def test_an_icon_of_our_own_has_an_address_that_opens_it_alone() -> None:
    address = POSTERS.icon(icon_of(7, OWN))
    path, _, key = address.partition("?key=")
    assert path == "http://tv.example/telecast/poster/media/7"
    assert POSTERS.opens("media", "7", key)
    for kind, number in (("movie", "7"), ("series", "7"), ("media", "8")):
        assert not POSTERS.opens(kind, number, key)
    path_alone = Posters.of("a secret").icon(icon_of(7, OWN))
    assert path_alone == address.removeprefix("http://tv.example")


@pytest.mark.parametrize("web", ["http://x.example/a.jpg", "HTTPS://x.example/a b"])
def test_an_icon_on_the_web_is_told_as_it_is(web: str) -> None:
    assert icon_of(7, web) == POSTERS.icon(web) == web
    assert not is_own_icon(web)


@pytest.mark.parametrize(
    "icon",
    [
        *("", "file:///media/a.jpg", "FILE:/a.jpg", "/media/a.jpg", "a.jpg"),
        *("C:\\a.jpg", "//share/a.jpg", "data:image/png;base64,aaaa", "ftp://x/a.jpg"),
        *("telecast:poster/", "telecast:poster/media/7", "telecast:poster/-7"),
        *("telecast:poster/7/../8", "telecast:poster/7\n", "telecast:poster/٧"),
        *("telecast:poster/" + 19 * "7", "telecast:virtual/7", " http://x.example/a"),
    ],
)
def test_any_other_icon_is_told_to_nobody(icon: str) -> None:
    assert not is_own_icon(icon)
    assert POSTERS.icon(icon) == ""


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
