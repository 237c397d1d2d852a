"""The prober is told no path, opens nothing else, and is believed in nothing but types."""

import json
from typing import Any

from hypothesis import given, strategies as st

from custom_components.telecast.formats.ffmpeg.probe import (
    PROBE_ARGUMENTS,
    parse_media,
    parse_probe,
)


def answer(*streams: dict[str, Any], **about: Any) -> str:
    """What the prober prints."""
    return json.dumps({"programs": [], "streams": streams, "format": about})


def stream(kind: str, codec: str, **others: Any) -> dict[str, Any]:
    """A stream as the prober tells of it."""
    return {"codec_type": kind, "codec_name": codec, **others}


def test_it_reads_what_it_is_given_and_nothing_that_this_names() -> None:
    told = list(PROBE_ARGUMENTS)
    assert told[told.index("-i") + 1] == "file:/dev/fd/0"
    assert told[told.index("-protocol_whitelist") + 1] == "file"
    containers = told[told.index("-format_whitelist") + 1].split(",")
    assert {"matroska", "mov", "mpegts", "avi"} <= set(containers)
    assert {"concat", "hls", "dash", "image2", "applehttp"}.isdisjoint(containers)


def test_durations_rates_and_the_first_of_each_kind() -> None:
    assert parse_probe(
        answer(
            stream("video", "mjpeg", disposition={"attached_pic": 1, "default": 1}),
            stream("video", "h264", width=1920, height=1080, tags={"language": "und"}),
            stream("audio", "ac3", tags={"language": "eng"}),
            stream(
                "audio", "aac", disposition={"default": 1}, tags={"language": "deu"}
            ),
            stream("subtitle", "subrip"),
            duration="5400.480000",
            bit_rate="4500999",
        )
    ) == {
        "duration_secs": 5400,
        "bitrate": 4500,
        "video": {
            "codec_type": "video",
            "codec_name": "h264",
            "width": 1920,
            "height": 1080,
        },
        "audio": {"codec_type": "audio", "codec_name": "aac", "language": "deu"},
    }


def test_what_says_nothing_is_nothing() -> None:
    for text in ("", "{}", "[]", "null", "{", '{"streams": 3, "format": []}'):
        assert parse_probe(text) == {}
    assert parse_probe(answer(duration="N/A", bit_rate="-1")) == {}
    assert parse_probe(answer(duration="nan", bit_rate="inf")) == {}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("streams", "format", "codec_type", "tags", "disposition"),
                    *("duration", "chapters", "side_data_list", "rotation"),
                    *("start_time", "end_time", "language", "title"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(values)
def test_any_answer_is_read(value: Any) -> None:
    found = parse_probe(json.dumps(value))
    assert set(found) <= {"duration_secs", "bitrate", "video", "audio"}


def test_what_is_played_out_is_told_with_all_that_matters_then() -> None:
    text = json.dumps(
        {
            "streams": [
                stream("video", "mjpeg", disposition={"attached_pic": 1}),
                stream(
                    *("video", "h264"),
                    field_order="tt",
                    sample_aspect_ratio="64:45",
                    avg_frame_rate="25/1",
                    side_data_list=[{}, {"rotation": -90}],
                ),
                stream("audio", "ac3", tags={"language": "eng"}),
                stream("audio", "aac", tags={"language": "deu"}),
                stream("audio", "aac", tags={"language": "eng"}),
                stream("audio", "aac"),
            ],
            "chapters": [
                {
                    "start_time": "0.000000",
                    "end_time": "10.5",
                    "tags": {"title": "One"},
                },
                {"start_time": "10.500000", "end_time": "20.0"},
                {"start_time": "20.0", "end_time": "20.0"},
            ],
            "format": {"duration": "5400.4804", "bit_rate": "4500999"},
        }
    )
    assert parse_media(text) == {
        "duration": 5_400_480,
        "bitrate": 4500,
        "video": {
            "codec_type": "video",
            "codec_name": "h264",
            "field_order": "tt",
            "sample_aspect_ratio": "64:45",
            "avg_frame_rate": "25/1",
            "rotation": 270,
            "place": 1,
        },
        "audio": {
            "codec_type": "audio",
            "codec_name": "ac3",
            "language": "eng",
            "place": 0,
        },
        "languages": ["eng", "deu"],
        "chapters": [
            {"start": 0, "end": 10_500, "title": "One"},
            {"start": 10_500, "end": 20_000},
        ],
    }


def test_players_are_told_nothing_of_what_only_matters_then() -> None:
    told = stream("video", "h264", field_order="tt", avg_frame_rate="25/1")
    assert parse_probe(answer(told)) == {
        "video": {"codec_type": "video", "codec_name": "h264"}
    }


def test_older_files_say_in_a_tag_that_they_are_turned() -> None:
    told = parse_media(answer(stream("video", "h264", tags={"rotate": "90"})))
    assert told["video"]["rotation"] == 90


@given(values)
def test_any_answer_is_read_for_playing_out(value: Any) -> None:
    found = parse_media(json.dumps(value))
    names = {"duration", "bitrate", "video", "audio", "languages", "chapters"}
    assert set(found) <= names
