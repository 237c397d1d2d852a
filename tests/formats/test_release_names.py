"""Titles and years are found in names however cluttered."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.release_names import (
    Titled,
    before_release,
    plain_name,
    titled,
)

NAMES = [
    ("Film (1999)", "Film", 1999),
    ("Film [1999]", "Film", 1999),
    ("Film.1999.1080p.BluRay.x264-GRP", "Film", 1999),
    ("Film_1999_720p", "Film", 1999),
    ("Film 1999", "Film", 1999),
    ("Film", "Film", 0),
    ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968),
    ("1917 (2019)", "1917", 2019),
    ("1917", "1917", 0),
    ("2012.2009.1080p", "2012", 2009),
    ("2012 (2009) [1080p]", "2012", 2009),
    ("300 (2006)", "300", 2006),
    ("Wonder Woman 1984 (2020)", "Wonder Woman 1984", 2020),
    ("Wonder.Woman.1984.2020.2160p.WEB-DL", "Wonder Woman 1984", 2020),
    ("Blade Runner 2049", "Blade Runner 2049", 0),
    ("Blade.Runner.2049.2017.UHD.BluRay", "Blade Runner 2049", 2017),
    ("The 1900 House", "The 1900 House", 0),
    ("Film.2010.EXTENDED.German.DL.1080p.BluRay", "Film", 2010),
    ("Dr. No (1962)", "Dr. No", 1962),
    ("Mr.Nobody.2009.720p", "Mr Nobody", 2009),
    ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009),
    ("Amélie (2001)", "Amélie", 2001),
    ("千と千尋の神隠し (2001)", "千と千尋の神隠し", 2001),
    ("Матрица.1999.BDRip", "Матрица", 1999),
    ("[Group] Film (1999) [1080p][AAC]", "Film", 1999),
    ("Film (1999) (Director's Cut) [1080p]", "Film", 1999),
    ("Film (1999) {imdb-tt0133093} [tmdbid-603]", "Film", 1999),
    ("Film {tmdb-603}", "Film", 0),
    ("Film [1080p]", "Film", 0),
    ("Film.720p.HDTV", "Film", 0),
    ("Film WEB-DL x265", "Film", 0),
    ("Spider-Man.No.Way.Home.2021.HDR10+.DDP5.1.Atmos", "Spider-Man No Way Home", 2021),
    ("Se7en", "Se7en", 0),
    ("x264", "x264", 0),
    ("Film (Part One)", "Film (Part One)", 0),
    ("Film 12345", "Film 12345", 0),
    ("(1999)", "(1999)", 0),
    ("...", "", 0),
    ("", "", 0),
]


@pytest.mark.parametrize(("name", "title", "year"), NAMES)
def test_title_and_year_are_found(name: str, title: str, year: int) -> None:
    assert titled(name) == Titled(title=title, year=year)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Office (US)", "the.office.us"),
        ("Amélie", "AMELIE"),
        ("M*A*S*H", "m a s h"),
        ("Ocean’s Eleven", "ocean s eleven"),
    ],
)
def test_a_title_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert titled(one).folded == titled(other).folded


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (".Some.Thing.720p.HDTV", "Some Thing"),
        (" - A Title [1080p]", "A Title"),
        (" [1080p", ""),
        ("1080p", ""),
        (" - Part (One)", "Part (One)"),
        (" (720p)", ""),
    ],
)
def test_what_tells_of_the_file_is_no_title(text: str, title: str) -> None:
    assert before_release(plain_name(text)) == title


def test_control_characters_are_blanks() -> None:
    assert titled("A\x00B\n(1999)").text == "A B (1999)"


@given(st.text(max_size=400))
def test_any_name_is_read(name: str) -> None:
    found = titled(name)
    assert found.title == found.title.strip()
    assert found.title.isprintable()
    assert found.year == 0 or 1880 <= found.year <= 2039


words = st.lists(
    st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=1, max_size=9),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(words, st.integers(1880, 2039))
def test_what_people_write_is_read_as_they_meant_it(title: str, year: int) -> None:
    told = Titled(title=title, year=year)
    # A few words do mean the file.
    if before_release(title) == title:
        assert titled(told.text) == told
