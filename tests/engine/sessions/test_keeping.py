"""Sessions survive restarts, and what is over is remembered for as long as is allowed."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
import shutil
from typing import Any

import pytest

from custom_components.telecast.engine.events import Event
from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.sessions import open_sessions
from custom_components.telecast.engine.sessions.keeping import (
    GATHER_SECONDS,
    LOOK_SECONDS,
    SWEEP_SECONDS,
)
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime

from .world import ACCOUNT, KODI, PLEX, Now, World, open_world, rows

SAME = ("id", "pid", "channel", "number", "client", "user_agent", "account")
KEPT = (*SAME, "protocol", "started_at", "bytes", "metadata")
DAY_SECONDS = 86_400


def viewer(number: int) -> Client:
    return Client(address=f"192.168.1.{number}", user_agent=f"Player {number}")


def facts(world: World, names: tuple[str, ...] = KEPT) -> list[dict[str, Any]]:
    """What is known of all sessions, in the order of their PIDs."""
    found = [one.as_dict() for one in world.sessions.known]
    return [
        {name: one[name] for name in names}
        for one in sorted(found, key=lambda one: one["pid"])
    ]


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


@pytest.mark.parametrize("killed", [False, True], ids=["in order", "killed"])
async def test_who_watched_at_the_end_is_expected_after_it(
    path: Path, tmp_path: Path, killed: bool
) -> None:
    now = Now()
    with ExitStack() as stack:
        async with open_world(path, now) as world:
            for number in range(1, 11):
                session = stack.enter_context(
                    world.watching(number, viewer(number), size=number * 1000)
                )
                session.metadata["device"] = f"TV {number}"
            await world.keeping.look()
            await world.keeping.write()
            before = facts(world)
            if killed:
                path = Path(shutil.copytree(path.parent, tmp_path / "copy") / path.name)
        now.seconds += 3500
        async with open_world(path, now) as world:
            assert facts(world) == before
            assert len(before) == 10
            assert world.sessions.active == []
            assert {one.state.value for one in world.sessions.known} == {"buffering"}
            assert world.events == []
            assert rows(path, "history") == []


async def test_who_returns_after_a_restart_goes_on_where_it_was(path: Path) -> None:
    async with open_world(path) as world:
        with world.watching(1, PLEX), world.watching(2, KODI, ACCOUNT) as session:
            before = session.as_dict()
            for one in world.sessions.active:
                world.sessions.end(one.id, "stopping")
    async with open_world(path) as world:
        with world.watching(3, PLEX) as other:
            assert other.pid == 3, "those of whom is expected are not free"
        with world.watching(2, KODI, ACCOUNT, size=500) as again:
            after = again.as_dict()
            for name in (*SAME, "started_at"):
                assert after[name] == before[name]
            assert after["bytes"] == 1500
            assert again.channel == channel(2)
            assert world.sessions.active == [again]


async def test_who_watched_more_than_an_hour_ago_is_history(path: Path) -> None:
    now = Now()
    async with open_world(path, now) as world:
        with world.watching(1), world.watching(2) as later:
            await world.keeping.look()
            now.seconds += 200
            later.meter.add(1)
            await world.keeping.look()
            await world.keeping.write()
            killed = Path(shutil.copytree(path.parent, path.parent.with_name("copy")))
    path = killed / path.name
    now.seconds += 3500
    async with open_world(path, now) as world:
        assert [one.channel.number for one in world.sessions.known] == ["2"]
        (visit,) = await world.sessions.visits(10)
        assert (visit["number"], visit["state"], visit["reason"]) == (
            "1",
            "stopped",
            "lost",
        )
        assert [row["number"] for row in rows(path, "sessions")] == ["2"]


async def test_who_had_left_before_the_restart_is_history_and_known_by_it(
    path: Path,
) -> None:
    async with open_world(path) as world:
        with world.watching(2, PLEX), world.watching(1) as left:
            pass
    async with open_world(path) as world:
        assert world.sessions.known == []
        (one, two) = await world.sessions.visits(10)
        assert {one["reason"], two["reason"]} == {"left"}
        with world.watching(1) as again:
            assert (again.id, again.pid) == (left.id, left.pid) != ("", 1)
            assert again.bytes == 1000, "another visit"


async def test_who_is_expected_and_does_not_come_is_let_go(path: Path) -> None:
    async with open_world(path) as world:
        with world.watching(1) as session:
            world.sessions.end(session.id, "stopping")
    async with open_world(path) as world:
        world.time.advance(299)
        await world.keeping.sweep()
        assert len(world.sessions.known) == 1
        world.time.advance(2)
        await world.keeping.sweep()
        assert world.sessions.known == []
        (visit,) = await world.sessions.visits(10)
        assert (visit["id"], visit["reason"]) == (session.id, "stale")


async def test_the_history_holds_each_visit_and_forgets(path: Path) -> None:
    now = Now()
    async with open_world(path, now, keep_days=30) as world:
        ids = []
        for size in (1000, 2000):
            with world.watching(1, size=size) as session:
                ids.append(session.id)
            world.time.advance(301)
            now.seconds += 301
            await world.keeping.sweep()
        assert ids[0] == ids[1]
        visits = await world.sessions.visits(10)
        assert [visit["bytes"] for visit in visits] == [2000, 1000]
        assert await world.sessions.visits(1) == visits[:1]
        assert {visit["id"] for visit in visits} == {session.id}
        assert visits[0]["channel"] == "Channel 1"
        assert visits[0].keys() == session.as_dict().keys() | {"reason"}
        now.seconds += 30 * 86400 - 302
        await world.keeping.sweep()
        assert len(await world.sessions.visits(10)) == 1
        now.seconds += 2 * 301
        await world.keeping.sweep()
        assert await world.sessions.visits(10) == []
        with world.watching(1) as session:
            assert session.id not in ids


async def test_no_history_is_kept_for_no_days(path: Path) -> None:
    async with open_world(path, keep_days=0) as world:
        with world.watching(1) as session:
            pass
        world.time.advance(301)
        await world.keeping.sweep()
        assert await world.sessions.visits(10) == []
        assert rows(path, "sessions") == []
        with world.watching(1) as again:
            assert again.id != session.id


async def test_who_is_connected_is_never_stale(path: Path) -> None:
    now = Now()
    async with open_world(path, now) as world:
        with world.watching(1) as session:
            for _ in range(3):
                world.time.advance(500)
                now.seconds += 500
                await world.keeping.sweep()
            assert world.sessions.active == [session]
            assert [row["id"] for row in rows(path, "sessions")] == [session.id]
            assert rows(path, "history") == []


async def test_a_clock_that_is_set_makes_nobody_stale(path: Path) -> None:
    now = Now()
    async with open_world(path, now) as world:
        with world.watching(1):
            pass
        await world.keeping.sweep()
        for jump in (86400.0, -2 * 86400.0):
            now.seconds += jump
            await world.keeping.sweep()
            assert len(rows(path, "sessions")) == 1
            assert rows(path, "history") == []


async def test_all_goes_on_by_itself(path: Path) -> None:
    events: list[Event] = []
    time, now = LoopTime(), Now()

    async def pass_by(seconds: float) -> None:
        # Timers see the time that was added when the loop looks next.
        now.seconds += seconds
        time.advance(seconds)
        # What is written meanwhile takes real time, of which little goes by here.
        await asyncio.sleep(0.01)

    async with open_sessions(
        path, emit=events.append, keep_days=1, upstream_of=lambda _: "Provider", now=now
    ) as sessions:
        with sessions.open(
            channel(1), KODI, protocol="http", account=None, hang_up=lambda: None
        ) as session:
            async with asyncio.timeout(DAY_SECONDS):
                while not session.written:
                    await pass_by(GATHER_SECONDS)
                session.meter.add(1000)
                while not session.upstream:
                    await pass_by(LOOK_SECONDS)
                while [row["bytes"] for row in rows(path, "sessions")] != [1000]:
                    await pass_by(GATHER_SECONDS)
        assert rows(path, "history") == []
        async with asyncio.timeout(DAY_SECONDS):
            while sessions.known:
                await pass_by(SWEEP_SECONDS)
            while not rows(path, "history"):
                await pass_by(GATHER_SECONDS)
    (visit,) = rows(path, "history")
    assert (visit["bytes"], visit["upstream"]) == (1000, "Provider")


async def test_what_nobody_foresaw_ends_no_stream(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_sessions(path, emit=lambda _: None, keep_days=1) as sessions:
        with sessions.open(
            channel(1), KODI, protocol="http", account=None, hang_up=lambda: None
        ) as session:
            session.meter.add(2**80)
            assert sessions.active == [session]
    (failed,) = [one for one in caplog.records if one.exc_info]
    assert "as they should be" in failed.message


async def test_what_fails_inside_is_raised_after_a_last_write(path: Path) -> None:
    with pytest.raises(ExceptionGroup) as failed:
        async with open_sessions(path, emit=lambda _: None, keep_days=1) as sessions:
            with sessions.open(
                channel(1), KODI, protocol="http", account=None, hang_up=lambda: None
            ) as session:
                raise LookupError
    assert failed.group_contains(LookupError)
    assert [row["id"] for row in rows(path, "sessions")] == [session.id]
