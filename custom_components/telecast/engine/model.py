"""The values that every floor above the formats speaks of."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..formats.acestream import Swarm
from ..formats.hdhomerun.reading import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One entry of the line-up; its id and number never change by themselves."""

    id: int
    number: str
    """What a viewer types: digits, with one optional sub-channel (`5`, `5.1`)."""
    name: str
    group: str
    group_id: int
    logo: str = ""
    guide_id: str
    """The XMLTV channel id under which our own guide lists this channel; never empty."""
    source: str
    enabled: bool = True
    radio: bool = False
    archive_days: int = 0
    added: int = 0
    """When the channel first appeared, in seconds since 1970 (UTC)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One upstream address of a channel."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    source: str
    local: bool = False
    """Whether the address may lead to this machine (its source lives here, too)."""
    account: str = ""
    """Which of a provider's logins it is watched with, by a name of our own for it."""


class FilmKind(StrEnum):
    """The two kinds of film, named as the Xtream server's paths are."""

    MOVIE = "movie"
    SERIES = "series"


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """A film, or an episode of a series, as what is played."""

    kind: FilmKind
    id: int
    """That of the film or the episode; one never stands for the other."""
    title: str
    extension: str
    """The container as files are named: `mkv`, `mp4`; without the dot."""
    candidate: Candidate
    """Where it is; a `file:` address for one of the user's own."""
    group: str = ""
    """The name of its group, or of its series' one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named set of channels; an Xtream category. The id survives refreshes."""

    id: int
    name: str


class SourceKind(StrEnum):
    """The kinds of source, named as their config subentries are."""

    PLAYLIST = "playlist"
    ACESTREAM = "acestream"
    TUNER = "tuner"
    PROVIDER = "provider"
    LIBRARY = "library"
    VIRTUAL = "virtual_channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """What is known of a source right now; holds no secret."""

    id: str
    kind: SourceKind
    name: str
    connected: bool | None = None
    """Whether the last refresh succeeded, and its engine is there; None if not known."""
    refreshing: bool = False
    progress: int = 0
    """Entries or programmes read so far by a running refresh."""
    channels: int = 0
    streams_in_use: int = 0
    max_streams: int = 0
    last_refresh: datetime | None = None
    """When the line-up last came in whole (or was found unchanged), in UTC."""
    error: str | None = None
    """The code of what went wrong last (errors.py); None when well."""
    message: str | None = None
    skipped: dict[str, int] = field(default_factory=dict)
    """Entries of the document that were left out: reason → count."""
    guide_error: str | None = None
    swarm: Swarm | None = None
    """The peers of all that an AceStream engine plays; None for other kinds of source."""
    signals: tuple[Signal, ...] = ()
    """What the tuners of a device receive, while any of them is ours."""
    expires: datetime | None = None
    """When the first of a provider's logins ends, in UTC; None for never, or not known."""
    is_trial: bool = False
    """Whether a provider lets us in for a trial only."""
    films: int = 0
    """How many films a library holds."""
    series: int = 0
    films_error: str | None = None
    """Why a provider's films and series did not come in; None when well."""
    items: int = 0
    """How many items a virtual channel has that can be played."""
    missing: tuple[str, ...] = ()
    """The names of a virtual channel's folders that are not there, or empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A login of the Xtream server with its limits."""

    id: str
    username: str
    password: str = field(repr=False)
    max_connections: int = 1
    expires: datetime | None = None
    groups: frozenset[str] | None = None
    """Names of the groups that this account may see; None means all."""
    enabled: bool = True
    created: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who is asking: what tells one player from another."""

    address: str
    user_agent: str = ""
    session: str = ""
    """What it calls its session itself; empty where it does not."""
