"""NFO files are read as Kodi and those who write for it do, and never trusted."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.nfo import MAX_BYTES, Nfo, read

MOVIE = """<?xml version="1.0" encoding="UTF-8" standalone="yes" ?>
<movie>
  <title>A &amp; B</title>
  <originaltitle>A et B</originaltitle>
  <ratings>
    <rating name="imdb" max="10"><value>3.1</value><votes>9</votes></rating>
    <rating name="tmdb" max="100" default="true"><value>75</value></rating>
  </ratings>
  <plot>Two letters
  meet.</plot>
  <outline>Short.</outline>
  <runtime>136</runtime>
  <mpaa>R</mpaa>
  <uniqueid type="imdb">tt0133093</uniqueid>
  <uniqueid type="tmdb" default="true">603</uniqueid>
  <genre>Action</genre><genre>Sci-Fi</genre><genre>Action</genre>
  <country>USA</country>
  <director>Lana</director><director>Lilly</director>
  <premiered>1999-03-31</premiered>
  <year>1999</year>
  <fileinfo><streamdetails><video><codec>h264</codec></video></streamdetails></fileinfo>
  <actor><name>Keanu</name><role>Neo</role></actor>
  <actor><name>Carrie-Anne</name><role>Trinity</role></actor>
</movie>
"""


def test_a_film() -> None:
    found = read(MOVIE.encode())
    assert found == Nfo(
        kind="movie",
        title="A & B",
        year=1999,
        plot="Two letters   meet.",
        rating=7.5,
        genre="Action, Sci-Fi",
        director="Lana, Lilly",
        actors=("Keanu", "Carrie-Anne"),
        country="USA",
        mpaa="R",
        original="A et B",
        tmdb="603",
        imdb="tt0133093",
        minutes=136,
        premiered="1999-03-31",
    )
    assert found.facts == {
        "plot": "Two letters   meet.",
        "cast": "Keanu, Carrie-Anne",
        "director": "Lana, Lilly",
        "genre": "Action, Sci-Fi",
        "country": "USA",
        "mpaa": "R",
        "original": "A et B",
        "released": "1999-03-31",
        "tmdb": "603",
        "imdb": "tt0133093",
        "rating": 7.5,
        "seconds": 8160,
    }


def test_an_episode() -> None:
    found = read(
        b"<episodedetails><title>T</title><season>2</season><episode>05</episode>"
        b"<aired>2010-01-02</aired><rating>8,2</rating></episodedetails>"
    )
    assert found
    assert (found.kind, found.season, found.episode) == ("episodedetails", 2, 5)
    assert (found.premiered, found.year, found.rating) == ("2010-01-02", 2010, 8.2)


def test_a_series_tells_how_long_its_episodes_are() -> None:
    found = read(b"<tvshow><title>T</title><runtime>42 min</runtime></tvshow>")
    assert found
    assert found.facts == {"minutes": 42}
    assert (found.season, found.episode) == (None, None)


def test_the_old_ways_to_write_ids() -> None:
    found = read(b"<movie><id>tt0000123</id><tmdbid>77</tmdbid></movie>")
    assert found
    assert (found.imdb, found.tmdb) == ("tt0000123", "77")
    found = read(b"<movie><id>603</id><uniqueid type='tmdb'>x<y/></uniqueid></movie>")
    assert found
    assert (found.imdb, found.tmdb) == ("", "")


def test_what_follows_the_document_is_not_read() -> None:
    for after in (b"https://www.themoviedb.org/movie/603", b"<movie/>", b"&<"):
        found = read(b"<movie><title>T</title></movie>\n" + after)
        assert found == Nfo(kind="movie", title="T")


@pytest.mark.parametrize(
    "document",
    [
        *(b"", b"plain text", b"https://www.imdb.com/title/tt0133093/", b"<movie>"),
        *(b"<movie><title>T</movie>", b"<musicvideo><title>T</title></musicvideo>"),
        *(b"<html><body/></html>", b"\x00\xff\xfe", b"<movie></movie"),
        b'<!DOCTYPE movie [<!ENTITY a "b">]><movie><title>&a;</title></movie>',
        b'<!DOCTYPE movie [<!ENTITY a SYSTEM "file:///etc/passwd">]><movie>&a;</movie>',
        b"<movie>" + b"<a>" * 100 + b"</a>" * 100 + b"</movie>",
        b"<movie>" + b"<a/>" * 30_000 + b"</movie>",
        b"<movie>" + b" " * MAX_BYTES + b"</movie>",
    ],
)
def test_what_is_broken_or_means_harm_is_nothing(document: bytes) -> None:
    assert read(document) is None


def test_entities_of_html_and_wrong_bytes_are_read() -> None:
    found = read(b"<movie><title>Am&eacute;lie caf\xe9</title></movie>")
    assert found
    assert found.title == "Amélie café"


def test_utf_16_with_its_mark_is_read() -> None:
    found = read("\ufeff<movie><title>é</title></movie>".encode("utf-16-le"))
    assert found
    assert found.title == "é"


def test_a_foreign_document_type_is_not_fetched() -> None:
    found = read(
        b'<!DOCTYPE movie SYSTEM "http://192.0.2.1/a.dtd"><movie><title>T</title></movie>'
    )
    assert found == Nfo(kind="movie", title="T")


def test_texts_are_bounded_and_without_control_characters() -> None:
    found = read(
        b"<movie><title>A&#10;B"
        + b"x" * 999
        + b"</title><plot>"
        + b"y" * 9999
        + b"</plot>"
        + b"<actor><name>N</name></actor>" * 99
        + b"</movie>"
    )
    assert found
    assert found.title.startswith("A B")
    assert (len(found.title), len(found.plot), len(found.actors)) == (300, 4000, 20)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(document: bytes) -> None:
    read(document)
    read(b"<movie>" + document + b"</movie>")


@given(st.text(max_size=100))
def test_any_value_is_read(value: str) -> None:
    plain = value.replace("&", "").replace("<", "")
    for name in ("year", "rating", "runtime", "season", "premiered", "id"):
        found = read(
            f"<movie><{name}>{plain}</{name}></movie>".encode(errors="replace")
        )
        assert found
        assert 0 <= found.rating <= 10


def poster(*thumbs: str) -> str:
    """The picture of a film that has these."""
    found = read(f"<movie><title>T</title>{''.join(thumbs)}</movie>".encode())
    assert found
    return found.poster


def test_a_poster_is_the_first_that_says_so_and_lies_on_the_web() -> None:
    fanart = '<thumb aspect="landscape">https://x.example/wide.jpg</thumb>'
    season = (
        '<thumb aspect="poster" season="1" type="season">http://x.example/1.jpg</thumb>'
    )
    plain = "<thumb>https://x.example/old.jpg</thumb>"
    named = '<thumb aspect="poster" preview="p"> https://x.example/p.jpg </thumb>'
    local = '<thumb aspect="poster">file:///etc/passwd</thumb>'
    assert poster(fanart, season, plain, named) == "https://x.example/p.jpg"
    assert poster(fanart, season, plain) == "https://x.example/old.jpg"
    assert poster(fanart, season, local) == poster() == ""
