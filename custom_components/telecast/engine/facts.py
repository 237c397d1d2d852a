"""What people see of a running stream: fields with fixed names, no address."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from .encoders.encoders import Running
from .hls.packager import Packager
from .streams.channel_stream import ChannelStream


def stream_facts(
    running: ChannelStream,
    *,
    viewers: int,
    packager: Packager | None,
    ffmpegs: Sequence[Running],
) -> dict[str, Any]:
    """Answer a stream as a JSON object; times are ISO 8601 in UTC.

    `packager` makes HLS of it where anybody wants that, `ffmpegs` run on its channel.
    What an AceStream engine says of its peers (`swarm`, speeds in B/s) and the number of
    the one viewer of a private stream (`pid`) are there where they are known.
    """
    channel, stream = running.channel, running.stream
    folder = packager.folder if packager else None
    return {
        "id": running.id,
        "channel_id": channel.id,
        "channel": channel.name,
        "number": channel.number,
        "source": running.source,
        "state": stream.state.value,
        "started_at": stream.started_at.isoformat(),
        "client_count": viewers,
        "last_access_time": stream.last_access.isoformat(),
        "error_count": stream.error_count,
        "last_error": stream.last_error.code if stream.last_error else None,
        "ffmpeg_pid": ffmpegs[0].ffmpeg.pid if ffmpegs else None,
        "qualities": packager.qualities() if packager else [],
        "segment_path": str(folder) if folder else None,
        "output_dir": str(folder.parent) if folder else None,
        **({} if running.pid is None else {"pid": running.pid}),
        **swarm_facts(running),
    }


def swarm_facts(running: ChannelStream) -> dict[str, Any]:
    """Answer what an AceStream engine says of a stream's peers, if one plays it."""
    return {"swarm": asdict(running.swarm)} if running.swarm else {}
