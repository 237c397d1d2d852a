"""Starts of playbacks begin one after the other, and no dead one holds up the rest."""

import asyncio
from collections.abc import Callable

import pytest

from custom_components.telecast.engine.upstreams.acestream.pacing import Pacing
from tests.fakes.loop_time import LoopTime


class Starts:
    """Begins what takes until it is let go."""

    def __init__(self, tasks: asyncio.TaskGroup, pacing: Pacing) -> None:
        self._tasks = tasks
        self._pacing = pacing
        self.begun: list[str] = []
        self.cancelled: list[asyncio.Task[str]] = []
        self.answers: dict[str, asyncio.Event] = {}

    def ask(self, name: str) -> asyncio.Task[str]:
        """Wait for a turn."""
        self.answers[name] = asyncio.Event()

        async def cancelled(task: asyncio.Task[str]) -> None:
            self.cancelled.append(task)
            task.cancel()

        def start() -> asyncio.Task[str]:
            self.begun.append(name)
            return self._tasks.create_task(self._answer(name))

        return self._tasks.create_task(self._pacing.begin(start, cancelled))

    async def _answer(self, name: str) -> str:
        await self.answers[name].wait()
        return name


async def eventually(true: Callable[[], bool]) -> None:
    """Wait for what other tasks bring about; fail after 5 s."""
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.001)


async def test_each_waits_its_turn_and_a_second() -> None:
    time = LoopTime()
    async with asyncio.TaskGroup() as tasks:
        starts = Starts(tasks, Pacing())
        asked = [starts.ask(name) for name in "abc"]
        await eventually(lambda: starts.begun == ["a"])
        starts.answers["a"].set()
        assert await asked[0] == "a"
        await asyncio.sleep(0.05)
        assert starts.begun == ["a"], "the second has not passed"
        time.advance(1.0)
        await eventually(lambda: starts.begun == ["a", "b"])
        starts.answers["b"].set()
        starts.answers["c"].set()
        time.advance(1.0)
        assert await asked[2] == "c"
        assert starts.begun == ["a", "b", "c"]


async def test_the_first_one_waits_for_nothing() -> None:
    async with asyncio.TaskGroup() as tasks:
        starts = Starts(tasks, Pacing(spacing=60))
        asked = starts.ask("a")
        starts.answers["a"].set()
        async with asyncio.timeout(5):
            assert await asked == "a"


async def test_one_without_an_answer_holds_up_the_next_for_two_seconds_only() -> None:
    time = LoopTime()
    async with asyncio.TaskGroup() as tasks:
        starts = Starts(tasks, Pacing())
        dead, alive = starts.ask("dead"), starts.ask("alive")
        await eventually(lambda: starts.begun == ["dead"])
        time.advance(1.5)
        await asyncio.sleep(0.05)
        assert starts.begun == ["dead"]
        time.advance(0.5)
        await eventually(lambda: starts.begun == ["dead", "alive"])
        starts.answers["alive"].set()
        assert await alive == "alive"
        assert not dead.done()
        starts.answers["dead"].set()
        assert await dead == "dead"


@pytest.mark.parametrize("seconds", [0.0, 2.0])
async def test_who_is_cancelled_is_seen_to_and_lets_the_next_one_begin(
    seconds: float,
) -> None:
    time = LoopTime()
    async with asyncio.TaskGroup() as tasks:
        starts = Starts(tasks, Pacing())
        first, second = starts.ask("a"), starts.ask("b")
        await eventually(lambda: starts.begun == ["a"])
        time.advance(seconds)
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.wait({first})
        assert first.cancelled()
        assert len(starts.cancelled) == 1
        starts.answers["b"].set()
        time.advance(1.0)
        assert await second == "b"


async def test_who_leaves_before_its_turn_has_begun_nothing() -> None:
    time = LoopTime()
    async with asyncio.TaskGroup() as tasks:
        starts = Starts(tasks, Pacing())
        first, second, third = (starts.ask(name) for name in "abc")
        await eventually(lambda: starts.begun == ["a"])
        second.cancel()
        await asyncio.wait({second})
        for answer in starts.answers.values():
            answer.set()
        time.advance(1.0)
        assert await third == "c"
        assert await first == "a"
        assert starts.begun == ["a", "c"]
        assert starts.cancelled == []
