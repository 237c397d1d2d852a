"""What documents held that came in."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaylistResult:
    """What a playlist held."""

    channels: int
    entries: int
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason → count of what was left out."""
    guide_urls: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideResult:
    """What a guide held."""

    programmes: int
    channels: int
    damage: str | None = None
    """Where and why reading ended early; what came before is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmsResult:
    """What a list of films or of series held."""

    films: int
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason → count of what was left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryResult:
    """What the folders of a library held."""

    films: int
    series: int
    episodes: int
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason → count of what was left out."""
    missing: tuple[str, ...] = ()
    """The names of folders that are not there, or empty; what was in them stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaResult:
    """What the folders and files of a virtual channel held."""

    items: int
    """How many can be played, as far as they were looked into."""
    unprobed: int = 0
    """How many have yet to be looked into."""
    unreadable: int = 0
    """How many cannot be played; the table of media says why."""
    channels: int = 0
    """1 once the channel is in the line-up."""
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason → count of what was left out."""
    missing: tuple[str, ...] = ()
    """The names of folders that are not there, or empty; what was in them stays."""
