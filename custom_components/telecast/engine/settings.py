"""What the user chose, as plain values; the glue fills them in from Home Assistant."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from ..formats.acestream import as_playlist
from .model import SourceKind

DEFAULT_NETWORKS = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The hub's options."""

    device_name: str = "Telecast"
    tuner_count: int = 4
    discovery: bool = True
    """Whether players in the network can find the tuner by themselves."""
    split_lineup: bool = False
    """Whether the tuner appears as several ones, each with a part of the line-up."""
    allowed_networks: tuple[str, ...] = DEFAULT_NETWORKS
    public_url: str = ""
    """Where players reach us, when that is not where the request came in; no slash at its end."""
    http_port: int = 0
    grace_period: float = 30.0
    """Seconds that a stream goes on after its last viewer has left."""
    cleanup_interval: float = 60.0
    """Seconds between two sweeps."""
    hardware_acceleration: str = "auto"
    """An encoder by name (formats/ffmpeg), or `auto` for the best that proves itself."""
    max_encoders: int = 2
    """How many FFmpegs may encode video at once."""
    segment_duration: float = 2.0
    """Seconds that a segment of HLS should have."""
    playlist_size: int = 15
    """How many segments a live playlist lists."""
    default_profile: str = "passthrough"
    """The profile of tuners that are asked for none (formats/ffmpeg)."""
    session_history_days: int = 30
    """How long it is kept who has watched what; 0 keeps nothing."""
    allowed_folders: tuple[Path, ...] = ()
    """Where a source's path may lead, resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistSettings:
    """An M3U playlist as a source."""

    kind: ClassVar = SourceKind.PLAYLIST
    id: str
    name: str
    url: str = field(repr=False)
    """http, https, or the path of a file."""
    epg_urls: tuple[str, ...] = field(default=(), repr=False)
    """Its guides, the preferred one first; empty for those that the playlist names."""
    epg_offset: int = 0
    """Minutes by which all its guides are to be shown later."""
    user_agent: str = ""
    max_streams: int = 1
    """How many upstreams may be open at once; 0 means any number."""
    refresh_hours: float = 12.0

    @property
    def entries(self) -> str:
        """What is listed beside the document, as M3U: nothing."""
        return ""

    @property
    def document(self) -> str:
        """What tells the document from others: where it is."""
        return self.url


class WithoutGuide:
    """What the documents of every source have, for those that name no guide by address."""

    __slots__ = ()

    epg_urls: ClassVar[tuple[str, ...]] = ()
    epg_offset: ClassVar = 0


class WithoutDocument(WithoutGuide):
    """The same for those of which nothing is fetched: all is on disk."""

    __slots__ = ()

    url: ClassVar = ""
    user_agent: ClassVar = ""
    entries: ClassVar = ""
    max_streams: ClassVar = 0
    """Files are read by any number of viewers at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AceStreamSettings(WithoutGuide):
    """An AceStream engine as a source, with the channels that it is to play."""

    kind: ClassVar = SourceKind.ACESTREAM
    id: str
    name: str
    engine_url: str = field(repr=False)
    playlist_url: str = field(default="", repr=False)
    """http, https, or the path of a file; empty for none."""
    content_ids: str = ""
    """An id and a name a line (formats/acestream)."""
    share: bool = True
    """Whether all viewers of a channel share one playback of the engine."""
    max_streams: int = 4
    """How many playbacks the engine is trusted with at once; 0 means any number."""
    refresh_hours: float = 12.0

    user_agent: ClassVar = ""

    @property
    def url(self) -> str:
        """Where the playlist is; empty for none."""
        return self.playlist_url

    @property
    def entries(self) -> str:
        """What is listed beside the document, as M3U."""
        return as_playlist(self.content_ids) if self.content_ids else ""

    @property
    def document(self) -> str:
        """What tells the document from others: where it is, and the ids beside it."""
        return f"{self.playlist_url}\n{self.content_ids}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TunerSettings(WithoutGuide):
    """An HDHomeRun tuner as a source."""

    kind: ClassVar = SourceKind.TUNER
    id: str
    name: str
    host: str
    """A name or address, and a port where that is not 80."""
    max_streams: int = 1
    """How many tuners the device has, until it says so itself."""
    refresh_hours: float = 12.0
    entries: str = field(default="", repr=False)
    """The device's channels as M3U, once they are known."""

    url: ClassVar = ""
    user_agent: ClassVar = ""

    @property
    def document(self) -> str:
        """What tells the line-up from others: whose it is."""
        return self.host


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderLogin:
    """A login at a provider."""

    username: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSettings(WithoutGuide):
    """An Xtream Codes provider as a source."""

    kind: ClassVar = SourceKind.PROVIDER
    id: str
    name: str
    url: str = field(repr=False)
    """Scheme, host and port, and a path where the panel has one; no slash at its end."""
    username: str = field(repr=False)
    password: str = field(repr=False)
    fallback_urls: tuple[str, ...] = field(default=(), repr=False)
    """Further addresses of the same panel, tried in turn where one is dead."""
    accounts: tuple[ProviderLogin, ...] = field(default=(), repr=False)
    """Further logins of the same provider: their slots add up."""
    live: bool = True
    vod: bool = True
    """Whether films come in."""
    series: bool = True
    categories: tuple[str, ...] | None = None
    """The names of the live categories that come in; None means all."""
    vod_categories: tuple[str, ...] | None = None
    """The names of the categories of films that come in; None means all."""
    series_categories: tuple[str, ...] | None = None
    user_agent: str = ""
    max_streams: int = 0
    """How many streams each login may have at once; 0 means what the provider says."""
    refresh_hours: float = 12.0

    entries: ClassVar = ""

    @property
    def logins(self) -> tuple[ProviderLogin, ...]:
        """All logins, each user once, the one that everything is read with first."""
        first = ProviderLogin(username=self.username, password=self.password)
        found = {first.username: first}
        for login in self.accounts:
            found.setdefault(login.username, login)
        return tuple(found.values())

    @property
    def document(self) -> str:
        """What tells the line-up from others: whose it is, and what is wanted of it."""
        wanted = "\n".join(("all",) if self.categories is None else self.categories)
        return f"{self.url}\n{self.username}\n{self.live}\n{wanted}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LibrarySettings(WithoutDocument):
    """Folders of the user's own films as a source."""

    kind: ClassVar = SourceKind.LIBRARY
    id: str
    name: str
    folders: tuple[str, ...]
    """Absolute paths."""
    refresh_hours: float = 6.0

    @property
    def document(self) -> str:
        """What tells the films from others: where they are."""
        return "\n".join(self.folders)


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualSettings(WithoutDocument):
    """A channel that plays the user's own files, as a source of one channel."""

    kind: ClassVar = SourceKind.VIRTUAL
    id: str
    name: str
    number: str = ""
    """The number that the user wants it to have; empty for the next free one."""
    group: str = ""
    """Empty for the usual one."""
    folders: tuple[str, ...] = ()
    """Absolute paths."""
    files: tuple[str, ...] = ()
    """Absolute paths of further items, played in this order after those of folders."""
    order: str = "sequential"
    """`sequential`, `shuffle` or `episodes` (timeline.Order)."""
    starts_at: int
    """When its first item begins, in milliseconds since 1970."""
    loop: bool = True
    schedule: str = ""
    """Blocks, as JSON (virtual/plan.py); empty where one list is played at all times."""
    filler: tuple[str, ...] = ()
    """Absolute paths of folders, and of files, that gaps are filled with."""
    zone: str = "UTC"
    """The IANA name of the zone by whose clocks blocks begin."""
    refresh_hours: float = 6.0

    @property
    def document(self) -> str:
        """What tells the channel from others: all but what it is called."""
        return repr(replace(self, name="", refresh_hours=0.0))


type SourceSettings = (
    PlaylistSettings
    | AceStreamSettings
    | TunerSettings
    | ProviderSettings
    | LibrarySettings
    | VirtualSettings
)
