"""HLS playlists that mean harm, or that are beyond all measure."""

import time

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import MasterPlaylist, MediaPlaylist
from custom_components.telecast.formats.lines import MAX_LINE

from .hls_playlists import BASE, media_of

MEGABYTE = 1_000_000
SEGMENT = "#EXTINF:6.0,\n{}.ts\n"


def seconds(text: str) -> float:
    """How long it takes to read a document and to judge it as both sorts."""
    began = time.process_time()
    hls.parse(text, BASE)
    hls.validate_master(text)
    hls.validate_media(text)
    return time.process_time() - began


# Any text.


@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "#EXTINF:",
                    "#EXT-X-KEY:",
                    "#EXT-X-MAP:",
                    "#EXT-X-BYTERANGE:",
                    "#EXT",
                ),
                *(
                    "#EXT-X-STREAM-INF:",
                    "#EXT-X-MEDIA:",
                    "TYPE=AUDIO",
                    "GROUP-ID=",
                    "NAME=",
                ),
                *(
                    "#EXT-X-PROGRAM-DATE-TIME:",
                    "#EXT-X-TARGETDURATION:",
                    "2026-01-02T03:04",
                ),
                *("#EXT-X-MEDIA-SEQUENCE:", "#EXT-X-ENDLIST", "#EXT-X-DISCONTINUITY"),
                *(
                    "METHOD=",
                    "URI=",
                    "IV=",
                    "BANDWIDTH=",
                    "RESOLUTION=",
                    "0x",
                    "9" * 25,
                ),
                *(
                    '"',
                    ",",
                    "=",
                    "@",
                    ".",
                    ":",
                    "\n",
                    "\r",
                    " ",
                    "\0",
                    "é",
                    "\ufeff",
                    "-",
                ),
                *(
                    "nan",
                    "inf",
                    "1e999",
                    "[",
                    "//",
                    "http://",
                    "a.ts",
                    "\ud800",
                    "٣",
                    "#",
                ),
            ]
        ),
        max_size=60,
    )
)
def test_anything_is_read_and_can_be_shown(pieces: list[str]) -> None:
    playlist = hls.parse("#EXTM3U\n" + "".join(pieces), BASE)
    if isinstance(playlist, MediaPlaylist):
        assert playlist.target_duration >= 1
        assert all(0 <= segment.duration <= 86400 for segment in playlist.segments)
        assert 0 <= hls.live_edge(playlist) <= len(playlist.segments)
        for number, segment in enumerate(playlist.segments, playlist.media_sequence):
            assert len(hls.iv_of(segment, number)) == 16
    elif playlist.variants:
        assert hls.best_variant(playlist) in playlist.variants
        assert hls.best_variant(playlist, max_height=5) in playlist.variants
    assert repr(playlist)


@given(st.text(max_size=300))
def test_random_text_does_no_harm(text: str) -> None:
    assert hls.parse(f"#EXTM3U\n{text}", BASE)
    assert hls.validate_media(text)
    assert hls.validate_master(text)


# Long lines.


