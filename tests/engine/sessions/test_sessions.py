"""Sessions: who watches what, however many connections a player opens."""

from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.errors import (
    AccountBusyError,
    StreamClosedError,
    TuneFailedError,
)
from custom_components.telecast.engine.events import SessionEnded, SessionStarted
from custom_components.telecast.engine.model import Account, Client
from tests.fakes.lineup import channel

from .world import ACCOUNT, KODI, PLEX, World, open_world

TV = Client(address="192.168.1.4", user_agent="TV")


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path / "sessions.db") as world:
        yield world


async def test_a_session_is_told_of_from_its_first_bytes_to_its_end(
    world: World,
) -> None:
    with world.opened(channel(7)) as session:
        assert world.events == []
        world.sessions.streaming(session)
        world.sessions.streaming(session)
        session.meter.add(1000)
        (started,) = world.events
        assert isinstance(started, SessionStarted)
        expected: dict[str, Any] = {
            "pid": 1,
            "channel": "Channel 7",
            "number": "7",
            "client": "192.168.1.2",
            "user_agent": "Kodi",
            "account": None,
            "protocol": "http",
            "state": "streaming",
            "upstream": "",
            "metadata": {},
        }
        assert expected.items() <= started.session.items()
        more = {"id", "started_at", "last_activity", "bytes", "bitrate"}
        assert started.session.keys() == expected.keys() | more
    ended = world.events[-1]
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.session["bytes"]) == ("left", 1000)
    assert ended.session["state"] == "stopped"
    assert world.sessions.active == []


async def test_a_viewer_who_never_saw_anything_is_not_told_of(world: World) -> None:
    with world.opened(channel(1)) as session:
        assert world.sessions.active == [session]
    assert world.events == []
    assert session.state == "stopped"


async def test_all_that_a_player_opens_to_a_channel_is_one_session(
    world: World,
) -> None:
    with world.watching() as session:
        with world.watching() as second, world.watching() as third:
            assert session is second is third
            assert world.sessions.active == [session]
        assert world.sessions.active == [session]
        assert session.state == "streaming"
        assert world.told == [("started", "1")]
    assert world.told == [("started", "1"), ("left", "1")]
    assert session.bytes == 3000


async def test_who_watches_is_listed_in_the_order_of_coming(world: World) -> None:
    with (
        world.watching(2) as first,
        world.watching(1) as second,
        world.watching(2),
        world.watching(3) as third,
    ):
        assert world.sessions.active == [first, second, third]


async def test_other_players_channels_and_accounts_are_other_sessions(
    world: World,
) -> None:
    with (
        world.watching(1),
        world.watching(2),
        world.watching(1, PLEX),
        world.watching(1, KODI, ACCOUNT),
    ):
        assert [one.pid for one in world.sessions.active] == [1, 2, 3, 4]
        assert len({one.id for one in world.sessions.active}) == 4


async def test_who_comes_back_is_the_session_that_it_was(world: World) -> None:
    with world.watching() as session:
        before = session.as_dict()
    with world.watching(2, PLEX):
        world.time.advance(299)
        world.now.seconds += 299
        await world.keeping.sweep()
        with world.watching(size=500) as again:
            after = again.as_dict()
            for name in ("id", "pid", "started_at"):
                assert after[name] == before[name]
            assert after["bytes"] == 1500
            assert after["state"] == "streaming"
            assert after["bitrate"] <= 500 * 8 * 1000, "nothing of before counts"
    assert world.told == [
        ("started", "1"),
        ("left", "1"),
        ("started", "2"),
        ("started", "1"),
        ("left", "1"),
        ("left", "2"),
    ]


async def test_a_pid_is_kept_for_who_left_until_it_is_cleaned_up(world: World) -> None:
    with world.watching(1):
        pass
    with world.watching(2) as second:
        assert (second.pid, world.sessions.pids) == (2, 2)
        world.time.advance(301)
        await world.keeping.sweep()
        assert world.sessions.pids == 1
        with world.watching(3) as third:
            assert third.pid == 1


async def test_the_last_connection_says_why_it_ended(world: World) -> None:
    with world.watching() as session:
        with world.watching():
            session.reason = "stuck"
        assert session.reason == "left"
    with world.watching():
        world.sessions.leaving(session, "too_slow")
    assert [reason for reason, _ in world.told] == [
        "started",
        "left",
        "started",
        "too_slow",
    ]


async def test_a_channel_that_cannot_be_watched_is_an_error(world: World) -> None:
    with (
        pytest.raises(TuneFailedError),
        world.opened(channel(1)) as session,
    ):
        raise TuneFailedError("Nothing could be opened")
    assert (session.state, session.reason) == ("error", "tune_failed")
    with (
        pytest.raises(StreamClosedError),
        world.opened(channel(2)) as session,
    ):
        raise StreamClosedError("The stream was ended")
    assert (session.state, session.reason) == ("stopped", "stream_closed")
    assert world.events == []


