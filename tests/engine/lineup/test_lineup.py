"""The line-up answers from the database, and keeps what the user says for good."""

import asyncio
from collections.abc import AsyncIterator
import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.errors import UnknownChannelError
from custom_components.telecast.engine.lineup.lineup import InvalidNumberError
from custom_components.telecast.engine.lineup.overrides import NumberTakenError

from ..storage import Storage, numbered, open_storage, playlist

GROUPED = playlist(
    'group-title="News",One',
    'group-title="Sport" tvg-chno="10",Ten',
    'group-title="News" tvg-chno="2.1",Two and a bit',
    'group-title="News" tvg-chno="9",Neun',
)


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as opened:
        yield opened


async def numbers(storage: Storage, **which: Any) -> list[str]:
    return [one.number for one in await storage.lineup.channels(**which)]


async def test_channels_are_found_by_id_and_number(storage: Storage) -> None:
    await storage.playlist(GROUPED)
    channel = await storage.lineup.channel(3)
    assert (channel.name, channel.number) == ("Two and a bit", "2.1")
    assert (channel.group, channel.source) == ("News", "one")
    for number in ("2.1", "2-1", "02.1"):
        assert await storage.lineup.by_number(number) == channel


async def test_unknown_channels_are_unknown(storage: Storage) -> None:
    await storage.playlist(GROUPED)
    for number in ("99", "", "x", "1' OR '1", "1.5"):
        with pytest.raises(UnknownChannelError):
            await storage.lineup.by_number(number)
    for channel_id in (0, -1, 99, 1 << 62):
        with pytest.raises(UnknownChannelError):
            await storage.lineup.channel(channel_id)
    with pytest.raises(UnknownChannelError):
        await storage.lineup.update(99, name="X")


async def test_channels_are_listed_in_the_order_of_their_numbers(
    storage: Storage,
) -> None:
    await storage.playlist(GROUPED)
    assert await numbers(storage) == ["1", "2.1", "9", "10"]
    assert await numbers(storage, offset=1, limit=2) == ["2.1", "9"]
    assert await numbers(storage, offset=4) == []
    assert await numbers(storage, group_id=2) == ["10"]
    assert await numbers(storage, group_id=1, offset=1) == ["2.1", "9"]
    assert await numbers(storage, allowed=frozenset({"Sport", "None"})) == ["10"]
    assert await numbers(storage, allowed=frozenset()) == []
    assert await numbers(storage, allowed=frozenset({"Sport"}), group_id=1) == []


async def test_channels_are_searched_by_a_part_of_the_name_or_the_number(
    storage: Storage,
) -> None:
    await storage.playlist(playlist("Übertragung", "100% Sport", "under_score", "B 4"))
    assert await numbers(storage, search="ÜBER") == ["1"]
    assert await numbers(storage, search="%") == ["2"]
    assert await numbers(storage, search="_") == ["3"]
    assert await numbers(storage, search="4") == ["4"]
    assert await numbers(storage, search="3") == ["3"]
    assert await numbers(storage, search="nothing") == []


async def test_groups_are_those_that_have_channels(storage: Storage) -> None:
    await storage.playlist(GROUPED)
    assert [(one.id, one.name) for one in await storage.lineup.groups()] == [
        (1, "News"),
        (2, "Sport"),
    ]
    allowed = await storage.lineup.groups(frozenset({"Sport", "Else"}))
    assert [one.name for one in allowed] == ["Sport"]
    await storage.lineup.update(2, enabled=False)
    assert [one.name for one in await storage.lineup.groups()] == ["News"]
    await storage.playlist(playlist('group-title="Films",F', 'group-title="Sport",S'))
    assert [(one.id, one.name) for one in await storage.lineup.groups()] == [
        (2, "Sport"),
        (3, "Films"),
    ]


