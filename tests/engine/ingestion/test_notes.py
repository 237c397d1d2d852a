"""NFO files are read once, and again when they are other ones."""

from contextlib import closing
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.ingestion.folders import File, Folder
from custom_components.telecast.engine.ingestion.notes import Notes
from custom_components.telecast.engine.store.database import connect
from custom_components.telecast.formats.nfo import Nfo
from tests.fakes.media_folders import put

from .media_world import MediaIntake

FILE = File(name="Film.nfo", size=10, modified_ns=1)


@pytest.fixture(name="intake")
def _intake(tmp_path: Path) -> MediaIntake:
    return MediaIntake(tmp_path)


def read(
    intake: MediaIntake, connection: sqlite3.Connection, file: File = FILE
) -> Nfo | None:
    """Look once for what a file says, and remember that."""
    notes = Notes([intake.root], connection=connection, source="one")
    folder = Folder(root=intake.root, path="", files={"film.nfo": file})
    told = notes.read(folder, file)
    assert notes.read(folder, file) == told
    notes.keep()
    return told


def test_all_that_a_file_says_is_remembered(intake: MediaIntake) -> None:
    put(
        intake.root / "Film.nfo",
        "<movie><title>Über</title><actor><name>A</name></actor><year>1999</year>"
        "<rating>7.5</rating><season>0</season></movie>".encode(),
    )
    with closing(connect(intake.path)) as connection:
        connection.execute("INSERT INTO sources (id, entries) VALUES ('one', 0)")
        first = read(intake, connection)
        (intake.root / "Film.nfo").unlink()
        assert read(intake, connection) == first
        other = File(name="Film.nfo", size=10, modified_ns=2)
        assert read(intake, connection, other) is None
    assert first == Nfo(
        kind="movie",
        title="Über",
        year=1999,
        premiered="1999",
        rating=7.5,
        actors=("A",),
        season=0,
    )


def test_what_cannot_be_read_is_read_another_time(intake: MediaIntake) -> None:
    with closing(connect(intake.path)) as connection:
        connection.execute("INSERT INTO sources (id, entries) VALUES ('one', 0)")
        assert read(intake, connection) is None
        put(intake.root / "Film.nfo", b"<movie><title>A</title></movie>")
        assert read(intake, connection) == Nfo(kind="movie", title="A")


def test_without_a_database_each_look_reads(intake: MediaIntake) -> None:
    folder = Folder(root=intake.root, path="", files={"film.nfo": FILE})
    notes = Notes([intake.root])
    for title in "AB":
        put(intake.root / "Film.nfo", f"<movie><title>{title}</title></movie>".encode())
        assert notes.read(folder, FILE) == Nfo(kind="movie", title=title)
    notes.keep()
