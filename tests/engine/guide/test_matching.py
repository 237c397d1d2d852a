"""Which guide a channel has, why, and how late: in files and a database as they are."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.telecast.engine.guide.matching import Found
from custom_components.telecast.formats import xmltv

from ..storage import (
    NOW,
    Storage,
    guide,
    guide_channel,
    open_storage,
    playlist,
    programme,
)

HOUR = 3600


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as opened:
        yield opened


async def found(storage: Storage, number: int = 1) -> tuple[str, int, str, str]:
    """Answer what is said of a channel's guide."""
    channel = await storage.lineup.by_number(str(number))
    (one,) = (await storage.guide.found([channel])).values()
    return one.id, one.score, one.reason.value, one.feed


async def on(storage: Storage, hour: float = 0, number: int = 1) -> str:
    """Answer what is on a channel so many hours after NOW; nothing if that is not known."""
    channel = await storage.lineup.by_number(str(number))
    at = NOW + int(hour * HOUR)
    shown = await storage.guide.between(channel, start=at, stop=at + 1)
    return shown[0].titles[0].value if shown else ""


DISCOVERY = guide(
    guide_channel("d.uk", "Discovery Channel"),
    programme("A", 0, channel="d.uk"),
    programme("B", 1, channel="d.uk"),
    guide_channel("bbc", "BBC One"),
    programme("News", channel="bbc"),
)


async def test_a_similar_name_is_found_whichever_comes_first(storage: Storage) -> None:
    await storage.playlist(playlist("UK: Discovery HD"))
    await storage.xmltv(DISCOVERY)
    assert await found(storage) == ("d.uk", 97, "similar name", "feed")
    assert await on(storage) == "A"
    await storage.playlist(playlist("UK: Discovery HD", "Discovery UK", "UK: BBC 1"))
    await storage.xmltv(DISCOVERY)
    assert (await found(storage, 2))[:3] == ("d.uk", 97, "similar name")
    assert (await found(storage, 3))[:3] == ("bbc", 99, "similar name")
    assert (await found(storage, 1))[:3] == ("d.uk", 97, "similar name")


async def test_each_reason_is_told(storage: Storage) -> None:
    await storage.playlist(
        playlist('tvg-id="D.UK",Anything', "DISCOVERY CHANNEL HD", "Arte", "Quest")
    )
    await storage.xmltv(DISCOVERY)
    assert await found(storage, 1) == ("d.uk", 100, "id", "feed")
    assert await found(storage, 2) == ("d.uk", 100, "name", "feed")
    assert await found(storage, 3) == ("", 0, "none", "")
    await storage.lineup.update(4, guide_id="d.uk")
    assert await found(storage, 4) == ("d.uk", 100, "chosen", "feed")


async def test_what_is_found_goes_with_the_name_that_it_was_found_for(
    storage: Storage,
) -> None:
    await storage.playlist(playlist("UK: Discovery HD"))
    await storage.xmltv(DISCOVERY)
    await storage.lineup.update(1, name="Arte")
    assert (await found(storage))[2] == "none"
    await storage.lineup.update(1, name="BBC 1")
    await storage.importer.match(channel_id=1)
    assert (await found(storage))[:3] == ("bbc", 99, "similar name")
    await storage.lineup.update(1, name="")
    await storage.importer.match(channel_id=1)
    assert (await found(storage))[:3] == ("d.uk", 97, "similar name")


async def test_what_is_found_goes_with_the_guide(storage: Storage) -> None:
    await storage.playlist(playlist("UK: Discovery HD"))
    await storage.xmltv(DISCOVERY)
    revision = storage.guide.revision
    await storage.importer.match()
    assert storage.guide.revision == revision
    await storage.xmltv(guide(guide_channel("x", "Arte"), programme("A", channel="x")))
    assert (await found(storage))[2] == "none"
    await storage.xmltv(DISCOVERY)
    assert (await found(storage))[2] == "similar name"
    await storage.guide.remove_source("one")
    assert (await found(storage))[2] == "none"


