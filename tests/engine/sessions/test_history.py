"""A file that fails costs history only: no viewer, no start, no bytes that are counted."""

from collections.abc import Callable
from contextlib import closing
import logging
import os
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.sessions import database
from custom_components.telecast.engine.sessions.database import MIGRATIONS

from .world import KODI, PLEX, Now, open_world, rows

ROOT = os.geteuid() == 0


def spoil_pages(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\xff" * (len(data) - 8192))


def from_the_future(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")


def of_another_shape(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE sessions")
        connection.execute("CREATE TABLE sessions (a)")
        connection.commit()


SPOILERS = {
    "other bytes": lambda path: path.write_bytes(b"no database" * 1000),
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:6000]),
    "cut within its head": lambda path: path.write_bytes(path.read_bytes()[:50]),
    "emptied": lambda path: path.write_bytes(b""),
    "broken pages": spoil_pages,
    "from a newer version": from_the_future,
    "of another shape": of_another_shape,
    "deleted": lambda path: path.unlink(),
}
ALL = pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS.keys())


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "sessions.db"


def is_sound(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@ALL
async def test_a_file_that_is_spoilt_while_away_is_begun_anew(
    path: Path, spoil: Callable[[Path], None]
) -> None:
    async with open_world(path) as world:
        with world.watching(1), world.watching(2):
            pass
    spoil(path)
    async with open_world(path) as world:
        assert world.sessions.known == []
        assert await world.sessions.visits(10) == []
        with world.watching(1) as session:
            assert await world.keeping.write()
            assert [row["id"] for row in rows(path, "sessions")] == [session.id]
    assert is_sound(path)


@pytest.mark.parametrize("name", ["deleted", "emptied", "cut off"])
async def test_a_file_that_is_spoilt_while_open_is_begun_anew_with_all_sessions(
    path: Path, name: str
) -> None:
    async with open_world(path) as world:
        with world.watching(1) as first, world.watching(2):
            await world.keeping.write()
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            await world.keeping.sweep()
            SPOILERS[name](path)
            first.meter.add(1)
            await world.keeping.look()
            assert await world.keeping.write()
            assert {row["number"] for row in rows(path, "sessions")} == {"1", "2"}
            assert is_sound(path)
            ids = {one.id for one in world.sessions.active}
            for session_id in ids:
                world.sessions.end(session_id, "stopping")
    async with open_world(path) as world:
        assert {one.id for one in world.sessions.known} == ids


async def test_a_file_that_is_replaced_is_gone_on_with(path: Path) -> None:
    async with open_world(path) as world:
        with world.watching(1):
            await world.keeping.write()
            other = path.with_name("other.db")
            with closing(sqlite3.connect(other)) as copy:
                with closing(sqlite3.connect(path)) as connection:
                    connection.backup(copy)
            other.replace(path)
            with world.watching(2):
                assert await world.keeping.write()
                assert len(rows(path, "sessions")) == 2


async def test_a_disk_that_takes_nothing_is_told_of_once_and_caught_up_with(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "custom_components.telecast")
    path.mkdir()
    async with open_world(path) as world:
        with world.watching(1) as session, world.watching(2):
            for _ in range(3):
                assert not await world.keeping.write()
                await world.keeping.sweep()
            assert not world.sessions.past.well
            assert await world.sessions.visits(10) == []
            assert world.sessions.active[0] is session
            world.sessions.end(session.id, "closed")
            await world.keeping.sweep()
            path.rmdir()
            assert await world.keeping.write()
            assert world.sessions.past.well
            assert [row["number"] for row in rows(path, "sessions")] == ["2"]
            assert [row["number"] for row in rows(path, "history")] == ["1"]
    told = [one.message for one in caplog.records if "not kept until" in one.message]
    assert len(told) == 1
    assert sum("kept again" in one.message for one in caplog.records) == 1


async def test_a_file_that_others_hold_is_written_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 0.01)
    async with open_world(path) as world:
        with world.watching(1):
            with closing(sqlite3.connect(path, autocommit=True)) as connection:
                connection.execute("BEGIN IMMEDIATE")
                assert not await world.keeping.write()
                connection.execute("ROLLBACK")
            assert await world.keeping.write()
            assert len(rows(path, "sessions")) == 1


