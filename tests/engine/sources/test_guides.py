"""The guides that belong to a playlist, and what they cost when they are bad."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import CannotConnectError
from custom_components.telecast.engine.sources.playlist import guide_addresses
from custom_components.telecast.engine.sources.record import Record
from tests.fakes import faults
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import GUIDE, PLAYLIST, Provider

from .world import NOW, guide, open_world, playlist, settings

ARTE = "Arte.id"


@pytest.mark.parametrize("packed", ["", ".gz", ".xz"])
async def test_the_guide_that_the_playlist_names_is_read(
    packed: str, tmp_path: Path
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.guide(guide(ARTE, "News", "Film"))
        provider.playlist(playlist("Arte", guide=provider.guide_url + packed))
        await world.sources.add(settings(provider.playlist_url, user_agent="VLC/3"))
        status = await world.settled()
        assert (status.connected, status.guide_error) == (True, None)
        assert await world.titles() == ["News", "Film"]
        assert provider.requests[-1].headers["User-Agent"] == "VLC/3"


async def test_the_users_guides_take_its_place(tmp_path: Path) -> None:
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "own.xml").write_text(guide(ARTE, "Own"))
    async with Provider() as provider, open_world(tmp_path, allowed=folder) as world:
        provider.guide(guide(ARTE, "Named"))
        provider.playlist(playlist("Arte", guide=provider.guide_url))
        source = settings(provider.playlist_url, epg_urls=(str(folder / "own.xml"),))
        await world.sources.add(source)
        await world.settled()
        assert await world.titles() == ["Own"]
        assert not provider.asked(GUIDE)
        # Taken away again, the playlist's own comes back in its place.
        await world.sources.update(settings(provider.playlist_url))
        await world.sources.refresh("one")
        assert await world.titles() == ["Named"]
        assert len(world.guide.feeds("one")) == 1


async def test_of_the_users_guides_the_first_one_that_has_the_channel_is_taken(
    tmp_path: Path,
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        for path, documents in (("/a.xml", ("A",)), ("/b.xml", ("B",))):
            provider.document(path, guide(ARTE, *documents).encode())
        provider.document("/c.xml", guide("BBC.id", "C").encode())
        provider.playlist(playlist("Arte"))
        urls = tuple(f"{provider.url}/{name}.xml" for name in "cba")
        await world.sources.add(settings(provider.playlist_url, epg_urls=urls))
        await world.settled()
        assert await world.titles() == ["B"]
        await world.sources.update(settings(provider.playlist_url, epg_urls=urls[::-1]))
        await world.sources.refresh("one")
        assert await world.titles() == ["A"]


async def test_an_offset_takes_effect_at_once_and_is_there_after_a_restart(
    tmp_path: Path,
) -> None:
    async with Provider() as provider:
        provider.guide(guide(ARTE, "News"))
        provider.playlist(playlist("Arte", guide=provider.guide_url))
        later = settings(provider.playlist_url, epg_offset=60)

        async def start() -> int:
            channel = await world.lineup.by_number("1")
            (shown,) = await world.guide.between(channel, start=0, stop=1 << 40)
            return shown.start

        async with open_world(tmp_path) as world:
            await world.sources.add(settings(provider.playlist_url))
            await world.settled()
            before, asked = await start(), len(provider.requests)
            await world.sources.update(later)
            assert await start() == before + 3600
            assert len(provider.requests) == asked
        async with open_world(tmp_path) as world:
            await world.sources.add(later)
            assert await start() == before + 3600
            await world.sources.remove("one")
            assert world.guide.order == []


async def test_a_guide_that_fails_costs_neither_the_others_nor_the_playlist(
    tmp_path: Path,
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        time = LoopTime()
        provider.guide(guide(ARTE, "News"))
        provider.playlist(playlist("Arte"))
        provider.misbehave("/bad.xml", faults.status(500))
        urls = provider.url + "/bad.xml", provider.guide_url
        await world.sources.add(settings(provider.playlist_url, epg_urls=urls))
        status = await world.settled()
        assert (status.connected, status.error) == (True, None)
        assert status.guide_error == "cannot_connect"
        assert await world.titles() == ["News"]
        await world.sources.refresh("one")
        # Only what failed is tried again.
        before = len(provider.asked(PLAYLIST)), len(provider.asked(GUIDE))
        provider.document("/bad.xml", guide("BBC.id", "x").encode())
        provider.behave("/bad.xml")
        time.advance(6 * 60)
        status = await world.until(lambda status: status.guide_error is None)
        assert before == (len(provider.asked(PLAYLIST)), len(provider.asked(GUIDE)))
        assert len(provider.asked("/bad.xml")) == 3
        assert len(world.guide.feeds("one")) == 2


async def test_whoever_asks_while_a_guide_is_tried_again_gets_all_of_it(
    tmp_path: Path,
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        time = LoopTime()
        provider.playlist(playlist("Arte", guide=provider.guide_url))
        await world.sources.add(settings(provider.playlist_url))
        await world.until(lambda status: status.guide_error is not None)
        await world.settled()
        gate = asyncio.Event()
        provider.guide(guide(ARTE, "News"))
        provider.misbehave(GUIDE, faults.held(gate), times=1)
        time.advance(64)
        await provider.until(lambda: len(provider.asked(GUIDE)) == 2)
        provider.playlist(playlist("Arte", "BBC", guide=provider.guide_url))
        async with asyncio.TaskGroup() as tasks:
            for _ in range(2):
                tasks.create_task(world.sources.refresh("one"))
            gate.set()
        assert await world.names() == ["Arte", "BBC"]
        assert len(provider.asked(PLAYLIST)) == 2


async def test_a_guide_is_read_though_the_playlist_is_down(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.guide(guide(ARTE, "Old"))
        provider.playlist(playlist("Arte", guide=provider.guide_url))
        await world.sources.add(settings(provider.playlist_url))
        await world.settled()
        provider.misbehave(PLAYLIST, faults.status(503))
        provider.guide(guide(ARTE, "New"))
        with pytest.raises(CannotConnectError):
            await world.sources.refresh("one")
        assert await world.titles() == ["New"]


async def test_a_guide_that_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.guide(guide(ARTE, "News"))
        provider.playlist(playlist("Arte", guide=provider.guide_url))
        await world.sources.add(settings(provider.playlist_url))
        await world.settled()
        revision = world.guide.revision
        await world.sources.refresh("one")
        assert "If-None-Match" in provider.asked(GUIDE)[-1].headers
        assert world.guide.revision == revision
        assert await world.titles() == ["News"]


async def test_a_guide_whose_file_is_gone_is_read_again(tmp_path: Path) -> None:
    async with Provider() as provider:
        provider.guide(guide(ARTE, "News"))
        provider.playlist(playlist("Arte", guide=provider.guide_url))
        async with open_world(tmp_path) as world:
            await world.sources.add(settings(provider.playlist_url))
            await world.settled()
            folder = world.guide.folder
        for path in folder.iterdir():
            path.unlink()
        async with open_world(tmp_path, now=NOW + timedelta(hours=1)) as world:
            await world.sources.add(settings(provider.playlist_url))
            await world.until(lambda status: bool(world.guide.feeds(status.id)))
            await world.settled()
            assert await world.titles() == ["News"]
        assert "If-None-Match" in provider.asked(PLAYLIST)[-1].headers
        assert "If-None-Match" not in provider.asked(GUIDE)[-1].headers


async def test_a_removed_source_takes_its_guides_along(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.guide(guide(ARTE, "News"))
        provider.playlist(playlist("Arte", guide=provider.guide_url))
        await world.sources.add(settings(provider.playlist_url))
        await world.settled()
        await world.sources.remove("one")
        assert not world.guide.feeds("one")
        assert not list(world.guide.folder.glob("*.db"))


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1/list.m3u", True),
        ("/media/list.m3u", True),
        ("http://provider.example/list.m3u", False),
        ("http://192.168.1.7/list.m3u", False),
    ],
)
def test_what_a_playlist_names_leads_here_only_if_it_lives_here(
    url: str, local: bool
) -> None:
    record = Record(guide_urls=("http://127.0.0.1/guide.xml",))
    (address,) = guide_addresses(settings(url), record).values()
    assert (address.typed, address.local) == (False, local)
    own = settings(url, epg_urls=("http://127.0.0.1/guide.xml",))
    (address,) = guide_addresses(own, record).values()
    assert (address.typed, address.local) == (True, True)


def test_a_playlist_names_no_crowd_of_guides() -> None:
    urls = tuple(f"http://guide.example/{number}" for number in range(1000))
    found = guide_addresses(settings("http://a.example/"), Record(guide_urls=urls))
    assert [address.url for address in found.values()] == list(urls[:32])
