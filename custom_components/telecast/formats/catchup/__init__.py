"""Catch-up: how what a channel showed is asked for again, by us and by players."""

from .addresses import addresses, asks_id
from .model import Catchup, Kind, Moment
from .starts import parse_start, render_start
from .tags import parse
from .templates import fill, granularity

__all__ = [
    "Catchup",
    "Kind",
    "Moment",
    "addresses",
    "asks_id",
    "fill",
    "granularity",
    "parse",
    "parse_start",
    "render_start",
]