async def test_the_users_choice_comes_first_and_survives(storage: Storage) -> None:
    await storage.playlist(playlist("BBC One"))
    await storage.xmltv(DISCOVERY, feed="own")
    await storage.xmltv(
        guide(guide_channel("5", "Other"), programme("Chosen", channel="5")),
        feed="other",
        source="two",
    )
    assert await on(storage) == "News"
    await storage.lineup.update(1, guide_id="5")
    assert await found(storage) == ("5", 100, "chosen", "other")
    await storage.playlist(playlist("BBC One", "Another"))
    assert await on(storage) == "Chosen"
    # An id that no guide has chooses nothing.
    await storage.lineup.update(1, guide_id="nowhere")
    assert await found(storage) == ("bbc", 100, "name", "own")
    await storage.lineup.update(1, guide_id="")
    assert await found(storage) == ("bbc", 100, "name", "own")


async def test_of_channels_of_one_name_that_of_the_same_country_is_taken(
    storage: Storage,
) -> None:
    await storage.playlist(
        playlist(
            'group-title="1",UK: Quest',
            'group-title="2",DE| Quest',
            'group-title="3",Quest',
            'group-title="4",FR: Quest',
        )
    )
    await storage.xmltv(
        guide(
            *(
                guide_channel(f"quest.{code}", "Quest")
                + programme(code, channel=f"quest.{code}")
                for code in ("dk", "de", "uk")
            )
        )
    )
    # By the very name, one of another country is still better than none.
    assert [await on(storage, number=n) for n in (1, 2, 3, 4)] == [
        *("uk", "de", "dk", "dk")
    ]


@pytest.mark.parametrize(
    ("entry", "late"),
    [
        ("Quest +1", 1),
        ("UK: Quest+1 HD", 1),
        ('tvg-id="quest.uk",Quest +1', 1),
        ('tvg-id="quest.uk" tvg-shift="1",Quest +1', 1),
        ('tvg-id="quest.uk" tvg-shift="2",Quest +1', 2),
        ('tvg-id="plus1",Quest +1', 0),
        ("Other +1", 0),
        ("Discovery +2", 2),
    ],
)
async def test_a_shifted_channel_shows_its_base_later_or_has_a_guide_of_its_own(
    entry: str, late: int, storage: Storage
) -> None:
    await storage.playlist(playlist(entry))
    await storage.xmltv(
        guide(
            guide_channel("quest.uk", "Quest"),
            programme("Show", 3, channel="quest.uk", hours=0.5),
            guide_channel("discovery", "Discovery Channel"),
            programme("Show", 3, channel="discovery", hours=0.5),
            guide_channel("plus1", "Something"),
            programme("Show", 3, channel="plus1", hours=0.5),
            guide_channel("other+1", "Other +1"),
            programme("Show", 3, channel="other+1", hours=0.5),
        )
    )
    channel = await storage.lineup.by_number("1")
    (shown,) = await storage.guide.between(channel, start=0, stop=1 << 40)
    assert (shown.start - NOW) / HOUR == 3 + late


# Several guides.


async def poured(storage: Storage, **feeds: str) -> None:
    """Pour in guides in which channel `c` shows the guide's name."""
    for feed, source in feeds.items():
        document = guide(
            guide_channel("c", "Arte"), programme(feed, 0, channel="c", hours=2)
        )
        await storage.xmltv(document, feed=feed, source=source)


async def test_the_first_guide_in_the_order_of_its_source_is_taken(
    storage: Storage,
) -> None:
    await storage.playlist(playlist("Arte"))
    await poured(storage, a="one", b="one", c="two")
    assert await on(storage) == "a"
    revisions = [storage.guide.revision]
    await storage.guide.arrange("two", [("c", 0)])
    await storage.guide.arrange("one", [("b", 0), ("a", 0)])
    revisions.append(storage.guide.revision)
    assert await on(storage) == "b"
    await storage.guide.remove_source("one", keep={"a"})
    assert await on(storage) == "a"
    await storage.guide.remove_source("one")
    assert await on(storage) == "c"
    assert storage.guide.order == [("c", 0)]
    assert len(set(revisions)) == 2


