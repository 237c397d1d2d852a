"""AceStream as people and engines write it: links, lists of ids, the engine's HTTP API."""

from .api import (
    DOWNLOADING,
    MOST_BYTES,
    VERSION_PATH,
    AnswerError,
    Playback,
    Swarm,
    parse_playback,
    parse_swarm,
    parse_version,
    start_path,
    stop_address,
    total,
)
from .links import SCHEME, Kind, Link, parse
from .lists import Listing, Named, as_playlist, parse_list, render_list

__all__ = [
    "DOWNLOADING",
    "MOST_BYTES",
    "SCHEME",
    "VERSION_PATH",
    "AnswerError",
    "Kind",
    "Link",
    "Listing",
    "Named",
    "Playback",
    "Swarm",
    "as_playlist",
    "parse",
    "parse_list",
    "parse_playback",
    "parse_swarm",
    "parse_version",
    "render_list",
    "start_path",
    "stop_address",
    "total",
]
