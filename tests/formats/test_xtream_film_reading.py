"""Films and series are read whatever PHP made of them."""

import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import xtream
from custom_components.telecast.formats.xtream.film_reading import (
    EpisodeEntry,
    FilmEntry,
    Season,
    read_movie,
    read_movie_details,
    read_series,
    read_series_details,
)

# As panels of several makers write them.
FOUND: list[dict[str, Any]] = [
    {
        "num": 1,
        "name": "The Film (1999)",
        "stream_type": "movie",
        "stream_id": 45,
        "stream_icon": "https://image.example/a.jpg",
        "rating": "7.3",
        "rating_5based": 3.6,
        "added": "1700000000",
        "is_adult": "0",
        "category_id": "7",
        "category_ids": [7, 9],
        "container_extension": "mkv",
        "custom_sid": None,
        "direct_source": "",
    },
    {
        "num": "1",
        "name": "The Film (1999)",
        "stream_id": "45",
        "stream_icon": " https://image.example/a.jpg ",
        "rating": 7.3,
        "rating_5based": None,
        "added": 1700000000,
        "is_adult": "None",
        "category_id": 7,
        "category_ids": ["7", "9"],
        "container_extension": ".MKV",
    },
    {
        "title": "The Film (1999)",
        "stream_id": 45,
        "cover": "https://image.example/a.jpg",
        "rating": "N/A",
        "rating_5based": "3.65",
        "added": "1700000000",
        "category_id": None,
        "category_ids": [7, 9],
        "container_extension": "mkv",
    },
]


@pytest.mark.parametrize("entry", FOUND)
def test_a_film_reads_the_same_whatever_its_types(entry: dict[str, Any]) -> None:
    film = read_movie(entry)
    assert film is not None
    assert film == FilmEntry(
        key="45",
        name="The Film (1999)",
        categories=("7", "9"),
        poster="https://image.example/a.jpg",
        rating=7.3,
        added=1_700_000_000,
        extension="mkv",
        facts={"rating": 7.3},
    )


@pytest.mark.parametrize("name", ["Unknown", "None", "NULL", "nan", "undefined"])
def test_what_others_write_for_nothing_may_be_a_name(name: str) -> None:
    film = read_movie({"stream_id": 1, "name": name, "plot": name})
    assert film
    assert (film.name, film.facts.get("plot", "")) == (name, "")


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"stream_id": 45},
        {"stream_id": 45, "name": ""},
        {"stream_id": 45, "name": None},
        {"stream_id": 45, "name": ["x"]},
        {"stream_id": None, "name": "x"},
        {"stream_id": True, "name": "x"},
        {"stream_id": "../45", "name": "x"},
        {"stream_id": "45/46", "name": "x"},
        {"stream_id": "4" * 65, "name": "x"},
    ],
)
def test_what_cannot_be_named_or_played_is_no_film(entry: dict[str, Any]) -> None:
    assert read_movie(entry) is None
    renamed = {"series_id" if key == "stream_id" else key: entry[key] for key in entry}
    assert read_series(renamed) is None


@pytest.mark.parametrize(
    ("value", "extension"),
    [
        *((None, "mp4"), ("", "mp4"), ("AVI", "avi"), (["mkv"], "mp4")),
        *(("m/kv", "mp4"), ("../mkv", "mp4"), ("mkv?x", "mp4"), ("m3u8", "m3u8")),
    ],
)
def test_an_extension_is_a_plain_word(value: Any, extension: str) -> None:
    film = read_movie({"stream_id": 1, "name": "x", "container_extension": value})
    assert film is not None
    assert film.extension == extension


@pytest.mark.parametrize("url", ["file:///etc/passwd", "//x/y.jpg", "javascript:1", 7])
def test_a_poster_is_an_address_of_the_web(url: Any) -> None:
    film = read_movie({"stream_id": 1, "name": "x", "stream_icon": url})
    assert film is not None
    assert film.poster == ""


