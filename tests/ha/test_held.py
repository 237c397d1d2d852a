"""Held: contexts that one task starts and another stops."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from custom_components.telecast.held import Held


class Room:
    """A context that remembers who came and went."""

    def __init__(self) -> None:
        self.entered: asyncio.Task[None] | None = None
        self.left: asyncio.Task[None] | None = None
        self.collapse = asyncio.Event()
        self.door = asyncio.Event()
        self.door.set()
        self.failures = 0

    @asynccontextmanager
    async def open(self, *, stuck: bool = False) -> AsyncIterator[str]:
        """Be open until left, or until it collapses."""
        try:
            async with asyncio.TaskGroup() as tasks:
                await self.door.wait()
                self.entered = asyncio.current_task()
                watching = tasks.create_task(self._watch())
                yield "value"
                watching.cancel()
                if stuck:
                    raise OSError("the door is stuck")
        finally:
            self.left = asyncio.current_task()

    async def _watch(self) -> None:
        await self.collapse.wait()
        raise RuntimeError("it collapsed")

    def failed(self) -> None:
        """Count."""
        self.failures += 1

    def held(self, *, stuck: bool = False) -> Held[str]:
        """Hold it."""
        return Held(self.open(stuck=stuck), name="The room", on_failure=self.failed)


async def test_one_task_enters_and_leaves_what_two_others_start_and_stop() -> None:
    room = Room()
    held = room.held()
    assert await asyncio.create_task(held.start()) == "value"
    await asyncio.create_task(held.stop())
    assert room.entered is room.left is not None
    assert not room.failures


async def test_what_entering_raises_is_raised_by_start() -> None:
    @asynccontextmanager
    async def locked() -> AsyncIterator[None]:
        raise PermissionError("locked")
        yield

    held = Held(locked(), name="The room", on_failure=pytest.fail)
    with pytest.raises(PermissionError, match="locked"):
        await held.start()
    await held.stop()


async def test_a_start_that_is_given_up_leaves_nothing_open() -> None:
    room = Room()
    room.door.clear()
    starting = asyncio.create_task(room.held().start())
    while not asyncio.all_tasks() - {starting, asyncio.current_task()}:
        await asyncio.sleep(0)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_stopping_what_was_never_started_does_nothing() -> None:
    held = Room().held()
    await held.stop()


async def test_a_context_that_fails_by_itself_is_logged_and_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = Room()
    held = room.held()
    await held.start()
    room.collapse.set()
    while not room.failures:
        await asyncio.sleep(0)
    await held.stop()
    assert room.failures == 1
    assert "The room failed" in caplog.text
    assert "it collapsed" in caplog.text


async def test_what_fails_while_leaving_is_logged_but_tells_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    room = Room()
    held = room.held(stuck=True)
    await held.start()
    await held.stop()
    assert not room.failures
    assert "the door is stuck" in caplog.text
