"""Where what a channel showed may be had again, and for how long."""

from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import UnknownRecordingError

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
