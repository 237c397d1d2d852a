"""Which channel numbers are free, and which ones are taken."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ..storage import Storage, open_storage, playlist

GAPS = playlist('tvg-chno="1",One', 'tvg-chno="2.1",Two and a bit', 'tvg-chno="4",Four')


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as opened:
        yield opened


async def test_the_free_number_is_what_the_next_channel_gets(storage: Storage) -> None:
    assert await storage.lineup.free_number() == "1"
    await storage.playlist(GAPS)
    assert await storage.lineup.free_number() == "3"
    await storage.playlist(playlist("New"), source="two")
    assert (await storage.lineup.by_number("3")).name == "New"
    assert await storage.lineup.free_number() == "5"


async def test_what_the_user_took_from_a_channel_is_kept_for_it(
    storage: Storage,
) -> None:
    await storage.playlist(GAPS)
    one = await storage.lineup.by_number("1")
    await storage.lineup.update(one.id, number="3")
    assert await storage.lineup.free_number() == "5"


async def test_a_number_is_taken_by_who_has_it_be_it_hidden(storage: Storage) -> None:
    await storage.playlist(GAPS)
    four = await storage.lineup.by_number("4")
    await storage.lineup.update(four.id, enabled=False)
    for number in ("1", "4", "02-1", "2.1"):
        assert await storage.lineup.number_taken(number), number
        assert not await storage.lineup.number_taken(number, but_by="one"), number
        assert await storage.lineup.number_taken(number, but_by="two"), number
    for number in ("2", "3", "5", "2.2"):
        assert not await storage.lineup.number_taken(number), number