async def test_what_can_only_be_read_is_restored_from(path: Path) -> None:
    async with open_world(path) as world:
        with world.watching(1) as session:
            world.sessions.end(session.id, "stopping")
    head = bytearray(path.read_bytes())
    head[18] = 3  # of a file format that SQLite reads, and does not write
    path.write_bytes(head)
    async with open_world(path) as world:
        (restored,) = world.sessions.known
        assert (restored.id, restored.pid) == (session.id, session.pid)
        assert not world.sessions.past.well
        with world.watching(1) as again:
            assert again is restored
            assert again.bytes == 2000
    assert path.read_bytes() == bytes(head)


@pytest.mark.skipif(ROOT, reason="nothing is read-only to root")
async def test_a_file_without_rights_is_restored_from(path: Path) -> None:
    async with open_world(path) as world:
        with world.watching(1) as session:
            world.sessions.end(session.id, "stopping")
    path.chmod(0o400)
    async with open_world(path) as world:
        assert [one.id for one in world.sessions.known] == [session.id]


async def test_rows_that_make_no_sense_are_left_out(path: Path) -> None:
    async with open_world(path) as world:
        with world.watching(1), world.watching(2, PLEX), world.watching(3):
            for one in world.sessions.active:
                world.sessions.end(one.id, "stopping")
    with closing(sqlite3.connect(path, autocommit=True)) as connection:
        connection.execute("UPDATE sessions SET started = 1e300 WHERE number = '1'")
        connection.execute("UPDATE sessions SET metadata = '{' WHERE number = '2'")
        connection.execute(
            "UPDATE sessions SET metadata = '[1]', pid = -3 WHERE number = '3'"
        )
    async with open_world(path) as world:
        (restored,) = world.sessions.known
        assert (restored.channel.number, restored.metadata) == ("3", {})
        assert restored.pid == 1


async def test_bytes_that_are_no_text_are_read_as_well_as_can_be(path: Path) -> None:
    async with open_world(path) as world:
        with world.watching(1) as session:
            world.sessions.end(session.id, "stopping")
    with closing(sqlite3.connect(path, autocommit=True)) as connection:
        connection.execute("UPDATE sessions SET upstream = CAST(X'41FF' AS TEXT)")
    async with open_world(path) as world:
        (restored,) = world.sessions.known
        assert restored.upstream == "A\N{REPLACEMENT CHARACTER}"


async def test_of_two_rows_of_a_viewer_one_is_restored_and_no_pid_twice(
    path: Path,
) -> None:
    async with open_world(path) as world:
        with world.watching(1), world.watching(2):
            for one in world.sessions.active:
                world.sessions.end(one.id, "stopping")
    with closing(sqlite3.connect(path, autocommit=True)) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(sessions)")]
        others = ", ".join(columns[1:])
        connection.execute(
            f"INSERT INTO sessions SELECT 'twin' || number, {others} FROM sessions"
        )
        connection.execute("UPDATE sessions SET pid = 1")
    async with open_world(path) as world:
        assert sorted(one.pid for one in world.sessions.known) == [1, 2]
        assert {one.channel.number for one in world.sessions.known} == {"1", "2"}


async def test_old_visits_make_room_for_new_ones(path: Path) -> None:
    now = Now()
    async with open_world(path, now) as world:
        with world.watching(1, KODI):
            pass
        world.time.advance(301)
        await world.keeping.sweep()
        with closing(sqlite3.connect(path, autocommit=True)) as connection:
            columns = [
                row[1] for row in connection.execute("PRAGMA table_info(history)")
            ]
            others = ", ".join(columns[1:])
            connection.execute(
                f"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9)
                INSERT INTO history SELECT 'old' || i, {others} FROM n, history
                """
            )
            connection.execute(
                "UPDATE history SET last_activity = last_activity - 9 WHERE id LIKE 'o%'"
            )
            database.forget(connection, until=0, most=1)
        assert [row["number"] for row in rows(path, "history")] == ["1"]
        assert not rows(path, "history")[0]["id"].startswith("old")


def test_what_is_asked_often_is_indexed(path: Path) -> None:
    with closing(database.connect(path)) as connection:
        indexed = {
            row[0]
            for row in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'index'"
            )
        }
        (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    assert {
        "sessions_by_session",
        "sessions_by_state",
        "sessions_by_last_activity",
    } <= indexed
    assert (mode, version, synchronous) == ("wal", len(MIGRATIONS), 1)
