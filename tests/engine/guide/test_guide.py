"""The guide finds what is on, whatever guides and playlists call their channels."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import threading

import pytest

from custom_components.telecast.formats import xmltv

from ..storage import (
    NOW,
    Storage,
    guide,
    guide_channel,
    numbered,
    open_storage,
    playlist,
    programme,
)

HOUR = 3600


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as opened:
        yield opened


async def on(storage: Storage, hour: float, *, limit: int = 3) -> list[str]:
    """Answer what is on channel 1 so many hours after NOW, and what follows."""
    channel = await storage.lineup.by_number("1")
    at = NOW + int(hour * HOUR)
    found = await storage.guide.running(channel, at=at, limit=limit)
    return [one.titles[0].value for one in found]


async def test_what_is_on_comes_first_and_then_what_follows(storage: Storage) -> None:
    await storage.playlist(numbered(1))
    await storage.xmltv(
        guide(
            programme("C", 2),
            programme("A", 0),
            programme("B", 1),
            programme("Elsewhere", 0, channel="other"),
        )
    )
    assert await on(storage, 0) == ["A", "B", "C"]
    assert await on(storage, 1.99, limit=1) == ["B"]
    assert await on(storage, 2) == ["C"]
    assert await on(storage, 3) == []
    assert await on(storage, -1, limit=2) == ["A", "B"]


async def test_a_range_holds_all_that_touches_it(storage: Storage) -> None:
    await storage.playlist(numbered(1))
    await storage.xmltv(guide(*(programme(str(n), n) for n in range(5))))
    channel = await storage.lineup.channel(1)

    async def between(start: float, stop: float) -> list[str]:
        found = await storage.guide.between(
            channel, start=NOW + int(start * HOUR), stop=NOW + int(stop * HOUR)
        )
        return [one.titles[0].value for one in found]

    assert await between(1, 3) == ["1", "2"]
    assert await between(0.5, 1.5) == ["0", "1"]
    assert await between(5, 9) == []
    assert await between(3, 2) == []


async def test_a_programme_comes_out_as_it_went_in(storage: Storage) -> None:
    shown = xmltv.Programme(
        channel="c1",
        start=NOW,
        stop=NOW + HOUR,
        titles=(xmltv.Text('Fox <&" Friends 🦊', "en"), xmltv.Text("Fuchs", "de")),
        descriptions=(xmltv.Text("About\nit"),),
        categories=(xmltv.Text("News"),),
        episode_numbers=(xmltv.EpisodeNumber("xmltv_ns", "1.2."),),
        new=True,
    )
    await storage.playlist(numbered(1))
    await storage.xmltv(guide(xmltv.render_programme(shown)))
    channel = await storage.lineup.channel(1)
    assert await storage.guide.running(channel, at=NOW, limit=1) == [shown]


async def test_an_end_that_is_missing_is_the_next_beginning(storage: Storage) -> None:
    await storage.playlist(numbered(1))
    await storage.xmltv(
        guide(
            programme("A", 0, hours=None),
            programme("B", 2, hours=None),
            programme("C", 100, hours=None),
            programme("D", 101, hours=24 * 365),
        )
    )
    channel = await storage.lineup.channel(1)
    found = await storage.guide.between(channel, start=0, stop=1 << 40)
    assert [(one.stop or 0) - one.start for one in found] == [
        2 * HOUR,
        12 * HOUR,
        HOUR,
        7 * 24 * HOUR,
    ]


async def test_overlaps_and_repetitions_are_put_up_with(storage: Storage) -> None:
    await storage.playlist(numbered(1))
    await storage.xmltv(
        guide(
            programme("Long", 0, hours=5),
            programme("Short", 1),
            programme("Twice", 2),
            programme("Twice", 2),
            programme("Next", 3),
        )
    )
    assert await on(storage, 1.5) == ["Short", "Twice", "Next"]
    assert await on(storage, 4.5) == ["Long"]
    assert await storage.titles("1") == ["Long", "Short", "Twice", "Next"]


# Which channel of a guide is which of the line-up.


@pytest.mark.parametrize(
    ("entry", "is_found"),
    [
        ('tvg-id="bbc1.uk",Anything', True),
        ('tvg-id="BBC1.UK",Anything', True),
        ("BBC One", True),
        ("UK: BBC One HD", True),
        ('tvg-id="unknown",BBC One', True),
        ('tvg-id="bbc2.uk",BBC One', False),
        ("BBC Two", False),
    ],
)
async def test_a_channel_is_found_by_its_id_and_then_by_its_name(
    entry: str, is_found: bool, storage: Storage
) -> None:
    await storage.playlist(playlist(entry))
    await storage.xmltv(
        guide(
            guide_channel("bbc1.uk", "BBC One", "BBC 1"),
            guide_channel("bbc2.uk", "BBC Zwei"),
            programme("News", channel="bbc1.uk"),
            programme("Other", channel="bbc2.uk"),
        )
    )
    assert (await storage.titles("1") == ["News"]) is is_found


async def test_a_channel_without_programmes_is_not_the_one(storage: Storage) -> None:
    await storage.playlist(playlist('tvg-id="empty",BBC One'))
    await storage.xmltv(
        guide(
            guide_channel("empty", "Nothing"),
            guide_channel("empty too", "BBC One"),
            guide_channel("full", "BBC One"),
            programme("News", channel="full"),
        )
    )
    assert await storage.titles("1") == ["News"]


async def test_a_programme_may_come_before_its_channel(storage: Storage) -> None:
    await storage.playlist(playlist("BBC One"))
    await storage.xmltv(
        guide(programme("News", channel="x"), guide_channel("x", "BBC One"))
    )
    assert await storage.titles("1") == ["News"]


async def test_the_guides_of_its_own_source_come_first(storage: Storage) -> None:
    await storage.playlist(playlist('tvg-id="a",A', "Named", 'tvg-id="7",Seven'))
    await storage.playlist(playlist("Other"), source="two")
    await storage.xmltv(
        guide(
            programme("foreign A", channel="a"),
            programme("foreign 7", channel="7"),
            guide_channel("n", "Named"),
            programme("foreign N", channel="n"),
        ),
        feed="aaa",
        source="two",
    )
    assert await storage.titles("1") == ["foreign A"]
    assert await storage.titles("2") == ["foreign N"]
    # In another's guide, a bare number means another channel.
    assert await storage.titles("3") == []
    await storage.xmltv(
        guide(programme("own A", channel="a"), programme("own 7", channel="7")),
        feed="zzz",
    )
    assert await storage.titles("1") == ["own A"]
    assert await storage.titles("2") == ["foreign N"]
    assert await storage.titles("3") == ["own 7"]


async def test_the_users_guide_id_is_looked_for(storage: Storage) -> None:
    await storage.playlist(playlist("A", "B"))
    await storage.xmltv(
        guide(
            programme("news", channel="x"),
            guide_channel("b", "B"),
            programme("b", channel="b"),
        )
    )
    assert await storage.titles("1") == []
    await storage.lineup.update(1, guide_id="X")
    assert await storage.titles("1") == ["news"]
    await storage.lineup.update(1, guide_id="")
    assert await storage.titles("1") == []


@pytest.mark.parametrize(("shift", "hours"), [("1", 1), ("-2", -2), ("+0.5", 0.5)])
async def test_a_shift_moves_the_whole_guide(
    shift: str, hours: float, storage: Storage
) -> None:
    await storage.playlist(playlist(f'tvg-id="c1" tvg-shift="{shift}",A'))
    await storage.xmltv(guide(programme("A", 0), programme("B", 1)))
    assert await on(storage, hours) == ["A", "B"]
    assert await on(storage, hours + 1) == ["B"]
    channel = await storage.lineup.channel(1)
    first, _ = await storage.guide.running(channel, at=NOW + int(hours * HOUR), limit=2)
    assert first.start == NOW + int(hours * HOUR)
    assert first.channel == channel.guide_id == f"c1@{hours:+g}"


# Its files.


async def test_guides_are_there_after_a_restart(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(numbered(1))
        await storage.xmltv(guide(programme("A")), feed="one")
        await storage.xmltv(guide(programme("B")), feed="two", source="two")
        revision = storage.guide.revision
    (tmp_path / "cache" / "guides" / "half.new").write_text("left by a killed child")
    async with open_storage(tmp_path) as storage:
        assert storage.guide.revision == revision
        assert storage.guide.feeds("one") == {"one"}
        assert storage.guide.feeds("two") == {"two"}
        assert storage.guide.feeds("three") == set()
        assert await storage.titles("1") == ["A"]
        names = sorted(path.name for path in storage.guide.folder.iterdir())
        assert names == ["one.db", "two.db"]


async def test_the_revision_changes_with_the_files(storage: Storage) -> None:
    seen = [storage.guide.revision]
    await storage.xmltv(guide(programme("A")))
    seen.append(storage.guide.revision)
    await storage.guide.reload()
    assert storage.guide.revision == seen[-1]
    await storage.xmltv(guide(programme("A")))
    seen.append(storage.guide.revision)
    await storage.guide.remove_source("one")
    assert len(set(seen)) == 3
    assert storage.guide.revision == seen[0]


async def test_who_waits_for_another_revision_hears_of_it(storage: Storage) -> None:
    await storage.playlist(numbered(1))
    known = storage.guide.revision
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(storage.guide.changed(known))
        await storage.guide.reload()
        # Nothing has come yet.
        assert not waiting.done()
        await storage.xmltv(guide(programme("A")))
    assert waiting.result() == storage.guide.revision != known
    assert await storage.guide.changed(known) == storage.guide.revision


async def test_what_guides_keep_of_some_times_is_told_once_and_nothing_made_up(
    storage: Storage,
) -> None:
    await storage.playlist(playlist('tvg-id="c1",One', "Two"), source="list")
    await storage.xmltv(
        guide(*(programme(str(n), n) for n in range(6))), source="guides"
    )
    one, two = await storage.all()
    times = [
        (NOW + 900, NOW + 1800),
        (NOW + 2700, NOW + 4000),
        (NOW + 14400, NOW + 14401),
    ]
    source, rows = await storage.guide.known(one.id, at=NOW, times=times)
    assert source == "guides"
    assert [(begin - NOW) // HOUR for begin, _, _ in rows] == [0, 1, 4]
    assert all(end - begin == HOUR for begin, end, _ in rows)
    assert rows[1][2] == "<title>1</title>"
    _, rows = await storage.guide.known(one.id, at=NOW, times=times, limit=1)
    assert len(rows) == 1
    assert await storage.guide.known(one.id, at=NOW) == ("guides", [])
    assert await storage.guide.known(two.id, at=NOW, times=times) == ("", [])
    assert await storage.guide.known(99, at=NOW, times=times) == ("", [])


async def test_removing_a_source_removes_its_guides_but_for_those_to_keep(
    storage: Storage,
) -> None:
    for feed, source in (("a", "one"), ("b", "one"), ("c", "two")):
        await storage.xmltv(guide(programme(feed)), feed=feed, source=source)
    await storage.guide.remove_source("one", keep={"b"})
    assert storage.guide.feeds("one") == {"b"}
    await storage.guide.remove_source("one")
    assert (storage.guide.feeds("one"), storage.guide.feeds("two")) == (set(), {"c"})
    assert [path.name for path in storage.guide.folder.iterdir()] == ["c.db"]


async def test_a_file_that_is_broken_costs_only_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(numbered(1))
        for feed in ("a", "b"):
            many = (programme(f"{feed} {n}", n) for n in range(500))
            await storage.xmltv(guide(*many), feed=feed)
        assert (await on(storage, 0))[0] == "a 0"
        folder = storage.guide.folder
    good = (folder / "a.db").read_bytes()
    (folder / "a.db").write_bytes(b"no database" * 1000)
    (folder / "empty.db").write_bytes(b"")
    async with open_storage(tmp_path) as storage:
        assert storage.guide.feeds("one") == {"b"}
        assert (await on(storage, 0))[0] == "b 0"
        assert "a.db cannot be read" in caplog.text
    (folder / "a.db").write_bytes(good[:8192] + b"\xff" * (len(good) - 8192))
    async with open_storage(tmp_path) as storage:
        # Found out only when it is read; the next one takes over.
        await on(storage, 0)
        assert (await on(storage, 0))[0] == "b 0"


async def test_leaving_ends_its_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    async with open_storage(tmp_path):
        assert threading.active_count() == before + 3
    assert threading.active_count() == before
