"""What a panel says of films and series, in the types that strict players read.

`facts` are those of film_reading; what is not among them is answered empty, never left out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from .film_reading import Facts, Season

NO_MOVIE: Final[dict[str, Any]] = {"info": {}, "movie_data": {}}
"""The answer to `get_vod_info` for a film that there is not."""

NO_SERIES: Final[dict[str, Any]] = {"seasons": [], "info": {}, "episodes": {}}
"""The answer to `get_series_info` for a series that there is not."""


def vod_stream(
    *,
    num: int,
    name: str,
    id: int,
    icon: str,
    rating: float,
    added: int,
    category_id: int,
    extension: str,
    facts: Facts,
) -> dict[str, Any]:
    """Answer one entry of `get_vod_streams`; `rating` is of 10."""
    return {
        "num": num,
        "name": name,
        "stream_type": "movie",
        "stream_id": id,
        "stream_icon": icon,
        "rating": _rating(rating),
        "rating_5based": _of_five(rating),
        "tmdb": facts.get("tmdb", ""),
        "trailer": facts.get("trailer", ""),
        "added": str(added),
        "is_adult": _flag(facts),
        "category_id": str(category_id),
        "category_ids": [category_id],
        "container_extension": extension,
        "custom_sid": "",
        "direct_source": "",
    }


def vod_info(
    *,
    name: str,
    id: int,
    icon: str,
    rating: float,
    added: int,
    category_id: int,
    extension: str,
    facts: Facts,
) -> dict[str, Any]:
    """Answer `get_vod_info`."""
    cover = facts.get("cover") or icon
    return {
        "info": {
            "name": name,
            "o_name": facts.get("original") or name,
            "movie_image": cover,
            "cover_big": cover,
            "backdrop_path": list(facts.get("backdrops", ())),
            "tmdb_id": facts.get("tmdb", ""),
            "plot": facts.get("plot", ""),
            "description": facts.get("plot", ""),
            "cast": facts.get("cast", ""),
            "actors": facts.get("cast", ""),
            "director": facts.get("director", ""),
            "genre": facts.get("genre", ""),
            "country": facts.get("country", ""),
            "age": facts.get("age", ""),
            "mpaa_rating": facts.get("mpaa", ""),
            "releasedate": facts.get("released", ""),
            **_file(facts),
            "rating": _rating(facts.get("rating") or rating),
            "youtube_trailer": facts.get("trailer", ""),
        },
        "movie_data": {
            "stream_id": id,
            "name": name,
            "added": str(added),
            "category_id": str(category_id),
            "category_ids": [category_id],
            "container_extension": extension,
            "custom_sid": "",
            "direct_source": "",
        },
    }


def series(
    *,
    num: int,
    name: str,
    id: int,
    cover: str,
    rating: float,
    modified: int,
    category_id: int,
    facts: Facts,
) -> dict[str, Any]:
    """Answer one entry of `get_series`; `modified` is in seconds since 1970."""
    told = _series(
        name=name,
        cover=cover,
        rating=rating,
        modified=modified,
        category_id=category_id,
        facts=facts,
    )
    return {"num": num, "name": told.pop("name"), "series_id": id, **told}


def series_info(
    *,
    name: str,
    cover: str,
    rating: float,
    modified: int,
    category_id: int,
    facts: Facts,
    seasons: Iterable[Season],
    episodes: Iterable[dict[str, Any]],
) -> dict[str, Any]:
    """Answer `get_series_info`: episodes by season, and a season for each of those."""
    by_season: dict[int, list[dict[str, Any]]] = {}
    for one in episodes:
        by_season.setdefault(one["season"], []).append(one)
    told = {season.number: season for season in seasons}
    return {
        "seasons": [
            _season(
                told.get(number, Season(number=number)),
                len(by_season.get(number, ())),
                cover,
            )
            for number in sorted(by_season or told)
        ],
        "info": _series(
            name=name,
            cover=cover,
            rating=rating,
            modified=modified,
            category_id=category_id,
            facts=facts,
        ),
        "episodes": {str(number): by_season[number] for number in sorted(by_season)},
    }


def episode(
    *,
    id: int,
    season: int,
    number: int,
    name: str,
    icon: str,
    added: int,
    extension: str,
    facts: Facts,
) -> dict[str, Any]:
    """Answer one of the `episodes` of `get_series_info`."""
    return {
        "id": str(id),
        "episode_num": number,
        "title": name,
        "container_extension": extension,
        "info": {
            "movie_image": facts.get("cover") or icon,
            "plot": facts.get("plot", ""),
            "releasedate": facts.get("released", ""),
            "rating": _rating(facts.get("rating", 0)),
            **_file(facts),
        },
        "subtitles": [],
        "custom_sid": "",
        "added": str(added),
        "season": season,
        "direct_source": "",
    }


def panel_film(
    *,
    num: int,
    name: str,
    id: int,
    icon: str,
    added: int,
    category_id: int,
    category_name: str,
    extension: str,
) -> dict[str, Any]:
    """Answer a film as one of the `available_channels` of `panel_api.php`."""
    return {
        "num": num,
        "name": name,
        "stream_type": "movie",
        "type_name": "Movies",
        "stream_id": id,
        "stream_icon": icon,
        "epg_channel_id": None,
        "added": str(added),
        "category_name": category_name,
        "category_id": str(category_id),
        "series_no": None,
        "live": "0",
        "container_extension": extension,
        "custom_sid": "",
        "tv_archive": 0,
        "direct_source": "",
        "tv_archive_duration": 0,
    }


def _series(
    *,
    name: str,
    cover: str,
    rating: float,
    modified: int,
    category_id: int,
    facts: Facts,
) -> dict[str, Any]:
    released = facts.get("released", "")
    return {
        "name": name,
        "cover": cover or facts.get("cover", ""),
        "plot": facts.get("plot", ""),
        "cast": facts.get("cast", ""),
        "director": facts.get("director", ""),
        "genre": facts.get("genre", ""),
        # Both are read: players do not agree on how it is written.
        "releaseDate": released,
        "release_date": released,
        "last_modified": str(modified),
        "rating": _rating(rating),
        "rating_5based": _of_five(rating),
        "backdrop_path": list(facts.get("backdrops", ())),
        "youtube_trailer": facts.get("trailer", ""),
        "episode_run_time": str(facts.get("minutes", 0)),
        "category_id": str(category_id),
        "category_ids": [category_id],
    }


def _season(season: Season, count: int, cover: str) -> dict[str, Any]:
    return {
        "air_date": season.released,
        "episode_count": count,
        "id": season.number,
        "name": season.name or f"Season {season.number}",
        "overview": season.plot,
        "season_number": season.number,
        "cover": season.cover or cover,
        "cover_big": season.cover or cover,
    }


def _file(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Answer how long a film is, and what is in its file."""
    seconds: int = facts.get("seconds", 0)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return {
        "duration_secs": seconds,
        "duration": f"{hour:02}:{minute:02}:{second:02}",
        "video": dict(facts.get("video", {})),
        "audio": dict(facts.get("audio", {})),
        "bitrate": facts.get("bitrate", 0),
    }


def _rating(rating: float) -> str:
    return f"{rating:g}"


def _of_five(rating: float) -> float:
    return round(float(rating) / 2, 1)


def _flag(facts: Facts) -> str:
    return "1" if facts.get("adult") else "0"