async def test_a_guide_that_has_nothing_for_a_day_gives_way(storage: Storage) -> None:
    await storage.playlist(playlist("Arte"))
    await storage.guide.arrange("one", [("first", 0), ("second", 0)])
    for feed, hour in (("first", 30), ("second", 20)):
        document = guide(
            guide_channel("c", "Arte"), programme(feed, hour, channel="c", hours=1)
        )
        await storage.xmltv(document, feed=feed)
    assert (await found(storage))[3] == "second"
    # Where no other has anything, even the one of last week is better than none.
    document = guide(guide_channel("c", "Arte"), programme("old", -99, channel="c"))
    await storage.xmltv(document, feed="second")
    assert (await found(storage))[3] == "first"


async def test_a_guide_is_moved_by_the_offset_of_its_source(storage: Storage) -> None:
    await storage.playlist(playlist('tvg-id="c" tvg-shift="1",Arte'))
    await poured(storage, own="one")
    await storage.guide.arrange("one", [("own", 90)])
    channel = await storage.lineup.by_number("1")
    (shown,) = await storage.guide.between(channel, start=0, stop=1 << 40)
    assert (shown.start - NOW) / HOUR == 2.5
    await storage.guide.arrange("one", [("own", -90)])
    (shown,) = await storage.guide.between(channel, start=0, stop=1 << 40)
    assert (shown.start - NOW) / HOUR == -0.5


async def test_a_channels_own_offset_survives_a_refresh(storage: Storage) -> None:
    text = playlist('tvg-id="c" tvg-shift="1",Arte')
    await storage.playlist(text)
    await poured(storage, own="one")

    async def late() -> float:
        channel = await storage.lineup.by_number("1")
        (shown,) = await storage.guide.between(channel, start=0, stop=1 << 40)
        return (shown.start - NOW) / HOUR

    await storage.lineup.update(1, guide_offset=-30)
    await storage.playlist(text + "\n#EXTINF:-1,New\nhttp://192.0.2.1/new\n")
    assert await late() == -0.5
    assert (await storage.lineup.by_number("1")).guide_id == "c@-0.5"
    await storage.lineup.update(1, guide_offset=0)
    assert await late() == 0
    await storage.lineup.update(1, guide_offset="")
    assert await late() == 1


# What no guide knows of.


async def test_events_are_shown_and_stand_ins_only_to_those_who_ask(
    storage: Storage,
) -> None:
    await storage.playlist(playlist("PPV 1: A v B", "Arte"))
    event, arte = await storage.all()
    (shown,) = await storage.guide.between(event, start=NOW, stop=NOW + 1)
    assert shown.titles == (xmltv.Text("A v B"),)
    assert await storage.guide.running(arte, at=NOW, limit=4) == []
    blocks = await storage.guide.running(arte, at=NOW, limit=4, stand_ins=True)
    assert [one.titles[0].value for one in blocks] == ["Arte"] * 4
    assert {one.channel for one in blocks} == {arte.guide_id}
    assert (await storage.guide.found([event]))[event.id] == Found()


async def test_nothing_made_up_is_in_the_way_of_a_guide(storage: Storage) -> None:
    await storage.playlist(playlist("PPV 1: A v B", "Arte"))
    await storage.xmltv(
        guide(
            guide_channel("p", "PPV 1: A v B"),
            programme("Known", 1, channel="p"),
            guide_channel("a", "Arte"),
            programme("Real", 5, channel="a"),
        )
    )
    path = await storage.documents.guide(groups=None, compressed=False)
    parser = xmltv.Parser()
    told = [
        one.titles[0].value
        for one in (*parser.feed(path.read_bytes()), *parser.close())
        if isinstance(one, xmltv.Programme)
    ]
    assert told == ["Known", "Real"]
    channel = await storage.lineup.by_number("2")
    shown = await storage.guide.running(channel, at=NOW, limit=9, stand_ins=True)
    assert [one.titles[0].value for one in shown] == ["Real"]
