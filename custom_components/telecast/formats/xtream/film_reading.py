"""Films and series as panels list them, read whatever their types."""

from collections.abc import Iterator
from dataclasses import dataclass
import re
from typing import Any

from .scalars import date, integer, name_of, number, table, text, url, urls

_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}")
_EXTENSION = re.compile(r"\.?([0-9a-z]{1,8})")
# What panels deliver where they do not say what it is.
_USUAL_EXTENSION = "mp4"
_DURATION = re.compile(r"([0-9]{1,3}):([0-5]?[0-9])(?::([0-5]?[0-9]))?")
_LONGEST_PLOT = 4000
_LONGEST_CAST = 1000
_LONGEST_STREAM_FACT = 100
_MOST_STREAM_FACTS = 60
_MOST_SEASONS = 300
_MOST_EPISODES = 20_000
_HIGHEST = 100_000

type Facts = dict[str, Any]
"""What is told of a film beside its name; only what there is, in JSON's types.

`plot`, `cast`, `director`, `genre`, `country`, `released`, `trailer`, `tmdb`, `age`,
`mpaa`, `original` (name), `cover`: texts; `backdrops`: addresses; `adult`: true;
`seconds`, `minutes` (of an episode, usually), `bitrate` (kbit/s): numbers; `rating`: of
10; `video`, `audio`: objects as FFmpeg's prober writes them.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmEntry:
    """One entry of `get_vod_streams` or of `get_series`."""

    key: str
    """The panel's id: letters, digits, `_` and `-`."""
    name: str
    categories: tuple[str, ...]
    """The ids of its categories, the first one before all others."""
    poster: str
    rating: float
    """Of 10; 0 where there is none."""
    added: int
    """In seconds since 1970; of a series, when it was last altered."""
    extension: str
    """Of the file, without the dot; empty for a series."""
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeEntry:
    """One episode of `get_series_info`."""

    key: str
    season: int
    number: int
    name: str
    added: int
    extension: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """What is said of a season, as far as anything is."""

    number: int
    name: str = ""
    plot: str = ""
    released: str = ""
    cover: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesDetails:
    """What `get_series_info` tells."""

    facts: Facts
    seasons: list[Season]
    """By their numbers."""
    episodes: list[EpisodeEntry]
    """By season and number."""


def read_movie(entry: dict[str, Any]) -> FilmEntry | None:
    """Read an entry of `get_vod_streams`; None for what cannot be played."""
    key = _key(entry.get("stream_id"))
    name = name_of(entry.get("name") or entry.get("title"))
    if not key or not name:
        return None
    return FilmEntry(
        key=key,
        name=name,
        categories=_categories(entry),
        poster=url(entry.get("stream_icon") or entry.get("cover")),
        rating=_rating(entry),
        added=integer(entry.get("added")),
        extension=_extension(entry.get("container_extension")),
        facts=_facts(entry),
    )


def read_series(entry: dict[str, Any]) -> FilmEntry | None:
    """Read an entry of `get_series`; None for what cannot be opened."""
    key = _key(entry.get("series_id"))
    name = name_of(entry.get("name") or entry.get("title"))
    if not key or not name:
        return None
    return FilmEntry(
        key=key,
        name=name,
        categories=_categories(entry),
        poster=url(entry.get("cover") or entry.get("stream_icon")),
        rating=_rating(entry),
        added=integer(entry.get("last_modified")),
        extension="",
        facts=_facts(entry),
    )


def read_movie_details(answer: dict[str, Any]) -> Facts:
    """Read what `get_vod_info` answers."""
    return _facts(table(answer.get("info")))


def read_series_details(answer: dict[str, Any]) -> SeriesDetails:
    """Read what `get_series_info` answers; each episode once."""
    episodes: dict[str, EpisodeEntry] = {}
    for season, entry in _episodes(answer.get("episodes")):
        if len(episodes) >= _MOST_EPISODES:
            break
        if read := _episode(season, entry):
            episodes.setdefault(read.key, read)
    return SeriesDetails(
        facts=_facts(table(answer.get("info"))),
        seasons=_seasons(answer.get("seasons")),
        episodes=sorted(episodes.values(), key=lambda one: (one.season, one.number)),
    )


