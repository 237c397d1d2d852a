"""What the panel answers: its catalogue, and who has logged in."""

import asyncio
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from custom_components.telecast.formats import xmltv

from .content import Loop
from .faults import html
from .panel_quirks import Quirk, pieces_of, send

_TIME = "%Y-%m-%d %H:%M:%S"
_ADDED = 1_700_000_000


@dataclass(kw_only=True)
class Login:
    """One account of the panel."""

    username: str
    password: str
    max_connections: int
    expires: datetime | None
    trial: bool
    status: str

    @property
    def may_watch(self) -> bool:
        """Whether it gets streams."""
        return self.status == "Active"


@dataclass(frozen=True, kw_only=True)
class Episode:
    """One episode of a series."""

    id: int
    title: str
    data: bytes = b""
    extension: str = "mp4"
    info: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Stream:
    """A channel, a film or a series."""

    kind: str
    id: int
    name: str
    category: str
    epg: str = ""
    archive_days: int = 0
    archive: bytes = b""
    loop: Loop | None = None
    data: bytes = b""
    extension: str = ""
    episodes: Mapping[int, tuple[Episode, ...]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


class Catalogue:
    """All that the panel offers, and its answers about that."""

    def __init__(self, *, timezone: str, clock: Callable[[], datetime]) -> None:
        self.timezone = timezone
        self.clock = clock
        self.guide = b"<tv></tv>"
        self.streams: dict[str, dict[int, Stream]] = {
            "live": {},
            "movie": {},
            "series": {},
        }
        self._categories: dict[tuple[str, str], int] = {}

    def add(self, stream: Stream) -> None:
        """Offer a stream."""
        self.streams[stream.kind][stream.id] = stream
        self.category_id(stream)

    def category_id(self, stream: Stream) -> int:
        """Answer the number of a stream's category, which never changes."""
        key = stream.kind, stream.category
        return self._categories.setdefault(key, len(self._categories) + 1)

    def episode(self, id: int) -> Episode | None:
        """Answer the episode with an id."""
        all_episodes = (
            episode
            for show in self.streams["series"].values()
            for season in show.episodes.values()
            for episode in season
        )
        return next((one for one in all_episodes if one.id == id), None)

    def categories(self, kind: str) -> list[dict[str, Any]]:
        """Answer `get_…_categories`."""
        return [
            {"category_id": str(number), "category_name": name, "parent_id": 0}
            for (of_kind, name), number in self._categories.items()
            if of_kind == kind and name
        ]

    def listed(self, kind: str, category_id: str | None) -> Iterator[dict[str, Any]]:
        """Yield `get_live_streams`, `get_vod_streams` or `get_series`."""
        make = {"live": self._live, "movie": self._movie, "series": self._series}[kind]
        for number, stream in enumerate(self.streams[kind].values(), start=1):
            category = self.category_id(stream)
            if category_id and str(category) != category_id:
                continue
            yield {
                "num": number,
                "name": stream.name,
                **make(stream),
                "category_id": str(category) if stream.category else None,
                "category_ids": [category] if stream.category else [],
                **stream.facts,
            }

    def _live(self, stream: Stream) -> dict[str, Any]:
        return {
            "stream_type": "live",
            "stream_id": stream.id,
            "stream_icon": "",
            "epg_channel_id": stream.epg or None,
            "added": str(_ADDED),
            "is_adult": 0,
            "custom_sid": None,
            "tv_archive": int(stream.archive_days > 0),
            "direct_source": "",
            "tv_archive_duration": stream.archive_days,
            "thumbnail": "",
        }

    def _movie(self, stream: Stream) -> dict[str, Any]:
        return {
            "stream_type": "movie",
            "stream_id": stream.id,
            "stream_icon": "",
            "rating": "0",
            "rating_5based": 0,
            "added": str(_ADDED),
            "is_adult": 0,
            "container_extension": stream.extension,
            "custom_sid": None,
            "direct_source": "",
        }

    def _series(self, stream: Stream) -> dict[str, Any]:
        return {
            "series_id": stream.id,
            "cover": "",
            "plot": "",
            "cast": "",
            "director": "",
            "genre": "",
            "releaseDate": "",
            "release_date": "",
            "last_modified": str(_ADDED),
            "rating": "0",
            "rating_5based": 0,
            "backdrop_path": [],
            "youtube_trailer": "",
            "episode_run_time": "0",
        }

    def vod_info(self, id: str) -> dict[str, Any]:
        """Answer `get_vod_info`."""
        stream = self.streams["movie"].get(_number(id))
        if stream is None:
            return {"info": {}, "movie_data": {}}
        (entry,) = (
            one for one in self.listed("movie", None) if one["stream_id"] == stream.id
        )
        data = {name: entry[name] for name in entry if name in _MOVIE_DATA}
        return {"info": {"name": stream.name, **stream.facts}, "movie_data": data}

    def series_info(self, id: str) -> dict[str, Any]:
        """Answer `get_series_info`."""
        stream = self.streams["series"].get(_number(id))
        if stream is None:
            return {"seasons": [], "info": {}, "episodes": {}}
        (entry,) = (
            one for one in self.listed("series", None) if one["series_id"] == stream.id
        )
        return {
            "seasons": [
                {
                    "air_date": "",
                    "episode_count": len(episodes),
                    "id": season,
                    "name": f"Season {season}",
                    "overview": "",
                    "season_number": season,
                    "cover": "",
                    "cover_big": "",
                }
                for season, episodes in stream.episodes.items()
            ],
            "info": {name: entry[name] for name in entry if name != "num"},
            "episodes": {
                str(season): [
                    {
                        "id": str(one.id),
                        "episode_num": number,
                        "title": one.title,
                        "container_extension": one.extension,
                        "info": dict(one.info),
                        "subtitles": [],
                        "custom_sid": None,
                        "added": str(_ADDED),
                        "season": season,
                        "direct_source": "",
                    }
                    for number, one in enumerate(episodes, start=1)
                ]
                for season, episodes in stream.episodes.items()
            },
        }

    def listings(self, stream_id: str, limit: int | None) -> dict[str, Any]:
        """Answer `get_short_epg`; without a limit `get_simple_data_table`."""
        stream = self.streams["live"].get(_number(stream_id))
        now = int(self.clock().timestamp())
        parser = xmltv.Parser()
        found = [
            one
            for one in parser.feed(self.guide) + parser.close()
            if isinstance(one, xmltv.Programme)
            and stream
            and one.channel == stream.epg
            and (limit is None or (one.stop or one.start) > now)
        ]
        return {
            "epg_listings": [self._listing(one, now, limit) for one in found[:limit]]
        }

    def _listing(
        self, programme: xmltv.Programme, now: int, limit: int | None
    ) -> dict[str, Any]:
        stop = programme.stop or programme.start + 3600
        told = [each.value for each in programme.descriptions[:1]]
        listing: dict[str, Any] = {
            "id": str(programme.start),
            "epg_id": "1",
            "title": _base64(programme.titles[0].value),
            "lang": "en",
            "start": self._local(programme.start),
            "end": self._local(stop),
            "description": _base64("".join(told)),
            "channel_id": programme.channel,
            "start_timestamp": str(programme.start),
            "stop_timestamp": str(stop),
        }
        if limit is None:
            listing["now_playing"] = int(programme.start <= now < stop)
            listing["has_archive"] = int(stop <= now)
        return listing

    def _local(self, seconds: int) -> str:
        zone = ZoneInfo(self.timezone)
        return datetime.fromtimestamp(seconds, zone).strftime(_TIME)

    def account(
        self, login: Login, host: str, active: int, quirks: frozenset[Quirk]
    ) -> dict[str, Any]:
        """Answer who has logged in, and where."""
        now = self.clock()
        status, expires = login.status, login.expires
        if Quirk.EXPIRED in quirks:
            status, expires = "Expired", now - timedelta(days=1)
        if Quirk.BANNED in quirks:
            status = "Banned"
        name, _, port = host.partition(":")
        return {
            "user_info": {
                "username": login.username,
                "password": login.password,
                "message": "",
                "auth": 1,
                "status": status,
                "exp_date": str(int(expires.timestamp())) if expires else None,
                "is_trial": str(int(login.trial)),
                "active_cons": str(active),
                "created_at": str(_ADDED),
                "max_connections": str(login.max_connections),
                "allowed_output_formats": ["ts"],
            },
            "server_info": {
                "url": name,
                "port": port or "80",
                "https_port": "443",
                "server_protocol": "http",
                "rtmp_port": "0",
                "timezone": self.timezone,
                "timestamp_now": int(now.timestamp()),
                "time_now": now.astimezone(ZoneInfo(self.timezone)).strftime(_TIME),
                "process": True,
            },
        }


_MOVIE_DATA = frozenset(
    {
        *("stream_id", "name", "added", "category_id", "category_ids"),
        *("container_extension", "custom_sid", "direct_source"),
    }
)


async def respond(
    request: web.BaseRequest,
    action: str,
    query: Mapping[str, str],
    *,
    catalogue: Catalogue,
    login: Login | None,
    active: int,
    quirks: frozenset[Quirk],
) -> web.StreamResponse:
    """Answer an action as panels do: always 200, whatever is wrong with it."""
    if Quirk.SILENT in quirks:
        await asyncio.get_running_loop().create_future()
    if Quirk.ERROR_500 in quirks:
        return web.Response(status=500, text="Internal Server Error")
    if Quirk.HTML in quirks:
        return await html()(request, Loop(data=b"", rate=None))
    if login is None or Quirk.WRONG_LOGIN in quirks:
        return await send(request, quirks, "application/json", [_WRONG])
    if action == "xmltv.php":
        return await send(request, quirks, "application/xml", [catalogue.guide])
    answer = _listed(action, query, catalogue)
    if answer is None:
        answer = catalogue.account(login, request.host, active, quirks)
    return await send(request, quirks, "application/json", pieces_of(answer, quirks))


_WRONG = b'{"user_info":{"auth":0}}'
_LISTS = {
    "get_live_streams": "live",
    "get_vod_streams": "movie",
    "get_series": "series",
}
_CATEGORIES = {
    "get_live_categories": "live",
    "get_vod_categories": "movie",
    "get_series_categories": "series",
}


def _listed(action: str, query: Mapping[str, str], catalogue: Catalogue) -> Any:
    """Answer what an action asks for; None where it asks for the account."""
    if kind := _LISTS.get(action):
        return catalogue.listed(kind, query.get("category_id"))
    if kind := _CATEGORIES.get(action):
        return catalogue.categories(kind)
    match action:
        case "get_vod_info":
            return catalogue.vod_info(query.get("vod_id", ""))
        case "get_series_info":
            return catalogue.series_info(query.get("series_id", ""))
        case "get_short_epg":
            limit = _number(query.get("limit", "4")) or 4
            return catalogue.listings(query.get("stream_id", ""), limit)
        case "get_simple_data_table" | "get_simple_date_table":
            return catalogue.listings(query.get("stream_id", ""), None)
        case _:
            return None


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
