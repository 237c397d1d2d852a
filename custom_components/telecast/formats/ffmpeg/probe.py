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
# What players are not told, but who plays out needs to know.
_OF_PLAYED = ("field_order", "sample_aspect_ratio", "avg_frame_rate")
_ENTRIES = ":".join(
    (
        "format=duration,bit_rate",
        f"stream={','.join((*_OF_STREAMS, *_OF_PLAYED))}",
        "stream_disposition=default,attached_pic",
        "stream_tags=language,rotate",
        "stream_side_data=rotation",
        "chapter=start_time,end_time",
        "chapter_tags=title",
    )
)
_KILOBIT = 1000
_MOST_CHAPTERS = 100
_MOST_LANGUAGES = 32
_LONGEST_TITLE = 200
_LONGEST_WORD = 100

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
    told = _read(text)
    streams, about = _objects(told.get("streams")), _object(told.get("format"))
    found = {
        "duration_secs": int(_number(about.get("duration"))),
        "bitrate": int(_number(about.get("bit_rate"))) // _KILOBIT,
        "video": _panel_facts(streams, "video"),
        "audio": _panel_facts(streams, "audio"),
    }
    return {name: value for name, value in found.items() if value}


def parse_media(text: str) -> dict[str, Any]:
    """Answer what the prober said of a file that is to be played out; empty for nothing.

    `duration` (milliseconds), `bitrate` (kbit/s), `video` and `audio` as parse_probe has
    them, with `field_order`, `sample_aspect_ratio`, `avg_frame_rate`, `rotation`
    (degrees, where it is none the picture stands upright) and `place`, which is what
    FFmpeg counts those of a kind by (`v:0`). `languages` are those of all audio, in
    order; `chapters` have `start`, `end` (milliseconds) and maybe a `title`.
    """
    told = _read(text)
    streams, about = _objects(told.get("streams")), _object(told.get("format"))
    found = {
        "duration": _milliseconds(about.get("duration")),
        "bitrate": int(_number(about.get("bit_rate"))) // _KILOBIT,
        "video": _played_facts(streams, "video"),
        "audio": _played_facts(streams, "audio"),
        "languages": _languages(streams),
        "chapters": _chapters(_objects(told.get("chapters"))),
    }
    return {name: value for name, value in found.items() if value}


def _read(text: str) -> dict[str, Any]:
    try:
        return _object(json.loads(text))
    except ValueError:
        return {}


def _panel_facts(streams: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Answer the usual stream of a kind; a cover is no video."""
    found = _usual(streams, kind)
    return _facts(found[1], _OF_STREAMS) if found else {}


def _played_facts(streams: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    found = _usual(streams, kind)
    if not found:
        return {}
    place, stream = found
    facts = _facts(stream, (*_OF_STREAMS, *_OF_PLAYED)) | {"place": place}
    rotation = _rotation(stream)
    return facts | ({"rotation": rotation} if rotation else {})


def _usual(
    streams: list[dict[str, Any]], kind: str
) -> tuple[int, dict[str, Any]] | None:
    """Answer the usual stream of a kind, or else the first, and its place among them."""
    found = [
        (place, one)
        for place, one in enumerate(
            one for one in streams if one.get("codec_type") == kind
        )
        if not _disposition(one, "attached_pic")
    ]
    found.sort(key=lambda one: not _disposition(one[1], "default"))
    return found[0] if found else None


def _facts(stream: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    language = _language(stream)
    plain = {
        name: value
        for name, value in stream.items()
        if name in names and isinstance(value, str | int)
    }
    return plain | ({"language": language} if language else {})


def _language(stream: dict[str, Any]) -> str:
    told = _object(stream.get("tags")).get("language", "")
    return told if isinstance(told, str) and told != "und" else ""


def _languages(streams: list[dict[str, Any]]) -> list[str]:
    told = (_language(one) for one in streams if one.get("codec_type") == "audio")
    known = dict.fromkeys(one[:_LONGEST_WORD] for one in told if one)
    return list(known)[:_MOST_LANGUAGES]


def _rotation(stream: dict[str, Any]) -> int:
    """Answer by how much the picture is to be turned; older files have it in a tag."""
    told = [one.get("rotation") for one in _objects(stream.get("side_data_list"))]
    told.append(_object(stream.get("tags")).get("rotate"))
    for one in told:
        try:
            return int(float(one)) % 360  # type: ignore[arg-type]  # that is what is tried
        except TypeError, ValueError, OverflowError:
            continue
    return 0


def _chapters(chapters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for one in chapters[:_MOST_CHAPTERS]:
        start, end = (_milliseconds(one.get(at)) for at in ("start_time", "end_time"))
        if end <= start:
            continue
        title = _object(one.get("tags")).get("title")
        found.append(
            {"start": start, "end": end}
            | ({"title": title[:_LONGEST_TITLE]} if isinstance(title, str) else {})
        )
    return found


def _disposition(stream: dict[str, Any], name: str) -> bool:
    return bool(_object(stream.get("disposition")).get(name))


def _milliseconds(value: Any) -> int:
    return round(_number(value) * 1000)


def _number(value: Any) -> float:
    try:
        number = float(value)
    except TypeError, ValueError, OverflowError:
        return 0.0
    return number if 0 < number < 1e12 else 0.0


def _objects(value: Any) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else []
    return [one for one in found if isinstance(one, dict)]


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