@pytest.mark.parametrize(
    ("rating", "of_five", "read"),
    [
        *(("8", None, 8.0), ("8,5", "", 8.5), ("", "4.5", 9.0), ("99", 0, 10.0)),
        *(("-3", None, 0.0), ("nan", "inf", 0.0), (float("nan"), 2, 4.0)),
        *((float("inf"), None, 0.0), (10**400, None, 0.0), (True, None, 1.0)),
    ],
)
def test_a_rating_is_of_ten(rating: Any, of_five: Any, read: float) -> None:
    entry = {"stream_id": 1, "name": "x", "rating": rating, "rating_5based": of_five}
    film = read_movie(entry)
    assert film is not None
    assert film.rating == read


def test_a_series_of_the_list() -> None:
    series = read_series(
        {
            "num": 1,
            "name": "The Show",
            "series_id": 7,
            "cover": "https://image.example/s.jpg",
            "plot": "They meet.\x00",
            "cast": "Anna",
            "genre": "Drama / Crime",
            "releaseDate": "2016-07-15",
            "last_modified": "1700000001",
            "rating": "9",
            "backdrop_path": ["https://image.example/b.jpg", "", None],
            "youtube_trailer": "abc",
            "episode_run_time": "50",
            "category_id": "4",
        }
    )
    assert series is not None
    assert (series.key, series.name, series.categories) == ("7", "The Show", ("4",))
    assert (series.added, series.rating, series.extension) == (1_700_000_001, 9.0, "")
    assert series.facts == {
        "plot": "They meet.",
        "cast": "Anna",
        "genre": "Drama / Crime",
        "released": "2016-07-15",
        "trailer": "abc",
        "backdrops": ["https://image.example/b.jpg"],
        "rating": 9.0,
        "minutes": 50,
    }


def test_all_of_a_film() -> None:
    facts = read_movie_details(
        {
            "info": {
                "tmdb_id": 603,
                "name": "The Film",
                "o_name": "Der Film",
                "cover_big": "https://image.example/big.jpg",
                "releasedate": "1999-03-31",
                "youtube_trailer": None,
                "actors": "Anna, Bert",
                "description": "Somebody wakes up.",
                "country": "DE",
                "age": "",
                "backdrop_path": "https://image.example/b.jpg",
                "duration": "02:16:17",
                "video": {"codec_name": "h264", "width": 1920, "tags": {"x": 1}},
                "audio": [],
                "bitrate": "4200",
                "rating": "8.7",
            },
            "movie_data": {"stream_id": 45},
        }
    )
    assert facts == {
        "plot": "Somebody wakes up.",
        "cast": "Anna, Bert",
        "country": "DE",
        "released": "1999-03-31",
        "tmdb": "603",
        "original": "Der Film",
        "cover": "https://image.example/big.jpg",
        "backdrops": ["https://image.example/b.jpg"],
        "rating": 8.7,
        "seconds": 8177,
        "bitrate": 4200,
        "video": {"codec_name": "h264", "width": 1920},
    }


@pytest.mark.parametrize("info", [None, [], "", "x", 7, {}])
def test_a_film_of_which_nothing_is_said(info: Any) -> None:
    assert read_movie_details({"info": info}) == {}
    assert read_movie_details({}) == {}


def episode_entry(id: Any, season: Any, number: Any) -> dict[str, Any]:
    return {
        "id": id,
        "episode_num": number,
        "title": f"Episode {id}",
        "container_extension": "mkv",
        "info": {"duration_secs": "60", "movie_image": "https://image.example/e.jpg"},
        "season": season,
        "added": "1700000000",
    }


FIRST, SECOND, THIRD = (
    episode_entry("71", 1, 1),
    episode_entry("72", 1, 2),
    episode_entry("73", 2, 1),
)


