"""What holds for every path that streams a channel."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import TuneFailedError

from .world import serving

PATHS = (
    "/auto/v1",
    "/tuner0/v1",
    "/live/anna/secret-1/1.ts",
    "/live/anna/secret-1/1",
    "/anna/secret-1/1",
    "/anna/secret-1/1.ts",
    "/telecast/stream/1.ts",
)
UNKNOWN = (
    "/auto/v9",
    "/live/anna/secret-1/9.ts",
    "/live/anna/secret-1/99999999999999999999.ts",
    "/anna/secret-1/4294967297",
    "/telecast/stream/9.ts",
    "/telecast/stream/99999999999999999999.ts",
    "/telecast/stream/one.ts",
    "/telecast/stream/%2e%2e%2f1.ts",
)


@pytest.mark.parametrize("path", PATHS)
async def test_head_says_what_a_get_would_and_opens_nothing(
    tmp_path: Path, path: str
) -> None:
    async with serving(tmp_path) as world:
        async with world.client.head(path) as response:
            assert response.status == 200
            assert response.headers["Content-Type"] == "video/mp2t"
            assert response.headers["Accept-Ranges"] == "none"
            assert response.headers["Server"] == "Telecast"
            assert "Content-Length" not in response.headers
        assert world.engine.opened == 0
        assert world.engine.sessions.active == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("wanted", ["bytes=0-", "bytes=0-1", "bytes=0-,0-,0-", "x"])
async def test_a_range_of_a_live_stream_is_the_whole_stream(
    tmp_path: Path, path: str, wanted: str
) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"pic", b"ture")
        world.engine.faucet(1).end()
        async with world.client.get(path, headers={"Range": wanted}) as response:
            assert response.status == 200
            assert response.headers["Accept-Ranges"] == "none"
            assert "Content-Range" not in response.headers
            assert await response.read() == b"picture"


@pytest.mark.parametrize("path", UNKNOWN)
async def test_an_unknown_channel_is_404_before_anything_is_opened(
    tmp_path: Path, path: str
) -> None:
    async with serving(tmp_path) as world:
        assert await world.status(path, "HEAD") == 404
        assert await world.status(path) == 404
        assert world.engine.opened == 0


@pytest.mark.parametrize("path", PATHS)
async def test_no_200_before_the_first_bytes(tmp_path: Path, path: str) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).end(TuneFailedError("Nothing could be opened"))
        async with world.client.get(path) as response:
            assert response.status == 503
            assert "Nothing could be opened" in await response.text() or (
                "X-HDHomeRun-Error" in response.headers
            )
        assert world.engine.sessions.active == []


async def test_kodi_asks_twice_then_plays(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"picture")
        headers = {"User-Agent": "Kodi/21.0", "Icy-MetaData": "1"}
        path = "/live/anna/secret-1/1.ts"
        async with world.client.head(path, headers=headers) as response:
            assert response.status == 200
        ranged = headers | {"Range": "bytes=0-"}
        async with (
            world.client.get(path, headers=ranged) as probe,
            world.client.get(path, headers=headers) as player,
        ):
            assert await probe.content.read(7) == b"picture"
            assert await player.content.read(7) == b"picture"
            (session,) = world.engine.sessions.of_account("anna")
            assert len(session.connections) == 2
        assert world.engine.opened == 1


async def test_a_viewer_who_is_sent_away_before_the_picture_is_told_so(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world, asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(world.status("/live/anna/secret-1/1.ts"))
        while not (sessions := world.engine.sessions.active):
            await asyncio.sleep(0)
        world.engine.sessions.end(sessions[0].id, "replaced")
        assert await waiting == 503


@pytest.mark.parametrize("path", ["/auto/v1", "/tuner0/v1", "/telecast/stream/1.ts"])
async def test_a_stream_can_be_had_in_a_profile(tmp_path: Path, path: str) -> None:
    async with serving(tmp_path) as world:
        for name in ("heavy", "mobile", "internet240", "720p", "aac", "none", ""):
            world.engine.faucet(1).end(TuneFailedError("dead"))
            await world.status(f"{path}?transcode={name}")
        assert world.engine.profiles == [
            *("heavy", "mobile", "internet240", "720p", "aac"),
            *(None, None),
        ]
        for method in ("GET", "HEAD"):
            assert await world.status(f"{path}?transcode=other", method) in (400, 503)
        assert len(world.engine.profiles) == 7


async def test_tuners_have_a_profile_of_their_own(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.settings = replace(world.engine.settings, default_profile="mobile")
        for path in (
            *("/auto/v1", "/auto/v1?transcode=none", "/auto/v1?transcode=heavy"),
            "/telecast/stream/1.ts",
        ):
            world.engine.faucet(1).end(TuneFailedError("dead"))
            await world.status(path)
        assert world.engine.profiles == ["mobile", None, "heavy", None]
