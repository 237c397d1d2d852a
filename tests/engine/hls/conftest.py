"""What all tests of HLS share."""

from collections.abc import AsyncIterator

import pytest

from tests.fakes.left_over import leaving_nothing


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield
