"""What people see of a running stream: fields with fixed names, no address."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .engine import Engine
    from .stream_manager import ChannelStream


def stream_facts(engine: Engine, running: ChannelStream) -> dict[str, Any]:
    """Answer a stream as a JSON object; times are ISO 8601 in UTC."""
    channel, stream = running.channel, running.stream
    packager = engine.hls.packagers.all.get(channel.id)
    qualities = packager.qualities() if packager else []
    folder = str(packager.folder) if packager and packager.folder else None
    runs = [one for one in engine.encoders.runs if one.number == channel.number]
    watching = [one for one in engine.sessions.active if one.channel.id == channel.id]
    return {
        "id": running.id,
        "channel_id": channel.id,
        "channel": channel.name,
        "number": channel.number,
        "source": running.source,
        "state": stream.state.value,
        "started_at": stream.started_at.isoformat(),
        "client_count": len(watching),
        "last_access_time": stream.last_access.isoformat(),
        "error_count": stream.error_count,
        "last_error": stream.last_error.code if stream.last_error else None,
        "ffmpeg_pid": runs[0].ffmpeg.pid if runs else None,
        "qualities": qualities,
        "segment_path": folder,
        "output_dir": str(engine.hls.storage.folder) if folder else None,
    }
