"""An Xtream Codes panel on loopback: logins, catalogue, guide, streams; hostile by switch.

async with Panel(max_connections=2) as panel:
    panel.url, panel.username, panel.password   # the first login
    panel.login("second", "secret")             # a further one
    panel.live(1, "One", data=recording, category="News", epg="one.id", archive_days=3)
    panel.movie(45, "A Film (1999)", film, extension="mkv", category="Drama", rating="7")
    panel.show(7, "A Show", episodes={1: [Episode(id=71, title="Pilot", data=film)]})
    panel.guide(xmltv)
    panel.quirks.add(Quirk.NUMBERS_AS_STRINGS)  # of every answer, or of those in
    panel.quirky_actions = {"get_live_streams"} # these alone ("login", "xmltv.php", too)
    panel.misbehave("/movie/45.mkv", faults.die(after=1000))
    panel.asked("get_vod_info"), panel.requests # who asked for what
    panel.count("second").now, .ever, .peak     # open streams of one login
    await panel.until(lambda: panel.streams.now == 0)
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from .content import Content, Loop
from .counts import HANG_UP_SECONDS, Connections, Count
from .faults import Fault, hang_up, send
from .panel_answers import Catalogue, Episode, Login, Stream, respond
from .panel_content import part_of
from .panel_quirks import Quirk

__all__ = ["Asked", "Episode", "Login", "Panel", "Quirk", "Timeshift"]

_TIMESHIFT_PHP = frozenset({"/streaming/timeshift.php", "/timeshift.php"})
_STREAMS = frozenset({"live", "movie", "series", "timeshift"})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody asked for."""

    method: str
    path: str
    """Without its query."""
    query: Mapping[str, str]
    """With the form, where there was one."""
    headers: Mapping[str, str]

    @property
    def action(self) -> str:
        """The action of `player_api.php`; `login` for none, the path for any other."""
        if self.path == "/player_api.php":
            return self.query.get("action", "login")
        return self.path.removeprefix("/")


@dataclass(frozen=True, kw_only=True)
class Timeshift:
    """What somebody wanted from the archive, as it was written."""

    stream: str
    start: str
    minutes: str


@dataclass(kw_only=True)
class _Served:
    """What a path leads to: its content, and whose login it takes."""

    content: Content
    login: Login
    headers: dict[str, str] = field(default_factory=dict)


