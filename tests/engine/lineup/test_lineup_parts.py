"""A line-up in parts: each has the channels of so many numbers, and keeps them."""

from collections.abc import AsyncIterator, Iterable
import json
from pathlib import Path

import pytest

from custom_components.telecast.engine.lineup.lineup import numbers_of
from tests.engine.storage import Storage, open_storage

BASE = "http://192.0.2.10:8123/device2"


@pytest.fixture(name="storage")
async def _storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as storage:
        yield storage


def playlist(numbers: Iterable[str]) -> str:
    """Write a playlist with channels of these numbers."""
    lines = [
        f'#EXTINF:-1 tvg-id="{one}" tvg-chno="{one}",Number {one}\nhttp://p.example/{one}'
        for one in numbers
    ]
    return "\n".join(["#EXTM3U", *lines, ""])


async def listed(storage: Storage, part: int) -> list[str]:
    """Answer the numbers that a part lists."""
    path = await storage.documents.lineup("json", BASE, numbers_of(part))
    return [one["GuideNumber"] for one in json.loads(path.read_bytes())]


def test_each_part_has_480_numbers_and_the_first_one_zero_too() -> None:
    assert [numbers_of(part) for part in (1, 2, 3)] == [
        (0, 480),
        (481, 960),
        (961, 1440),
    ]


async def test_a_part_lists_the_channels_of_its_numbers(storage: Storage) -> None:
    await storage.playlist(
        playlist(["1", "480", "480.1", "481", "960.2", "1441", "9000"])
    )
    assert storage.lineup.parts == (1, 2, 4, 19)
    assert await listed(storage, 1) == ["1", "480", "480.1"]
    assert await listed(storage, 2) == ["481", "960.2"]
    assert await listed(storage, 3) == []
    assert await listed(storage, 4) == ["1441"]
    assert await listed(storage, 19) == ["9000"]


async def test_what_is_added_or_removed_moves_no_other_channel(
    storage: Storage,
) -> None:
    await storage.playlist(playlist(["2", "3", "481", "482"]))
    before = await listed(storage, 2)
    await storage.playlist(playlist(["1", "3", "481", "482", "700"]))
    assert await listed(storage, 2) == [*before, "700"]
    (one,) = await storage.lineup.channels(search="481")
    await storage.lineup.update(one.id, enabled=False)
    assert await listed(storage, 2) == ["482", "700"]


async def test_a_part_without_channels_is_none(storage: Storage) -> None:
    assert storage.lineup.parts == ()
    await storage.playlist(playlist(["1", "500"]))
    (one,) = await storage.lineup.channels(search="500")
    await storage.lineup.update(one.id, enabled=False)
    assert storage.lineup.parts == (1,)


async def test_there_are_no_more_than_twenty_parts(storage: Storage) -> None:
    await storage.playlist(playlist([str(1 + 480 * block) for block in range(25)]))
    assert storage.lineup.parts == tuple(range(1, 21))


async def test_a_line_up_that_the_child_renders_is_divided_as_well(
    storage: Storage,
) -> None:
    await storage.playlist(playlist(map(str, range(1, 2101))))
    assert storage.lineup.parts == (1, 2, 3, 4, 5)
    path = await storage.documents.guide(groups=None, compressed=False)
    assert path.exists()
    assert await listed(storage, 5) == [str(number) for number in range(1921, 2101)]
    child = await storage.documents.lineup("m3u", BASE, numbers_of(1))
    assert child.read_text().count("#EXTINF") == 480