@pytest.mark.parametrize(
    "episodes",
    [
        {"1": [FIRST, SECOND], "2": [THIRD]},
        {"2": [THIRD], "1": [SECOND, FIRST, FIRST]},
        {"1": {"0": FIRST, "1": SECOND}, "2": {"5": THIRD}},
        [[], [FIRST, SECOND], [THIRD]],
        [[FIRST, SECOND], [THIRD]],
        [FIRST, SECOND, THIRD],
        {"1": [FIRST, SECOND, None, "x", []], "2": [THIRD], "3": None, "4": 7},
        {
            "1": [
                {key: value for key, value in one.items() if key != "season"}
                for one in (FIRST, SECOND)
            ],
            "2": [THIRD | {"season": None, "id": 73, "episode_num": "1"}],
        },
    ],
)
def test_episodes_read_the_same_however_they_are_sorted(episodes: Any) -> None:
    read = read_series_details({"episodes": episodes}).episodes
    assert [(one.key, one.season, one.number) for one in read] == [
        *(("71", 1, 1), ("72", 1, 2), ("73", 2, 1))
    ]
    assert read[0] == EpisodeEntry(
        key="71",
        season=1,
        number=1,
        name="Episode 71",
        added=1_700_000_000,
        extension="mkv",
        facts={"seconds": 60, "cover": "https://image.example/e.jpg"},
    )


@pytest.mark.parametrize("episodes", [None, [], {}, "", 7, [[]], {"1": []}, [None]])
def test_a_series_may_have_no_episodes(episodes: Any) -> None:
    assert read_series_details({"episodes": episodes}).episodes == []
    assert read_series_details({}).episodes == []


@pytest.mark.parametrize(
    "seasons",
    [
        [{"season_number": 1, "name": "Part One", "overview": "x"}, {"id": 7}, None],
        {"1": {"season_number": "1", "name": "Part One", "overview": "x"}, "0": {}},
    ],
)
def test_seasons_are_read_by_their_numbers(seasons: Any) -> None:
    assert read_series_details({"seasons": seasons}).seasons == [
        Season(number=0),
        Season(number=1, name="Part One", plot="x"),
    ]


_JSON = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
        st.sampled_from(["1", "7.5", "00:10:00", "http://x.example/y", "2020-01-01"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.sampled_from(
                    [
                        *("id", "season", "info", "name", "title", "rating", "added"),
                        *("stream_id", "series_id", "video", "backdrop_path", "plot"),
                        *("container_extension", "duration", "season_number"),
                    ]
                ),
                st.text(max_size=3),
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=20,
)


@given(_JSON, _JSON, _JSON)
def test_whatever_comes_can_be_answered_again(
    info: Any, seasons: Any, episodes: Any
) -> None:
    details = read_series_details(
        {"info": info, "seasons": seasons, "episodes": episodes}
    )
    answer = xtream.series_info(
        name="x",
        cover="",
        rating=0,
        modified=0,
        category_id=1,
        facts=details.facts,
        seasons=details.seasons,
        episodes=[
            xtream.episode(
                id=number,
                season=one.season,
                number=one.number,
                name=one.name,
                icon="",
                added=one.added,
                extension=one.extension,
                facts=one.facts,
            )
            for number, one in enumerate(details.episodes)
        ],
    )
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


@given(st.dictionaries(st.sampled_from(sorted(FOUND[0])), _JSON))
def test_whatever_a_list_says_can_be_listed_again(entry: dict[str, Any]) -> None:
    film = read_movie({"stream_id": 1, "name": "x"} | entry)
    if film is not None:
        told = xtream.vod_stream(
            num=1,
            name=film.name,
            id=1,
            icon=film.poster,
            rating=film.rating,
            added=film.added,
            category_id=1,
            extension=film.extension,
            facts=film.facts,
        )
        again = read_movie(json.loads(json.dumps(told, allow_nan=False)))
        assert again is not None
        assert (again.name, again.rating, again.extension) == (
            *(film.name, film.rating, film.extension),
        )
