"""What is no playlist or no guide gets its name, and changes nothing."""

import gzip
from pathlib import Path
import ssl

import pytest

from custom_components.telecast.engine.errors import SourceError
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.sources.playlist import check_playlist
from tests.fakes import faults
from tests.fakes.provider import GUIDE, PLAYLIST, Provider

from .world import guide, open_world, playlist, settings

MANY = [f"Channel {number}" for number in range(40)]
GOOD = playlist(*MANY).encode()
GUIDE_OF_MANY = guide("Channel 0.id", *(f"Show {hour}" for hour in range(23))).encode()
BOMB = gzip.compress(b"#EXTM3U\n" + bytes(400_000_000), compresslevel=1)
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE tv [<!ENTITY a "ha">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><tv><channel id="Channel 0.id">
<display-name>&b;</display-name></channel></tv>"""

type Bad = tuple[faults.Fault, str]

PLAYLISTS: dict[str, Bad] = {
    "403": (faults.status(403), "cannot_connect"),
    "an error of the server": (faults.status(502, "<html>"), "cannot_connect"),
    "an HTML page": (faults.html(), "not_a_playlist"),
    "nothing": (faults.empty(), "empty_playlist"),
    "three bytes": (faults.instead(b"abc"), "not_a_playlist"),
    "random bytes": (faults.instead(bytes(range(256)) * 99), "not_a_playlist"),
    "a truncated archive": (
        faults.instead(gzip.compress(GOOD)[:-20]),
        "not_a_playlist",
    ),
    "a bomb": (faults.instead(BOMB), "too_large"),
    "no channel": (faults.instead(b"#EXTM3U\n#EXTINF:-1,A\n"), "empty_playlist"),
    "no channel that may be": (
        faults.instead(b"#EXTM3U\n#EXTINF:-1,A\nfile:///etc/passwd\n"),
        "empty_playlist",
    ),
    "a connection that dies": (faults.die(after=900, reset=True), "cannot_connect"),
    "redirects without end": (faults.redirect_loop(), "cannot_connect"),
    "a redirect to a file": (
        faults.redirect("file:///etc/passwd"),
        "address_not_allowed",
    ),
}
SHRUNK: dict[str, Bad] = {
    "90 % less": (
        faults.instead(playlist(*MANY[:4]).encode()),
        "playlist_shrunk",
    ),
}
GUIDES: dict[str, Bad] = {
    "404": (faults.status(404), "cannot_connect"),
    "an HTML page": (faults.html(), "not_a_guide"),
    "nothing": (faults.empty(), "not_a_guide"),
    "three bytes": (faults.instead(b"abc"), "not_a_guide"),
    "a truncated archive": (
        faults.instead(gzip.compress(GUIDE_OF_MANY)[:60]),
        "not_a_guide",
    ),
    "a bomb of entities": (faults.instead(LAUGHS), "not_a_guide"),
    "an archive of nothing but spaces": (
        faults.instead(gzip.compress(b"<tv>" + b" " * 400_000_000, 1)),
        "too_large",
    ),
    "an early end": (faults.instead(GUIDE_OF_MANY[:300]), "not_a_guide"),
}


@pytest.mark.parametrize(
    ("fault", "code"), (PLAYLISTS | SHRUNK).values(), ids=PLAYLISTS | SHRUNK
)
async def test_a_bad_refresh_is_named_and_changes_nothing(
    fault: faults.Fault, code: str, tmp_path: Path
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.playlist(GOOD)
        await world.sources.add(settings(provider.playlist_url))
        before = await world.settled()
        channels = await world.lineup.channels()
        revision = world.lineup.revision
        provider.misbehave(PLAYLIST, fault)
        error = await world.failure()
        status = world.sources.status("one")
        assert (error and error.code, status.error) == (code, code)
        assert status.message == str(error) != ""
        assert status.channels == before.channels == 40
        assert status.last_refresh == before.last_refresh
        assert await world.lineup.channels() == channels
        assert world.lineup.revision == revision
        # All is well again without a trace.
        provider.behave(PLAYLIST)
        assert await world.failure() is None


@pytest.mark.parametrize(("fault", "code"), PLAYLISTS.values(), ids=PLAYLISTS)
async def test_a_bad_playlist_is_named_before_it_is_set_up(
    fault: faults.Fault, code: str, tmp_path: Path
) -> None:
    async with (
        Provider() as provider,
        open_world(tmp_path) as world,
        open_fetcher(ssl.create_default_context()) as fetcher,
    ):
        importer = Importer(
            store=world.store,
            lineup=world.lineup,
            guide=world.guide,
            films=world.films,
            folder=tmp_path / "cache",
        )
        source = settings(provider.playlist_url)
        provider.playlist(GOOD)
        provider.misbehave(PLAYLIST, fault)
        with pytest.raises(SourceError) as caught:
            await check_playlist(fetcher, importer, source, [])
        assert caught.value.code == code
        provider.behave(PLAYLIST)
        assert (await check_playlist(fetcher, importer, source, [])).channels == 40
        assert await world.names() == []
        assert world.events == []


@pytest.mark.parametrize(("fault", "code"), GUIDES.values(), ids=GUIDES)
async def test_a_bad_guide_is_named_and_changes_nothing(
    fault: faults.Fault, code: str, tmp_path: Path
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.guide(GUIDE_OF_MANY)
        provider.playlist(playlist(*MANY, guide=provider.guide_url))
        await world.sources.add(settings(provider.playlist_url))
        await world.settled()
        titles = await world.titles()
        assert len(titles) == 23
        provider.misbehave(GUIDE, fault)
        await world.sources.refresh("one")
        status = world.sources.status("one")
        assert (status.connected, status.guide_error) == (True, code)
        assert await world.titles() == titles


async def test_a_dead_address_is_named(tmp_path: Path) -> None:
    async with Provider() as provider:
        pass
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(provider.playlist_url))
        error = await world.failure()
        assert error and error.code == "cannot_connect"


async def test_a_name_with_markup_and_an_emoji_comes_in_whole(tmp_path: Path) -> None:
    name = '<b>&"Ü" 📺'
    async with Provider() as provider, open_world(tmp_path) as world:
        text = f'#EXTM3U\n#EXTINF:-1 tvg-id="a",{name}\nhttp://192.0.2.1/a.ts\n'
        provider.playlist(text)
        await world.sources.add(settings(provider.playlist_url))
        await world.settled()
        assert await world.names() == [name]


async def test_fifty_megabytes_on_one_line_cost_one_entry(tmp_path: Path) -> None:
    line = b"#EXTINF:-1," + b"x" * 50_000_000 + b"\nhttp://192.0.2.1/long.ts\n"
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.playlist(GOOD + line)
        await world.sources.add(settings(provider.playlist_url))
        status = await world.settled()
        assert status.channels == 40
        assert sum(status.skipped.values()) > 0
