"""The viewers of a stream, as their sessions show them."""

from contextlib import ExitStack

from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.sessions import Session, Sessions
from custom_components.telecast.engine.streams.audience import SessionAudience
from custom_components.telecast.engine.streams.channel_stream import ChannelStream
from tests.fakes.lineup import channel


def watching(
    stack: ExitStack, sessions: Sessions, host: int, number: int = 1
) -> Session:
    """Let somebody watch a channel."""
    return stack.enter_context(
        sessions.open(
            channel(number),
            Client(address=f"10.0.0.{host}", user_agent="TV"),
            protocol="http",
            account=None,
            hang_up=lambda: None,
        )
    )


async def test_a_streams_own_viewers_are_named_the_first_ones_alone() -> None:
    sessions = Sessions(lambda _: None)
    audience, running = SessionAudience(sessions), ChannelStream(channel(1))
    with ExitStack() as stack:
        watching(stack, sessions, 99, number=2)
        assert audience.names(running) == ""
        for host in range(1, 6):
            watching(stack, sessions, host)
        named = "10.0.0.1, 10.0.0.2, 10.0.0.3, 10.0.0.4, 10.0.0.5"
        assert audience.names(running) == named
        watching(stack, sessions, 6)
        assert audience.names(running) == f"{named}, 1 more"


async def test_a_stream_of_one_viewers_own_asks_nobody_else() -> None:
    sessions = Sessions(lambda _: None)
    audience = SessionAudience(sessions)
    with ExitStack() as stack:
        idle, busy = watching(stack, sessions, 1), watching(stack, sessions, 2)
        sessions.pause(idle)
        assert not audience.give_way(ChannelStream(channel(1)))
        assert not audience.give_way(ChannelStream(channel(1), busy.pid))
        assert audience.give_way(ChannelStream(channel(1), idle.pid))
        assert (idle.state, idle.reason) == ("stopped", "gave_way")
        assert sessions.active == [busy]


async def test_where_nobody_is_known_nobody_gives_way() -> None:
    audience = SessionAudience(Sessions(lambda _: None))
    assert not audience.give_way(ChannelStream(channel(1)))


async def test_a_stream_that_is_watched_by_way_of_another_channel_does_not_give_way() -> (
    None
):
    sessions = Sessions(lambda _: None)
    audience, running = SessionAudience(sessions), ChannelStream(channel(1))
    watched = True
    with ExitStack() as stack:
        idle = watching(stack, sessions, 1)
        sessions.pause(idle)
        stack.enter_context(running.noting(lambda: watched, relays=True))
        stack.enter_context(running.noting(lambda: True))
        assert not audience.give_way(running)
        assert idle.state == "paused"
        # Those who watch the other channel have left.
        watched = False
        assert audience.give_way(running)
        assert idle.state == "stopped"
    with running.noting(lambda: True, relays=True):
        assert running.is_relayed
    assert not running.is_relayed
