"""Where what a channel showed may be had again, and for how long."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.errors import UnknownRecordingError
from custom_components.telecast.engine.model import Channel

from .world import NOW, START, World, asked, open_world, put_candidate


async def urls(world: World, attributes: str, url: str, **how: bool) -> list[str]:
    channel = await world.channel(attributes, url, **how)
    found = await world.archive.candidates(asked(channel))
    return [candidate.url for candidate in found]


async def test_a_recording_is_addressed_as_the_playlist_says(tmp_path: Path) -> None:
    at = int(START.timestamp())
    async with open_world(tmp_path) as world:
        assert await urls(
            world, 'catchup="flussonic"', "http://192.0.2.1/325/mono.m3u8"
        ) == [
            f"http://192.0.2.1/325/mono-{at}-3600.m3u8",
            f"http://192.0.2.1/325/mono-timeshift_rel-{3 * 3600}.m3u8",
        ]
        # Local times are meant where we are, unless the source says where it is.
        xc = 'catchup="xc"', "http://192.0.2.1/live/u/p/1.ts"
        assert await urls(world, *xc) == [
            "http://192.0.2.1/timeshift/u/p/60/2026-11-27:10-00/1.ts"
        ]


async def test_a_candidate_has_the_headers_and_the_rights_of_its_channel(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        url = "http://192.0.2.1/1|User-Agent=Own"
        channel = await world.channel('catchup="shift"', url, local=False)
        (candidate,) = await world.archive.candidates(asked(channel))
        assert candidate.headers == {"User-Agent": "Own"}
        assert (candidate.source, candidate.local) == ("one", False)


@pytest.mark.parametrize(
    ("zone", "local"),
    [
        ("Asia/Kolkata", "2026-11-27:14-30"),
        ("America/New_York", "2026-11-27:04-00"),
        ("", "2026-11-27:10-00"),
        ("Nowhere/Land", "2026-11-27:10-00"),
        ("../../etc/passwd", "2026-11-27:10-00"),
    ],
)
async def test_a_provider_is_asked_in_its_own_zone(
    zone: str, local: str, tmp_path: Path
) -> None:
    async with open_world(tmp_path) as world:
        world.zones["one"] = zone
        channel = await world.channel('catchup="shift"')
        kind = '{"kind": "xtream"}'
        await put_candidate(world.storage.store, "xtream:live/123.ts", kind)
        (candidate,) = await world.archive.candidates(asked(channel))
        assert candidate.url == f"xtream:timeshift/60/{local}/123.ts"


@pytest.mark.parametrize(
    "source",
    ["http://127.0.0.1/{utc}", "xtream:timeshift/60/{utc}/1.ts", "file:///{utc}"],
)
async def test_an_address_that_no_document_may_name_is_never_asked(
    source: str, tmp_path: Path
) -> None:
    async with open_world(tmp_path) as world:
        channel = await world.channel('catchup="shift"', local=False)
        kind = f'{{"kind": "default", "source": "{source}"}}'
        await put_candidate(world.storage.store, "http://192.0.2.1/1", kind)
        with pytest.raises(UnknownRecordingError):
            await world.archive.candidates(asked(channel))


@pytest.mark.parametrize(
    ("ago", "there"),
    [
        (timedelta(minutes=1), True),
        (timedelta(days=2), True),
        (timedelta(days=3), True),
        (timedelta(days=3, minutes=1), False),
        (timedelta(0), False),
        (-timedelta(hours=1), False),
    ],
)
async def test_an_archive_goes_back_its_days_and_a_day_for_other_clocks(
    ago: timedelta, there: bool, tmp_path: Path
) -> None:
    async with open_world(tmp_path) as world:
        channel = await world.channel('catchup="shift" catchup-days="2"')
        wanted = asked(channel, start=NOW - ago)
        if there:
            assert await world.archive.candidates(wanted)
        else:
            with pytest.raises(UnknownRecordingError):
                await world.archive.candidates(wanted)


async def test_a_channel_without_an_archive_has_no_recordings(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        channel = await world.channel("")
        with pytest.raises(UnknownRecordingError):
            await world.archive.candidates(asked(channel))


async def test_more_than_a_day_is_never_asked_for(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        channel = await world.channel(
            'catchup="default" catchup-source="http://192.0.2.1/{duration}-{utc}"'
        )
        wanted = asked(channel, minutes=10**6)
        (candidate,) = await world.archive.candidates(wanted)
        assert candidate.url.startswith("http://192.0.2.1/86400-")


def archived(title: str, hour: float, id: str, *, minutes: int = 60) -> str:
    """Write a programme of the channel, so many hours after START."""
    begins = START + timedelta(hours=hour)
    ends = begins + timedelta(minutes=minutes)
    named = f' catchup-id="{id}"' if id else ""
    return (
        f'<programme start="{begins:%Y%m%d%H%M%S} +0000"'
        f' stop="{ends:%Y%m%d%H%M%S} +0000" channel="c1"{named}>'
        f"<title>{title}</title></programme>"
    )


async def guided(
    world: World, attributes: str, *programmes: str, local: bool = False
) -> Channel:
    """Have a channel with a guide."""
    channel = await world.channel(f'tvg-id="c1" {attributes}', local=local)
    await world.storage.xmltv(
        "<tv><channel id='c1'><display-name>One</display-name></channel>"
        + "".join(programmes)
        + "</tv>"
    )
    return channel


async def test_a_programme_is_asked_for_by_what_its_guide_calls_it(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path) as world:
        channel = await guided(
            world,
            'catchup="append" catchup-source="?id={catchup-id}"',
            archived("Before", -1, "A1"),
            archived("That", 0, "B2"),
            archived("After", 1, ""),
        )

        async def found(minutes: int, *, after: int = 0) -> list[str]:
            start = START + timedelta(minutes=after)
            wanted = asked(channel, start=start, minutes=minutes)
            return [one.url for one in await world.archive.candidates(wanted)]

        assert await found(60) == ["http://192.0.2.1/1?id=B2"]
        # Players begin a little earlier, and end a little later, than what they want.
        assert await found(70, after=-5) == ["http://192.0.2.1/1?id=B2"]
        assert await found(30, after=-45) == ["http://192.0.2.1/1?id=A1"]
        with pytest.raises(UnknownRecordingError, match="cannot be reached"):
            await found(60, after=60)


@pytest.mark.parametrize("local", [False, True])
async def test_an_id_may_be_the_whole_address_but_leads_nowhere_it_may_not(
    local: bool, tmp_path: Path
) -> None:
    async with open_world(tmp_path) as world:
        channel = await guided(
            world,
            'catchup="vod"',
            archived("Well", -2, "http://192.0.2.7/1.ts?a=1&amp;b=2"),
            archived("Here", -1, "http://127.0.0.1/secret"),
            archived("A file", 0, "file:///etc/passwd"),
            archived("Too long", 1, "http://192.0.2.7/" + "x" * 5000),
            local=local,
        )
        for hour, urls in ((-2, ["http://192.0.2.7/1.ts?a=1&b=2"]), (-1, []), (0, [])):
            wanted = asked(channel, start=START + timedelta(hours=hour))
            if urls:
                found = await world.archive.candidates(wanted)
                assert [one.url for one in found] == urls
            else:
                with pytest.raises(UnknownRecordingError):
                    await world.archive.candidates(wanted)
        with pytest.raises(UnknownRecordingError):
            start = START + timedelta(hours=1)
            await world.archive.candidates(asked(channel, start=start))


async def test_ids_are_found_where_the_guide_is_shown_later(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        channel = await guided(
            world,
            'catchup="vod" catchup-source="http://192.0.2.1/{catchup-id}" tvg-shift="1"',
            archived("That", -1, "B2"),
            archived("Other", 0, "C3"),
        )
        (found,) = await world.archive.candidates(asked(channel))
        assert found.url == "http://192.0.2.1/B2"


async def test_a_guide_of_an_earlier_version_knows_no_ids(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        channel = await guided(world, 'catchup="vod"', archived("That", 0, "B2"))
        guide = world.storage.guide
        with closing(sqlite3.connect(guide.file("feed"))) as connection:
            connection.execute("DROP TABLE catchup_ids")
        await guide.reload()
        with pytest.raises(UnknownRecordingError):
            await world.archive.candidates(asked(channel))
        assert await world.storage.titles("1") == ["That"], "the rest is well"
