"""Clients that announce their sessions themselves, before they tune or without."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.sessions import Session

from .world import KODI, World, open_world, rows


def client(name: str, address: str = "192.168.1.3") -> Client:
    return Client(address=address, user_agent="Plex", session=name)


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path / "sessions.db") as world:
        yield world


def announce(world: World, name: str) -> Session:
    return world.sessions.announce(client(name), {})


async def test_a_name_is_one_session_wherever_it_is_said(world: World) -> None:
    session = announce(world, "abc")
    elsewhere = client("abc", "192.168.1.4")
    assert world.sessions.announce(elsewhere, {"device": "TV"}) is session
    assert (session.state, session.metadata) == ("streaming", {"device": "TV"})
    assert session.pid == 0
    assert world.sessions.active == []
    assert world.sessions.known == world.sessions.alive == [session]
    assert world.events == []


async def test_what_its_viewer_does_is_its_state(world: World) -> None:
    session = announce(world, "abc")
    world.sessions.pause(session)
    assert announce(world, "abc").state == "paused"
    world.sessions.resume(session)
    assert session.state == "streaming"
    assert world.sessions.end(session.id, "stopped")
    assert session.state == "stopped"
    assert world.sessions.alive == []
    assert announce(world, "abc") is session
    assert session.state == "streaming"


async def test_who_tunes_takes_its_session_along(world: World) -> None:
    session = announce(world, "abc")
    with world.watching(1, client("abc")) as tuned:
        assert tuned is session
        assert (tuned.pid, tuned.channel.number) == (1, "1")
        assert announce(world, "abc") is session
        with world.watching(2, client("abc")) as second:
            assert second is not session
            assert announce(world, "abc") is second
        assert len(world.sessions.known) == 2


async def test_a_session_is_known_by_our_id_too(world: World) -> None:
    with world.watching(1, KODI) as session:
        assert announce(world, session.id) is session
        assert len(world.sessions.known) == 1
        assert session.client == KODI


async def test_who_waits_for_its_first_picture_cannot_say_otherwise(
    world: World,
) -> None:
    with world.watching() as session:
        world.sessions.pause(session)
        assert session.state == "paused"
        world.sessions.resume(session)
        assert session.state == "streaming"
    with world.sessions.open(
        session.channel, KODI, protocol="http", account=None, hang_up=lambda: None
    ):
        world.sessions.resume(session)
        assert session.state == "buffering"
        world.sessions.pause(session)
        world.sessions.streaming(session)
        assert session.state == "paused"
    assert [what for what, _ in world.told] == ["started", "left", "started", "left"]


async def test_silent_ones_are_let_go_after_five_minutes(world: World) -> None:
    announce(world, "silent")
    world.time.advance(200)
    kept = announce(world, "talks")
    world.time.advance(101)
    await world.keeping.sweep()
    assert world.sessions.known == [kept]


async def test_a_flood_of_names_takes_bounded_room_and_costs_no_viewer_its_place(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sessions.db"
    async with open_world(path) as world:
        with world.watching(1), world.watching(2) as left:
            pass
        with world.watching(1) as watching:
            for number in range(5000):
                announce(world, f"flood {number}")
            announce(world, "flood 4000")
            assert len(world.sessions.known) == 1002
            assert left in world.sessions.known
            assert watching in world.sessions.known
            announce(world, "one more")
            names = {one.client.session for one in world.sessions.known}
            assert "flood 4000" in names, "who was silent for longer goes first"
            assert "flood 4001" not in names
            await world.keeping.write()
            assert len(rows(path, "sessions")) == 1002
            for number in range(5000):
                world.sessions.end(announce(world, f"flood {number}").id, "stopped")
            await world.keeping.sweep()
            assert len(world.sessions.known) == 2
            assert len(rows(path, "sessions")) == 2
        assert rows(path, "history") == []
