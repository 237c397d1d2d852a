"""What FFmpeg's prober is asked about a film's file, and what it answers."""

import json
from typing import Any

# The prober's names for the containers of films. None of these leads to another file.
CONTAINERS = ",".join(
    (
        *("matroska", "webm", "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "avi", "asf"),
        *("mpegts", "mpeg", "flv", "ogg", "mpegvideo"),
    )
)
"""What a file of the user's may be, as `-format_whitelist` has it."""
_OF_STREAMS = (
    *("index", "codec_name", "codec_long_name", "codec_type", "profile", "level"),
    *("width", "height", "pix_fmt", "display_aspect_ratio", "r_frame_rate"),
    *("color_transfer", "sample_rate", "channels", "channel_layout", "bit_rate"),
)
_ENTRIES = ":".join(
    (
        "format=duration,bit_rate",
        f"stream={','.join(_OF_STREAMS)}",
        "stream_disposition=default,attached_pic",
        "stream_tags=language",
    )
)
_KILOBIT = 1000

PROBE_ARGUMENTS = (
    *("-v", "error", "-hide_banner", "-print_format", "json"),
    *("-format_whitelist", CONTAINERS, "-protocol_whitelist", "file"),
    *("-show_entries", _ENTRIES),
    # The file that it is given as its input: it is told no path.
    *("-i", "file:/dev/fd/0"),
)
"""The arguments, without the program's name, that ask about the file on standard input."""


def parse_probe(text: str) -> dict[str, Any]:
    """Answer what the prober said as panels tell it in `info`; empty for nothing.

    `duration_secs`, `bitrate` (kbit/s), and of the first video and the usual audio what
    the prober calls their values, in `video` and `audio`.
    """
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(told, dict):
        return {}
    streams = [one for one in _list(told.get("streams")) if isinstance(one, dict)]
    whole = told.get("format")
    about: dict[str, Any] = whole if isinstance(whole, dict) else {}
    found = {
        "duration_secs": int(_number(about.get("duration"))),
        "bitrate": int(_number(about.get("bit_rate"))) // _KILOBIT,
        "video": _first(streams, "video"),
        "audio": _first(streams, "audio"),
    }
    return {name: value for name, value in found.items() if value}


def _first(streams: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Answer the usual stream of a kind, or else the first; a cover is no video."""
    found = [
        one
        for one in streams
        if one.get("codec_type") == kind and not _disposition(one, "attached_pic")
    ]
    found.sort(key=lambda one: not _disposition(one, "default"))
    if not found:
        return {}
    tags = found[0].get("tags")
    language = tags.get("language", "") if isinstance(tags, dict) else ""
    plain = {
        name: value
        for name, value in found[0].items()
        if name in _OF_STREAMS and isinstance(value, str | int)
    }
    return plain | ({"language": language} if language not in {"", "und"} else {})


def _disposition(stream: dict[str, Any], name: str) -> bool:
    told = stream.get("disposition")
    return isinstance(told, dict) and bool(told.get(name))


def _number(value: Any) -> float:
    try:
        number = float(value)
    except TypeError, ValueError:
        return 0.0
    return number if 0 < number < 1e12 else 0.0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
