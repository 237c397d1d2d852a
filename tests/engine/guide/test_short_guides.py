"""What a source says of a channel counts where no guide knows it, and is asked for once."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import CannotConnectError
from custom_components.telecast.engine.guide.short_guides import (
    FRESH_SECONDS,
    open_short_guides,
)
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.formats.xmltv import Programme, Text
from tests.fakes.clock import Clock

from ..storage import NOW, Storage, guide, numbered, open_storage, playlist, programme

HOUR = 3600


@dataclass(kw_only=True)
class House:
    """The guide, and a source that a test speaks for."""

    storage: Storage
    clock: Clock = field(default_factory=Clock)
    says: dict[int, list[Programme] | Exception] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0

    async def ask(self, channel: Channel) -> list[Programme]:
        """Answer as the source."""
        self.asked.append(channel.id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.may_answer.wait()
        finally:
            self.at_once -= 1
        answer = self.says.get(channel.id, [])
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def between(
        self, number: str = "1", *, start: float = 0, stop: float = 24, ask: bool = True
    ) -> list[str]:
        """Answer what is on, in hours from NOW, stand-ins and all."""
        channel = await self.storage.lineup.by_number(number)
        found = await self.storage.guide.between(
            channel,
            start=NOW + int(start * HOUR),
            stop=NOW + int(stop * HOUR),
            stand_ins=True,
            ask=ask,
        )
        return [one.titles[0].value for one in found]


def told(title: str, hour: float) -> Programme:
    """What a source says."""
    start = NOW + int(hour * HOUR)
    return Programme(channel="c", start=start, stop=start + HOUR, titles=(Text(title),))


@asynccontextmanager
async def open_house(folder: Path) -> AsyncIterator[House]:
    async with open_storage(folder) as storage:
        await storage.playlist(numbered(3))
        house = House(storage=storage)
        house.may_answer.set()
        async with open_short_guides(
            guide=storage.guide, ask=house.ask, clock=house.clock
        ):
            yield house


@pytest.fixture(name="house")
async def _house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as house:
        yield house


async def until(met: Callable[[], bool]) -> None:
    """Let others run until that is so."""
    async with asyncio.timeout(60):
        while not met():
            await asyncio.sleep(0)


async def test_what_a_source_says_goes_before_what_is_made_up(house: House) -> None:
    house.says[1] = [told("A", -0.5), told("B", 0.5), told("C", 30)]
    assert await house.between(start=0, stop=2) == ["A", "B"]
    assert await house.between(start=1.6, stop=20) != []
    assert set(await house.between(start=1.6, stop=20)) == {"Channel 1"}
    assert await house.between(start=30, stop=31) == ["C"]
    channel = await house.storage.lineup.by_number("1")
    found = await house.storage.guide.running(channel, at=NOW, limit=2, ask=True)
    assert [one.titles[0].value for one in found] == ["A", "B"]
    assert house.asked == [1]


async def test_a_guide_is_never_overridden(house: House) -> None:
    house.says[1] = [told("Told", 0)]
    await house.storage.xmltv(guide(programme("Known", 0)))
    assert await house.between() == ["Known"]
    assert house.asked == []


async def test_an_event_in_a_name_gives_way_to_what_is_told(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(playlist("PPV 1: A vs B @ 2026-11-20 20:00"))
        channel = await storage.lineup.by_number("1")
        house = House(storage=storage)
        house.may_answer.set()
        async with open_short_guides(
            guide=storage.guide, ask=house.ask, clock=house.clock
        ):
            house.says[channel.id] = [told("Told", 0)]
            assert await house.between(stop=1) == ["Told"]


async def test_nobody_is_asked_who_need_not_be(house: House) -> None:
    house.says[1] = [told("Told", 0)]
    assert set(await house.between(ask=False)) == {"Channel 1"}
    assert house.asked == []


async def test_an_answer_is_good_for_an_hour_also_one_of_nothing(house: House) -> None:
    for _ in range(3):
        assert set(await house.between()) == {"Channel 1"}
        house.clock.now += FRESH_SECONDS / 3 - 1
    assert house.asked == [1]
    house.clock.now += 3
    house.says[1] = [told("Told", 0)]
    assert await house.between() == ["Told"]
    assert house.asked == [1, 1]
    house.clock.now += FRESH_SECONDS
    house.says[1] = []
    assert await house.between() == ["Told"], "nothing any more replaces nothing"
    assert house.asked == [1, 1, 1]


async def test_a_source_that_fails_is_left_alone_for_a_minute(house: House) -> None:
    house.says[1] = [told("Told", 0)]
    assert await house.between() == ["Told"]
    house.clock.now += FRESH_SECONDS
    house.says[1] = CannotConnectError("It is down")
    assert await house.between() == ["Told"], "what was known stays good"
    assert set(await house.between("2")) == {"Channel 2"}
    assert house.asked == [1, 1]
    house.clock.now += 61
    house.says[2] = [told("Second", 0)]
    assert await house.between("2") == ["Second"]


async def test_an_unexpected_fault_costs_that_answer_alone(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.says[1] = LookupError("a fault")
    assert set(await house.between()) == {"Channel 1"}
    assert "could not be asked" in caplog.text
    house.clock.now += 61
    house.says[1] = [told("Told", 0)]
    assert await house.between() == ["Told"]


async def test_a_source_is_asked_one_thing_at_a_time_and_nothing_twice(
    house: House,
) -> None:
    house.may_answer.clear()
    house.says |= {n: [told(f"Of {n}", 0)] for n in (1, 2, 3)}
    async with asyncio.TaskGroup() as tasks:
        asking = [tasks.create_task(house.between(str(n))) for n in (1, 2, 3, 1, 2, 1)]
        await until(lambda: house.asked == [1])
        house.may_answer.set()
    assert [each.result() for each in asking] == [
        [f"Of {n}"] for n in (1, 2, 3, 1, 2, 1)
    ]
    assert (sorted(house.asked), house.most_at_once) == ([1, 2, 3], 1)


async def test_nobody_waits_long_and_what_comes_later_is_there_for_the_next(
    house: House,
) -> None:
    house.may_answer.clear()
    house.says[1] = [told("Told", 0)]
    assert set(await house.between()) == {"Channel 1"}
    house.may_answer.set()
    await until(lambda: not house.at_once)
    assert await house.between() == ["Told"]
    assert house.asked == [1]


async def test_leaving_ends_a_question(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        house.may_answer.clear()
        async with asyncio.TaskGroup() as tasks:
            asking = tasks.create_task(house.between())
            await until(lambda: house.asked == [1])
            asking.cancel()
        assert house.at_once == 1, "others may want it"
    assert house.at_once == 0


async def test_what_is_kept_is_bounded(house: House) -> None:
    house.says[1] = [told(f"One {n}", n) for n in range(15_000)]
    house.says[2] = [told(f"Two {n}", n) for n in range(15_000)]
    for number in ("1", "2", "2", "1"):
        assert len(await house.between(number, stop=3)) == 3
    assert house.asked == [1, 2, 1]
