"""Accounts' limits hold at once, and in time, also for those who watch already."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from custom_components.telecast.engine.accounts import Accounts
from custom_components.telecast.engine.errors import AccountChangedError
from custom_components.telecast.engine.events import Event, SessionEnded
from custom_components.telecast.engine.limits import objection, open_limits
from custom_components.telecast.engine.model import (
    Account,
    Candidate,
    Channel,
    Client,
    FilmKind,
    Playable,
)
from custom_components.telecast.engine.sessions import Session, Sessions, film_channel
from tests.fakes.lineup import channel
from tests.fakes.loop_time import LoopTime

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
ANN = Account(id="a", username="ann", password="secret", max_connections=0)
BOB = Account(id="b", username="bob", password="secret", max_connections=0)
GROUP = channel(1).group


@dataclass(kw_only=True)
class World:
    """Accounts, who watches with them, and two clocks that a test moves."""

    accounts: Accounts
    sessions: Sessions
    stack: ExitStack
    events: list[Event]
    time: LoopTime
    now: datetime = NOON

    def watch(
        self, number: int, account: Account | None, what: Channel | None = None
    ) -> Session:
        """Let a player of its own watch a channel, or something else."""
        session = self.stack.enter_context(
            self.sessions.open(
                what or channel(number),
                Client(address=f"10.0.0.{number}"),
                protocol="xtream",
                account=account,
                hang_up=lambda: None,
            )
        )
        self.sessions.streaming(session)
        return session

    async def pass_time(self, passed: timedelta) -> None:
        """Let time pass, and what has become due happen."""
        self.now += passed
        self.time.advance(passed.total_seconds())
        due = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0, due.set_result, None)
        await due

    @property
    def ended(self) -> list[tuple[str, str]]:
        """Who was sent away and why: the number of the channel, and the reason."""
        return [
            (event.session["number"], event.reason)
            for event in self.events
            if isinstance(event, SessionEnded)
        ]


@asynccontextmanager
async def open_world(*accounts: Account) -> AsyncIterator[World]:
    events: list[Event] = []
    with ExitStack() as stack:
        known = Accounts(accounts)
        world = World(
            accounts=known,
            sessions=Sessions(
                events.append,
                objection=lambda account, what: objection(
                    known, account, what, world.now
                ),
            ),
            stack=stack,
            events=events,
            time=LoopTime(),
        )
        async with open_limits(
            accounts=world.accounts, sessions=world.sessions, now=lambda: world.now
        ):
            yield world


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        ([], "account_removed"),
        ([replace(ANN, username="anna")], "account_removed"),
        ([replace(ANN, id="c")], "account_removed"),
        ([replace(ANN, password="other")], "password_changed"),
        ([replace(ANN, enabled=False)], "account_disabled"),
        ([replace(ANN, expires=NOON)], "account_expired"),
        ([replace(ANN, groups=frozenset({"Others"}))], "not_allowed"),
    ],
)
async def test_what_is_taken_from_an_account_ends_what_it_watches(
    left: list[Account], reason: str
) -> None:
    async with open_world(ANN, BOB) as world:
        world.watch(1, ANN)
        world.watch(2, BOB)
        world.watch(3, None)
        world.accounts.replace([*left, BOB])
        assert world.ended == [("1", reason)]
        assert [one.channel.id for one in world.sessions.active] == [2, 3]


async def refused(world: World, account: Account) -> str:
    """Answer why an account that was let in may not begin to watch."""
    with pytest.raises(AccountChangedError) as raised:
        world.watch(1, account)
    assert raised.value.code == "account_changed"
    assert world.sessions.known == []
    return raised.value.reason


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        ([], "account_removed"),
        ([replace(ANN, id="c")], "account_removed"),
        ([replace(ANN, password="other")], "password_changed"),
        ([replace(ANN, enabled=False)], "account_disabled"),
        ([replace(ANN, expires=NOON)], "account_expired"),
        ([replace(ANN, groups=frozenset({"Others"}))], "not_allowed"),
    ],
)
async def test_who_was_let_in_before_a_change_is_held_to_it(
    now: list[Account], reason: str
) -> None:
    async with open_world(ANN) as world:
        world.accounts.replace(now)
        assert await refused(world, ANN) == reason


async def test_who_was_let_in_before_time_ran_out_is_too_late() -> None:
    account = replace(ANN, expires=NOON + timedelta(minutes=1))
    async with open_world(account) as world:
        await world.pass_time(timedelta(minutes=1))
        assert await refused(world, account) == "account_expired"


async def test_who_was_let_in_before_it_gained_rights_watches() -> None:
    async with open_world(ANN) as world:
        world.accounts.replace([replace(ANN, max_connections=3)])
        assert world.watch(1, ANN).connected


@pytest.mark.parametrize(
    "changed",
    [
        ANN,
        replace(ANN, groups=frozenset({GROUP, "Others"})),
        replace(ANN, expires=NOON + timedelta(days=1)),
        replace(ANN, max_connections=1),
    ],
)
async def test_what_is_still_allowed_goes_on(changed: Account) -> None:
    async with open_world(ANN) as world:
        session = world.watch(1, ANN)
        world.accounts.replace([changed])
        assert world.ended == []
        assert world.sessions.active == [session]


FILM = Playable(
    kind=FilmKind.MOVIE,
    id=7,
    title="A Film",
    extension="mkv",
    candidate=Candidate(url="http://provider.example/7.mkv", source="one"),
)


@pytest.mark.parametrize(
    ("groups", "ended"),
    [
        (None, False),
        (frozenset({"Drama", "News"}), False),
        (frozenset({"Drama", "News", "Others"}), False),
        (frozenset({"Drama"}), True),
        (frozenset({"Others"}), True),
    ],
)
async def test_a_film_goes_on_where_no_group_was_taken_away(
    groups: frozenset[str] | None, ended: bool
) -> None:
    account = replace(ANN, groups=frozenset({"Drama", "News"}))
    async with open_world(account) as world:
        world.watch(1, account, film_channel(FILM))
        world.accounts.replace([replace(account, groups=groups, max_connections=9)])
        assert world.ended == ([("", "not_allowed")] if ended else [])


async def test_a_film_ends_where_groups_are_chosen_for_the_first_time() -> None:
    async with open_world(ANN) as world:
        world.watch(1, ANN, film_channel(FILM))
        world.accounts.replace([replace(ANN, groups=frozenset({"Drama"}))])
        assert world.ended == [("", "not_allowed")]


async def test_time_runs_out_while_it_is_watched() -> None:
    late, early = (
        replace(account, expires=NOON + timedelta(hours=hours))
        for account, hours in ((ANN, 5), (BOB, 2))
    )
    async with open_world(late, early) as world:
        world.watch(1, late)
        world.watch(2, early)
        await world.pass_time(timedelta(hours=1, minutes=59))
        assert world.ended == []
        await world.pass_time(timedelta(minutes=2))
        assert world.ended == [("2", "account_expired")]
        await world.pass_time(timedelta(hours=3))
        assert world.ended == [("2", "account_expired"), ("1", "account_expired")]


async def test_more_time_that_is_given_counts() -> None:
    account = replace(ANN, expires=NOON + timedelta(minutes=1))
    async with open_world(account) as world:
        world.watch(1, account)
        longer = replace(account, expires=NOON + timedelta(minutes=3))
        world.accounts.replace([longer])
        await world.pass_time(timedelta(minutes=2))
        assert world.ended == []
        await world.pass_time(timedelta(minutes=1))
        assert world.ended == [("1", "account_expired")]


async def test_a_clock_that_is_set_ahead_is_noticed_within_the_hour() -> None:
    account = replace(ANN, expires=NOON + timedelta(days=30))
    async with open_world(account) as world:
        world.watch(1, account)
        world.now += timedelta(days=31)
        await world.pass_time(timedelta(hours=1))
        assert world.ended == [("1", "account_expired")]


async def test_a_lower_limit_ends_the_idle_then_the_oldest() -> None:
    async with open_world(ANN) as world:
        first, second, third, fourth = (world.watch(number, ANN) for number in range(4))
        world.watch(9, None)
        world.sessions.pause(third)
        world.accounts.replace([replace(ANN, max_connections=3)])
        assert world.ended == [("2", "over_limit")]
        assert (third.state, first.state) == ("stopped", "streaming")
        world.accounts.replace([replace(ANN, max_connections=1)])
        assert world.ended[1:] == [("0", "over_limit"), ("1", "over_limit")]
        assert (second.reason, fourth.connected) == ("over_limit", True)
        world.accounts.replace([ANN])
        assert len(world.ended) == 3


async def test_who_is_sent_away_is_not_expected_back() -> None:
    async with open_world(ANN) as world:
        session = world.watch(1, ANN)
        world.accounts.replace([])
        assert session in world.sessions.known
        assert world.sessions.alive == []


async def test_a_world_that_has_ended_looks_no_more() -> None:
    account = replace(ANN, expires=NOON + timedelta(minutes=1))
    async with open_world(account) as world:
        session = world.watch(1, account)
        still = world.stack.pop_all()
    with still:
        await world.pass_time(timedelta(minutes=2))
        world.accounts.replace([])
        assert session.connected