async def test_candidates_come_in_their_order_with_their_headers(
    storage: Storage,
) -> None:
    await storage.playlist(
        playlist(
            'tvg-id="a",A http://192.0.2.1/1|User-Agent=TV&Referer=http://192.0.2.1/',
            'tvg-id="a",A http://192.0.2.1/2',
        )
    )
    first, second = await storage.lineup.candidates(await storage.lineup.channel(1))
    assert (first.url, first.source) == ("http://192.0.2.1/1", "one")
    assert first.headers == {"User-Agent": "TV", "Referer": "http://192.0.2.1/"}
    assert (second.url, second.headers) == ("http://192.0.2.1/2", {})
    assert not first.local
    assert "192.0.2.1" not in repr(first)


async def test_the_revision_changes_when_an_answer_does(storage: Storage) -> None:
    seen = [storage.lineup.revision]

    async def grew() -> bool:
        await storage.lineup.reload()
        seen.append(storage.lineup.revision)
        return seen[-1] > seen[-2]

    assert not await grew()
    await storage.playlist(GROUPED)
    assert await grew()
    await storage.playlist(GROUPED)
    assert not await grew()
    await storage.lineup.update(1, name="Other")
    assert await grew()
    await storage.lineup.remove_source("one")
    assert await grew()
    assert seen == sorted(seen)


