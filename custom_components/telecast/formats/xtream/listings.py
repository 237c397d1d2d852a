"""What panels say is on a channel: `get_short_epg` and `get_simple_data_table`."""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterable
from datetime import tzinfo
import re
from typing import Any

from ..catchup import parse_start
from ..xmltv import Programme, Text
from .scalars import name_of, table, text

_MOST = 1000
_LONGEST_TITLE = 300
_LONGEST_DESCRIPTION = 2000
_LONGEST_LANGUAGE = 16
_LONGEST_TIME = 32
# Nothing is on for longer; who says so has mixed up its times.
_LONGEST_SECONDS = 2 * 24 * 3600
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STARTS = ("start_timestamp", "start")
_STOPS = ("stop_timestamp", "end", "stop")


def read_listings(answer: Any, *, channel: str, zone: tzinfo) -> list[Programme]:
    """Read programmes, in the order of their times; `channel` is what they are to name.

    Titles and descriptions are base64, as panels have them, or plain, as some do: all of
    an answer the one or the other. `zone` is the one in which local times are, for those
    that tell no others. What has no title, or no sensible times, is left out.
    """
    listed = table(answer).get("epg_listings")
    if isinstance(listed, dict):
        listed = list(listed.values())
    entries = list(map(table, listed[:_MOST])) if isinstance(listed, list) else []
    titles = [
        name_of(told, _LONGEST_TITLE)
        for told in _plain(one.get("title") for one in entries)
    ]
    descriptions = [
        text(told, _LONGEST_DESCRIPTION)
        for told in _plain(one.get("description") for one in entries)
    ]
    found: dict[int, Programme] = {}
    for entry, title, description in zip(entries, titles, descriptions, strict=True):
        start, stop = _time(entry, _STARTS, zone), _time(entry, _STOPS, zone)
        if not (title and start < stop <= start + _LONGEST_SECONDS):
            continue
        language = text(entry.get("lang"), _LONGEST_LANGUAGE)
        programme = Programme(
            channel=channel,
            start=start,
            stop=stop,
            titles=(Text(title, language),),
            descriptions=(Text(description, language),) if description else (),
        )
        found.setdefault(start, programme)
    return [found[start] for start in sorted(found)]


def _plain(values: Iterable[Any]) -> list[str]:
    told = [value if isinstance(value, str) else "" for value in values]
    decoded = [one for one in map(_decoded, told) if one is not None]
    return decoded if len(decoded) == len(told) else told


def _decoded(value: str) -> str | None:
    """Answer what a text is base64 of; None where it is none of a text."""
    try:
        decoded = b64decode(value.replace("\n", ""), validate=True).decode()
    except Error, ValueError:
        return None
    # What is no base64 may look like it, and then makes no text.
    return None if _CONTROL.search(decoded) else decoded


def _time(entry: dict[str, Any], names: Iterable[str], zone: tzinfo) -> int:
    for name in names:
        told = text(entry.get(name), _LONGEST_TIME)
        if found := parse_start(told, zone):
            return int(found.timestamp())
    return 0
