"""What people see of a running stream: fixed names, true facts, no address."""

from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from custom_components.telecast.engine.errors import NoDataError
from custom_components.telecast.engine.facts import stream_facts
from custom_components.telecast.engine.streams.stream_manager import ChannelStream
from tests.engine.hls.world import Player, World, open_world
from tests.engine.storage import until
from tests.fakes.broadcast import Station
from tests.fakes.lineup import channel

TELEVISION = "high h264 aac"


def facts_of(world: World, stream: ChannelStream) -> dict[str, Any]:
    """Answer what is told of a stream that three watch."""
    return stream_facts(
        stream,
        viewers=3,
        packager=world.hls.packagers.all.get(stream.channel.id),
        ffmpegs=[one for one in world.encoders.runs if one.number == "1"],
    )


def running(world: World) -> ChannelStream:
    """Answer the first channel's stream, as the stream manager holds it."""
    stream = ChannelStream(channel(1))
    stream.stream = world.stations[1].stream
    return stream


async def test_a_stream_that_is_only_passed_through_has_neither_ffmpeg_nor_folder(
    tmp_path: Path,
) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world:
        with station.stream.reader() as viewer:
            station.send(1)
            await anext(viewer)
            stream = running(world)
            facts = facts_of(world, stream)
            assert json.loads(json.dumps(facts)) == facts
            for name in ("started_at", "last_access_time"):
                ago = datetime.now(UTC) - datetime.fromisoformat(facts.pop(name))
                assert timedelta() <= ago < timedelta(seconds=10)
            assert facts == {
                "id": stream.id,
                "channel_id": 1,
                "channel": "Channel 1",
                "number": "1",
                "source": "s",
                "state": "active",
                "client_count": 3,
                "error_count": 0,
                "last_error": None,
                "ffmpeg_pid": None,
                "qualities": [],
                "segment_path": None,
                "output_dir": None,
            }


async def test_errors_are_told_by_their_code(tmp_path: Path) -> None:
    station = Station(TELEVISION)
    async with open_world(tmp_path, station) as world:
        with station.stream.reader() as viewer:
            station.send(1)
            await anext(viewer)
            station.stream.failing(NoDataError("http://secret.example/ is silent"))
            facts = facts_of(world, running(world))
            assert facts["state"] == "failed"
            assert (facts["error_count"], facts["last_error"]) == (1, "no_data")
            assert "secret" not in json.dumps(facts)


async def test_hls_tells_its_renditions_its_folder_and_its_ffmpeg(
    tmp_path: Path,
) -> None:
    stations = [Station(TELEVISION), Station(TELEVISION)]
    async with (
        open_world(tmp_path, *stations) as world,
        world.packaged(1) as packager,
        world.packaged(2) as other,
    ):
        for station in stations:
            station.send(5)
        await Player(other, "480p").play(1)
        assert facts_of(world, running(world))["ffmpeg_pid"] is None
        await Player(packager, "480p").play(1)
        facts = facts_of(world, running(world))
        assert json.loads(json.dumps(facts)) == facts
        assert [one["level"] for one in facts["qualities"]] == ["720p", "480p"]
        assert facts["segment_path"] == f"{tmp_path}/telecast-test/1"
        assert facts["output_dir"] == f"{tmp_path}/telecast-test"
        assert facts["ffmpeg_pid"] == world.pid(1)
        await until(lambda: stations[0].stream.readers == 2)