async def test_a_session_that_is_ended_is_hung_up_with_all_its_connections(
    world: World,
) -> None:
    with world.watching() as session, world.watching():
        assert world.sessions.end(session.id, "closed")
        assert world.hung_up == [1, 1]
        assert world.sessions.active == []
        assert not world.sessions.end(session.id, "closed")
        world.sessions.streaming(session)
        world.sessions.leaving(session, "stream_ended")
        assert (session.state, session.reason) == ("stopped", "closed")
    assert world.told == [("started", "1"), ("closed", "1")]
    assert not world.sessions.end("nobody", "closed")


async def test_who_comes_back_while_its_old_connection_ends_is_not_ended_by_that(
    world: World,
) -> None:
    with ExitStack() as old:
        session = old.enter_context(world.watching())
        world.sessions.end(session.id, "closed")
        with world.watching() as again:
            old.close()
            assert again is session
            assert world.sessions.active == [again]
            assert again.state == "streaming"


async def test_who_was_sent_away_is_let_go_at_the_next_sweep(world: World) -> None:
    with world.watching() as session:
        world.sessions.end(session.id, "closed")
    assert world.sessions.known == [session]
    await world.keeping.sweep()
    assert world.sessions.known == []
    assert world.sessions.pids == 0


async def test_a_player_who_zaps_gives_up_its_old_channel(world: World) -> None:
    with (
        world.watching(1, KODI, ACCOUNT) as first,
        world.watching(1, KODI, ACCOUNT),
        world.watching(2, KODI, ACCOUNT),
    ):
        assert world.hung_up == [1, 1]
        assert [one.channel.number for one in world.sessions.of_account("ann")] == ["2"]
        assert first.reason == "replaced"
        await world.keeping.sweep()
        assert first in world.sessions.known, "it may well zap back"


async def test_a_player_that_opens_its_channel_twice_uses_one_connection(
    world: World,
) -> None:
    with world.watching(1, KODI, ACCOUNT), world.watching(1, KODI, ACCOUNT):
        assert world.hung_up == []
        assert len(world.sessions.of_account("ann")) == 1


async def test_another_player_is_refused_when_the_account_is_in_use(
    world: World,
) -> None:
    with world.watching(1, KODI, ACCOUNT):
        with (
            pytest.raises(AccountBusyError, match=r"Channel 1 \(192\.168\.1\.2\)"),
            world.watching(2, PLEX, ACCOUNT),
        ):
            pass
        assert world.hung_up == []
        assert len(world.sessions.known) == 1


async def test_who_shows_no_activity_for_five_minutes_is_idle(world: World) -> None:
    with world.watching() as session:
        await world.keeping.look()
        world.time.advance(299)
        assert not world.sessions.is_idle(session)
        world.time.advance(1)
        assert world.sessions.is_idle(session)
        session.meter.add(1)
        assert not world.sessions.is_idle(session), "bytes went out since the last look"
        await world.keeping.look()
        assert not world.sessions.is_idle(session)
        world.time.advance(300)
        assert world.sessions.is_idle(session)
        with world.opened(channel(1)):
            assert not world.sessions.is_idle(session), "it has come anew"
    assert world.sessions.is_idle(session), "it is not connected"


async def test_who_has_paused_is_idle_until_it_goes_on(world: World) -> None:
    with world.watching() as session:
        world.sessions.pause(session)
        assert world.sessions.is_idle(session)
        world.sessions.resume(session)
        assert not world.sessions.is_idle(session)


async def test_the_longest_idle_session_of_an_account_gives_way(world: World) -> None:
    two = replace(ACCOUNT, max_connections=2)
    with world.watching(1, KODI, two) as first, world.watching(2, PLEX, two) as second:
        await world.keeping.look()
        world.time.advance(300)
        first.meter.add(1)
        await world.keeping.look()
        world.time.advance(300)
        with world.watching(3, TV, two) as third:
            assert world.hung_up == [2]
            assert second.reason == "gave_way"
            assert world.sessions.of_account("ann") == [first, third]
            await world.keeping.sweep()
            assert second in world.sessions.known, "it may well go on"
    assert ("gave_way", "2") in world.told


async def test_an_account_without_limit_never_refuses(world: World) -> None:
    unlimited = Account(id="a", username="ann", password="x", max_connections=0)
    with ExitStack() as stack:
        for number in range(1, 20):
            stack.enter_context(world.watching(number, account=unlimited))
        assert len(world.sessions.of_account("ann")) == 19


async def test_a_look_finds_out_who_got_something_and_from_where(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path / "sessions.db") as world:
        with world.watching(1) as busy, world.watching(2) as still:
            await world.keeping.look()
            began = world.now()
            world.now.seconds += 10
            busy.meter.add(1)
            await world.keeping.look()
            assert busy.last_activity.timestamp() == pytest.approx(began + 10)
            assert still.last_activity.timestamp() == pytest.approx(began)
