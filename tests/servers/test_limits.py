"""What an account may do counts for those who watch already, whatever they watch by."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import override

import pytest

from custom_components.telecast.engine.events import SessionEnded
from custom_components.telecast.engine.model import Account, Channel
from tests.fakes.engine import FakeLineup, channel

from .world import ACCOUNTS, World, serving

ANNA = ACCOUNTS[0]
PICTURE = b"0123456789"

type Change = Callable[[], list[Account]]

CHANGES: dict[str, Change] = {
    "account_removed": list,
    "account_disabled": lambda: [replace(ANNA, enabled=False)],
    "password_changed": lambda: [replace(ANNA, password="other")],
    "not_allowed": lambda: [replace(ANNA, groups=frozenset({"Cartoons"}))],
    "account_expired": lambda: [
        replace(ANNA, expires=datetime.now(UTC) - timedelta(seconds=1))
    ],
}


def reasons(world: World) -> list[str]:
    """Why sessions have ended."""
    events = world.engine.events
    return [event.reason for event in events if isinstance(event, SessionEnded)]


@pytest.mark.parametrize("reason", CHANGES)
async def test_a_running_stream_ends_with_a_reason(tmp_path: Path, reason: str) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(PICTURE)
        async with world.client.get("/live/anna/secret-1/1.ts") as response:
            assert await response.content.readexactly(len(PICTURE)) == PICTURE
            world.engine.accounts.replace(CHANGES[reason]())
            assert await response.content.read() == b""
        assert reasons(world) == [reason]
        assert world.engine.sessions.active == []
        assert await world.status("/live/anna/secret-1/1.ts") in {401, 403, 404}


@pytest.mark.parametrize("reason", CHANGES)
async def test_hls_ends_with_a_reason_and_its_ticket_is_worth_nothing(
    tmp_path: Path, reason: str
) -> None:
    async with serving(tmp_path) as world:
        async with world.client.get("/live/anna/secret-1/1.m3u8") as response:
            here = response.url.parent.path
        await world.text(f"{here}/480p.m3u8")
        assert await world.status(f"{here}/480p_segment_000.ts") == 200
        world.engine.accounts.replace(CHANGES[reason]())
        assert reasons(world) == [reason]
        assert world.engine.sessions.active == []
        for name in ("master.m3u8", "480p.m3u8", "480p_segment_000.ts"):
            assert await world.status(f"{here}/{name}") in {403, 404}
            assert await world.status(f"/live/anna/secret-1/{name}") in {401, 403, 404}


class ChangingLineup(FakeLineup):
    """Finds a channel only once something has happened to the account that asks."""

    change: Callable[[], None] = staticmethod(lambda: None)

    @override
    async def channel(self, channel_id: int) -> Channel:
        found = await super().channel(channel_id)
        self.change()
        return found


@pytest.mark.parametrize("reason", CHANGES)
@pytest.mark.parametrize(
    "path", ["/live/anna/secret-1/1.ts", "/anna/secret-1/1", "timeshift"]
)
async def test_an_account_that_changes_while_it_comes_in_does_not_watch(
    tmp_path: Path, path: str, reason: str
) -> None:
    if path == "timeshift":
        start = datetime.now(UTC) - timedelta(hours=2)
        path = f"/timeshift/anna/secret-1/60/{start:%Y-%m-%d:%H-%M}/1.ts"
    async with serving(tmp_path) as world:
        one = channel("1", "One", archive_days=3)
        lineup = world.engine.lineup = ChangingLineup([one])
        world.engine.archive.blocks = [PICTURE]
        world.engine.faucet(1).pour(PICTURE)
        # Anna has been let in by now, and watches nothing yet.
        lineup.change = lambda: world.engine.accounts.replace(CHANGES[reason]())
        assert await world.status(path) == 403
        assert world.engine.sessions.known == []
        assert world.engine.opened == 0


async def test_an_account_that_gains_while_it_comes_in_watches(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        lineup = world.engine.lineup = ChangingLineup(world.engine.lineup.all)
        world.engine.faucet(1).pour(PICTURE)
        richer = replace(ANNA, max_connections=5, groups=None)
        lineup.change = lambda: world.engine.accounts.replace([richer])
        async with world.client.get("/live/anna/secret-1/1.ts") as response:
            assert await response.content.readexactly(len(PICTURE)) == PICTURE


async def test_a_change_that_takes_nothing_disturbs_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        faucet = world.engine.faucet(1)
        faucet.pour(PICTURE)
        async with world.client.get("/live/anna/secret-1/1.ts") as response:
            assert await response.content.readexactly(len(PICTURE)) == PICTURE
            world.engine.accounts.replace([replace(ANNA, max_connections=1)])
            faucet.pour(b"more")
            assert await response.content.readexactly(4) == b"more"
        assert reasons(world) in ([], ["left"])


async def test_the_longest_idle_makes_room_before_anybody_is_refused(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        sessions = world.engine.sessions
        world.engine.accounts.replace([replace(ANNA, max_connections=1)])
        for channel_id in (1, 501):
            world.engine.faucet(channel_id).pour(PICTURE)
        ask = world.client.get
        async with ask(
            "/live/anna/secret-1/1.ts", headers={"User-Agent": "TV"}
        ) as idle:
            await idle.content.readexactly(len(PICTURE))
            other = "/live/anna/secret-1/501.ts"
            async with ask(other, headers={"User-Agent": "Phone"}) as refused:
                assert refused.status == 403
                assert await refused.text() == "The account already watches One"
            sessions.pause(sessions.active[0])
            async with ask(other, headers={"User-Agent": "Phone"}) as response:
                assert await response.content.readexactly(len(PICTURE)) == PICTURE
                assert await idle.content.read() == b""
                assert reasons(world) == ["gave_way"]