class Panel:
    """Serves what a test gives it, and counts who takes it; answers as panels do."""

    def __init__(
        self,
        *,
        username: str = "subscriber",
        password: str = "panel-password",
        max_connections: int = 1,
        expires: datetime | None = None,
        timezone: str = "Europe/Berlin",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.url = ""
        """Scheme, host and port, once it serves."""
        self.username, self.password = username, password
        self.logins: dict[str, Login] = {}
        self.catalogue = Catalogue(timezone=timezone, clock=clock)
        self.quirks: set[Quirk] = set()
        self.quirky_actions: set[str] | None = None
        """Which answers the quirks spoil; None means all."""
        self.requests: list[Asked] = []
        """All that came, oldest first."""
        self.timeshifts: list[Timeshift] = []
        """All that was wanted from the archive, oldest first."""
        self._connections = Connections(self._tell)
        self.connections = self._connections.all
        """TCP connections, whatever they are for."""
        self.streams = self._connections.streams
        """Connections over which a stream or film flows, or should."""
        self._faults: dict[str, Fault] = {}
        self._news = asyncio.Event()
        self.login(username, password, max_connections=max_connections, expires=expires)

    async def __aenter__(self) -> Self:
        """Serve on a free port of 127.0.0.1."""
        self._server = web.Server(
            self._answer, handler_cancellation=True, access_log=None
        )
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: self._connections.tap(self._server()), "127.0.0.1", 0
        )
        host, port = self._listener.sockets[0].getsockname()
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._listener.close()
        await self._server.shutdown(timeout=HANG_UP_SECONDS)
        await self._listener.wait_closed()

    # What it serves

    def login(
        self,
        username: str,
        password: str,
        *,
        max_connections: int = 1,
        expires: datetime | None = None,
        trial: bool = False,
        status: str = "Active",
    ) -> Login:
        """Add a login, or put one in the place of the last one of that name."""
        found = self.logins[username] = Login(
            username=username,
            password=password,
            max_connections=max_connections,
            expires=expires,
            trial=trial,
            status=status,
        )
        return found

    def live(
        self,
        id: int,
        name: str,
        *,
        data: bytes = b"",
        rate: float | None = 1_000_000,
        category: str = "General",
        epg: str = "",
        archive_days: int = 0,
        archive: bytes | None = None,
        **facts: Any,
    ) -> None:
        """Offer a channel; without `data` it is a dead one.

        `data` is looped at `rate` bytes a second (None: flat out).

        `archive` is what its archive answers, whatever is wanted; usually `data`.
        `facts` stand in the place of what its entry would say.
        """
        loop = Loop(data=data, rate=rate)
        loop.flowing.set()
        stream = Stream(
            kind="live",
            id=id,
            name=name,
            category=category,
            epg=epg,
            archive_days=archive_days,
            archive=data if archive is None else archive,
            loop=loop if data else None,
            facts=facts,
        )
        self.catalogue.add(stream)

    def movie(
        self,
        id: int,
        name: str,
        data: bytes = b"",
        *,
        extension: str = "mkv",
        category: str = "Films",
        **facts: Any,
    ) -> None:
        """Offer a film; `facts` are those of its entry and of its `info`."""
        self.catalogue.add(
            Stream(
                kind="movie",
                id=id,
                name=name,
                category=category,
                data=data,
                extension=extension,
                facts=facts,
            )
        )

    def show(
        self,
        id: int,
        name: str,
        *,
        episodes: Mapping[int, Iterable[Episode]],
        category: str = "Shows",
        **facts: Any,
    ) -> None:
        """Offer a series; `episodes` by season, `facts` are those of its entry."""
        self.catalogue.add(
            Stream(
                kind="series",
                id=id,
                name=name,
                category=category,
                episodes={season: tuple(each) for season, each in episodes.items()},
                facts=facts,
            )
        )

    def remove(self, kind: str, id: int) -> None:
        """Offer no longer what is of a kind (live, movie, series) and has an id."""
        del self.catalogue.streams[kind][id]

    def guide(self, data: bytes | str) -> None:
        """Put a guide at `xmltv.php`, and under the short guides of all channels."""
        self.catalogue.guide = data.encode() if isinstance(data, str) else data

    # How it misbehaves, beside its quirks

    def misbehave(self, path: str, fault: Fault) -> None:
        """Answer with `fault` for `/live/1.ts`, `/movie/45.mkv`, `/player_api.php`…

        Paths of streams are written without the login.
        """
        self._faults[path] = fault

    def behave(self, path: str) -> None:
        """Answer as usual again."""
        del self._faults[path]

    def cut(self, username: str, *, reset: bool = False) -> None:
        """Hang up on everybody who streams with a login, with FIN or with RST."""
        for transport in self._connections.watching(username):
            hang_up(transport, reset=reset)

    # What it saw

    def count(self, username: str = "") -> Count:
        """Answer the count of one login's streams; the first one's without a name."""
        return self._connections.by_stream[username or self.username]

    def asked(self, action: str) -> list[Asked]:
        """Answer the requests for an action (`login`), or a path without its slash."""
        return [seen for seen in self.requests if seen.action == action]

    async def until(self, met: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until what it counts meets a condition; raise TimeoutError if never."""
        async with asyncio.timeout(seconds):
            while not met():
                await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        query = dict(request.query)
        if request.method == "POST":
            query |= dict(parse_qsl(await request.text(), keep_blank_values=True))
        asked = Asked(
            method=request.method,
            path=request.path,
            query=query,
            headers=request.headers.copy(),
        )
        self.requests.append(asked)
        self._tell()
        with suppress(ConnectionError):
            if asked.path in {"/player_api.php", "/xmltv.php"}:
                return await self._respond(request, asked)
            return await self._stream(request, asked)
        return web.Response(status=500)

    async def _respond(
        self, request: web.BaseRequest, asked: Asked
    ) -> web.StreamResponse:
        if fault := self._faults.get(asked.path):
            return await fault(request, _NOTHING)
        login = self.logins.get(asked.query.get("username", ""))
        if login and login.password != asked.query.get("password"):
            login = None
        spoiled = self.quirky_actions is None or asked.action in self.quirky_actions
        return await respond(
            request,
            asked.action,
            asked.query,
            catalogue=self.catalogue,
            login=login,
            active=self.count(login.username).now if login else 0,
            quirks=frozenset(self.quirks if spoiled else ()),
        )

    async def _stream(
        self, request: web.BaseRequest, asked: Asked
    ) -> web.StreamResponse:
        path, login = self._place(request, asked)
        found = self._content(path, request, asked) if path else None
        fault = self._faults.get(path)
        if not found and not fault:
            return web.Response(status=404)
        if not login or not login.may_watch or self.quirks & _SHUT:
            return web.Response(status=403)
        if request.method == "HEAD":
            return await (fault or send)(request, found or _NOTHING)
        if 0 < login.max_connections <= self.count(login.username).now:
            return web.Response(status=403)
        with self._connections.carrying(request.transport, login.username):
            return await (fault or send)(request, found or _NOTHING)

    def _place(
        self, request: web.BaseRequest, asked: Asked
    ) -> tuple[str, Login | None]:
        """Answer what is meant, without its login, and whose that is."""
        if asked.path in _TIMESHIFT_PHP:
            place, username, password = (
                f"/timeshift/{asked.query.get('stream', '')}.ts",
                asked.query.get("username", ""),
                asked.query.get("password", ""),
            )
        else:
            parts = [unquote(part) for part in request.rel_url.raw_path.split("/")[1:]]
            if len(parts) == 3 and parts[2].partition(".")[0].isdecimal():
                parts.insert(0, "live")
            if len(parts) < 4 or parts[0] not in _STREAMS:
                return "", None
            username, password = parts[1], parts[2]
            place = f"/{parts[0]}/{parts[-1]}"
        login = self.logins.get(username)
        return place, login if login and login.password == password else None

    def _content(
        self, place: str, request: web.BaseRequest, asked: Asked
    ) -> Content | None:
        _, kind, file = place.split("/")
        number, _, extension = file.partition(".")
        if not number.isdecimal():
            return None
        streams = self.catalogue.streams
        if kind == "live" and extension in {"", "ts"}:
            live = streams["live"].get(int(number))
            return live.loop if live else None
        if kind == "movie":
            film = streams["movie"].get(int(number))
            return part_of(film.data, extension, request) if film else None
        if kind == "series":
            episode = self.catalogue.episode(int(number))
            return part_of(episode.data, extension, request) if episode else None
        if kind == "timeshift" and (live := streams["live"].get(int(number))):
            self._note(asked, number)
            return part_of(live.archive, "ts", request) if live.archive_days else None
        return None

    def _note(self, asked: Asked, stream: str) -> None:
        if asked.path in _TIMESHIFT_PHP:
            start, minutes = asked.query.get("start", ""), asked.query.get("duration")
            wanted = Timeshift(stream=stream, start=start, minutes=minutes or "")
        else:
            minutes, start = asked.path.split("/")[4:6]
            wanted = Timeshift(stream=stream, start=start, minutes=minutes)
        self.timeshifts.append(wanted)


_SHUT = frozenset({Quirk.EXPIRED, Quirk.BANNED, Quirk.WRONG_LOGIN})
_NOTHING = Content()
