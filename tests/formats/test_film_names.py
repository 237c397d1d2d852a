"""Films and episodes are told by the names of their files and folders."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.film_names import (
    EpisodeName,
    FilmName,
    holds_no_films,
    is_left_out,
    parse,
    stem_of,
)
from custom_components.telecast.formats.release_names import Titled

from .test_release_names import words

FILMS = [
    ("Film (1999).mkv", "Film (1999)"),
    ("Film (1999)/Film (1999).mkv", "Film (1999)"),
    ("Film.1999.1080p.BluRay.x264-GRP.mkv", "Film (1999)"),
    (
        "Film.1999.1080p.BluRay.x264-GRP/Film.1999.1080p.BluRay.x264-GRP.mkv",
        "Film (1999)",
    ),
    ("Drama/Film.mkv", "Film"),
    ("Dr. No (1962)/Dr. No.mkv", "Dr. No (1962)"),
    ("Film (1999)/movie.mkv", "Film (1999)"),
    ("Drama/movie.mkv", "movie"),
    ("Film (1999)/Film - CD1.avi", "Film (1999) CD1"),
    ("Film (1999) (disc 2).avi", "Film (1999) CD2"),
    ("Amélie (2001)/amelie.mkv", "Amélie (2001)"),
    ("Collection (2001)/Other Film.mkv", "Other Film"),
    ("2019-07-14 Birthday.mp4", "2019-07-14 Birthday"),
    ("Star Wars Episode IV.mkv", "Star Wars Episode IV"),
    ("Film 1920x1080.mkv", "Film 1920x1080"),
    ("Film 16x9.mkv", "Film 16x9"),
    ("Apollo 13.mkv", "Apollo 13"),
    ("映画 (2005).mkv", "映画 (2005)"),
    ("...mkv", ".."),
    ("noextension", "noextension"),
]
EPISODES = [
    ("Show/Season 01/Show - S01E02 - Title.mkv", "Show - S01E02 - Title", 1),
    ("Show.S01E02E03.720p.mkv", "Show - S01E02E03", 0),
    ("Show S01E02-E04.mkv", "Show - S01E02E03E04", 0),
    ("Show.S01E02-04.mkv", "Show - S01E02E03E04", 0),
    ("Show.S01E02-1080p.mkv", "Show - S01E02", 0),
    ("Show S01E02 E03 - Both.mkv", "Show - S01E02E03 - Both", 0),
    ("show s1e2.mkv", "show - S01E02", 0),
    ("Show s01ep02.mkv", "Show - S01E02", 0),
    ("Show - S01 E02.mkv", "Show - S01E02", 0),
    ("Show 1x02.avi", "Show - S01E02", 0),
    ("Show [1x02] Title.avi", "Show - S01E02 - Title", 0),
    ("Show - 1x02-03.avi", "Show - S01E02E03", 0),
    ("Show - Season 1 Episode 2.mkv", "Show - S01E02", 0),
    ("Show/Season 1/02 - Title.mp4", "Show - S01E02 - Title", 1),
    ("Show/Staffel 2/Folge 03.mkv", "Show - S02E03", 1),
    ("Show/Season 1/Show - 05 (1080p).mkv", "Show - S01E05", 1),
    ("Show/Season 1/Title without number.mkv", "Show - S01 - Title without number", 1),
    (
        "Show (2010)/S01/Show.S01E05.Some.Thing.720p.HDTV.mkv",
        "Show (2010) - S01E05 - Some Thing",
        1,
    ),
    ("Shows/Show (2010)/S01/e05.mkv", "Show (2010) - S01E05", 2),
    ("Show/Specials/Making of.mkv", "Show - S00 - Making of", 1),
    ("Show/Season 00/Show S00E01.mkv", "Show - S00E01", 1),
    ("Show/S01/Show.S00E05.mkv", "Show - S00E05", 1),
    ("Show/Season 1/Show.S01E01-GRP/show.s01e01-grp.mkv", "Show - S01E01 - grp", 1),
    ("Show.S01.1080p.BluRay-GRP/show.s01e01.mkv", "Show - S01E01", 0),
    ("Show (2010)/Show - S01E01.mkv", "Show (2010) - S01E01", 1),
    ("The Office (US)/the.office.us.s01e01.mkv", "The Office (US) - S01E01", 1),
    ("Television/Show.S01E01.mkv", "Show - S01E01", 0),
    ("Show/S01E01.mkv", "Show - S01E01", 1),
    ("S01E01.mkv", "S01E01", 0),
    ("Season 1/Show - S01E01.mkv", "Show - S01E01", 0),
    ("Show - 2026-11-27.mkv", "Show - S2026E1127", 0),
    ("Show.2026.11.27.A.Guest.1080p.WEB-DL.mkv", "Show - S2026E1127 - A Guest", 0),
    ("[Group] Show - 03 [1080p].mkv", "Show - S01E03", 0),
    ("[Group]_Show_-_12v2_[720p].mkv", "Show - S01E12", 0),
    ("9-1-1 S02E03.mkv", "9-1-1 - S02E03", 0),
    ("24/Season 1/24 - 1x03 - 2-00 AM.mkv", "24 - S01E03 - 2-00 AM", 1),
    ("Show.2017.S01E02.mkv", "Show (2017) - S01E02", 0),
    ("Show/Season 1 (2017)/Show S01E02.mkv", "Show - S01E02", 1),
    ("Сериал.S01E02.mkv", "Сериал - S01E02", 0),
    ("Show S2026E301.mkv", "Show - S2026E301", 0),
]


@pytest.mark.parametrize(("path", "name"), FILMS)
def test_films(path: str, name: str) -> None:
    found = parse(path)
    assert isinstance(found, FilmName)
    assert found.text == name


@pytest.mark.parametrize(("path", "name", "folders"), EPISODES)
def test_episodes(path: str, name: str, folders: int) -> None:
    found = parse(path)
    assert isinstance(found, EpisodeName)
    assert found.text == name
    assert found.folders == folders


def test_the_only_film_in_a_folder_may_be_named_by_that() -> None:
    path = "Film (1999)/grp-flm1080.mkv"
    assert parse(path, alone=True).text == "Film (1999)"
    assert parse(path).text == "grp-flm1080"
    assert parse("Drama/grp-flm.mkv", alone=True).text == "grp-flm"
    assert parse("A (1999)/B (2001).mkv", alone=True).text == "B (2001)"


@pytest.mark.parametrize(
    "path",
    [
        *("sample.mkv", "Film/Film.1999-sample.mkv", "film.sample.mp4", "trailer.mp4"),
        *("Film (1999)-trailer.mkv", "Film-behindthescenes.mkv", "Film-deleted2.mkv"),
        *("SAMPLE-film.1080p-sample.mkv", "Film-featurette.mkv", "Film_Trailer2.mov"),
    ],
)
def test_extras_are_told_by_their_files(path: str) -> None:
    assert is_left_out(path)


@pytest.mark.parametrize(
    "path", ["Film.mkv", "Trailer Park Boys S01E01.mkv", "The Sampler.mkv", "Extra.mkv"]
)
def test_films_are_not_taken_for_extras(path: str) -> None:
    assert not is_left_out(path)


@pytest.mark.parametrize(
    "folder",
    [
        *(
            "Film/Sample",
            "Film/Extras",
            "Film/Behind The Scenes",
            "Film/Deleted.Scenes",
        ),
        *("Film/trailers", "Samples", "@eaDir", "#recycle", ".hidden", "$RECYCLE.BIN"),
        *("lost+found", "Film/BDMV", "Film/VIDEO_TS", "Film/Subs", "Show/Shorts"),
        "System Volume Information",
    ],
)
def test_folders_that_hold_no_films(folder: str) -> None:
    assert holds_no_films(folder)


@pytest.mark.parametrize(
    "folder", ["Shorts", "Extras", "Film (1999)", "Other", "Drama"]
)
def test_a_shelf_may_be_called_like_extras(folder: str) -> None:
    assert not holds_no_films(folder)


@pytest.mark.parametrize(
    ("name", "stem"), [("a.mkv", "a"), (".mkv", ".mkv"), ("a", "a"), ("a.b.c", "a.b")]
)
def test_stems(name: str, stem: str) -> None:
    assert stem_of(name) == stem


@given(st.text(max_size=200), st.booleans())
def test_any_path_is_read(path: str, alone: bool) -> None:
    found = parse(path, alone=alone)
    assert found.text.isprintable() or isinstance(found, FilmName)
    is_left_out(path)
    holds_no_films(path)


@given(
    st.lists(
        st.sampled_from(
            ["/", "S01", "E02", "-", " ", ".", "1x02", "Season 1", "[", "]", "(1999)"]
        ),
        max_size=12,
    )
)
def test_any_order_of_marks_is_read(marks: list[str]) -> None:
    found = parse("".join(marks) + ".mkv")
    if isinstance(found, EpisodeName):
        assert found.season >= 0
        assert all(number >= 0 for number in found.numbers)
        assert list(found.numbers) == list(dict.fromkeys(found.numbers))


@given(words, st.integers(1880, 2039))
def test_a_film_as_we_write_it_is_that_film(title: str, year: int) -> None:
    name = FilmName(title=f"Film {title}", year=year)
    assert parse(f"{name.text}.mkv") == name
    assert parse(f"{name.text}/{name.text}.mkv") == name


@given(
    st.integers(0, 99),
    st.lists(st.integers(0, 999), min_size=1, max_size=4, unique=True).map(sorted),
    st.sampled_from(["", "Title", "A Long Title"]),
    st.sampled_from(["Show", "The Show"]),
    st.sampled_from([0, 2010]),
)
def test_an_episode_as_we_write_it_is_that_episode(
    season: int, numbers: list[int], title: str, show: str, year: int
) -> None:
    name = EpisodeName(
        series=Titled(title=show, year=year),
        season=season,
        numbers=tuple(numbers),
        title=title,
    )
    assert parse(f"{name.text}.mkv") == name