async def test_revision_and_count_are_there_after_a_restart(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(GROUPED)
        first = storage.lineup.revision
    async with open_storage(tmp_path) as storage:
        assert (storage.lineup.revision, storage.lineup.count) == (first, 4)


# What the user changes.


async def test_what_the_user_changes_survives_every_refresh(storage: Storage) -> None:
    await storage.playlist(numbered(3))
    changed = await storage.lineup.update(
        2,
        number="50",
        name="My own",
        group="Mine",
        logo="http://192.0.2.1/mine.png",
        guide_id="mine.guide",
    )
    assert (changed.number, changed.name, changed.group) == ("50", "My own", "Mine")
    assert (changed.logo, changed.guide_id) == (
        "http://192.0.2.1/mine.png",
        "mine.guide",
    )
    for text in (
        numbered(3),
        numbered(3, name="Renamed"),
        numbered(4, host="192.0.2.9"),
        playlist(
            'tvg-id="c1",Channel 1', 'tvg-id="other",Channel 2 http://192.0.2.9/2.ts'
        ),
    ):
        await storage.playlist(text)
        assert await storage.lineup.channel(2) == changed
    await storage.playlist(playlist('tvg-id="c1",Channel 1'))
    with pytest.raises(UnknownChannelError):
        await storage.lineup.channel(2)
    await storage.playlist(
        playlist(
            'tvg-id="c1",Channel 1', 'tvg-id="other",Channel 2 http://192.0.2.9/2.ts'
        )
    )
    assert await storage.lineup.channel(2) == changed


async def test_an_empty_value_goes_back_to_what_the_source_says_now(
    storage: Storage,
) -> None:
    await storage.playlist(playlist('tvg-id="a" group-title="G",A'))
    await storage.lineup.update(1, name="Mine", group="Mine", number="7", guide_id="x")
    await storage.lineup.update(1, name="Mine again", number="8")
    await storage.playlist(playlist('tvg-id="a" group-title="H",A now'))
    back = await storage.lineup.update(1, name="", group="", number="", guide_id="")
    assert (back.name, back.group, back.number) == ("A now", "H", "1")
    assert back.guide_id == "a"
    await storage.playlist(playlist('tvg-id="a" group-title="H",A again'))
    assert (await storage.lineup.channel(1)).name == "A again"


async def test_only_what_is_given_changes(storage: Storage) -> None:
    await storage.playlist(playlist('tvg-id="a" group-title="G",A'))
    before = await storage.lineup.channel(1)
    assert await storage.lineup.update(1) == before
    after = await storage.lineup.update(1, name=" New ")
    assert (after.name, after.number, after.group) == ("New", "1", "G")


async def test_a_disabled_channel_is_gone_until_it_is_enabled(storage: Storage) -> None:
    await storage.playlist(numbered(3))
    off = await storage.lineup.update(2, enabled=False)
    assert not off.enabled
    for _ in range(2):
        assert storage.lineup.count == 2
        assert await numbers(storage) == ["1", "3"]
        with pytest.raises(UnknownChannelError):
            await storage.lineup.by_number("2")
        await storage.playlist(numbered(3, name="Renamed"))
    on = await storage.lineup.update(2, enabled=True)
    assert (on.enabled, on.number, storage.lineup.count) == (True, "2", 3)


async def test_a_number_has_one_channel(storage: Storage) -> None:
    await storage.playlist(numbered(3))
    with pytest.raises(NumberTakenError):
        await storage.lineup.update(1, number="3", name="Not this either")
    assert (await storage.lineup.channel(1)).name == "Channel 1"
    await storage.lineup.update(1, number="9")
    # The number that it gave up is another's now, so it has none to go back to.
    await storage.lineup.update(2, number="1")
    with pytest.raises(NumberTakenError):
        await storage.lineup.update(1, number="")
    for nonsense in ("0", "x", "1.2.3", "-1"):
        with pytest.raises(InvalidNumberError):
            await storage.lineup.update(1, number=nonsense)


async def test_nobody_else_gets_a_number_that_the_user_gave_or_took(
    storage: Storage,
) -> None:
    await storage.playlist(numbered(2))
    await storage.lineup.update(1, number="3")
    await storage.playlist(
        playlist('tvg-chno="1",Wants one', 'tvg-chno="3",Wants three', "Any"),
        source="two",
    )
    assert [one.number for one in await storage.all() if one.source == "two"] == [
        "4",
        "5",
        "6",
    ]


async def test_overrides_are_backed_up_in_a_file(
    storage: Storage, tmp_path: Path
) -> None:
    await storage.playlist(numbered(2))
    await storage.lineup.update(1, name="Mine")
    backup = tmp_path / "overrides.json"
    assert json.loads(backup.read_text()) == [["one", "id c1 0", "name", "Mine"]]
    await storage.playlist(
        playlist('tvg-id="x",New http://192.0.2.1/1.ts', 'tvg-id="c2",Channel 2')
    )
    assert json.loads(backup.read_text()) == [["one", "id x 0", "name", "Mine"]]
    await storage.lineup.update(1, name="")
    assert json.loads(backup.read_text()) == []


async def test_a_backup_that_cannot_be_written_costs_nothing_else(
    storage: Storage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await storage.playlist(numbered(2))
    (tmp_path / "overrides.json").unlink()
    (tmp_path / "overrides.json").mkdir()
    changed = await storage.lineup.update(1, name="Mine")
    assert (await storage.lineup.channel(1)).name == changed.name == "Mine"
    assert "cannot be backed up" in caplog.text


async def test_removing_a_source_removes_all_that_is_its_own(
    storage: Storage, tmp_path: Path
) -> None:
    await storage.playlist(numbered(3), source="one")
    await storage.playlist(numbered(2), source="two")
    await storage.lineup.update(1, name="Mine")
    await storage.lineup.update(4, name="Stays")
    await storage.lineup.remove_source("one")
    assert [(one.id, one.name) for one in await storage.all()] == [
        (4, "Stays"),
        (5, "Channel 2"),
    ]
    assert "Mine" not in (tmp_path / "overrides.json").read_text()
    for table in ("candidates", "overrides", "sources"):
        column = "channel" if table == "candidates" else "1"
        found = await storage.store.read(
            lambda c, t=table, n=column: c.execute(
                f"SELECT DISTINCT {n} FROM {t}"
            ).fetchall()
        )
        assert found == ([(4,), (5,)] if table == "candidates" else [(1,)])
    await storage.playlist(numbered(3), source="one")
    assert [one.id for one in await storage.all()] == [6, 7, 8, 4, 5]


async def test_changes_at_the_same_time_all_count(storage: Storage) -> None:
    await storage.playlist(numbered(20))
    await asyncio.gather(
        *(storage.lineup.update(n, number=str(100 + n)) for n in range(1, 21))
    )
    assert await numbers(storage) == [str(100 + n) for n in range(1, 21)]
