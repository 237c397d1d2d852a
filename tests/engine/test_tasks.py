"""A task group that fails with the error of a task, not with a group."""

import asyncio

import pytest

from custom_components.telecast.engine.errors import NoDataError, StorageFullError
from custom_components.telecast.engine.tasks import open_tasks


async def fail(error: Exception) -> None:
    raise error


async def test_a_known_error_comes_as_it_is_and_ends_the_others() -> None:
    with pytest.raises(NoDataError, match="nothing"):
        async with open_tasks() as tasks:
            other = tasks.create_task(asyncio.Event().wait())
            tasks.create_task(fail(NoDataError("nothing")))
    assert other.cancelled()


async def test_the_first_of_several_known_errors_is_told() -> None:
    with pytest.raises(NoDataError):
        async with open_tasks() as tasks:
            tasks.create_task(fail(NoDataError("first")))
            tasks.create_task(fail(StorageFullError("second")))


async def test_an_unknown_error_stays_a_group() -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with open_tasks() as tasks:
            tasks.create_task(fail(NoDataError("known")))
            tasks.create_task(fail(ValueError("unknown")))
    assert caught.group_contains(ValueError)


async def test_an_error_of_the_block_itself_is_told_as_it_is() -> None:
    with pytest.raises(NoDataError):
        async with open_tasks():
            raise NoDataError("nothing")


async def test_a_cancellation_passes_through() -> None:
    entered = asyncio.Event()

    async def wait() -> None:
        async with open_tasks():
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
