"""Xtream Codes: what panels answer, written for players and read from providers."""

from .answers import (
    AUTH_FAILED,
    HLS,
    MPEG_TS,
    Status,
    category,
    epg_listing,
    live_stream,
    panel_channel,
    server_info,
    user_info,
)
from .films import (
    NO_MOVIE,
    NO_SERIES,
    episode,
    panel_film,
    series,
    series_info,
    vod_info,
    vod_stream,
)

__all__ = [
    "AUTH_FAILED",
    "HLS",
    "MPEG_TS",
    "NO_MOVIE",
    "NO_SERIES",
    "Status",
    "category",
    "epg_listing",
    "episode",
    "live_stream",
    "panel_channel",
    "panel_film",
    "series",
    "series_info",
    "server_info",
    "user_info",
    "vod_info",
    "vod_stream",
]
