"""A virtual channel lists what lies in its folders, in the order in which people sort it."""

from pathlib import Path
import shutil

import pytest

from custom_components.telecast.engine.errors import PathNotAllowedError
from custom_components.telecast.engine.ingestion import media as reading, media_merge
from custom_components.telecast.engine.ingestion.media import Collection, holds_media
from tests.fakes.media_folders import JPEG, lay_out, put

from .media_world import MediaIntake


@pytest.fixture(name="intake")
def _intake(tmp_path: Path) -> MediaIntake:
    return MediaIntake(tmp_path)


def test_episode_two_comes_before_episode_ten(intake: MediaIntake) -> None:
    lay_out(
        intake.root,
        *("a/Show/Season 10/1.mkv", "a/Show/Season 2/Episode 10.mkv", "a/z.mkv"),
        *("a/Show/Season 2/episode 2.mkv", "a/Show/Season 2/Episode 1.ts", "b/0.mkv"),
    )
    assert intake.take("b", "a") == [
        "b/0.mkv",
        "a/Show/Season 2/Episode 1.ts",
        "a/Show/Season 2/episode 2.mkv",
        "a/Show/Season 2/Episode 10.mkv",
        "a/Show/Season 10/1.mkv",
        "a/z.mkv",
    ]


def test_files_come_after_folders_as_they_are_listed(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv", "a/2.mkv", "b/3.mkv", "b/4.mkv", "c/5.mkv")
    listed = ("b/4.mkv", "a/1.mkv", "b/3.mkv", "a/1.mkv")
    assert intake.take("a", files=listed) == [
        *("a/2.mkv", "b/4.mkv", "a/1.mkv", "b/3.mkv")
    ]
    assert intake.shelf.skipped == {}


def test_names_that_are_spelt_alike_are_files_of_their_own(intake: MediaIntake) -> None:
    names = ("a/FILM.mkv", "a/Film.mkv", "a/film.mkv", "a/Strasse.mkv", "a/Straße.mkv")
    lay_out(intake.root, *names)
    assert set(intake.take("a")) == set(names)
    assert intake.take(files=names[::-1]) == [*names[::-1]]
    assert intake.take(files=("a/fILM.mkv",)) == []
    assert intake.shelf.skipped == {"missing": 1}


def test_filler_is_what_is_named_so_more_closely(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv", "a/clips/2.mkv", "a/clips/3.mkv", "b/x/4.mkv")
    listed = ("a/clips/3.mkv",)
    items = intake.take("a", "b/x", files=listed, filler=("a/clips", "b", "a/1.mkv"))
    assert items == ["b/x/4.mkv", "a/clips/3.mkv"]
    assert intake.items(filler=True) == ["a/clips/2.mkv", "a/1.mkv"]


def test_a_folder_that_is_named_twice_is_not_missing(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/b/1.mkv", "c/d/2.mkv")
    assert intake.take("a", "a/b", "a", filler=("c", "c/d", "c")) == ["a/b/1.mkv"]
    assert intake.items(filler=True) == ["c/d/2.mkv"]
    assert intake.shelf.missing == []


def test_all_that_is_allowed_may_be_a_folder_but_is_no_file(
    intake: MediaIntake,
) -> None:
    lay_out(intake.root, "1.mkv")
    assert intake.take("", files=("",), filler=("",)) == ["1.mkv"]
    assert intake.shelf.skipped == {"missing": 1}


def test_trailers_are_no_items_and_good_filler(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/Film.mkv", "a/Film-trailer.mkv", "b/Film-trailer.mkv")
    assert intake.take("a", filler=("b",)) == ["a/Film.mkv"]
    assert intake.items(filler=True) == ["b/Film-trailer.mkv"]


def test_folders_of_extras_are_no_items_and_good_filler(intake: MediaIntake) -> None:
    lay_out(
        intake.root,
        *("a/Film.mkv", "a/Trailers/1.mkv", "a/Film/Shorts/2.mkv"),
        *("a/Samples/3.mkv", "a/$RECYCLE.BIN/4.mkv", "a/.hidden/5.mkv"),
        *("a/Subs/6.mkv", "a/lost+found/7.mkv"),
    )
    assert intake.take("a") == ["a/Film.mkv"]
    intake.take(filler=("a",))
    assert intake.items(filler=True) == [
        *("a/Film/Shorts/2.mkv", "a/Film.mkv", "a/Samples/3.mkv", "a/Trailers/1.mkv")
    ]


def test_films_and_episodes_are_told_apart_as_in_a_library(intake: MediaIntake) -> None:
    lay_out(
        intake.root,
        *("Film (1999)/Film.1999.1080p.mkv", "The Show (2010)/S01E02 - Second.mkv"),
        *("other/the.show.2010.s01e03.mkv", "Holiday CD2.mkv"),
    )
    put(
        intake.root / "other" / "the.show.2010.s01e03.nfo",
        b"<episodedetails><title>Third</title><season>2</season><episode>7</episode>"
        b"<aired>2011-02-03</aired></episodedetails>",
    )
    intake.take("")
    film = intake.one("Film (1999)/Film.1999.1080p.mkv")
    assert (film.title, film.series, film.season, film.number) == ("Film", "", 0, 0)
    assert film.facts == {"year": 1999}
    second = intake.one("The Show (2010)/S01E02 - Second.mkv")
    third = intake.one("other/the.show.2010.s01e03.mkv")
    assert (second.title, second.season, second.number) == ("Second", 1, 2)
    assert (third.title, third.season, third.number) == ("Third", 2, 7)
    assert third.facts == {"year": 2011, "date": "2011-02-03"}
    assert second.series == third.series != ""
    assert intake.one("Holiday CD2.mkv").title == "Holiday CD2"


def test_what_an_nfo_says_is_kept_for_the_guide(intake: MediaIntake) -> None:
    lay_out(intake.root, "F/Film.mkv", "S/Season 1/1x01.mkv", "S/Season 1/1x02.mkv")
    put(
        intake.root / "F" / "movie.nfo",
        b"<movie><title>A Film</title><year>1999</year><plot>"
        + b"long " * 500
        + b"</plot><genre>Action</genre><genre>Drama</genre><mpaa>R</mpaa>"
        b"<director>D</director><actor><name>A</name></actor><rating>7.5</rating>"
        b"<originaltitle>Ein Film</originaltitle><country>USA</country>"
        b"<premiered>1999-03-31</premiered>"
        b'<thumb aspect="poster">https://x.example/p.jpg</thumb></movie>',
    )
    put(
        intake.root / "S" / "tvshow.nfo",
        b"<tvshow><title>The Show</title><genre>Comedy</genre></tvshow>",
    )
    put(intake.root / "S" / "poster.jpg", JPEG)
    put(intake.root / "S" / "Season 1" / "1x02-thumb.jpg", JPEG)
    intake.take("")
    film = intake.one("F/Film.mkv")
    plot = film.facts.pop("plot")
    assert plot.startswith("long long") and len(plot) == 1000
    assert film.title == "A Film"
    assert film.facts == {
        "year": 1999,
        "genres": ["Action", "Drama"],
        "poster": "https://x.example/p.jpg",
        "date": "1999-03-31",
        "rating": 7.5,
        "director": "D",
        "cast": ["A"],
        "country": "USA",
        "mpaa": "R",
        "original": "Ein Film",
    }
    first, second = (intake.one(f"S/Season 1/1x0{number}.mkv") for number in (1, 2))
    root = f"file://{intake.root}/S"
    assert first.series == second.series == "The Show"
    assert first.facts == {"genres": ["Comedy"], "poster": f"{root}/poster.jpg"}
    assert second.facts["poster"] == f"{root}/Season%201/1x02-thumb.jpg"


def test_a_file_that_is_listed_alone_is_told_apart_by_its_folders(
    intake: MediaIntake,
) -> None:
    lay_out(intake.root, "tv/Show/Season 1/07 - Seventh.mkv", "tv/Other.mkv")
    put(
        intake.root / "tv" / "Show" / "tvshow.nfo", b"<tvshow><title>X</title></tvshow>"
    )
    path = "tv/Show/Season 1/07 - Seventh.mkv"
    assert intake.take(files=(path,)) == [path]
    taken = intake.one(path)
    assert (taken.series, taken.season, taken.number) == ("X", 1, 7)
    assert taken.title == "Seventh"


def test_folders_outside_are_refused_and_files_and_filler_too(
    intake: MediaIntake, tmp_path: Path
) -> None:
    lay_out(tmp_path, "secret.mkv")
    lay_out(intake.root, "a/1.mkv")
    (intake.root / "a" / "link.mkv").symlink_to(tmp_path / "secret.mkv")
    (intake.root / "out").symlink_to(tmp_path)
    for listed in ("../secret.mkv", "a/../../secret.mkv", "a/link.mkv", "/etc/passwd"):
        with pytest.raises(PathNotAllowedError):
            intake.take(files=(listed,))
    for filler in ("..", "../secret.mkv", "out", "out/secret.mkv"):
        with pytest.raises(PathNotAllowedError):
            intake.take("a", filler=(filler,))
    with pytest.raises(PathNotAllowedError):
        intake.take("out")
    for path in ("a/1.mkv", "/media/\0.mkv"):
        with pytest.raises(PathNotAllowedError):
            Collection.of(
                {"source": "one", "folders": [], "files": [path], "allowed": ["/media"]}
            )
    assert intake.all() == {}
    assert intake.take("a") == ["a/1.mkv"]
    assert intake.shelf.skipped == {"outside": 1}


def test_a_file_has_one_address_however_its_path_is_written(
    intake: MediaIntake,
) -> None:
    lay_out(intake.root, "a/1.mkv", "a/2.mkv")
    (intake.root / "way").symlink_to(intake.root / "a")
    assert intake.take("a", files=("way/1.mkv",)) == ["a/2.mkv", "a/1.mkv"]


def test_a_folder_that_has_gone_keeps_its_items_and_their_places(
    intake: MediaIntake,
) -> None:
    lay_out(intake.root, "a/1.mkv", "b/2.mkv", "b/3.mkv", "c/4.mkv", "clips/5.mkv")
    before = intake.take("a", "b", "c", filler=("clips",))
    ids = {path: one.id for path, one in intake.all().items()}
    shutil.move(intake.root / "b", intake.root / "away")
    shutil.rmtree(intake.root / "clips")
    (intake.root / "clips").mkdir()
    put(intake.root / "a" / "0.mkv", b"new")
    after = intake.take("a", "b", "c", filler=("clips",))
    assert after == ["a/0.mkv", *before]
    assert intake.items(filler=True) == ["clips/5.mkv"]
    assert intake.shelf.missing == ["b", "clips"]
    shutil.move(intake.root / "away", intake.root / "b")
    assert intake.take("a", "b", "c", filler=("clips",)) == after
    assert intake.shelf.missing == ["clips"]
    assert {path: intake.one(path).id for path in ids} == ids


def test_a_file_stays_while_its_folder_is_gone_and_leaves_when_only_it_is(
    intake: MediaIntake,
) -> None:
    lay_out(intake.root, "a/1.mkv", "a/2.mkv", "b/3.mkv")
    listed = ("b/3.mkv", "a/1.mkv")
    intake.take(files=listed)
    shutil.rmtree(intake.root / "b")
    assert intake.take(files=listed) == list(listed)
    assert intake.shelf.missing == ["b"]
    (intake.root / "a" / "1.mkv").unlink()
    assert intake.take(files=listed) == ["b/3.mkv"]
    assert intake.shelf.skipped == {"missing": 1}
    assert not intake.one("a/1.mkv").present


def test_what_has_never_been_there_is_missing_and_lists_nothing(
    intake: MediaIntake,
) -> None:
    (intake.root / "empty").mkdir()
    lists = {"files": ("gone/1.mkv",), "filler": ("away", "gone/2.mkv")}
    assert intake.take("empty", "nowhere", **lists) == []
    assert intake.shelf.missing == ["empty", "nowhere", "gone", "away"]
    assert intake.all() == {}


def test_a_renamed_file_keeps_its_id(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv", "a/2.mkv")
    intake.take("a")
    key = intake.one("a/1.mkv").id
    (intake.root / "a" / "1.mkv").rename(intake.root / "a" / "9 - Other.mkv")
    assert intake.take("a") == ["a/2.mkv", "a/9 - Other.mkv"]
    taken = intake.one("a/9 - Other.mkv")
    assert (taken.id, taken.title) == (key, "9 - Other")
    assert set(intake.all()) == {"a/2.mkv", "a/9 - Other.mkv"}


def test_files_that_look_alike_are_not_taken_for_each_other(
    intake: MediaIntake,
) -> None:
    for name in ("1", "2"):
        put(intake.root / "a" / f"{name}.mkv", b"same")
    intake.take("a")
    ids = {one.id for one in intake.all().values()}
    for name in ("1", "2"):
        (intake.root / "a" / f"{name}.mkv").rename(intake.root / "a" / f"x{name}.mkv")
    assert intake.take("a") == ["a/x1.mkv", "a/x2.mkv"]
    fresh = {one.id for one in intake.all().values() if one.present}
    assert not ids & fresh


def test_what_comes_back_has_the_id_that_it_had(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv", "a/2.mkv")
    intake.take("a")
    key = intake.one("a/1.mkv").id
    shutil.move(intake.root / "a" / "1.mkv", intake.root / "1.mkv")
    assert intake.take("a") == ["a/2.mkv"]
    shutil.move(intake.root / "1.mkv", intake.root / "a" / "1.mkv")
    assert intake.take("a") == ["a/1.mkv", "a/2.mkv"]
    assert intake.one("a/1.mkv").id == key


def test_a_second_look_writes_nothing(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv", "a/Show/1x01.mkv", "b/2.mkv", "c/3.mkv")
    how = {"files": ("b/2.mkv",), "filler": ("c",)}
    intake.take("a", **how)
    watching = intake.watch()
    intake.take("a", **how)
    assert watching.execute("SELECT count(*) FROM writes").fetchone() == (0,)
    put(intake.root / "a" / "1.mkv", b"another")
    intake.take("a", **how)
    written = watching.execute("SELECT id FROM writes").fetchall()
    assert written == [(intake.one("a/1.mkv").id,)]
    watching.close()


def test_of_what_has_gone_a_bounded_number_is_remembered(
    intake: MediaIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_merge, "_MOST_GONE", 2)
    lay_out(intake.root, *(f"a/{number}.mkv" for number in range(5)), "b/5.mkv")
    intake.take("a")
    intake.take("a", source="two")
    ids = {path: one.id for path, one in intake.all().items()}
    for number in range(4):
        (intake.root / f"a/{number}.mkv").unlink()
        intake.take("a")
    assert {path: (one.id, one.present) for path, one in intake.all().items()} == {
        "a/2.mkv": (ids["a/2.mkv"], False),
        "a/3.mkv": (ids["a/3.mkv"], False),
        "a/4.mkv": (ids["a/4.mkv"], True),
    }
    assert len(intake.all("two")) == 5


def test_sources_have_their_own(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv")
    intake.take("a")
    assert intake.take("a", source="two") == ["a/1.mkv"]
    assert intake.take(source="two") == []
    assert intake.items() == ["a/1.mkv"]


def test_empty_files_are_not_there_yet(intake: MediaIntake) -> None:
    put(intake.root / "a" / "1.mkv", b"")
    lay_out(intake.root, "a/2.mkv", "a/note.txt", "a/song.mp3")
    assert intake.take("a") == ["a/2.mkv"]
    assert intake.shelf.skipped == {"empty": 1}


def test_there_is_an_end_to_what_is_listed(
    intake: MediaIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_FILES", 2)
    lay_out(intake.root, "a/1.mkv", "a/2.mkv", "a/3.mkv", "b/4.mkv")
    assert intake.take("a", files=("b/4.mkv", "a/2.mkv")) == ["a/1.mkv", "a/2.mkv"]
    assert intake.shelf.skipped == {"too_many": 2}


def test_progress_is_told_file_by_file(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv", "a/2.mkv", "a/3.mkv")
    intake.take("a")
    assert intake.progress == [1, 2, 3]


def test_folders_or_files_may_hold_something_to_play(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/note.txt", "b/1.mkv")

    def holds(folders: tuple[str, ...], files: tuple[str, ...] = ()) -> bool:
        told = {
            "source": "one",
            "folders": [str(intake.root / one) for one in folders],
            "files": [str(intake.root / one) for one in files],
            "allowed": [str(intake.root)],
        }
        return holds_media(Collection.of(told))

    assert holds(("a", "b"))
    assert holds((), ("b/1.mkv",))
    assert not holds(("a", "gone"), ("b/2.mkv", "gone/3.mkv"))


def test_a_second_look_reads_no_nfo_either(intake: MediaIntake) -> None:
    lay_out(intake.root, "F/Film.mkv", "S/1x01.mkv", "S/1x02.mkv")
    told = {
        "F/Film.nfo": b"<movie><title>One</title><actor><name>A</name></actor></movie>",
        "S/tvshow.nfo": b"<tvshow><title>One</title></tvshow>",
        "S/1x01.nfo": b"<episodedetails><season>0</season></episodedetails>",
        "S/1x02.nfo": b"This is no NFO at all: One",
    }
    for name, content in told.items():
        put(intake.root / name, content)
    intake.take("")
    before = intake.all()
    assert (before["F/Film.mkv"].title, before["F/Film.mkv"].facts["cast"]) == (
        "One",
        ["A"],
    )
    assert [before[f"S/1x0{number}.mkv"].season for number in (1, 2)] == [0, 1]
    for name, content in told.items():
        put(intake.root / name, content.replace(b"One", b"Two"))
    intake.take("")
    assert intake.all() == before
    for name, content in told.items():
        put(intake.root / name, content.replace(b"One", b"Three"))
    intake.take("")
    assert intake.one("F/Film.mkv").title == "Three"
    assert intake.one("S/1x01.mkv").series == "Three"


def test_what_an_nfo_said_is_forgotten_with_it(intake: MediaIntake) -> None:
    lay_out(intake.root, "Film.mkv")
    note = put(intake.root / "Film.nfo", b"<movie><title>One</title></movie>")
    intake.take("")
    note.unlink()
    intake.take("")
    assert intake.one("Film.mkv").title == "Film"
    put(intake.root / "Film.nfo", b"<movie><title>Two</title></movie>")
    intake.take("")
    assert intake.one("Film.mkv").title == "Two"
