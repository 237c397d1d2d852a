"""A thousand players on twenty channels: nobody is mixed up, and nothing is left over."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
import random

from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.sessions import Known, Session
from custom_components.telecast.engine.sessions.history import History
from tests.fakes.lineup import channel

from .world import World, open_world, rows

CLIENTS = [
    Client(address=f"10.0.{number // 250}.{number % 250}") for number in range(1000)
]
CHANNELS = [channel(number) for number in range(1, 21)]
STEPS_PER_SECOND = 200
SECONDS = 60


class Crowd:
    """Players who open and close connections at random, each time the same."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.chance = random.Random(7)
        self.open: list[tuple[Session, ExitStack]] = []
        self.seen: dict[tuple[Client, int], tuple[str, int]] = {}
        self.returns = 0

    def step(self) -> None:
        """Let one player do something."""
        if self.open and self.chance.random() < 0.45:
            index = self.chance.randrange(len(self.open))
            self.open[index], self.open[-1] = self.open[-1], self.open[index]
            self.open.pop()[1].close()
            return
        client, watched = self.chance.choice(CLIENTS), self.chance.choice(CHANNELS)
        stack = ExitStack()
        session = stack.enter_context(self.world.opened(watched, client))
        self.world.sessions.streaming(session)
        session.meter.add(1000)
        self.open.append((session, stack))
        same = session.id, session.pid
        place = client, watched.id
        if place in self.seen:
            self.returns += 1
            assert self.seen[place] == same
        self.seen[place] = same

    def leave(self) -> None:
        """Let all players go."""
        for _, stack in self.open:
            stack.close()


def pids(world: World) -> Iterator[int]:
    return (one.pid for one in world.sessions.known)


async def test_a_thousand_players_zap_for_a_minute(tmp_path: Path) -> None:
    path = tmp_path / "sessions.db"
    async with open_world(path) as world:
        history = world.sessions.past
        assert isinstance(history, History)
        begun = history.transactions
        crowd = Crowd(world)
        for second in range(SECONDS):
            for _ in range(STEPS_PER_SECOND):
                crowd.step()
            assert len(set(pids(world))) == len(world.sessions.known)
            watched = {(one.client, one.channel.id) for one, _ in crowd.open}
            assert len(world.sessions.active) == len(watched)
            world.time.advance(1)
            world.now.seconds += 1
            if second % 5 == 0:
                await world.keeping.look()
            if second % 30 == 0:
                await world.keeping.sweep()
            assert await world.keeping.write()
        assert history.transactions - begun < 2 * SECONDS
        assert crowd.returns > 900
        assert set(pids(world)) == set(range(1, len(world.sessions.known) + 1))
        crowd.leave()
        assert world.sessions.active == []
        world.time.advance(301)
        await world.keeping.sweep()
        assert world.sessions.known == []
        assert world.sessions.pids == 0
        assert rows(path, "sessions") == []
        assert len(rows(path, "history")) == len(crowd.seen)


async def test_more_viewers_than_may_be_known_push_out_who_left_first(
    tmp_path: Path,
) -> None:
    path = tmp_path / "sessions.db"
    async with open_world(path) as world:
        known = Known(lambda: 0.0, most_viewers=2)
        world.sessions.register.known = known
        sessions = []
        with world.watching(9) as watching:
            for number in range(1, 5):
                with world.watching(number) as session:
                    sessions.append(session)
            assert world.sessions.known == [watching, *sessions[2:]]
            with world.watching(1) as again:
                assert again.id == sessions[0].id
                assert again.pid != sessions[0].pid == sessions[3].pid
        await world.keeping.write()
        assert {row["number"] for row in rows(path, "history")} >= {"1", "2"}
