"""A provider's list of films comes into the catalogue whole or not at all."""

from collections.abc import Iterable
from contextlib import closing
import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.telecast.engine.errors import (
    NotAPlaylistError,
    PlaylistShrunkError,
    TooLargeError,
)
from custom_components.telecast.engine.films import catalogue
from custom_components.telecast.engine.films.catalogue import FilmSelection
from custom_components.telecast.engine.films.film import Film
from custom_components.telecast.engine.ingestion.films import (
    FilmList,
    StagedFilms,
    merge_films,
    stage_films,
)
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.store.database import connect, prepare

MOVIE, SERIES = FilmKind.MOVIE, FilmKind.SERIES
CATEGORIES = {"7": "Drama", "3": "Comedy", "9": "Nobody's"}


class FilmIntake:
    """A database that lists of films are read into, in this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        prepare(path)

    def take(
        self,
        document: bytes | Iterable[dict[str, Any]],
        kind: FilmKind = MOVIE,
        *,
        source: str = "one",
        categories: dict[str, str] | None = None,
        chosen: tuple[str, ...] | None = None,
        origin: str = "",
        allow_shrink: bool = False,
        size: int = 1000,
    ) -> StagedFilms:
        """Do what the child does."""
        data = (
            document
            if isinstance(document, bytes)
            else json.dumps(list(document)).encode()
        )
        about = FilmList(
            source=source,
            kind=kind,
            categories=CATEGORIES if categories is None else categories,
            chosen=chosen,
            origin=origin,
        )
        pieces = (data[start : start + size] for start in range(0, len(data), size))
        with closing(connect(self.path)) as connection:
            staged = stage_films(connection, about, pieces, lambda _: None)
            merge_films(connection, about, staged, allow_shrink=allow_shrink)
        return staged

    def all(self, kind: FilmKind = MOVIE) -> list[Film]:
        """Answer all films of a kind by their ids."""
        with closing(connect(self.path)) as connection:
            selection = FilmSelection(kind=kind)
            return catalogue.listed(connection, selection, 0, 1_000_000)

    def told(self, kind: FilmKind = MOVIE) -> list[tuple[int, str, str]]:
        """Answer ids (counted from 1), names and groups."""
        return [(one.id - 100_000_000, one.name, one.group) for one in self.all(kind)]

    def groups(self, kind: FilmKind = MOVIE) -> list[str]:
        """Answer the names of groups that have films."""
        with closing(connect(self.path)) as connection:
            return [one.name for one in catalogue.groups(connection, kind, None)]

    @property
    def revision(self) -> int:
        """The number of the last change."""
        with closing(connect(self.path)) as connection:
            return catalogue.revision(connection)

    @property
    def revisions(self) -> dict[FilmKind, int]:
        """The number of the last change to each kind."""
        with closing(connect(self.path)) as connection:
            return catalogue.revisions(connection)

    def do(self, statement: str, *values: Any) -> list[Any]:
        """Run a statement."""
        with closing(connect(self.path)) as connection:
            return connection.execute(statement, values).fetchall()


@pytest.fixture
def intake(tmp_path: Path) -> FilmIntake:
    return FilmIntake(tmp_path / "films.db")


def movie(id: int, name: str = "", category: Any = "7", **facts: Any) -> dict[str, Any]:
    """Write an entry as panels do."""
    return {
        "stream_id": id,
        "name": name or f"Film {id}",
        "category_id": category,
        "container_extension": "mkv",
        "added": "1700000000",
    } | facts


def show(id: int, name: str = "", category: Any = "7", **facts: Any) -> dict[str, Any]:
    """Write a series as panels do."""
    return {
        "series_id": id,
        "name": name or f"Show {id}",
        "category_id": category,
        "last_modified": "1700000000",
    } | facts


def movies(*ids: int) -> list[dict[str, Any]]:
    return [movie(n) for n in ids]


def test_films_come_in_with_what_the_list_says(intake: FilmIntake) -> None:
    entry = movie(
        *(45, "A Film (1999)", 7),
        stream_icon="http://posters.example/a.jpg",
        rating="7.25",
        tmdb="603",
        plot="Somebody wakes up.",
    )
    staged = intake.take([entry])
    assert (staged.films, staged.skipped) == (1, {})
    (film,) = intake.all()
    assert (film.kind, film.source, film.key) == (MOVIE, "one", "45")
    assert (film.name, film.group) == ("A Film (1999)", "Drama")
    assert film.poster == "http://posters.example/a.jpg"
    assert (film.rating, film.added) == (7.2, 1_700_000_000)
    assert (film.extension, film.address) == ("mkv", "xtream:movie/45.mkv")
    assert film.facts == {"tmdb": "603", "plot": "Somebody wakes up.", "rating": 7.2}


def test_series_come_in_and_lead_nowhere_by_themselves(intake: FilmIntake) -> None:
    intake.take([show(7, "A Show", cover="http://posters.example/s.jpg")], SERIES)
    (series,) = intake.all(SERIES)
    assert (series.kind, series.name, series.key) == (SERIES, "A Show", "7")
    assert (series.extension, series.address) == ("", "")
    assert series.poster == "http://posters.example/s.jpg"
    assert intake.all(MOVIE) == []


def test_ids_are_nobody_elses_and_fit_into_32_bits(intake: FilmIntake) -> None:
    intake.take([movie(1)])
    intake.take([show(1)], SERIES)
    (film,), (series,) = intake.all(), intake.all(SERIES)
    assert (film.id, series.id) == (100_000_001, 100_000_002)


def test_ids_stay_whatever_else_changes(intake: FilmIntake) -> None:
    intake.take(movies(1, 2, 3))
    intake.take(
        [
            movie(9),
            movie(3, "Renamed", 3, container_extension="mp4"),
            movie(1, rating=5),
        ]
    )
    assert intake.told() == [
        (1, "Film 1", "Drama"),
        (3, "Renamed", "Comedy"),
        (4, "Film 9", "Drama"),
    ]
    intake.take(movies(2, 1))
    assert intake.told() == [(1, "Film 1", "Drama"), (2, "Film 2", "Drama")]


def test_the_same_list_again_changes_nothing(intake: FilmIntake) -> None:
    entries = [movie(n, rating=n / 10, plot="x") for n in range(50)]
    intake.take(entries)
    revision, before = intake.revision, intake.all()
    intake.take(reversed(entries))
    assert (intake.revision, intake.all()) == (revision, before)
    intake.take([*entries, movie(99)])
    assert intake.revision > revision


def test_a_change_is_one_of_its_kind(intake: FilmIntake) -> None:
    assert intake.revisions == {MOVIE: 0, SERIES: 0}
    intake.take(movies(1))
    first = intake.revision
    assert intake.revisions == {MOVIE: first, SERIES: 0}
    intake.take([show(1)], SERIES)
    assert intake.revisions == {MOVIE: first, SERIES: intake.revision}


def test_sources_and_kinds_do_not_mix(intake: FilmIntake) -> None:
    intake.take(movies(1, 2), source="one")
    intake.take(movies(1), source="two")
    intake.take([show(1)], SERIES, source="one")
    intake.take(movies(2), source="one")
    assert [(one.source, one.key) for one in intake.all()] == [
        ("one", "2"),
        ("two", "1"),
    ]
    assert len(intake.all(SERIES)) == 1


def test_groups_are_the_categories_that_have_films_in_their_order(
    intake: FilmIntake,
) -> None:
    intake.take(
        [movie(1, "", 3), movie(2, "", 7), movie(3, "", 404), movie(4, "", None)]
    )
    assert intake.groups() == ["Drama", "Comedy", "Uncategorised"]
    assert [one.group for one in intake.all()] == [
        *("Comedy", "Drama", "Uncategorised", "Uncategorised")
    ]
    intake.take([show(1, "", 3)], SERIES)
    assert intake.groups(SERIES) == ["Comedy"]
    intake.take([movie(1, "", 3)], allow_shrink=True)
    assert intake.groups() == ["Comedy"]


def test_only_what_is_chosen_comes_in(intake: FilmIntake) -> None:
    entries = [
        movie(1, "", 3),
        movie(2, "", 7),
        movie(3, "", "3", category_ids=[3, 7]),
        movie(4, "", None),
    ]
    staged = intake.take(entries, chosen=("7",))
    assert staged == StagedFilms(films=2, skipped={})
    assert [(one.key, one.group) for one in intake.all()] == [
        ("2", "Drama"),
        ("3", "Drama"),
    ]


def test_what_cannot_be_played_is_counted(intake: FilmIntake) -> None:
    staged = intake.take(
        [
            movie(1),
            movie(1, "Twice"),
            {"name": "No id"},
            movie(2) | {"name": None},
            movie(3) | {"stream_id": "../4"},
        ]
    )
    assert staged == StagedFilms(films=1, skipped={"entry_malformed": 3})
    assert intake.told() == [(1, "Film 1", "Drama")]


def test_no_more_come_in_than_any_player_could_list(
    intake: FilmIntake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.telecast.engine.ingestion.films._MOST", 3)
    assert intake.take(movies(1, 2, 3, 4, 5)) == StagedFilms(
        films=3, skipped={"too_many": 2}
    )


@pytest.mark.parametrize(
    ("before", "now", "is_refused"),
    [(30, 15, False), (30, 14, True), (20, 9, True), (19, 9, False), (10, 0, True)],
)
def test_a_list_that_shrinks_absurdly_changes_nothing(
    before: int, now: int, is_refused: bool, intake: FilmIntake
) -> None:
    intake.take(movies(*range(before)))
    if not is_refused:
        intake.take(movies(*range(now)))
        assert len(intake.all()) == now
        return
    revision = intake.revision
    with pytest.raises(PlaylistShrunkError, match=f"{now} films.*{before}"):
        intake.take(movies(*range(now)))
    assert (len(intake.all()), intake.revision) == (before, revision)
    intake.take(movies(*range(now)), allow_shrink=True)
    assert len(intake.all()) == now


def test_another_providers_list_may_be_of_any_size(intake: FilmIntake) -> None:
    intake.take(movies(*range(30)), origin="a")
    with pytest.raises(PlaylistShrunkError):
        intake.take(movies(1), origin="a")
    intake.take(movies(1), origin="b")
    intake.take(movies(*range(30)), origin="b")
    with pytest.raises(PlaylistShrunkError):
        intake.take(movies(1), origin="b")
    intake.take([show(1)], SERIES, origin="c")
    with pytest.raises(PlaylistShrunkError):
        intake.take(movies(1), origin="b")
    assert len(intake.all()) == 30


def test_a_provider_may_have_no_films(intake: FilmIntake) -> None:
    assert intake.take(b"[]").films == 0
    assert intake.all() == []


WHOLE = json.dumps([movie(n) for n in range(30)]).encode()


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", NotAPlaylistError),
        (b"<!DOCTYPE html><html>Gone</html>", NotAPlaylistError),
        (b'{"user_info":{"auth":0}}', NotAPlaylistError),
        (b"null", NotAPlaylistError),
        (WHOLE[:-1], NotAPlaylistError),
        (WHOLE[: len(WHOLE) // 2], NotAPlaylistError),
        (b'[{"name":"' + b"x" * (2 << 20) + b'"}]', TooLargeError),
    ],
    ids=["nothing", "a page", "a refusal", "null", "no end", "half", "a long entry"],
)
def test_what_is_no_whole_list_changes_nothing(
    document: bytes, error: type[Exception], intake: FilmIntake
) -> None:
    intake.take(movies(1, 2, 3))
    before, revision = intake.all(), intake.revision
    with pytest.raises(error):
        intake.take(document, allow_shrink=True)
    assert (intake.all(), intake.revision) == (before, revision)


def test_a_list_may_come_byte_by_byte(intake: FilmIntake) -> None:
    intake.take(json.dumps([movie(1, "É🦊")], ensure_ascii=False).encode(), size=1)
    assert intake.told() == [(1, "É🦊", "Drama")]


def test_a_film_that_was_altered_is_asked_for_again(intake: FilmIntake) -> None:
    intake.take([show(1), show(2)], SERIES)
    for series in intake.all(SERIES):
        intake.do("INSERT INTO film_details VALUES (?, 1000000, '{}')", series.id)
    intake.take([show(1), show(2, last_modified="1700000001")], SERIES)
    rows = intake.do("SELECT fetched FROM film_details ORDER BY film")
    assert rows == [(1_000_000,), (1_000_000 - 86_400,)]


def test_everything_of_a_source_goes_with_it(intake: FilmIntake) -> None:
    intake.take(movies(1, 2))
    intake.do("INSERT INTO film_details VALUES (100000001, 0, '{}')")
    intake.do("DELETE FROM sources WHERE id = 'one'")
    assert intake.all() == []
    assert intake.do("SELECT count(*) FROM film_details") == [(0,)]
    intake.take(movies(1))
    assert intake.told() == [(3, "Film 1", "Drama")]


def test_films_are_found_by_index(intake: FilmIntake) -> None:
    intake.take(movies(1, 2))
    those = "SELECT id FROM films WHERE kind = 'movie' AND present = 1"
    for query in (
        f"{those} ORDER BY id",
        f"{those} ORDER BY search, id",
        f"{those} AND group_id = 1 ORDER BY search, id",
    ):
        plan = [row[3] for row in intake.do(f"EXPLAIN QUERY PLAN {query}")]
        assert not [step for step in plan if "TEMP B-TREE" in step], (query, plan)
        assert all("INDEX films_by" in step for step in plan), (query, plan)


_ENTRIES = st.lists(
    st.builds(
        movie,
        st.integers(0, 8),
        st.sampled_from(["A", "B", "🦊", " x "]),
        st.sampled_from(["7", 3, None, "404", []]),
        rating=st.one_of(st.none(), st.floats(), st.text(max_size=3), st.integers()),
        added=st.one_of(st.none(), st.integers(), st.text(max_size=3)),
        container_extension=st.sampled_from(["mkv", "", None, ".MP4", "../x", 7]),
    ),
    max_size=8,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lists=st.lists(_ENTRIES, min_size=2, max_size=4))
def test_whatever_comes_the_catalogue_is_the_last_list_and_ids_stay(
    lists: list[list[dict[str, Any]]], tmp_path: Path
) -> None:
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    intake = FilmIntake(path)
    ids: dict[str, int] = {}
    for entries in lists:
        intake.take(json.dumps(entries).encode(), allow_shrink=True)
        found = {film.key: film.id for film in intake.all()}
        assert found.keys() == {str(entry["stream_id"]) for entry in entries}
        assert all(ids.get(key, mine) == mine for key, mine in found.items())
        ids |= found
        before, revision = intake.all(), intake.revision
        intake.take(json.dumps(entries).encode(), allow_shrink=True)
        assert (intake.all(), intake.revision) == (before, revision)
