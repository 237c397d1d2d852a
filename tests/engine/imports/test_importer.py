"""The child takes documents in whole or not at all, and is never left over."""

import asyncio
from collections.abc import AsyncIterator, Callable
import gzip
import json
from pathlib import Path
import random
import subprocess
import sys
import time

import psutil
import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    IngestionError,
    NotAPlaylistError,
    SourceError,
)
from custom_components.telecast.engine.imports import child
from custom_components.telecast.engine.ingestion import frames

from ..storage import (
    Storage,
    children,
    gated,
    guide,
    integrity,
    numbered,
    open_storage,
    pieces,
    playlist,
    programme,
    settings,
    until,
)

HTML = b"<!DOCTYPE html><html><body>Your account has expired</body></html>"
MEGABYTE = 1 << 20


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    before = open_files()
    async with open_storage(tmp_path) as opened:
        yield opened
        # What came in last may still be being rendered.
        await until(lambda: not children())
    assert open_files() == before


def open_files() -> int:
    return psutil.Process().num_fds()


async def test_a_playlist_comes_in(storage: Storage) -> None:
    seen: list[int] = []
    started = time.monotonic()
    result = await storage.importer.playlist(
        settings(), pieces(numbered(5000)), on_progress=seen.append
    )
    took = time.monotonic() - started
    assert (result.entries, result.channels, result.skipped) == (5000, 5000, {})
    assert storage.lineup.count == 5000
    # It is told at most ten times a second.
    assert seen == sorted(seen) and 0 < len(seen) <= took * 10 + 1


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: data])
async def test_a_document_may_be_packed(
    pack: Callable[[bytes], bytes], storage: Storage
) -> None:
    await storage.playlist(pack(numbered(3).encode()))
    await storage.xmltv(pack(guide(programme("Show")).encode()))
    assert await storage.titles("1") == ["Show"]


async def test_checking_changes_nothing(storage: Storage) -> None:
    revision = storage.lineup.revision
    text = playlist("A", "A HD", "B", "C http://127.0.0.1/c")
    result = await storage.importer.check(settings(), pieces(text))
    assert (result.channels, result.entries) == (2, 3)
    assert result.skipped == {"address_not_allowed": 1}
    await storage.lineup.reload()
    assert (storage.lineup.count, storage.lineup.revision) == (0, revision)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:80/list.m3u", "http://localhost/list.m3u", "/media/list.m3u"],
)
async def test_a_source_of_this_machine_may_name_it(url: str, storage: Storage) -> None:
    result = await storage.playlist(playlist("A http://127.0.0.1/a"), url=url)
    assert (result.channels, result.skipped) == (1, {})
    (candidate,) = await storage.lineup.candidates(await storage.lineup.channel(1))
    assert candidate.local


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (b"", "empty_playlist"),
        (b"#EXTM3U\n", "empty_playlist"),
        (b"#EXTM3U\n" + b"a" * (50 * MEGABYTE), "empty_playlist"),
        (HTML, "not_a_playlist"),
        (b"\x00\x01\x02", "not_a_playlist"),
        (gzip.compress(numbered(30).encode())[:-9], "not_a_playlist"),
        (gzip.compress(b"#EXTM3U\n" + bytes(400 * MEGABYTE), 1), "too_large"),
        (numbered(10).encode(), "playlist_shrunk"),
    ],
    ids=[
        "nothing",
        "no channel",
        "50 MB on one line",
        "a page",
        "three bytes",
        "a truncated archive",
        "a bomb",
        "a third",
    ],
)
async def test_a_bad_playlist_is_named_and_changes_nothing(
    document: bytes, code: str, storage: Storage
) -> None:
    await storage.playlist(numbered(30))
    before, revision = await storage.all(), storage.lineup.revision
    with pytest.raises(SourceError) as caught:
        await storage.playlist(document)
    assert caught.value.code == code
    await storage.lineup.reload()
    assert (await storage.all(), storage.lineup.revision) == (before, revision)


async def test_what_is_no_playlist_is_not_read_to_its_end(storage: Storage) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            yield HTML * 1000
            sent += 1

    with pytest.raises(NotAPlaylistError):
        await storage.importer.playlist(settings(), endless())
    assert sent < 100


async def test_a_fault_of_the_source_is_raised_as_it_is(storage: Storage) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield numbered(100).encode()
        raise CannotConnectError("The connection died")

    with pytest.raises(CannotConnectError, match="died"):
        await storage.importer.playlist(settings(), broken())
    assert children() == []
    await storage.lineup.reload()
    assert storage.lineup.count == 0


async def test_cancelled_it_ends_the_child_and_changes_nothing(
    storage: Storage,
) -> None:
    begun, gate, closed = asyncio.Event(), asyncio.Event(), []

    async def document() -> AsyncIterator[bytes]:
        try:
            yield numbered(5000).encode()
            begun.set()
            await gate.wait()
        finally:
            closed.append(True)

    importing = asyncio.create_task(storage.importer.playlist(settings(), document()))
    await begun.wait()
    importing.cancel()
    await asyncio.wait([importing])
    assert importing.cancelled()
    assert (children(), closed) == ([], [True])
    await storage.lineup.reload()
    assert storage.lineup.count == 0


async def test_a_child_that_is_killed_is_told_of(
    storage: Storage, caplog: pytest.LogCaptureFixture
) -> None:
    gate = asyncio.Event()
    importing = asyncio.create_task(
        storage.importer.playlist(settings(), gated(b"#EXTM3U\n", gate))
    )
    await until(children)
    children()[0].kill()
    with pytest.raises(IngestionError, match="status -9"):
        await importing
    assert "status -9" in caplog.text


