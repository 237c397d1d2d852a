"""The names of a stream's files: one meaning each, and no way out of their folder."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MediaSegment

RENDITIONS = st.from_regex(r"[a-z0-9]{1,32}", fullmatch=True).filter(
    lambda name: name != "master"
)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (0, "1080p_segment_000.ts"),
        (7, "1080p_segment_007.ts"),
        (999, "1080p_segment_999.ts"),
        (1000, "1080p_segment_1000.ts"),
        (123_456_789, "1080p_segment_123456789.ts"),
    ],
)
def test_segments_are_numbered_with_three_digits_or_more(
    number: int, name: str
) -> None:
    assert hls.segment_name("1080p", number) == name
    assert hls.segment_pattern("1080p") % number == name
    assert hls.parse_segment_name(name) == ("1080p", number)


def test_playlists_are_named_after_their_rendition() -> None:
    names = [hls.playlist_name(rendition) for rendition in ("1080p", "720p", "480p")]
    assert names == ["1080p.m3u8", "720p.m3u8", "480p.m3u8"]
    assert [hls.parse_playlist_name(name) for name in names] == [
        "1080p",
        "720p",
        "480p",
    ]
    assert hls.MASTER == "master.m3u8"


@given(RENDITIONS, st.integers(0, 10**18 - 1))
def test_every_name_is_read_as_it_was_made(rendition: str, number: int) -> None:
    name = hls.segment_name(rendition, number)
    assert hls.parse_segment_name(name) == (rendition, number)
    assert hls.parse_playlist_name(hls.playlist_name(rendition)) == rendition
    assert hls.parse_playlist_name(name) is None


@given(st.text(st.characters(codec="ascii") | st.sampled_from("０９²_ſ"), max_size=40))
def test_every_name_has_one_meaning(name: str) -> None:
    for full in (name, f"{name}_segment_007.ts", f"720p_segment_{name}.ts"):
        if parsed := hls.parse_segment_name(full):
            assert hls.segment_name(*parsed) == full


@pytest.mark.parametrize(
    "name",
    [
        "",
        "720p.m3u8",
        "720p_segment_.ts",
        "720p_segment_07.ts",
        "720p_segment_0007.ts",
        "720p_segment_007.ts.tmp",
        "720p_segment_007.mp4",
        "720p_segment_-07.ts",
        "720p_segment_٠٠٧.ts",
        "720p_segment_007.ts\n",
        " 720p_segment_007.ts",
        "720P_segment_007.ts",
        "_segment_007.ts",
        "a/720p_segment_007.ts",
        "../720p_segment_007.ts",
        "..\\720p_segment_007.ts",
        "720p_segment_007%2f.ts",
        "720p_segment_" + "9" * 19 + ".ts",
        "720p_segment_" + "9" * 10_000 + ".ts",
    ],
)
def test_other_names_are_no_segments(name: str) -> None:
    assert hls.parse_segment_name(name) is None


@pytest.mark.parametrize(
    "name",
    ["", ".m3u8", "master.m3u8", "../720p.m3u8", "720p.m3u8\n", "720p.m3u", "７p.m3u8"],
)
def test_other_names_are_no_renditions_playlists(name: str) -> None:
    assert hls.parse_playlist_name(name) is None


@pytest.mark.parametrize(
    "rendition", ["", "master", "720_p", "../x", "720P", "a b", "é", "x" * 33, "a%d"]
)
def test_a_rendition_that_would_confuse_is_refused(rendition: str) -> None:
    for name in (hls.playlist_name, hls.segment_pattern):
        with pytest.raises(hls.InvalidNameError):
            name(rendition)
    with pytest.raises(hls.InvalidNameError):
        hls.segment_name(rendition, 1)


@pytest.mark.parametrize("number", [-1, 10**18])
def test_a_number_beyond_all_names_is_refused(number: int) -> None:
    with pytest.raises(hls.InvalidNameError):
        hls.segment_name("720p", number)


FOLDER = [
    "720p_segment_1000.ts",
    "720p_segment_002.ts",
    "1080p_segment_001.ts",
    "720p_segment_999.ts",
    "720p.m3u8",
    "master.m3u8",
    "720p_segment_003.ts.tmp",
    "notes.txt",
    "..",
]


def test_segments_are_found_by_number_among_other_files() -> None:
    assert hls.discover_segments(iter(FOLDER)) == [
        (1, "1080p_segment_001.ts"),
        (2, "720p_segment_002.ts"),
        (999, "720p_segment_999.ts"),
        (1000, "720p_segment_1000.ts"),
    ]
    assert hls.discover_segments([]) == []


def test_segments_can_be_found_of_one_rendition() -> None:
    found = hls.discover_segments(FOLDER, rendition="1080p")
    assert found == [(1, "1080p_segment_001.ts")]
    assert hls.discover_segments(FOLDER, rendition="480p") == []


def test_what_was_found_is_listed_with_a_usual_duration() -> None:
    found = hls.discover_segments(FOLDER, rendition="720p")
    first, *others = hls.discovered(found)
    assert first == MediaSegment(uri="720p_segment_002.ts", duration=6.0)
    assert len(others) == 2
    assert hls.discovered(found, duration=4.0)[0].duration == 4.0
    playlist = hls.window(hls.discovered(found), media_sequence=found[0][0])
    assert hls.validate_media(hls.render_media(playlist)) == []
