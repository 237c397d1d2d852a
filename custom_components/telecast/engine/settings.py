"""What the user chose, as plain values; the glue fills them in from Home Assistant."""

from dataclasses import dataclass, field
from pathlib import Path

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
    allowed_folders: tuple[Path, ...] = ()
    """Where a source's path may lead, resolved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistSettings:
    """An M3U playlist as a source."""

    id: str
    name: str
    url: str = field(repr=False)
    """http, https, or the path of a file."""
    epg_urls: tuple[str, ...] = field(default=(), repr=False)
    user_agent: str = ""
    max_streams: int = 1
    """How many upstreams may be open at once; 0 means any number."""
    refresh_hours: float = 12.0
