"""What a panel says of films, field by field, in the types that strict players read."""

import json
from typing import Any

from custom_components.telecast.formats import xtream
from custom_components.telecast.formats.xtream.film_reading import Season

NULL = type(None)
FACTS: dict[str, Any] = {
    "plot": "Somebody wakes up.",
    "cast": "Anna, Bert",
    "director": "Carla",
    "genre": "Drama",
    "country": "DE",
    "released": "1999-03-31",
    "trailer": "vKQi3bBA1y8",
    "tmdb": "603",
    "age": "16",
    "mpaa": "R",
    "original": "Ein Film",
    "cover": "http://posters.example/big.jpg",
    "backdrops": ["http://posters.example/b.jpg"],
    "seconds": 8177,
    "minutes": 45,
    "bitrate": 4200,
    "rating": 8.7,
    "video": {"codec_name": "h264", "width": 1920},
    "audio": {"codec_name": "aac"},
    "adult": True,
}
MOVIE: dict[str, Any] = {
    "name": "A Film",
    "id": 100_000_001,
    "icon": "http://posters.example/a.jpg",
    "rating": 7.3,
    "added": 1_700_000_000,
    "category_id": 3,
    "extension": "mkv",
}
SERIES: dict[str, Any] = {
    "name": "A Show",
    "cover": "http://posters.example/s.jpg",
    "rating": 9.0,
    "modified": 1_700_000_000,
    "category_id": 4,
}
VOD_STREAM = [
    ("num", int),
    ("name", str),
    ("stream_type", str),
    ("stream_id", int),
    ("stream_icon", str),
    ("rating", str),
    ("rating_5based", float),
    ("tmdb", str),
    ("trailer", str),
    ("added", str),
    ("is_adult", str),
    ("category_id", str),
    ("category_ids", list),
    ("container_extension", str),
    ("custom_sid", str),
    ("direct_source", str),
]
VOD_INFO = [
    ("name", str),
    ("o_name", str),
    ("movie_image", str),
    ("cover_big", str),
    ("backdrop_path", list),
    ("tmdb_id", str),
    ("plot", str),
    ("description", str),
    ("cast", str),
    ("actors", str),
    ("director", str),
    ("genre", str),
    ("country", str),
    ("age", str),
    ("mpaa_rating", str),
    ("releasedate", str),
    ("duration_secs", int),
    ("duration", str),
    ("video", dict),
    ("audio", dict),
    ("bitrate", int),
    ("rating", str),
    ("youtube_trailer", str),
]
MOVIE_DATA = [
    ("stream_id", int),
    ("name", str),
    ("added", str),
    ("category_id", str),
    ("category_ids", list),
    ("container_extension", str),
    ("custom_sid", str),
    ("direct_source", str),
]
SERIES_INFO = [
    ("name", str),
    ("cover", str),
    ("plot", str),
    ("cast", str),
    ("director", str),
    ("genre", str),
    ("releaseDate", str),
    ("release_date", str),
    ("last_modified", str),
    ("rating", str),
    ("rating_5based", float),
    ("backdrop_path", list),
    ("youtube_trailer", str),
    ("episode_run_time", str),
    ("category_id", str),
    ("category_ids", list),
]
SERIES_ENTRY = [
    ("num", int),
    ("name", str),
    ("series_id", int),
    *SERIES_INFO[1:],
]
SEASON = [
    ("air_date", str),
    ("episode_count", int),
    ("id", int),
    ("name", str),
    ("overview", str),
    ("season_number", int),
    ("cover", str),
    ("cover_big", str),
]
EPISODE = [
    ("id", str),
    ("episode_num", int),
    ("title", str),
    ("container_extension", str),
    ("info", dict),
    ("subtitles", list),
    ("custom_sid", str),
    ("added", str),
    ("season", int),
    ("direct_source", str),
]
EPISODE_INFO = [
    ("movie_image", str),
    ("plot", str),
    ("releasedate", str),
    ("rating", str),
    ("duration_secs", int),
    ("duration", str),
    ("video", dict),
    ("audio", dict),
    ("bitrate", int),
]
PANEL_FILM = [
    ("num", int),
    ("name", str),
    ("stream_type", str),
    ("type_name", str),
    ("stream_id", int),
    ("stream_icon", str),
    ("epg_channel_id", NULL),
    ("added", str),
    ("category_name", str),
    ("category_id", str),
    ("series_no", NULL),
    ("live", str),
    ("container_extension", str),
    ("custom_sid", str),
    ("tv_archive", int),
    ("direct_source", str),
    ("tv_archive_duration", int),
]


def types(document: dict[str, Any]) -> list[tuple[str, type]]:
    """The fields in order, each with its exact type; and JSON can say all of it."""
    assert json.loads(json.dumps(document)) == document
    return [(name, type(value)) for name, value in document.items()]


def episode(id: int, season: int, number: int, **facts: Any) -> dict[str, Any]:
    return xtream.episode(
        id=id,
        season=season,
        number=number,
        name=f"Episode {number}",
        icon="http://posters.example/s.jpg",
        added=1_700_000_000,
        extension="mp4",
        facts=facts,
    )


def test_a_film_of_the_list() -> None:
    entry = xtream.vod_stream(num=7, **MOVIE, facts=FACTS)
    assert types(entry) == VOD_STREAM
    assert (entry["num"], entry["stream_id"]) == (7, 100_000_001)
    assert entry["stream_type"] == "movie"
    assert (entry["rating"], entry["rating_5based"]) == ("7.3", 3.6)
    assert (entry["category_id"], entry["category_ids"]) == ("3", [3])
    assert (entry["tmdb"], entry["trailer"]) == ("603", "vKQi3bBA1y8")
    assert (entry["added"], entry["is_adult"]) == ("1700000000", "1")
    assert entry["container_extension"] == "mkv"
    assert entry["direct_source"] == "", "where it comes from is nobody's business"


