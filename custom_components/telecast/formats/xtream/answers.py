"""The answers of an Xtream Codes panel, in the types that strict players read.

Many a number is a string there, and stays one here.
"""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

AUTH_FAILED: Final[dict[str, Any]] = {"user_info": {"auth": 0}}
"""The answer to a wrong user name or password; its HTTP status is 200."""

MPEG_TS = "ts"
HLS = "m3u8"

_TIME = "%Y-%m-%d %H:%M:%S"


class Status(StrEnum):
    """Whether an account may watch."""

    ACTIVE = "Active"
    EXPIRED = "Expired"
    BANNED = "Banned"
    DISABLED = "Disabled"


def user_info(
    *,
    username: str,
    password: str,
    status: Status,
    expires: int | None,
    created: int,
    max_connections: int,
    active: int,
    formats: Iterable[str] = (HLS, MPEG_TS),
    message: str = "",
) -> dict[str, Any]:
    """Answer what an account is; times are in seconds since 1970, None is never.

    Every one of `formats` must work: players ask for any of them.
    """
    return {
        "username": username,
        "password": password,
        "message": message,
        "auth": 1,
        "status": status.value,
        "exp_date": None if expires is None else str(expires),
        "is_trial": "0",
        "active_cons": str(active),
        "created_at": str(created),
        "max_connections": str(max_connections),
        "allowed_output_formats": list(formats),
    }


def server_info(
    *,
    host: str,
    port: int,
    https_port: int,
    protocol: str,
    timezone: str,
    now: datetime,
) -> dict[str, Any]:
    """Answer where the player reaches us; `now` is in the zone, an IANA name."""
    return {
        "url": host,
        "port": str(port),
        "https_port": str(https_port),
        "rtmp_port": "0",
        "server_protocol": protocol,
        "timezone": timezone,
        "timestamp_now": int(now.timestamp()),
        "time_now": now.strftime(_TIME),
        "process": True,
    }


def category(id: int, name: str) -> dict[str, Any]:
    """Answer one entry of `get_live_categories`."""
    return {"category_id": str(id), "category_name": name, "parent_id": 0}


def live_stream(
    *,
    num: int,
    name: str,
    id: int,
    icon: str,
    epg_channel_id: str,
    added: int,
    category_id: int,
    archive_days: int,
) -> dict[str, Any]:
    """Answer one entry of `get_live_streams`."""
    return {
        "num": num,
        "name": name,
        "stream_type": "live",
        "stream_id": id,
        "stream_icon": icon,
        "epg_channel_id": epg_channel_id or None,
        "added": str(added),
        "is_adult": "0",
        "category_id": str(category_id),
        "category_ids": [category_id],
        "custom_sid": "",
        "tv_archive": int(archive_days > 0),
        "direct_source": "",
        "tv_archive_duration": archive_days,
        "thumbnail": "",
    }


def epg_listing(
    *,
    id: int,
    epg_id: int,
    title: str,
    lang: str,
    start: datetime,
    stop: datetime,
    description: str,
    channel_id: str,
    now: int | None = None,
    archived: bool = False,
) -> dict[str, Any]:
    """Answer a programme; `start` and `stop` are in the zone of `server_info`.

    With `now` in seconds since 1970, it is one of `get_simple_data_table`, which tells
    what is on and what can be had from the archive; without, one of `get_short_epg`.
    """
    starts, stops = int(start.timestamp()), int(stop.timestamp())
    listing: dict[str, Any] = {
        "id": str(id),
        "epg_id": str(epg_id),
        "title": _base64(title),
        "lang": lang,
        "start": start.strftime(_TIME),
        "end": stop.strftime(_TIME),
        "description": _base64(description),
        "channel_id": channel_id,
        "start_timestamp": str(starts),
        "stop_timestamp": str(stops),
    }
    if now is not None:
        listing["now_playing"] = int(starts <= now < stops)
        listing["has_archive"] = int(archived and stops <= now)
    return listing


def panel_channel(
    *,
    num: int,
    name: str,
    id: int,
    icon: str,
    epg_channel_id: str,
    added: int,
    category_id: int,
    category_name: str,
    archive_days: int,
) -> dict[str, Any]:
    """Answer one of the `available_channels` of `panel_api.php`."""
    return {
        "num": num,
        "name": name,
        "stream_type": "live",
        "type_name": "Live Streams",
        "stream_id": id,
        "stream_icon": icon,
        "epg_channel_id": epg_channel_id or None,
        "added": str(added),
        "category_name": category_name,
        "category_id": str(category_id),
        "series_no": None,
        "live": "1",
        "container_extension": None,
        "custom_sid": "",
        "tv_archive": int(archive_days > 0),
        "direct_source": "",
        "tv_archive_duration": archive_days,
    }


def _base64(text: str) -> str:
    # Half of a surrogate pair is no text, and must not cost a player the whole guide.
    return b64encode(text.encode("utf-8", "ignore")).decode("ascii")
