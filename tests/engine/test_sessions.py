"""Sessions: who watches what, however many connections a player opens."""

from contextlib import ExitStack
from typing import Any

import pytest

from custom_components.telecast.engine.errors import AccountBusyError
from custom_components.telecast.engine.events import Event, SessionEnded, SessionStarted
from custom_components.telecast.engine.model import Account, Channel, Client
from custom_components.telecast.engine.sessions import Session, Sessions
from tests.fakes.lineup import channel

KODI = Client(address="192.168.1.2", user_agent="Kodi")
PLEX = Client(address="192.168.1.3", user_agent="Plex")
ACCOUNT = Account(id="a", username="ann", password="secret", max_connections=1)


class World:
    """Sessions, and what they tell."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.sessions = Sessions(self.events.append)
        self.hung_up: list[int] = []

    def enter(
        self,
        stack: ExitStack,
        watched: Channel,
        client: Client = KODI,
        account: Account | None = None,
    ) -> Session:
        number = watched.id
        return stack.enter_context(
            self.sessions.open(
                watched,
                client,
                protocol="http",
                account=account,
                hang_up=lambda: self.hung_up.append(number),
            )
        )


@pytest.fixture
async def world() -> World:
    return World()


async def test_a_session_is_told_of_from_its_first_bytes_to_its_end(
    world: World,
) -> None:
    with ExitStack() as stack:
        session = world.enter(stack, channel(7))
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
        }
        assert expected.items() <= started.session.items()
        assert {"id", "started_at", "bytes", "bitrate"} <= started.session.keys()
    ended = world.events[-1]
    assert isinstance(ended, SessionEnded)
    assert (ended.reason, ended.session["bytes"]) == ("left", 1000)
    assert ended.session["state"] == "stopped"
    assert world.sessions.active == []


async def test_a_viewer_who_never_saw_anything_is_not_told_of(world: World) -> None:
    with ExitStack() as stack:
        world.enter(stack, channel(1))
        assert len(world.sessions.active) == 1
    assert world.events == []


async def test_every_connection_is_a_session(world: World) -> None:
    with ExitStack() as stack:
        first = world.enter(stack, channel(1))
        with ExitStack() as inner:
            second = world.enter(inner, channel(1))
            assert world.sessions.active == [first, second]
        assert world.sessions.active == [first]
    assert world.sessions.active == []


async def test_a_player_that_opens_its_channel_twice_uses_one_connection(
    world: World,
) -> None:
    with ExitStack() as stack:
        world.enter(stack, channel(1), account=ACCOUNT)
        world.enter(stack, channel(1), account=ACCOUNT)
        assert world.hung_up == []
        world.enter(stack, channel(2), account=ACCOUNT)
        assert world.hung_up == [1, 1]


async def test_pids_count_from_one_and_none_is_given_twice_at_once(
    world: World,
) -> None:
    with ExitStack() as stack:
        first = ExitStack()
        pids = [world.enter(first, channel(1)).pid]
        pids += [world.enter(stack, channel(number)).pid for number in (2, 3)]
        assert pids == [1, 2, 3]
        first.close()
        assert world.enter(stack, channel(4)).pid == 1


async def test_a_session_that_is_ended_is_hung_up(world: World) -> None:
    with ExitStack() as stack:
        session = world.enter(stack, channel(1))
        world.sessions.streaming(session)
        assert world.sessions.end(session.id, "closed")
        assert world.hung_up == [1]
        assert not world.sessions.end(session.id, "closed")
        ended = world.events[-1]
        assert isinstance(ended, SessionEnded)
        assert ended.reason == "closed"
    assert len(world.events) == 2


async def test_a_player_who_zaps_gives_up_its_old_channel(world: World) -> None:
    with ExitStack() as stack:
        world.enter(stack, channel(1), account=ACCOUNT)
        world.enter(stack, channel(2), account=ACCOUNT)
        assert world.hung_up == [1]
        assert [one.channel.number for one in world.sessions.of_account("ann")] == ["2"]


async def test_another_player_is_refused_when_the_account_is_in_use(
    world: World,
) -> None:
    with ExitStack() as stack:
        world.enter(stack, channel(1), account=ACCOUNT)
        with pytest.raises(AccountBusyError, match="Channel 1"):
            world.enter(stack, channel(2), PLEX, ACCOUNT)
        assert world.hung_up == []


async def test_an_account_without_limit_never_refuses(world: World) -> None:
    unlimited = Account(id="a", username="ann", password="x", max_connections=0)
    with ExitStack() as stack:
        for number in range(1, 20):
            world.enter(stack, channel(number), account=unlimited)
        assert len(world.sessions.of_account("ann")) == 19