def test_a_film_of_which_nothing_is_known_has_the_same_fields() -> None:
    bare = MOVIE | {"icon": "", "rating": 0}
    entry = xtream.vod_stream(num=1, **bare, facts={})
    assert types(entry) == VOD_STREAM
    assert (entry["rating"], entry["rating_5based"]) == ("0", 0.0)
    assert entry["is_adult"] == "0"
    info = xtream.vod_info(**bare, facts={})
    assert types(info["info"]) == VOD_INFO
    assert types(info["movie_data"]) == MOVIE_DATA
    assert info["info"]["duration"] == "00:00:00"
    assert info["info"]["o_name"] == "A Film"


def test_all_of_a_film() -> None:
    answer = xtream.vod_info(**MOVIE, facts=FACTS)
    assert list(answer) == ["info", "movie_data"]
    info, movie = answer["info"], answer["movie_data"]
    assert types(info) == VOD_INFO
    assert types(movie) == MOVIE_DATA
    assert info["movie_image"] == info["cover_big"] == FACTS["cover"]
    assert info["plot"] == info["description"] == FACTS["plot"]
    assert info["cast"] == info["actors"] == FACTS["cast"]
    assert (info["name"], info["o_name"]) == ("A Film", "Ein Film")
    assert (info["duration_secs"], info["duration"]) == (8177, "02:16:17")
    assert (info["rating"], info["bitrate"]) == ("8.7", 4200)
    assert info["backdrop_path"] == FACTS["backdrops"]
    assert (info["age"], info["mpaa_rating"]) == ("16", "R")
    assert info["video"] == FACTS["video"]
    assert movie["stream_id"] == 100_000_001
    assert movie["container_extension"] == "mkv"


def test_a_film_that_there_is_not() -> None:
    assert xtream.NO_MOVIE == {"info": {}, "movie_data": {}}
    assert xtream.NO_SERIES == {"seasons": [], "info": {}, "episodes": {}}


def test_a_series_of_the_list() -> None:
    for facts in (FACTS, {}):
        entry = xtream.series(num=2, id=100_000_007, **SERIES, facts=facts)
        assert types(entry) == SERIES_ENTRY
    entry = xtream.series(num=2, id=100_000_007, **SERIES, facts=FACTS)
    assert (entry["num"], entry["series_id"], entry["name"]) == (
        *(2, 100_000_007, "A Show"),
    )
    assert entry["releaseDate"] == entry["release_date"] == "1999-03-31"
    assert entry["last_modified"] == "1700000000"
    assert (entry["rating"], entry["rating_5based"]) == ("9", 4.5)
    assert entry["episode_run_time"] == "45"
    assert entry["cover"] == SERIES["cover"]


def test_all_of_a_series() -> None:
    answer = xtream.series_info(
        **SERIES,
        facts=FACTS,
        seasons=[
            Season(number=1, name="Part One", cover="http://posters.example/1.jpg")
        ],
        episodes=[
            episode(500_000_003, 10, 1),
            episode(500_000_001, 1, 1, seconds=61, plot="It begins."),
            episode(500_000_002, 1, 2, cover="http://posters.example/2.jpg"),
        ],
    )
    assert list(answer) == ["seasons", "info", "episodes"]
    assert types(answer["info"]) == SERIES_INFO
    assert [types(season) for season in answer["seasons"]] == [SEASON, SEASON]
    first, tenth = answer["seasons"]
    assert (first["name"], first["episode_count"]) == ("Part One", 2)
    assert first["cover"] == first["cover_big"] == "http://posters.example/1.jpg"
    assert (tenth["name"], tenth["season_number"]) == ("Season 10", 10)
    assert tenth["cover"] == SERIES["cover"]
    assert list(answer["episodes"]) == ["1", "10"]
    assert [one["id"] for one in answer["episodes"]["1"]] == ["500000001", "500000002"]
    for one in [*answer["episodes"]["1"], *answer["episodes"]["10"]]:
        assert types(one) == EPISODE
        assert types(one["info"]) == EPISODE_INFO
    pilot, second = answer["episodes"]["1"]
    assert (pilot["episode_num"], pilot["season"]) == (1, 1)
    assert (pilot["title"], pilot["container_extension"]) == ("Episode 1", "mp4")
    assert pilot["info"]["duration"] == "00:01:01"
    assert pilot["info"]["movie_image"] == SERIES["cover"]
    assert second["info"]["movie_image"] == "http://posters.example/2.jpg"


def test_a_series_without_episodes_is_still_an_object() -> None:
    answer = xtream.series_info(
        **SERIES, facts={}, seasons=[Season(number=1)], episodes=[]
    )
    assert answer["episodes"] == {}
    assert [season["episode_count"] for season in answer["seasons"]] == [0]
    assert types(answer["info"]) == SERIES_INFO


def test_a_film_of_the_panel() -> None:
    known = {key: value for key, value in MOVIE.items() if key != "rating"}
    entry = xtream.panel_film(num=9, **known, category_name="Drama")
    assert types(entry) == PANEL_FILM
    assert (entry["stream_type"], entry["live"]) == ("movie", "0")
    assert (entry["category_name"], entry["category_id"]) == ("Drama", "3")
    assert entry["container_extension"] == "mkv"
