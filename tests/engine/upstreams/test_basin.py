"""What one task pours and another one reads."""

import asyncio

import pytest

from custom_components.telecast.engine.errors import CannotConnectError, NoDataError
from custom_components.telecast.engine.upstreams.basin import Pour, open_basin

BIG = bytes(3 * 1024 * 1024)


async def test_what_is_poured_is_read_together() -> None:
    async def work(pour: Pour) -> None:
        for piece in (b"one ", b"", b"two ", b"three"):
            await pour(piece)

    async with open_basin(work) as basin:
        assert await basin.read() == b"one two three"
        assert await basin.read() == b""
        assert await basin.read() == b""


async def test_what_ends_the_work_is_raised_after_all_it_brought() -> None:
    async def work(pour: Pour) -> None:
        await pour(b"one")
        raise CannotConnectError("broke off")

    async with open_basin(work) as basin:
        assert await basin.read() == b"one"
        for _ in range(2):
            with pytest.raises(CannotConnectError):
                await basin.read()


async def test_an_error_of_the_reader_stays_what_it_is() -> None:
    async def work(pour: Pour) -> None:
        await asyncio.get_running_loop().create_future()

    cause = ValueError()
    with pytest.raises(NoDataError) as raised:
        async with open_basin(work):
            raise NoDataError("page") from cause
    assert raised.value.__cause__ is cause


async def test_who_pours_waits_while_nobody_reads() -> None:
    poured: list[int] = []

    async def work(pour: Pour) -> None:
        for number in range(3):
            await pour(BIG)
            poured.append(number)

    async with open_basin(work) as basin:
        assert await basin.read() == BIG
        for _ in range(5):
            await asyncio.sleep(0)
        assert poured == [0]
        assert await basin.read() == BIG


async def test_leaving_ends_the_work_and_waits_for_it() -> None:
    steps: list[str] = []

    async def work(pour: Pour) -> None:
        await pour(b"one")
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(0)
            steps.append("tidied up")

    async with open_basin(work) as basin:
        await basin.read()
    assert steps == ["tidied up"]
