"""Sources come, go and change while the others go on."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    IngestionError,
    PathNotAllowedError,
    UnknownSourceError,
)
from custom_components.telecast.engine.events import LineupChanged, SourceFailed
from custom_components.telecast.engine.imports.importer import Importer
from tests.fakes import faults
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import PLAYLIST, Provider

from .world import NOW, open_world, playlist, settings

HOUR = 3600


async def test_a_new_source_is_read_at_once(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.playlist(playlist("Arte", "BBC") + "#EXTINF:-1,Broken\n")
        await world.sources.add(settings(provider.playlist_url))
        status = await world.settled()
        assert await world.names() == ["Arte", "BBC"]
    assert (status.connected, status.error, status.channels) == (True, None, 2)
    assert (status.last_refresh, status.kind, status.name) == (NOW, "playlist", "One")
    assert sum(status.skipped.values()) == 1
    assert world.events == [LineupChanged(channels=2)]


async def test_a_file_is_a_source(tmp_path: Path) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "tv.m3u").write_text(playlist("Arte"))
    async with open_world(tmp_path, allowed=folder) as world:
        await world.sources.add(settings(str(folder / "tv.m3u")))
        await world.settled()
        assert await world.names() == ["Arte"]
        await world.sources.add(settings(str(tmp_path / "telecast.db"), "two"))
        with pytest.raises(PathNotAllowedError):
            await world.sources.refresh("two")


@pytest.mark.parametrize("hours", [1, 500, -1])
async def test_a_restart_shows_what_was_there_and_reads_it_again(
    hours: int, tmp_path: Path
) -> None:
    async with Provider() as provider:
        provider.playlist(playlist("Arte"))
        source = settings(provider.playlist_url)
        async with open_world(tmp_path) as world:
            await world.sources.add(source)
            await world.settled()
        later = NOW + timedelta(hours=hours)
        async with open_world(tmp_path, now=later) as world:
            await world.sources.add(source)
            status = world.sources.status("one")
            assert (status.connected, status.channels) == (True, 1)
            assert status.last_refresh == NOW
            await world.until(lambda status: status.last_refresh == later)
            await world.settled()
            assert await world.names() == ["Arte"]
        assert "If-None-Match" in provider.asked(PLAYLIST)[1].headers
        assert len(provider.asked(PLAYLIST)) == 2


async def test_refreshes_come_on_schedule_and_read_only_what_changed(
    tmp_path: Path,
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        time = LoopTime()
        provider.playlist(playlist("Arte"))
        await world.sources.add(settings(provider.playlist_url, refresh_hours=2.0))
        await world.settled()
        revision = world.lineup.revision
        for times in 2, 3:
            time.advance(2.2 * HOUR)
            await provider.until(lambda: len(provider.asked(PLAYLIST)) == times)  # noqa: B023
            await world.settled()
        assert "If-None-Match" in provider.asked(PLAYLIST)[-1].headers
        assert world.lineup.revision == revision
        assert world.events == [LineupChanged(channels=1)]
        provider.playlist(playlist("Arte", "BBC"))
        time.advance(2.2 * HOUR)
        await world.until(lambda status: status.channels == 2)
        assert world.events[1:] == [LineupChanged(channels=2)]


async def test_failures_are_retried_and_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    async with Provider() as provider, open_world(tmp_path) as world:
        time = LoopTime()
        provider.playlist(playlist("Arte"))
        await world.sources.add(settings(provider.playlist_url))
        await world.settled()
        provider.misbehave(PLAYLIST, faults.status(403))
        with pytest.raises(CannotConnectError):
            await world.sources.refresh("one")
        status = world.sources.status("one")
        assert (status.connected, status.error) == (False, "cannot_connect")
        assert "403" in (status.message or "")
        assert (status.channels, status.last_refresh) == (1, NOW)
        for times, minutes in enumerate((1, 5, 15, 60, 60), start=3):
            time.advance(minutes * 60 * 1.06)
            await provider.until(lambda: len(provider.asked(PLAYLIST)) == times)  # noqa: B023
            await world.settled()
        assert await world.names() == ["Arte"]
        provider.behave(PLAYLIST)
        await world.sources.refresh("one")
        assert world.sources.status("one").connected is True
        assert world.sources.status("one").error is None
    failed = SourceFailed(source="one", name="One", reason="cannot_connect")
    assert world.events == [LineupChanged(channels=1), failed]
    said = [record.message for record in caplog.records if "One" in record.message]
    assert len(said) == 2
    assert "down" in said[0] and "back" in said[1]


async def test_who_asks_meanwhile_joins_the_refresh(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.playlist(playlist("Arte"))
        gate = asyncio.Event()
        provider.misbehave(PLAYLIST, faults.held(gate))
        await world.sources.add(settings(provider.playlist_url))
        async with asyncio.TaskGroup() as tasks:
            for _ in range(3):
                tasks.create_task(world.sources.refresh("one"))
            await provider.until(lambda: len(provider.requests) == 1)
            assert world.sources.status("one").refreshing
            gate.set()
        assert not world.sources.status("one").refreshing
        assert len(provider.asked(PLAYLIST)) == 1
        await world.sources.refresh("one")
        assert len(provider.asked(PLAYLIST)) == 2


async def test_a_slow_source_holds_up_no_other(tmp_path: Path) -> None:
    async with Provider() as slow, Provider() as quick, open_world(tmp_path) as world:
        slow.misbehave(PLAYLIST, faults.stall(after=8))
        slow.playlist(playlist("Slow"))
        quick.playlist(playlist("Quick"))
        await world.sources.add(settings(slow.playlist_url, "slow"))
        await slow.until(lambda: len(slow.requests) == 1)
        await world.sources.add(settings(quick.playlist_url, "quick"))
        assert (await world.settled("quick")).connected
        assert world.sources.status("slow").refreshing
        assert await world.names() == ["Quick"]
    assert slow.connections.now == 0


async def test_documents_are_taken_in_one_after_the_other(tmp_path: Path) -> None:
    class Counting(Importer):
        """Counts how many children are at work."""

        now = most = 0

        async def playlist(self, *args, **kwargs):  # type: ignore[no-untyped-def] # passed on
            Counting.now += 1
            Counting.most = max(Counting.most, Counting.now)
            try:
                return await super().playlist(*args, **kwargs)
            finally:
                Counting.now -= 1

    async with Provider() as provider, open_world(tmp_path, importer=Counting) as world:
        provider.playlist(playlist("Arte"))
        for source_id in "abc":
            await world.sources.add(settings(provider.playlist_url, source_id))
        for source_id in "abc":
            await world.settled(source_id)
    assert Counting.most == 1


async def test_a_removed_source_leaves_nothing(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.playlist(playlist("Arte"))
        await world.sources.add(settings(provider.playlist_url, "one"))
        await world.sources.add(settings(provider.playlist_url, "two"))
        await world.settled("one")
        await world.settled("two")
        await world.sources.remove("one")
        assert [status.id for status in world.sources.all] == ["two"]
        assert [channel.source for channel in await world.lineup.channels()] == ["two"]
        assert world.events[-1] == LineupChanged(channels=1)
        for call in world.sources.status, world.slots:
            with pytest.raises(UnknownSourceError):
                call("one")
        for work in world.sources.refresh, world.sources.remove:
            with pytest.raises(UnknownSourceError):
                await work("one")
        # What was known of it is forgotten: it is read in full again.
        await world.sources.add(settings(provider.playlist_url, "one"))
        await world.settled("one")
        assert "If-None-Match" not in provider.asked(PLAYLIST)[-1].headers


async def test_a_source_is_removed_while_it_is_read(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.misbehave(PLAYLIST, faults.no_headers())
        await world.sources.add(settings(provider.playlist_url))
        async with asyncio.TaskGroup() as tasks:
            refresh = tasks.create_task(world.failure())
            await provider.until(lambda: provider.connections.now == 1)
            await world.sources.remove("one")
        assert isinstance(refresh.result(), UnknownSourceError)
        await provider.until(lambda: provider.connections.now == 0)
        assert world.sources.all == []


async def test_sources_that_are_gone_are_cleared_away(tmp_path: Path) -> None:
    async with Provider() as provider:
        provider.playlist(playlist("Arte"))
        async with open_world(tmp_path) as world:
            for source_id in "one", "two":
                await world.sources.add(settings(provider.playlist_url, source_id))
                await world.settled(source_id)
        async with open_world(tmp_path) as world:
            await world.sources.keep_only({"two"})
            channels = await world.lineup.channels()
            assert [channel.source for channel in channels] == ["two"]
            await world.sources.keep_only({"two"})
            assert world.events == [LineupChanged(channels=1)]


async def test_only_other_documents_are_read_at_once(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.playlist(playlist("Arte"))
        provider.document("/other.m3u", playlist("BBC").encode())
        url = provider.playlist_url
        await world.sources.add(settings(url))
        await world.settled()
        slots = world.slots()
        assert (slots.limit, slots.in_use) == (1, 0)
        with slots.take("channel 1"):
            await world.sources.update(settings(url, max_streams=5, refresh_hours=1.0))
            status = world.sources.status("one")
            assert (status.streams_in_use, status.max_streams) == (1, 5)
        assert world.slots() is slots and slots.limit == 5
        assert not world.sources.status("one").refreshing
        await world.sources.update(settings(provider.url + "/other.m3u"))
        await world.until(lambda status: not status.refreshing)
        await provider.until(lambda: len(provider.requests) == 2)
        await world.sources.refresh("one")
        assert await world.names() == ["BBC"]
        assert len(provider.asked(PLAYLIST)) == 1
        with pytest.raises(UnknownSourceError):
            await world.sources.update(settings(url, "unknown"))


async def test_another_pace_holds_from_the_last_refresh_on(tmp_path: Path) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        time = LoopTime()
        provider.playlist(playlist("Arte"))
        await world.sources.add(settings(provider.playlist_url))
        await world.settled()
        time.advance(2 * HOUR)
        await world.sources.update(settings(provider.playlist_url, refresh_hours=1.0))
        await provider.until(lambda: len(provider.asked(PLAYLIST)) == 2)
        await world.settled()


async def test_another_address_comes_in_though_the_old_one_hangs(
    tmp_path: Path,
) -> None:
    async with Provider() as provider, open_world(tmp_path) as world:
        provider.misbehave("/dead.m3u", faults.no_headers())
        provider.playlist(playlist("Arte"))
        await world.sources.add(settings(provider.url + "/dead.m3u"))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(world.sources.refresh("one"))
            await provider.until(lambda: len(provider.requests) == 1)
            await world.sources.update(settings(provider.playlist_url))
        assert await world.names() == ["Arte"]


async def test_an_unexpected_fault_ends_no_other_source(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Faulty(Importer):
        """Fails on one source."""

        async def playlist(self, source, *args, **kwargs):  # type: ignore[no-untyped-def] # passed on
            if source.id == "bad":
                raise RuntimeError("a bug")
            return await super().playlist(source, *args, **kwargs)

    async with Provider() as provider, open_world(tmp_path, importer=Faulty) as world:
        provider.playlist(playlist("Arte"))
        await world.sources.add(settings(provider.playlist_url, "bad"))
        with pytest.raises(IngestionError):
            await world.sources.refresh("bad")
        await world.sources.add(settings(provider.playlist_url, "good"))
        assert (await world.settled("good")).connected
    assert [record.levelname for record in caplog.records].count("ERROR") == 1


async def test_leaving_ends_what_is_under_way(tmp_path: Path) -> None:
    async with Provider() as provider, asyncio.TaskGroup() as tasks:
        provider.misbehave(PLAYLIST, faults.no_headers())
        async with open_world(tmp_path) as world:
            await world.sources.add(settings(provider.playlist_url))
            refresh = tasks.create_task(world.failure())
            await provider.until(lambda: provider.connections.now == 1)
        assert isinstance(await refresh, IngestionError)
        await provider.until(lambda: provider.connections.now == 0)


async def test_no_secret_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with Provider() as provider, open_world(tmp_path) as world:
        path = "/get.php?username=anna&password=hunter2"
        host = provider.url.removeprefix("http://")
        provider.document("/get.php", b"<html>hunter2</html>")
        for at, fault in enumerate(
            (None, faults.status(401), faults.redirect_loop(), faults.die(after=3))
        ):
            provider.behave("/get.php")
            if fault:
                provider.misbehave("/get.php", fault)
            source = settings(f"http://anna:hunter2@{host}{path}", f"s{at}")
            await world.sources.add(source)
            status = await world.settled(f"s{at}")
            assert status.error == ("cannot_connect" if fault else "not_a_playlist")
            assert "hunter2" not in repr(status)
    assert "hunter2" not in caplog.text
    assert "hunter2" not in repr(world.events)
