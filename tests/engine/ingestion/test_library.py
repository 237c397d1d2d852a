"""Folders of films come into the catalogue, whole or not at all, each under its own id."""

from contextlib import closing
import os
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import PlaylistShrunkError
from custom_components.telecast.engine.films import catalogue
from custom_components.telecast.engine.films.catalogue import FilmSelection
from custom_components.telecast.engine.films.film import Episode, Film
from custom_components.telecast.engine.ingestion import library as reading
from custom_components.telecast.engine.ingestion.library import (
    Library,
    holds_media,
    read_library,
)
from custom_components.telecast.engine.ingestion.library_merge import (
    LibraryCounts,
    merge_library,
)
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.store.database import connect, prepare
from tests.fakes.media_folders import JPEG, WHEN, lay_out, put


class LibraryIntake:
    """A database that a library is read into, in this process."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "telecast.db"
        prepare(self.path)
        self.root = folder.resolve() / "media"
        self.root.mkdir()
        self.skipped: dict[str, int] = {}
        self.missing: list[Path] = []

    def take(
        self,
        *folders: str,
        source: str = "one",
        origin: str = "here",
        allow_shrink: bool = False,
    ) -> LibraryCounts:
        """Do what the child does, with all of the media or some folders of it."""
        groups = {self.root / name: name for name in folders} or {self.root: "Attic"}
        library = Library(source=source, folders=groups, allowed=[self.root])
        shelves = read_library(library, lambda _: None)
        self.skipped, self.missing = dict(shelves.skipped), shelves.missing
        with closing(connect(self.path)) as connection:
            return merge_library(
                connection,
                library,
                shelves,
                origin=origin,
                allow_shrink=allow_shrink,
            )

    def films(self, kind: FilmKind = FilmKind.MOVIE) -> list[Film]:
        """Answer the films by their ids."""
        with closing(connect(self.path)) as connection:
            return catalogue.listed(connection, FilmSelection(kind=kind), 0, 10**6)

    @property
    def series(self) -> list[Film]:
        """Answer the series by their ids."""
        return self.films(FilmKind.SERIES)

    @property
    def ids(self) -> dict[str, int]:
        """Answer the ids of all films by their names."""
        return {one.name: one.id for one in self.films()}

    def episodes(self, place: int = 0) -> list[Episode]:
        """Answer the episodes of a series, in order."""
        with closing(connect(self.path)) as connection:
            return list(catalogue.episodes(connection, self.series[place].id))

    @property
    def revision(self) -> int:
        """The number of the last change."""
        with closing(connect(self.path)) as connection:
            return catalogue.revision(connection)


@pytest.fixture(name="intake")
def _intake(tmp_path: Path) -> LibraryIntake:
    return LibraryIntake(tmp_path)


def told(episodes: list[Episode]) -> list[tuple[int, int, str]]:
    """Season, number and name of each."""
    return [(one.season, one.number, one.name) for one in episodes]


def test_a_film_has_its_name_its_group_and_its_file(intake: LibraryIntake) -> None:
    lay_out(intake.root, "Film (1999)/Film.1999.1080p.mkv")
    assert intake.take() == LibraryCounts(films=1, series=0, episodes=0)
    (film,) = intake.films()
    assert (film.name, film.group, film.extension) == ("Film (1999)", "Attic", "mkv")
    assert film.key == "Film (1999)/Film.1999.1080p.mkv"
    assert film.added == WHEN
    folder = f"file://{intake.root}/Film%20%281999%29"
    assert film.address == f"{folder}/Film.1999.1080p.mkv"
    assert film.facts["released"] == "1999"


def test_a_series_has_its_episodes_in_order(intake: LibraryIntake) -> None:
    lay_out(
        intake.root,
        *("Show/Season 1/Show - S01E02 - Second.mkv", "Show/Season 1/01 - First.mkv"),
        *("Show/Specials/Making of.mkv", "Show/Season 2/Show.S02E01E02.mkv"),
        "Show/Show - 2026-11-27.mkv",
    )
    assert intake.take() == LibraryCounts(films=0, series=1, episodes=5)
    (series,) = intake.series
    assert (series.name, series.group, series.added) == ("Show", "Attic", WHEN + 4)
    assert told(intake.episodes()) == [
        (0, 0, "Making of"),
        (1, 1, "First"),
        (1, 2, "Second"),
        (2, 1, "Episodes 1–2"),
        (2026, 1127, "2026-11-27"),
    ]


def test_a_series_is_one_however_it_is_written_and_wherever_it_lies(
    intake: LibraryIntake,
) -> None:
    lay_out(
        intake.root,
        *("a/The Show/Season 1/The.Show.S01E01.mkv", "b/the.show.s01e02-grp.mkv"),
        *("b/The Show/Season 1/1x03.mkv", "b/The Show (2010)/1x01.mkv"),
    )
    assert intake.take("a", "b") == LibraryCounts(films=0, series=2, episodes=4)
    first, second = intake.series
    assert (first.name, first.group) == ("The Show", "a")
    assert second.name == "The Show (2010)"
    assert [number for _, number, _ in told(intake.episodes())] == [1, 2, 3]


def test_episodes_without_a_name_are_their_folders(intake: LibraryIntake) -> None:
    lay_out(intake.root, "S01E01.mkv", "Other/S01E01.mkv")
    intake.take()
    assert {one.name for one in intake.series} == {"media", "Other"}


def test_nfo_files_know_better(intake: LibraryIntake) -> None:
    root = intake.root
    lay_out(root, "f/grp-flm.mkv", "S H/S01E01.mkv", "S H/extra words.mkv")
    put(
        root / "f/grp-flm.nfo",
        b"<movie><title>Film</title><year>1999</year><rating>7.5</rating>"
        b"<plot>P</plot><tmdbid>603</tmdbid><runtime>90</runtime></movie>",
    )
    put(
        root / "S H/tvshow.nfo",
        b"<tvshow><title>The Show</title><plot>Q</plot></tvshow>",
    )
    put(
        root / "S H/S01E01.nfo",
        b"<episodedetails><title>Pilot</title><season>0</season><episode>9</episode>"
        b"<aired>2010-01-02</aired></episodedetails>",
    )
    intake.take()
    (film,) = intake.films()
    assert (film.name, film.rating) == ("Film (1999)", 7.5)
    assert (film.facts["plot"], film.facts["tmdb"]) == ("P", "603")
    assert film.facts["seconds"] == 5400
    (series,) = intake.series
    assert (series.name, series.facts) == ("The Show", {"plot": "Q"})
    assert told(intake.episodes()) == [(0, 0, "extra words"), (0, 9, "Pilot")]
    assert intake.episodes()[1].facts["released"] == "2010-01-02"


def test_an_nfo_tells_a_film_that_is_called_like_an_episode(
    intake: LibraryIntake,
) -> None:
    lay_out(intake.root, "f/Film 1x02.mkv")
    put(intake.root / "f/movie.nfo", b"<movie><plot>P</plot></movie>")
    assert intake.take() == LibraryCounts(films=1, series=0, episodes=0)
    assert intake.films()[0].name == "Film 1x02"


def test_an_id_does_not_hang_on_an_nfo(intake: LibraryIntake) -> None:
    lay_out(intake.root, "Show/Show S01E01.mkv", "Film.mkv")
    intake.take()
    before = intake.films()[0].id, intake.series[0].id, intake.episodes()[0].id
    put(intake.root / "Show/tvshow.nfo", b"<tvshow><title>Renamed</title></tvshow>")
    put(intake.root / "Film.nfo", b"<movie><title>Other</title></movie>")
    intake.take()
    assert [intake.films()[0].name, intake.series[0].name] == ["Other", "Renamed"]
    after = intake.films()[0].id, intake.series[0].id, intake.episodes()[0].id
    assert after == before


def test_broken_and_foreign_nfo_files_change_nothing(intake: LibraryIntake) -> None:
    lay_out(intake.root, "a.mkv", "b.mkv", "c.mkv")
    put(intake.root / "a.nfo", b"<movie><title>")
    put(intake.root / "b.nfo", b"<tvshow><title>Wrong</title></tvshow>")
    (intake.root / "c.nfo").symlink_to("/etc/hostname")
    intake.take()
    assert [one.name for one in intake.films()] == ["a", "b", "c"]


def test_pictures_lie_beside_films(intake: LibraryIntake) -> None:
    root = intake.root
    lay_out(root, "Alone/x.mkv", "Two/y.mkv", "Two/z.mkv", "Show/Season 1/1x01.mkv")
    for name in ("Alone/Poster.JPG", "Two/poster.jpg", "Two/z-poster.png"):
        put(root / name, JPEG)
    put(root / "Show/folder.jpg", JPEG)
    intake.take()
    assert {one.name: one.poster for one in intake.films()} == {
        "x": f"file://{root}/Alone/Poster.JPG",
        "y": "",
        "z": f"file://{root}/Two/z-poster.png",
    }
    assert intake.series[0].poster == f"file://{root}/Show/folder.jpg"


def test_ids_survive_whatever_happens_to_others(intake: LibraryIntake) -> None:
    lay_out(intake.root, "b.mkv", "c.mkv", "Show/1x01.mkv", "Show/1x02.mkv")
    intake.take()
    before, episodes = intake.ids, [one.id for one in intake.episodes()]
    lay_out(intake.root, "a.mkv", "Show/1x00.mkv", when=WHEN + 50)
    (intake.root / "b.mkv").unlink()
    intake.take()
    assert intake.ids == {"c": before["c"], "a": max(before.values()) + 2}
    assert [one.id for one in intake.episodes()][1:] == episodes
    lay_out(intake.root, "b.mkv")
    intake.take()
    assert intake.ids["b"] == before["b"]


def test_a_renamed_file_keeps_its_id(intake: LibraryIntake) -> None:
    root = intake.root
    lay_out(root, "a.mkv", "b.mkv", "Show/1x01.mkv", "Show/1x02.mkv")
    intake.take()
    before, (first, second) = intake.ids, intake.episodes()
    (root / "a.mkv").rename(root / "Film (1999).mkv")
    (root / "Show/1x01.mkv").rename(root / "Show/Show - S01E01 - Title.mkv")
    intake.take()
    assert intake.ids == {"Film (1999)": before["a"], "b": before["b"]}
    renamed, other = intake.episodes()
    assert (renamed.id, renamed.name) == (first.id, "Title")
    assert (other.id, other.name) == (second.id, second.name)
    # What cannot be told from a copy is another film.
    put(root / "c.mkv", b"same"), put(root / "d.mkv", b"same")
    intake.take()
    for name in ("c", "d"):
        (root / f"{name}.mkv").rename(root / f"{name}2.mkv")
    ids = set(intake.ids.values())
    intake.take()
    assert ids.isdisjoint([intake.ids["c2"], intake.ids["d2"]])


def test_a_folder_that_is_not_mounted_keeps_its_films(intake: LibraryIntake) -> None:
    root = intake.root
    lay_out(root, "a/1.mkv", "a/Show/1x01.mkv", "b/2.mkv", "b/Other/1x01.mkv")
    intake.take("a", "b")
    ids, series = intake.ids, [one.id for one in intake.series]
    (root / "a").rename(root / "away")
    lay_out(root, "b/3.mkv")
    counts = intake.take("a", "b")
    assert counts == LibraryCounts(films=3, series=2, episodes=2)
    assert intake.missing == [root / "a"]
    assert intake.ids == ids | {"3": max(intake.ids.values())}
    assert [one.id for one in intake.series] == series
    assert [len(intake.episodes(place)) for place in (0, 1)] == [1, 1]
    (root / "a").mkdir()
    intake.take("a", "b")
    assert (len(intake.films()), intake.missing) == (3, [root / "a"])
    # Taken out by the user, it takes its films with it.
    intake.take("b", origin="there")
    assert [one.name for one in intake.films()] == ["2", "3"]
    assert [one.name for one in intake.series] == ["Other"]


@pytest.mark.parametrize("name", ["{:02}.mkv", "Show/1x{:02}.mkv"])
def test_most_of_a_library_does_not_vanish_at_once(
    intake: LibraryIntake, name: str
) -> None:
    names = [name.format(number) for number in range(1, 31)]
    lay_out(intake.root, *names, "Show 2/1x01.mkv")
    intake.take()
    before = intake.films(), intake.series, intake.episodes(), intake.revision
    for each in names[5:]:
        (intake.root / each).unlink()
    with pytest.raises(PlaylistShrunkError):
        intake.take()
    now = intake.films(), intake.series, intake.episodes(), intake.revision
    assert now == before
    intake.take(allow_shrink=True)
    assert len(intake.films()) + len(intake.episodes()) == 5 + len(before[0]) // 30


def test_what_is_as_it_was_changes_nothing(intake: LibraryIntake) -> None:
    lay_out(intake.root, "a.mkv", "Show/1x01.mkv")
    intake.take()
    before = intake.revision
    intake.take()
    assert intake.revision == before
    os.utime(intake.root / "Show/1x01.mkv", (WHEN + 99, WHEN + 99))
    intake.take()
    assert intake.revision == before + 1
    assert intake.series[0].added == WHEN + 99


def test_another_source_has_films_of_its_own(intake: LibraryIntake) -> None:
    lay_out(intake.root, "a/x.mkv", "a/Show/1x01.mkv")
    intake.take("a")
    intake.take("a", source="two")
    assert [one.source for one in intake.films()] == ["one", "two"]
    assert [len(intake.episodes(place)) for place in (0, 1)] == [1, 1]


def test_too_many_and_empty_files_are_counted(
    intake: LibraryIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_FILES", 2)
    lay_out(intake.root, "b.mkv", "c.mkv", "d.mkv")
    put(intake.root / "a.mkv", b"")
    assert intake.take().films == 2
    assert intake.skipped == {"empty": 1, "too_many": 1}


def test_whether_there_is_any_film_is_told_without_reading_all(
    intake: LibraryIntake,
) -> None:
    root = intake.root
    folders = {root / "nothing": "", root: ""}
    library = Library(source="", folders=folders, allowed=[root])
    assert not holds_media(library)
    lay_out(root, "a/readme.txt", "a/b/film-sample.mkv")
    assert not holds_media(library)
    lay_out(root, "a/b/film.mkv")
    assert holds_media(library)