async def test_killed_at_any_moment_it_has_changed_nothing(storage: Storage) -> None:
    async def renamed(count: int) -> float:
        started = time.monotonic()
        await storage.playlist(numbered(5000, name=f"Name {count}"))
        return time.monotonic() - started

    await storage.playlist(numbered(5000, name="Name 0"))
    duration, name, outcomes = await renamed(1), 1, []
    for turn in range(20):
        importing = asyncio.create_task(renamed(name + 1))
        await asyncio.sleep(duration * (turn + random.random()) / 20)
        for process in children():
            process.kill()
        try:
            # What was slow the first time need not be so again.
            duration = min(duration, await importing)
            outcomes.append("done")
            name += 1
        except IngestionError:
            outcomes.append("killed")
            # It may have come to its end just before it was killed.
            first = (await storage.all())[0]
            name = int(first.name.split()[1])
        await storage.lineup.reload()
        assert integrity(storage.store.path) == "ok"
        found = await storage.all()
        assert [one.name for one in found] == [
            f"Name {name} {number}" for number in range(1, 5001)
        ]
        assert [one.id for one in found] == list(range(1, 5001))
    assert outcomes.count("killed") >= 5


async def test_a_child_without_a_parent_changes_nothing(storage: Storage) -> None:
    job = {
        "job": "playlist",
        "folder": str(storage.store.path.parent),
        "database": str(storage.store.path),
        "source": {"id": "one", "local": False, "user_agent": ""},
        "allow_shrink": False,
    }
    document = numbered(100).encode()
    told = json.dumps(job).encode() + b"\n" + frames.frame(document) + document
    program = Path(child.__file__).parents[1] / "ingestion" / "__main__.py"
    command = [sys.executable, "-I", "-S", program]
    # The pipe ends as it does when the parent dies: in the middle.
    ended = await asyncio.to_thread(
        subprocess.run, command, input=told, capture_output=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
    await storage.lineup.reload()
    assert storage.lineup.count == 0
    whole = await asyncio.to_thread(
        subprocess.run,
        command,
        input=told + frames.END,
        capture_output=True,
        check=True,
    )
    assert b'"channels": 100' in whole.stdout
    await storage.lineup.reload()
    assert storage.lineup.count == 100


async def test_the_child_knows_nothing_that_it_need_not(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPERVISOR_TOKEN", "canary")
    gate = asyncio.Event()
    secret = "http://canary:canary@provider.example/list.m3u"
    importing = asyncio.create_task(
        storage.importer.playlist(
            settings(url=secret), gated(numbered(3).encode(), gate)
        )
    )
    await until(lambda: children() and children()[0].nice() == 10)
    (process,) = children()
    assert "canary" not in " ".join(process.cmdline())
    assert "canary" not in str(process.environ())
    loaded = {Path(region.path).name for region in process.memory_maps()}
    assert not any("orjson" in name or "aiohttp" in name for name in loaded)
    assert process.memory_info().rss < 60 * MEGABYTE
    gate.set()
    await importing


async def test_its_memory_has_a_bound(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    importing = asyncio.create_task(
        storage.importer.playlist(settings(), gated(numbered(3).encode(), gate))
    )
    await until(lambda: children() and children()[0].nice() == 10)
    (process,) = children()
    await until(lambda: process.rlimit(psutil.RLIMIT_CPU)[0] == 1800)
    assert process.rlimit(psutil.RLIMIT_AS)[0] == 1 << 30
    assert process.rlimit(psutil.RLIMIT_CORE)[0] == 0
    gate.set()
    await importing


async def test_a_backup_meanwhile_does_no_harm(storage: Storage) -> None:
    """Reading the file in this process takes SQLite's locks away from it."""
    await storage.playlist(numbered(100))
    for turn in range(3):
        storage.store.path.read_bytes()
        storage.store.path.with_name("telecast.db-wal").read_bytes()
        await storage.playlist(numbered(100, name=f"Name {turn}"))
        await storage.lineup.update(1, logo=f"http://192.0.2.1/{turn}.png")
        first = await storage.lineup.channel(1)
        assert (first.name, first.logo[-5:]) == (f"Name {turn} 1", f"{turn}.png")
    assert integrity(storage.store.path) == "ok"


async def test_a_disk_that_cannot_be_written_is_told(
    storage: Storage, tmp_path: Path
) -> None:
    await storage.store.write(lambda c: c.execute("DROP TABLE candidates"))
    with pytest.raises(IngestionError, match="no such table"):
        await storage.playlist(numbered(3))
    (tmp_path / "cache" / "guides").rename(tmp_path / "elsewhere")
    (tmp_path / "cache" / "guides").write_text("")
    with pytest.raises(IngestionError, match="cannot be kept"):
        await storage.xmltv(guide(programme("A")))


async def test_the_loop_is_free_while_the_child_works(storage: Storage) -> None:
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            # Its own time: what others do on this machine is not counted.
            before = time.thread_time()
            await asyncio.sleep(0)
            longest = max(longest, time.thread_time() - before)

    document = pieces(numbered(20_000), 65536)
    watching = asyncio.create_task(watch())
    result = await storage.importer.playlist(settings(), document)
    watching.cancel()
    assert result.channels == 20_000
    assert longest < 0.02
