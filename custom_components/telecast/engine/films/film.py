"""A film, a series, an episode: what is known of them."""

from dataclasses import dataclass, field

from ...formats.xtream.film_reading import Facts, Season
from ..model import FilmKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film or a series as its source lists it; the id never changes."""

    id: int
    kind: FilmKind
    source: str
    key: str
    """The source's own id."""
    name: str
    group: str
    group_id: int
    poster: str = ""
    rating: float = 0
    """Of 10; 0 where there is none."""
    added: int = 0
    """In seconds since 1970 (UTC); of a series, when it was last altered."""
    extension: str = ""
    """Of the file, without the dot; empty for a series."""
    address: str = field(default="", repr=False)
    """Where the file is; of a series, its folder, or nothing."""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """An episode of a series; the id never changes, and is no film's."""

    id: int
    series: int
    season: int
    number: int
    name: str
    added: int = 0
    extension: str
    address: str = field(repr=False)
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What is known of a film, the list's facts and those that its source was asked for."""

    facts: Facts
    seasons: tuple[Season, ...] = ()
    episodes: tuple[Episode, ...] = ()
    """In their order, by season and number."""
