"""The database's shape changes in numbered steps, each whole or not at all."""

from contextlib import closing
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.store import database
from custom_components.telecast.engine.store.database import (
    DamagedError,
    NewerError,
    prepare,
)
from custom_components.telecast.engine.store.migrations import MIGRATIONS


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int
        ((found,),) = connection.execute("PRAGMA user_version")
    return found


def names(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_schema WHERE sql <> ''")
        return {name for (name,) in rows}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "telecast.db"


def test_a_new_database_takes_all_steps(path: Path) -> None:
    prepare(path)
    assert version(path) == len(MIGRATIONS)
    assert {"channels", "candidates", "overrides", "lineup"} <= names(path)
    before = path.read_bytes()
    prepare(path)
    assert path.read_bytes() == before


def test_an_older_database_takes_only_the_steps_that_it_lacks(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = "CREATE TABLE one (a); INSERT INTO one VALUES (1)"
    monkeypatch.setattr(database, "MIGRATIONS", (first,))
    prepare(path)
    second = "ALTER TABLE one ADD COLUMN b DEFAULT 2;"
    monkeypatch.setattr(database, "MIGRATIONS", (first, second))
    prepare(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM one").fetchall() == [(1, 2)]
    assert version(path) == 2


def test_a_step_that_fails_is_undone_and_those_before_it_stay(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = ("CREATE TABLE one (a)", "CREATE TABLE two (a); CREATE TABLE one (a)")
    monkeypatch.setattr(database, "MIGRATIONS", steps)
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        prepare(path)
    assert (version(path), names(path)) == (1, {"one"})


def test_a_newer_database_is_not_touched(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(path)
    before = path.read_bytes()
    monkeypatch.setattr(database, "MIGRATIONS", ())
    with pytest.raises(NewerError):
        prepare(path)
    assert path.read_bytes() == before


def test_what_is_no_database_is_damaged(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(DamagedError):
        prepare(path)
