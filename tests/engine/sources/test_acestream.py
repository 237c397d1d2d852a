"""An AceStream engine as a source: what it lists, whether it is there, whose ids it plays."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import PlaylistShrunkError
from custom_components.telecast.engine.events import LineupChanged, SourceFailed
from custom_components.telecast.engine.model import Candidate, SourceKind
from custom_components.telecast.engine.settings import AceStreamSettings
from custom_components.telecast.formats.acestream import Swarm
from tests.engine.sources.world import open_world, playlist, settings
from tests.fakes.acestream import AceStreamEngine as FakeEngine
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import PLAYLIST, Provider

IDS = "".join(f"{digit * 40} Channel {digit}\n" for digit in "0123456789ab")
FIRST = Candidate(url=f"acestream://{'0' * 40}", source="list")


@pytest.fixture(name="peers")
async def _peers() -> AsyncIterator[FakeEngine]:
    async with FakeEngine() as running:
        yield running


@pytest.fixture(name="provider")
async def _provider() -> AsyncIterator[Provider]:
    async with Provider() as running:
        yield running


def ace(peers: FakeEngine, id: str = "one", **others: object) -> AceStreamSettings:
    return AceStreamSettings(id=id, name=id.title(), engine_url=peers.url, **others)  # type: ignore[arg-type]


async def test_a_list_of_ids_is_a_source_by_itself(
    tmp_path: Path, peers: FakeEngine
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(ace(peers, content_ids=IDS))
        status = await world.settled()
        assert (status.kind, status.connected) == (SourceKind.ACESTREAM, True)
        assert (status.channels, status.max_streams) == (12, 4)
        assert status.swarm == Swarm()
        assert LineupChanged(channels=12) in world.events
    async with open_world(tmp_path) as world:
        await world.sources.add(ace(peers, content_ids=IDS))
        assert world.sources.status("one").channels == 12
        assert world.events == []


async def test_a_list_that_the_user_shortened_is_taken_as_it_is(
    tmp_path: Path, peers: FakeEngine
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(ace(peers, content_ids=IDS))
        await world.settled()
        await world.sources.update(ace(peers, content_ids=IDS.splitlines()[0]))
        status = await world.until(lambda status: status.channels == 1)
        assert status.error is None


async def test_a_playlist_beside_it_is_watched_as_any_other(
    tmp_path: Path, peers: FakeEngine, provider: Provider
) -> None:
    provider.playlist(playlist(*(f"Film {number}" for number in range(20))))
    async with open_world(tmp_path) as world:
        await world.sources.add(
            ace(peers, content_ids=IDS, playlist_url=provider.playlist_url)
        )
        assert (await world.settled()).channels == 32
        await world.sources.refresh("one")
        assert provider.asked(PLAYLIST)[1].headers["If-None-Match"]
        provider.playlist(playlist("Film 1"))
        assert isinstance(await world.failure(), PlaylistShrunkError)
        assert len(await world.names()) == 32


async def test_an_engine_that_is_gone_is_told_once_and_so_is_its_return(
    tmp_path: Path, peers: FakeEngine
) -> None:
    time = LoopTime()
    await peers.kill()
    async with open_world(tmp_path) as world:
        await world.sources.add(ace(peers, content_ids=IDS))
        status = await world.until(lambda status: status.connected is False)
        assert status.error == "engine_not_found"
        assert status.message and peers.url in status.message
        await world.until(lambda status: status.channels == 12)
        time.advance(3.0)
        await world.sources.refresh("one")
        assert world.sources.status("one").connected is False
        gone = SourceFailed(source="one", name="One", reason="engine_not_found")
        assert [one for one in world.events if isinstance(one, SourceFailed)] == [gone]
        await peers.restart()
        time.advance(3.0)
        status = await world.until(lambda status: status.connected is True)
        assert status.error is None


async def test_an_id_is_played_by_its_own_engine_else_by_the_first(
    tmp_path: Path, peers: FakeEngine
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings("http://192.0.2.1/list.m3u", id="list"))
        assert world.sources.placed(FIRST) == (FIRST,)
        assert world.sources.engine("list") is None
        await world.sources.add(ace(peers, content_ids=IDS))
        await world.sources.add(ace(peers, "two", content_ids=IDS, share=False))
        assert world.sources.placed(FIRST)[0].source == "one"
        own = replace(FIRST, source="two")
        assert world.sources.placed(own) == (own,)
        other = replace(FIRST, url="http://192.0.2.1/x.ts")
        assert world.sources.placed(other) == (other,)
        private = [world.sources.is_private(one) for one in ("list", "one", "two", "?")]
        assert private == [False, False, True, False]
        await world.sources.remove("one")
        assert world.sources.placed(FIRST)[0].source == "two"