def _episodes(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield episodes with their seasons: by season's number, by its place, or plainly."""
    if isinstance(value, dict):
        seasons = [(integer(name, _HIGHEST), season) for name, season in value.items()]
    elif isinstance(value, list):
        seasons = list(enumerate(value))
    else:
        return
    for number_of, season in seasons:
        if isinstance(season, dict) and "id" in season:
            yield number_of, season
            continue
        entries = season.values() if isinstance(season, dict) else season
        for entry in entries if isinstance(entries, (list, type({}.values()))) else ():
            if isinstance(entry, dict):
                yield number_of, entry


def _episode(season: int, entry: dict[str, Any]) -> EpisodeEntry | None:
    key = _key(entry.get("id"))
    if not key:
        return None
    told = table(entry.get("info"))
    episode = integer(entry.get("episode_num"), _HIGHEST)
    has_season = text(entry.get("season")) != ""
    return EpisodeEntry(
        key=key,
        season=integer(entry.get("season"), _HIGHEST) if has_season else season,
        number=episode,
        name=name_of(entry.get("title") or told.get("name")) or f"Episode {episode}",
        added=integer(entry.get("added")),
        extension=_extension(entry.get("container_extension")),
        facts=_facts(told),
    )


def _seasons(value: Any) -> list[Season]:
    entries = value if isinstance(value, list) else list(table(value).values())
    found: dict[int, Season] = {}
    for entry in entries[:_MOST_SEASONS]:
        if not isinstance(entry, dict):
            continue
        season = Season(
            number=integer(entry.get("season_number"), _HIGHEST),
            name=name_of(entry.get("name")),
            plot=text(entry.get("overview"), _LONGEST_PLOT),
            released=date(entry.get("air_date")),
            cover=url(entry.get("cover_big") or entry.get("cover")),
        )
        found.setdefault(season.number, season)
    return [season for _, season in sorted(found.items())]


def _facts(told: dict[str, Any]) -> Facts:
    tmdb = text(told.get("tmdb_id") or told.get("tmdb"), 20)
    facts: Facts = {
        "plot": text(told.get("plot") or told.get("description"), _LONGEST_PLOT),
        "cast": text(told.get("cast") or told.get("actors"), _LONGEST_CAST),
        "director": text(told.get("director")),
        "genre": text(told.get("genre")),
        "country": text(told.get("country")),
        "released": date(
            *(told.get(name) for name in ("releasedate", "releaseDate")),
            *(told.get(name) for name in ("release_date", "air_date", "year")),
        ),
        "trailer": text(told.get("youtube_trailer") or told.get("trailer")),
        "tmdb": "" if tmdb == "0" else tmdb,
        "age": text(told.get("age"), 20),
        "mpaa": text(told.get("mpaa_rating"), 20),
        "original": text(told.get("o_name")),
        "cover": url(told.get("movie_image") or told.get("cover_big")),
        "backdrops": urls(told.get("backdrop_path")),
        "rating": _rating(told),
        "seconds": _seconds(told),
        "minutes": integer(told.get("episode_run_time"), 10_000),
        "bitrate": integer(told.get("bitrate")),
        "video": _stream(told.get("video")),
        "audio": _stream(told.get("audio")),
        "adult": integer(told.get("is_adult")) > 0,
    }
    return _told(facts)


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing: most lists say next to nothing of most films."""
    return {name: value for name, value in facts.items() if value}


def _stream(value: Any) -> dict[str, Any]:
    """Answer what a prober said of a stream: plain values, and so many at most."""
    plain: dict[str, Any] = {}
    for name, told in list(table(value).items())[:_MOST_STREAM_FACTS]:
        if isinstance(told, str):
            plain[text(name)] = text(told, _LONGEST_STREAM_FACT)
        elif isinstance(told, int) and abs(told) < 2**53:
            plain[text(name)] = told
    return plain


def _seconds(told: dict[str, Any]) -> int:
    if seconds := integer(told.get("duration_secs"), 10**6):
        return seconds
    match = _DURATION.match(text(told.get("duration")))
    if not match:
        return 0
    first, second, third = (int(part or 0) for part in match.groups())
    return first * 3600 + second * 60 + third


def _rating(told: dict[str, Any]) -> float:
    rating = number(told.get("rating")) or number(told.get("rating_5based")) * 2
    return round(min(max(rating, 0.0), 10.0), 1)


def _key(value: Any) -> str:
    key = text(value, 65)
    return key if _KEY.fullmatch(key) else ""


def _categories(entry: dict[str, Any]) -> tuple[str, ...]:
    several = entry.get("category_ids")
    found = [entry.get("category_id"), *(several if isinstance(several, list) else ())]
    return tuple(dict.fromkeys(told for one in found if (told := text(one, 64))))


def _extension(value: Any) -> str:
    match = _EXTENSION.fullmatch(text(value, 16).casefold())
    return match[1] if match else _USUAL_EXTENSION
