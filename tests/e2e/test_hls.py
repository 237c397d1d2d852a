"""HLS of a real Home Assistant: what is promised is what comes, and few pay for it."""

import asyncio
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
import json
from pathlib import Path

import pytest
import pytest_asyncio

from scripts.workbench.check import probe

from .hls_player import HlsPlayer, key_frames, playing
from .viewer import watching
from .world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

SEGMENTS = 5
HLS_VIEWERS, TS_VIEWERS = 20, 10


@pytest_asyncio.fixture(loop_scope="module")
async def world(world: World) -> AsyncIterator[World]:
    """Let the provider carry recordings, and be left alone in the end."""
    await world.add_recordings()
    yield world
    async with asyncio.timeout(30):
        await world.provider.until(lambda provider: provider.open == 0)


@pytest.mark.parametrize(
    ("name", "renditions", "encoded"),
    [
        ("hd", ["720p", "480p"], {"480p"}),
        ("dvb", ["720p", "480p"], {"720p", "480p"}),
        ("dolby", ["480p"], set()),
    ],
)
async def test_every_rendition_is_what_the_playlist_says(
    world: World, name: str, renditions: list[str], encoded: set[str], tmp_path: Path
) -> None:
    async with playing(await world.hls_url(name)) as player:
        master = await player.master()
        by_name = {
            variant.uri.rpartition("/")[2].removesuffix(".m3u8"): variant
            for variant in master.variants
        }
        assert list(by_name) == renditions
        await asyncio.gather(*(player.watch(one, SEGMENTS) for one in renditions))
        starts = {}
        for one, variant in by_name.items():
            starts[one] = key_frames(player, one)
            path = tmp_path / f"{one}.ts"
            path.write_bytes(b"".join(player.segments[one].values()))
            streams = {
                stream["codec_type"]: stream
                for stream in (await probe(str(path)))["streams"]
            }
            video, audio = streams["video"], streams["audio"]
            assert (video["codec_name"], audio["codec_name"]) == ("h264", "aac")
            assert (video["width"], video["height"]) == variant.resolution
            assert variant.codecs.startswith("avc1.")
            rate = measured_rate(player, one)
            if one in encoded:
                assert audio["channels"] == 2
            assert variant.average_bandwidth
            assert abs(rate / variant.average_bandwidth - 1) < 0.15
    common = set.intersection(*map(set, starts.values()))
    first, last = min(common), max(common)
    for one in starts.values():
        assert {start for start in one if first <= start <= last} == common


def measured_rate(player: HlsPlayer, rendition: str) -> float:
    """Answer the rate of the segments that are listed now, in bits per second."""
    listed = player.playlists[rendition].segments
    got = player.segments[rendition]
    size = sum(len(got[segment.uri.rpartition("/")[2]]) for segment in listed)
    return size * 8 / sum(segment.duration for segment in listed)


async def test_thirty_viewers_cost_one_upstream_and_one_ffmpeg(world: World) -> None:
    provider = world.provider
    stream = world.url(f"/telecast/stream/{await world.channel_id('hd')}.ts")
    provider.most = 0
    async with AsyncExitStack() as stack:
        players = [
            await stack.enter_async_context(playing(await world.hls_url("hd"), f"{n}"))
            for n in range(HLS_VIEWERS)
        ]
        viewers = await asyncio.gather(
            *(
                stack.enter_async_context(watching(stream, f"ts {index}"))
                for index in range(TS_VIEWERS)
            )
        )
        renditions = ["720p", "480p"] * (HLS_VIEWERS // 2)
        await asyncio.gather(
            *(
                player.watch(rendition, SEGMENTS)
                for player, rendition in zip(players, renditions, strict=True)
            ),
            *(viewer.until_it_plays() for viewer in viewers),
        )
        assert (provider.carrying("hd"), provider.most) == (1, 1)
        assert len(world.home.ffmpegs()) == 1
        await world.frontend.until(
            "sensor.telecast_active_sessions",
            lambda state: state["state"] == str(HLS_VIEWERS + TS_VIEWERS),
        )
        encoders = await world.frontend.until(
            "sensor.telecast_active_encoders",
            lambda state: (
                state["state"] == "1"
                and state["attributes"]["encoders"][0]["speed"] is not None
            ),
        )
        (encoder,) = encoders["attributes"]["encoders"]
        assert encoder["channel"] == "hd"
        assert encoder["encoder"] == "none"
        assert encoder["pid"] == world.home.ffmpegs()[0]


async def test_a_tuner_transcodes_for_who_asks(world: World) -> None:
    path = "/auto/v60?transcode=internet240"
    async with watching(world.url(path)) as first, watching(world.url(path)) as second:
        await first.until(lambda viewer: len(viewer.data) > 100_000)
        await second.until_it_plays()
        assert len(world.home.ffmpegs()) == 1
        found = await probe_bytes(bytes(first.data))
    video = next(one for one in found if one["codec_type"] == "video")
    assert (video["codec_name"], video["width"], video["height"]) == ("h264", 426, 240)


async def probe_bytes(data: bytes) -> list[dict[str, object]]:
    """Answer what ffprobe finds in a transport stream."""
    process = await asyncio.create_subprocess_exec(
        *(
            "ffprobe",
            "-v",
            "error",
            "-show_streams",
            "-of",
            "json",
            "-f",
            "mpegts",
            "-",
        ),
        stdin=PIPE,
        stdout=PIPE,
    )
    output, _ = await process.communicate(data)
    return list(json.loads(output)["streams"])


async def test_segments_lie_in_memory_and_go_when_nobody_watches(world: World) -> None:
    async with playing(await world.hls_url("hd")) as player:
        await player.watch("720p", 2)
        state = await world.frontend.until(
            "sensor.telecast_active_streams",
            lambda state: any(
                stream["segment_path"] for stream in state["attributes"]["streams"]
            ),
        )
        (stream,) = state["attributes"]["streams"]
        folder = Path(stream["segment_path"])
        names = {path.name for path in folder.iterdir()}
        assert {"720p.m3u8", "720p_segment_000.ts"} <= names
        assert [one["level"] for one in stream["qualities"]] == ["720p"]
        assert stream["state"] == "active"
        assert stream["client_count"] == 1
    async with asyncio.timeout(30):
        while folder.exists():
            await asyncio.sleep(0.1)
