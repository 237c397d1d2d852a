"""Home Assistant starts again: whoever watched is known again, whatever the disk holds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
import os
from pathlib import Path
import re
import signal
import sqlite3
from typing import Any

import pytest
import pytest_asyncio
import pytest_socket

from scripts.workbench.bench.joining import begins_with_keyframe
from scripts.workbench.demo.provider import serve
from scripts.workbench.frontend import open_frontend
from scripts.workbench.home_assistant import run_home_assistant

from .hls_player import HlsPlayer, playing
from .provider import Provider
from .sessions import sessions_by_agent
from .viewer import Viewer, watching
from .world import ALL_CHANNELS, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

LIVE = {
    **{f"tuner {index}": "/auto/v1" for index in range(2)},
    **{f"player {index}": "/telecast/stream/1.ts" for index in range(4)},
    **{f"account {index}": "/live/{login}/2.ts" for index in range(2)},
}
"""What is watched by a connection, by user agent."""
HLS = ("hls 0", "hls 1")
HLS_PATH = "/telecast/hls/local/2/master.m3u8"
TRACKS = ("id", "pid", "started_at", "channel", "number", "protocol", "account")
"""What a session keeps when its player comes back."""
PLAYS_SECONDS = 10.0
# Byte counts are looked at every five seconds, and written within one more.
WRITTEN_SECONDS = 15.0
AN_HOUR = 3600.0
COMPLAINT = re.compile(r" WARNING .*engine\.sessions")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A provider, and the folder of a Home Assistant that starts again and again."""

    provider: Provider
    folder: Path

    @property
    def file(self) -> Path:
        """Where sessions are kept."""
        return self.folder / "telecast" / "sessions.db"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[World]:
        """Run Home Assistant, and stop it at the latest in the end; its log is clean."""
        async with (
            run_home_assistant(self.folder) as home,
            open_frontend(home.url) as page,
        ):
            await page.enter("telecast", "telecast")
            await page.until_running()
            world = World(provider=self.provider, home=home, frontend=page)
            yield world
            await home.stop()
        world.assert_clean_log()

    def query(self, statement: str, *values: object) -> list[Any]:
        """Ask or change what is kept; it may be in use."""
        with closing(sqlite3.connect(self.file, autocommit=True)) as connection:
            return connection.execute(statement, values).fetchall()

    def expected(self) -> list[tuple[str, int, str]]:
        """Answer who is to come back, the latest first: id, PID and user agent."""
        return self.query(
            "SELECT id, pid, user_agent FROM sessions WHERE state <> 'stopped' "
            "ORDER BY last_activity DESC"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """What ten players had got when Home Assistant stopped."""

    sessions: dict[str, dict[str, Any]]
    """As they were seen shortly before, by user agent."""
    received: dict[str, int]
    """Bytes of pictures, by user agent."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(folder: Path) -> AsyncIterator[House]:
    """Set Telecast up."""
    # The harness takes the sockets away before the fixtures of a module are made.
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"])
    provider = Provider()
    async with serve(provider):
        yield House(provider=provider, folder=folder)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stay(house: House) -> Stay:
    """Let ten players watch until Home Assistant stops."""
    async with house.running() as world:
        await world.set_up()
        async with ten_watch(world) as players:
            sessions = await sessions_by_agent(world.frontend)
            await world.home.stop()
        counts = {agent: received(player) for agent, player in players.items()}
    return Stay(sessions=sessions, received=counts)


@asynccontextmanager
async def ten_watch(world: World) -> AsyncIterator[dict[str, Viewer | HlsPlayer]]:
    """Let ten players watch, each until it has got something; answer them by agent."""
    async with AsyncExitStack() as stack, asyncio.timeout(None) as limit:
        limit.reschedule(asyncio.get_running_loop().time() + PLAYS_SECONDS)
        players: dict[str, Viewer | HlsPlayer] = {}
        for agent, path in LIVE.items():
            viewer = await stack.enter_async_context(watching(world.url(path), agent))
            await viewer.until_it_plays()
            players[agent] = viewer
        for agent in HLS:
            url = world.url(HLS_PATH)
            player = await stack.enter_async_context(playing(url, agent))
            await player.watch("480p", 1)
            players[agent] = player
        limit.reschedule(None)
        yield players


def received(player: Viewer | HlsPlayer) -> int:
    """Answer how many bytes of pictures a player has got."""
    if isinstance(player, Viewer):
        return len(player.data)
    return sum(map(len, player.segments["480p"].values()))


def same(sessions: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Answer what of sessions may not change, by user agent."""
    return {
        agent: {key: session[key] for key in TRACKS}
        for agent, session in sessions.items()
    }


async def test_ten_sessions_outlive_a_restart_and_a_kill(
    house: House, stay: Stay
) -> None:
    first = stay.sessions
    assert set(first) == {*LIVE, *HLS}
    assert sorted(one["pid"] for one in first.values()) == list(range(1, 11))
    async with house.running() as world:
        known = await sessions_by_agent(world.frontend)
        assert same(known) == same(first)
        for agent, session in known.items():
            assert not session["connected"]
            assert session["bytes"] >= first[agent]["bytes"]
            assert session["bytes"] >= stay.received[agent]
            assert session["last_activity"] >= first[agent]["last_activity"]
        async with ten_watch(world):
            await assert_they_go_on(world, known)
            async with asyncio.timeout(WRITTEN_SECONDS):
                while not written_beyond(house, known):
                    await asyncio.sleep(0.1)
            os.kill(world.home.pid, signal.SIGKILL)
            await world.home.wait()
    async with house.running() as world:
        after = await sessions_by_agent(world.frontend)
        assert same(after) == same(first)
        for agent, session in after.items():
            assert session["bytes"] > known[agent]["bytes"]
        async with ten_watch(world):
            await assert_they_go_on(world, after)
            await world.home.stop()


async def assert_they_go_on(world: World, before: dict[str, dict[str, Any]]) -> None:
    """Fail where a session is not the one that it was, connected, with more bytes."""
    now = await sessions_by_agent(world.frontend)
    assert same(now) == same(before)
    for agent, session in now.items():
        assert session["connected"]
        assert session["bytes"] > before[agent]["bytes"]


def written_beyond(house: House, sessions: dict[str, dict[str, Any]]) -> bool:
    """Tell whether more bytes than these are on disk for each session."""
    kept = dict(house.query("SELECT id, bytes FROM sessions"))
    return all(kept.get(one["id"], 0) > one["bytes"] for one in sessions.values())


async def test_who_watched_more_than_an_hour_ago_is_not_expected_back(
    house: House, stay: Stay
) -> None:
    before = stay.sessions
    old, young = before["player 0"]["id"], before["player 1"]["id"]
    age = "UPDATE sessions SET last_activity = last_activity - ? WHERE id = ?"
    house.query(age, AN_HOUR + 1, old)
    house.query(age, AN_HOUR - 120, young)
    async with house.running() as world:
        expected = await sessions_by_agent(world.frontend)
        assert same(expected) == same(
            {agent: one for agent, one in before.items() if one["id"] != old}
        )
        assert house.query("SELECT id FROM sessions WHERE id = ?", old) == []
        ((state, count),) = house.query(
            "SELECT state, bytes FROM history WHERE id = ?", old
        )
        assert state == "stopped"
        assert count >= before["player 0"]["bytes"]


def truncated(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def emptied(file: Path) -> None:
    os.truncate(file, 0)


def read_only(file: Path) -> None:
    # A mode alone keeps no root from writing; a file format of the future does.
    with file.open("r+b") as opened:
        opened.seek(18)
        opened.write(b"\x03")
    file.chmod(0o444)


def deleted(file: Path) -> None:
    file.unlink()


@pytest.mark.usefixtures("stay")
@pytest.mark.parametrize("damage", [truncated, emptied, deleted, read_only])
async def test_a_damaged_file_costs_history_and_nothing_else(
    house: House, damage: Callable[[Path], None]
) -> None:
    latest, *_ = house.expected()
    damage(house.file)
    async with house.running() as world:
        known = [
            (session["id"], session["pid"], session["user_agent"])
            for session in (await sessions_by_agent(world.frontend)).values()
        ]
        if damage is read_only:
            assert latest in known
        else:
            assert known == []
        channels = await world.frontend.until(
            ALL_CHANNELS, lambda state: state["state"].isdigit()
        )
        assert channels["state"] == str(len(house.provider.channels))
        url = world.url("/telecast/stream/1.ts")
        async with watching(url, damage.__name__) as viewer:
            async with asyncio.timeout(PLAYS_SECONDS):
                await viewer.until(lambda viewer: len(viewer.data) > 20_000)
            assert begins_with_keyframe(bytes(viewer.data))
            now = (await sessions_by_agent(world.frontend))[damage.__name__]
            assert now["connected"]
            asked = await world.frontend.get(f"/Live/{now['id']}")
            assert asked["consumer"]["id"] == now["id"]
            assert asked["persistent"] is (damage is not read_only)
            await world.home.stop()
    if damage is not read_only:
        assert house.query("PRAGMA quick_check") == [("ok",)]
        assert house.expected() == [(now["id"], now["pid"], damage.__name__)]
    told = [line for line in world.home.log.lines if COMPLAINT.search(line)]
    assert len(told) == (damage in {truncated, read_only}), told
