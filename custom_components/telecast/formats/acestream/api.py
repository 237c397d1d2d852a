"""The HTTP API of an AceStream engine: what it is asked, and what it answers.

Errors come with status 200, as a text beside an empty response (developers'
documentation, "Engine HTTP API").
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
import json
import math
from typing import Any
from urllib.parse import urlencode

from .links import Link

VERSION_PATH = "/webui/api/service?method=get_version&format=json"
MOST_BYTES = 64 * 1024
"""No answer is larger."""
DOWNLOADING = "dl"
"""The status of a playback that has begun to deliver."""

_LONGEST_TEXT = 120
_KILOBYTE = 1024


class AnswerError(ValueError):
    """The engine refuses, or answers what makes no sense; the text may be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """What an engine began on our behalf."""

    playback_url: str = field(repr=False)
    stat_url: str = field(repr=False)
    command_url: str = field(repr=False)
    infohash: str = ""
    is_live: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Swarm:
    """What an engine says of those whom it has a broadcast from; speeds in B/s."""

    status: str = ""
    """`prebuf`, `dl` and others as the engine writes it; empty where nothing is said."""
    peers: int = 0
    speed_down: int = 0
    speed_up: int = 0

    @property
    def is_deserted(self) -> bool:
        """Whether it claims to download, but from nobody and nothing."""
        return self.status == DOWNLOADING and not self.peers and not self.speed_down


def start_path(link: Link, pid: int) -> str:
    """Answer where to begin a playback for the player `pid`, as MPEG-TS."""
    asked = {link.kind.value: link.id, "format": "json", "pid": pid}
    return f"/ace/getstream?{urlencode(asked)}"


def stop_address(command_url: str) -> str:
    """Answer where to end a playback."""
    return f"{command_url}{'&' if '?' in command_url else '?'}method=stop"


def parse_playback(answer: bytes) -> Playback:
    """Read the answer to a start; raise AnswerError."""
    response = _response(answer, "response")
    addresses = [
        response.get(f"{name}_url") for name in ("playback", "stat", "command")
    ]
    playback, stat, command = map(_address, addresses)
    return Playback(
        playback_url=playback,
        stat_url=stat,
        command_url=command,
        infohash=str(response.get("infohash") or ""),
        is_live=bool(response.get("is_live", True)),
    )


def parse_swarm(answer: bytes) -> Swarm:
    """Read the answer of a `stat_url`; raise AnswerError, as for a playback that is over."""
    response = _response(answer, "response")
    return Swarm(
        status=_plain(response.get("status") or ""),
        peers=_count(response.get("peers")),
        speed_down=_count(response.get("speed_down"), _KILOBYTE),
        speed_up=_count(response.get("speed_up"), _KILOBYTE),
    )


def parse_version(answer: bytes) -> str:
    """Read the version of an engine; raise AnswerError for what is none."""
    version = _response(answer, "result").get("version")
    if not isinstance(version, str) or not version:
        raise AnswerError("no version is named")
    return _plain(version)


def total(swarms: Iterable[Swarm]) -> Swarm:
    """Add up what is said of several playbacks; the status is the one that all have."""
    all_of_them = tuple(swarms)
    told = {one.status for one in all_of_them}
    return Swarm(
        status=told.pop() if len(told) == 1 else "",
        peers=sum(one.peers for one in all_of_them),
        speed_down=sum(one.speed_down for one in all_of_them),
        speed_up=sum(one.speed_up for one in all_of_them),
    )


def _response(answer: bytes, name: str) -> dict[str, Any]:
    try:
        document = json.loads(answer)
    except ValueError, RecursionError:
        raise AnswerError("the answer is no JSON") from None
    if not isinstance(document, dict):
        raise AnswerError("the answer is no JSON object")
    if error := document.get("error"):
        raise AnswerError(_plain(error) or "it refuses")
    response = document.get(name)
    if not isinstance(response, dict):
        raise AnswerError(f"the answer has no {name}")
    return response


def _address(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise AnswerError("an address is missing")
    return value


def _count(value: object, unit: int = 1) -> int:
    """Answer a number that may be of any form, or none; never less than nothing."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except TypeError, ValueError, OverflowError:
        return 0
    return max(0, round(number * unit)) if math.isfinite(number * unit) else 0


def _plain(value: object) -> str:
    text = "".join(char if char.isprintable() else " " for char in str(value))
    return text.strip()[:_LONGEST_TEXT]