@pytest.mark.parametrize(
    "line",
    [
        "a",
        "#",
        "#EXTINF:",
        "#EXTINF:6,",
        "#EXTINF:1",
        " ",
        "\t#EXT-X-MEDIA",
        "#EXT-X-KEY:",
        "#EXT-X-KEY:A",
        "#EXT-X-KEY:A=",
        '#EXT-X-KEY:A="',
        '#EXT-X-KEY:A="",',
        "#EXT-X-KEY:METHOD=NONE,",
        "#EXT-X-STREAM-INF:A=1,",
        '#EXT-X-STREAM-INF:"',
        "#EXT-X-STREAM-INF:  ",
        "#EXT-X-KEY:IV=0x0",
        "#EXT-X-DATERANGE:DURATION=1.1",
        "#EXT-X-PROGRAM-DATE-TIME:2026",
        "#EXT-X-MEDIA-SEQUENCE:9",
        "#EXT-X-BYTERANGE:9@",
        "\ufeff",
        "\0",
        "e\u0301",
    ],
)
def test_long_lines_take_no_longer_than_their_length(line: str) -> None:
    for rest in {line, line[-1], line.partition(":")[2] or line}:
        long = line + rest * ((MAX_LINE - len(line)) // len(rest))
        assert seconds(f"#EXTM3U\n{long}\n{long}\n") < 3  # 0.05 here; machines differ


@pytest.mark.parametrize("part", ["a", '#EXT-X-KEY:A="",', " "])
def test_a_line_of_10_mb_is_passed_over(part: str) -> None:
    line = part * (10 * MEGABYTE // len(part))
    assert seconds(f"#EXTM3U\n{line}\n{line}") < 5  # 0.2 here; machines differ


def test_a_line_that_is_too_long_takes_only_itself_along() -> None:
    long = "x" * 100_000
    text = f"#EXTINF:6,\n1.ts\n#EXTINF:6,{long}\n{long}\n#EXTINF:6,\n2.ts\n"
    assert [segment.uri for segment in media_of(text).segments] == ["1.ts", "2.ts"]


@pytest.mark.parametrize(
    "line",
    [
        "#EXT-X-KEY:METHOD=AES-128,URI=k,KEYFORMAT={}\n",
        '#EXT-X-MAP:URI="{}"\n',
        "#EXT-X-DISCONTINUITY\n",
        "#EXTINF:6,{}\n",
        "{}\n",
        "#EXTM3U\n",
        "#EXT-X-START:TIME-OFFSET={}\n",
        '#EXT-X-SESSION-DATA:DATA-ID="{}"\n',
    ],
)
def test_many_lines_take_no_longer_than_their_number(line: str) -> None:
    lines = "".join(map(line.format, range(20_000)))
    assert seconds(f"#EXTM3U\n{lines}") < 5  # 0.3 here; machines differ


# Many entries.


def test_of_a_long_live_playlist_the_newest_segments_are_kept_with_their_numbers() -> (
    None
):
    text = "#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-DISCONTINUITY-SEQUENCE:2\n" + "".join(
        ("#EXT-X-DISCONTINUITY\n" if n % 10 == 0 else "") + SEGMENT.format(n)
        for n in range(hls.MAX_SEGMENTS + 25)
    )
    playlist = media_of(text)
    assert len(playlist.segments) == hls.MAX_SEGMENTS
    assert playlist.segments[0].uri == "25.ts"
    assert playlist.segments[-1].uri == f"{hls.MAX_SEGMENTS + 24}.ts"
    assert (playlist.media_sequence, playlist.discontinuity_sequence) == (32, 5)


@pytest.mark.parametrize("tag", ["#EXT-X-ENDLIST", "#EXT-X-PLAYLIST-TYPE:VOD"])
def test_of_a_long_film_the_beginning_is_kept(tag: str) -> None:
    lines = "".join(SEGMENT.format(n) for n in range(hls.MAX_SEGMENTS + 25))
    playlist = media_of(f"#EXT-X-MEDIA-SEQUENCE:7\n{lines}{tag}\n")
    assert len(playlist.segments) == hls.MAX_SEGMENTS
    assert (playlist.segments[0].uri, playlist.media_sequence) == ("0.ts", 7)


def test_variants_and_alternatives_are_counted() -> None:
    variants = "".join(f"#EXT-X-STREAM-INF:BANDWIDTH={n}\n{n}\n" for n in range(1500))
    others = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="A"\n' * 1500
    master = hls.parse(f"#EXTM3U\n{variants}{others}", BASE)
    assert isinstance(master, MasterPlaylist)
    assert len(master.variants) == len(master.alternatives) == hls.MAX_VARIANTS
    assert master.variants[-1].bandwidth == hls.MAX_VARIANTS - 1
