"""The database is written by one thread, and survives what happens to files."""

import asyncio
from contextlib import closing
from pathlib import Path
import shutil
import sqlite3
import threading

import pytest

from custom_components.telecast.engine.errors import UnknownChannelError
from custom_components.telecast.engine.store.migrations import MIGRATIONS
from custom_components.telecast.engine.store.store import StorageError, open_store

from ..storage import integrity, numbered, open_storage


def put(key: str, value: str = "1"):
    def work(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO meta VALUES (?, ?)", (key, value))

    return work


def keys(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute(
        "SELECT key FROM meta WHERE key NOT GLOB '*revision' ORDER BY 1"
    )
    return [key for (key,) in rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "telecast.db"


async def test_what_is_written_is_read_also_after_a_restart(path: Path) -> None:
    async with open_store(path) as store:
        await store.write(put("a"))
        assert await store.read(keys) == ["a"]
    # Nothing else is needed: what was written is in the one file.
    assert [found.name for found in path.parent.iterdir()] == [path.name]
    async with open_store(path) as store:
        assert await store.read(keys) == ["a"]
        assert store.set_aside is None


async def test_work_that_raises_is_undone(path: Path) -> None:
    def work(connection: sqlite3.Connection) -> None:
        put("a")(connection)
        raise UnknownChannelError("No")

    async with open_store(path) as store:
        with pytest.raises(UnknownChannelError, match="No"):
            await store.write(work)
        await store.write(put("b"))
        assert await store.read(keys) == ["b"]


async def test_writes_are_done_one_after_the_other(path: Path) -> None:
    def count(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'n'")

    async with open_store(path) as store:
        await store.write(put("n", "0"))
        await asyncio.gather(*(store.write(count) for _ in range(50)))
        ((value,),) = await store.read(
            lambda c: c.execute("SELECT value FROM meta WHERE key = 'n'").fetchall()
        )
        assert value == "50"


async def test_reading_cannot_write(path: Path) -> None:
    async with open_store(path) as store:
        with pytest.raises(StorageError, match="readonly"):
            await store.read(put("a"))


async def test_the_loop_waits_for_neither_thread(path: Path) -> None:
    go = threading.Event()
    async with open_store(path) as store, asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(store.write(lambda _: go.wait(30)))
        reading = tasks.create_task(store.read(lambda _: go.wait(30)))
        await asyncio.sleep(0)
        assert not writing.done() and not reading.done()
        go.set()
        assert await writing and await reading


async def test_a_job_that_nobody_waits_for_any_more_is_not_begun(path: Path) -> None:
    go = threading.Event()
    async with open_store(path) as store, asyncio.TaskGroup() as tasks:
        tasks.create_task(store.write(lambda _: go.wait(30)))
        given_up = tasks.create_task(store.write(put("a")))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        go.set()
        await store.write(put("b"))
        assert await store.read(keys) == ["b"]


async def test_leaving_ends_the_threads_and_what_they_were_given(path: Path) -> None:
    before = threading.active_count()
    async with open_store(path) as store:
        assert threading.active_count() == before + 2
        last = asyncio.ensure_future(store.write(put("a")))
        await asyncio.sleep(0)
    assert threading.active_count() == before
    await last
    async with open_store(path) as store:
        assert await store.read(keys) == ["a"]


async def test_leaving_waits_for_the_threads_even_when_cancelled(path: Path) -> None:
    before = threading.active_count()
    opened, go = asyncio.Event(), threading.Event()

    async def run() -> None:
        async with open_store(path) as store:
            writing = asyncio.ensure_future(store.write(lambda _: go.wait(30)))
            writing.add_done_callback(lambda done: done.cancelled() or done.exception())
            opened.set()

    task = asyncio.create_task(run())
    await opened.wait()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    go.set()
    await asyncio.wait([task])
    assert task.cancelled()
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(b"This is no database" * 1000),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(
            path.read_bytes()[:8192] + b"\xff" * 8192 + path.read_bytes()[16384:]
        ),
    ],
    ids=["other bytes", "cut off", "a broken page"],
)
async def test_a_damaged_database_is_set_aside(spoil, path: Path) -> None:
    async with open_store(path) as store:
        await store.write(put("a"))
    spoil(path)
    spoilt = path.read_bytes()
    async with open_store(path) as store:
        assert store.set_aside == path.with_name("telecast.db.damaged-1")
        assert store.set_aside.read_bytes() == spoilt
        await store.write(put("b"))
        assert await store.read(keys) == ["b"]
    async with open_store(path) as store:
        assert store.set_aside is None


async def test_a_newer_database_is_set_aside_untouched(path: Path) -> None:
    async with open_store(path) as store:
        await store.write(put("a"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    async with open_store(path) as store:
        assert store.set_aside == path.with_name("telecast.db.newer-1")
        assert await store.read(keys) == []
    with closing(sqlite3.connect(path.with_name("telecast.db.newer-1"))) as connection:
        assert keys(connection) == ["a"]


async def test_only_the_last_few_are_kept_aside(path: Path) -> None:
    path.parent.mkdir()
    for number in range(5):
        path.write_bytes(b"%d" % number * 1000)
        async with open_store(path):
            pass
    kept = sorted(found.name for found in path.parent.glob("*.damaged-*"))
    assert kept == [f"telecast.db.damaged-{number}" for number in (3, 4, 5)]


async def test_a_full_disk_is_told_and_ends_nothing(path: Path) -> None:
    def shrink(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    async with open_store(path) as store:
        await store.write(put("a"))
        await store.write(shrink)
        with pytest.raises(StorageError, match="full"):
            await store.write(put("b", "x" * 1_000_000))
        assert await store.read(keys) == ["a"]
        await store.write(lambda c: c.execute("PRAGMA max_page_count = 1000000"))
        await store.write(put("b"))
        assert await store.read(keys) == ["a", "b"]


async def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    before = threading.active_count()
    with pytest.raises(StorageError):
        async with open_store(tmp_path / "file" / "telecast.db"):
            pass
    assert threading.active_count() == before


async def test_another_process_that_writes_is_waited_for(path: Path) -> None:
    async with open_store(path) as store:
        await store.write(put("a"))
        with closing(sqlite3.connect(path, autocommit=True)) as other:
            other.execute("BEGIN IMMEDIATE")
            put("b")(other)
            writing = asyncio.ensure_future(store.write(put("c")))
            assert await store.read(keys) == ["a"]
            assert not writing.done()
            other.execute("COMMIT")
        await writing
        assert await store.read(keys) == ["a", "b", "c"]


async def test_a_power_cut_at_any_moment_leaves_whole_transactions(
    path: Path, tmp_path: Path
) -> None:
    copies: list[tuple[Path, int]] = []

    def copy(committed: int) -> None:
        folder = tmp_path / f"copy{len(copies)}"
        folder.mkdir()
        for part in path.parent.iterdir():
            if not part.name.endswith("-shm"):
                shutil.copy(part, folder)
        copies.append((folder / path.name, committed))

    def work(connection: sqlite3.Connection, transaction: int) -> None:
        for statement in range(10):
            put(f"{transaction} {statement}", "x" * 3000)(connection)
            copy(transaction * 10)

    async with open_store(path) as store:
        await store.write(lambda c: c.execute("PRAGMA cache_size = 1"))
        for transaction in range(20):
            await store.write(lambda c, t=transaction: work(c, t))
    assert len(copies) == 200
    for database, committed in copies:
        assert integrity(database) == "ok"
        with closing(sqlite3.connect(database)) as connection:
            assert len(keys(connection)) == committed


async def test_overrides_outlive_the_database(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(numbered(30))
        first, second, *_ = await storage.all()
        await storage.lineup.update(first.id, number="99", name="My own", group="Mine")
        await storage.lineup.update(second.id, enabled=False)
        before = await storage.all()
    (tmp_path / "telecast.db").write_bytes(b"broken" * 1000)
    async with open_storage(tmp_path) as storage:
        assert storage.store.set_aside
        assert await storage.all() == []
        await storage.playlist(numbered(30))
        after = await storage.all()
        assert [(c.number, c.name, c.group) for c in after] == [
            (c.number, c.name, c.group) for c in before
        ]
        # What the source says was not lost either.
        mine = await storage.lineup.by_number("99")
        again = await storage.lineup.update(mine.id, number="", name="", group="")
        assert (again.number, again.name) == ("1", "Channel 1")


async def test_a_backup_that_makes_no_sense_is_passed_over(path: Path) -> None:
    path.parent.mkdir()
    for text in ("{", "[1]", '[["a", "b", "name", {}]]', '[["a","b","evil","c"]]'):
        path.with_name("overrides.json").write_text(text)
        path.unlink(missing_ok=True)
        async with open_store(path) as store:
            rows = await store.read(
                lambda c: c.execute("SELECT * FROM overrides").fetchall()
            )
            assert rows == []
