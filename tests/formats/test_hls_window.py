"""The live window, and where in it a player begins."""

from dataclasses import replace
import random

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import (
    MasterPlaylist,
    MediaPlaylist,
    MediaSegment,
    PlaylistKind,
    Variant,
)

from .hls_playlists import SEGMENTS, plain


def numbers(playlist: MediaPlaylist) -> dict[str, tuple[int, int]]:
    """What each segment counts as: its media and its discontinuity sequence number."""
    found, breaks = {}, playlist.discontinuity_sequence
    for number, segment in enumerate(playlist.segments, playlist.media_sequence):
        breaks += segment.discontinuity
        found[segment.uri] = (number, breaks)
    return found


# The window.


def test_the_window_holds_the_last_segments() -> None:
    playlist = hls.window(plain(10), size=4, media_sequence=100, target_duration=6)
    assert playlist.segments == plain(4, start=6)
    assert (playlist.media_sequence, playlist.kind) == (106, PlaylistKind.LIVE)
    assert not playlist.ended


@pytest.mark.parametrize("size", [0, 3, 4])
def test_nothing_is_dropped_where_all_fit(size: int) -> None:
    playlist = hls.window(plain(3), size=size, media_sequence=7)
    assert (playlist.segments, playlist.media_sequence) == (plain(3), 7)


def test_a_window_never_gets_shorter_than_three_target_durations() -> None:
    short = plain(10, duration=2.0)
    assert len(hls.window(short, size=3, target_duration=2).segments) == 3
    assert len(hls.window(short, size=3, target_duration=6).segments) == 9
    assert len(hls.window(short, size=3, target_duration=60).segments) == 10


def test_segments_that_leave_take_their_discontinuities_along() -> None:
    segments = tuple(
        replace(segment, discontinuity=index in {1, 4, 5})
        for index, segment in enumerate(plain(10))
    )
    counted = [
        hls.window(
            segments[:count], size=3, discontinuity_sequence=2
        ).discontinuity_sequence
        for count in range(3, 11)
    ]
    # The tag of the first segment still stands in the playlist.
    assert counted == [2, 2, 3, 3, 3, 4, 5, 5]


@given(
    st.lists(SEGMENTS, max_size=12),
    st.integers(0, 6),
    st.integers(0, 1000),
    st.integers(0, 1000),
)
def test_a_segment_keeps_its_numbers_for_as_long_as_it_is_listed(
    segments: list[MediaSegment], size: int, sequence: int, breaks: int
) -> None:
    named = [replace(segment, uri=f"{i}.ts") for i, segment in enumerate(segments)]
    everything = numbers(
        hls.window(named, media_sequence=sequence, discontinuity_sequence=breaks)
    )
    playlist = hls.window(
        named, size=size, media_sequence=sequence, discontinuity_sequence=breaks
    )
    assert numbers(playlist).items() <= everything.items()
    assert playlist.segments == tuple(named[len(named) - len(playlist.segments) :])
    assert len(playlist.segments) >= min(size or len(named), len(named))
    assert hls.parse(hls.render_media(playlist), "") == playlist


def test_a_window_says_what_it_is_told() -> None:
    playlist = hls.window(plain(1), ended=True, independent_segments=True)
    assert (playlist.ended, playlist.independent_segments) == (True, True)


# How long a segment counts.


@pytest.mark.parametrize(
    ("durations", "target"),
    [
        ([], 1),
        ([0.0], 1),
        ([0.4], 1),
        ([5.5], 6),
        ([5.499999], 5),
        ([5.4999999], 6),
        ([4.0, 6.006, 2.0], 6),
        ([2.5], 3),
        ([0.49999999999999994], 1),
    ],
)
def test_the_target_duration_is_the_longest_segments_rounded_half_up(
    durations: list[float], target: int
) -> None:
    segments = [MediaSegment(uri="x.ts", duration=duration) for duration in durations]
    assert hls.target_duration_of(segments) == target
    playlist = hls.window(segments)
    assert playlist.target_duration == target
    assert hls.validate_media(hls.render_media(playlist)) == []


# Where to begin.


@pytest.mark.parametrize(
    ("count", "duration", "index"),
    [(10, 6.0, 7), (10, 5.0, 6), (10, 2.0, 1), (10, 1.0, 0), (3, 6.0, 0), (0, 6.0, 0)],
)
def test_a_live_playlist_begins_three_target_durations_before_its_end(
    count: int, duration: float, index: int
) -> None:
    playlist = MediaPlaylist(
        target_duration=6, segments=plain(count, duration=duration)
    )
    assert hls.live_edge(playlist) == index
    assert hls.live_edge(replace(playlist, kind=PlaylistKind.EVENT)) == index


@pytest.mark.parametrize(("behind", "index"), [(1, 9), (2, 8), (5, 5), (99, 0)])
def test_how_far_behind_can_be_told(behind: int, index: int) -> None:
    playlist = MediaPlaylist(target_duration=6, segments=plain(10))
    assert hls.live_edge(playlist, behind=behind) == index


def test_what_has_ended_begins_at_its_beginning() -> None:
    live = MediaPlaylist(target_duration=6, segments=plain(10))
    assert hls.live_edge(replace(live, ended=True)) == 0
    assert hls.live_edge(replace(live, kind=PlaylistKind.VOD)) == 0


# Which variant.


def variant(
    bandwidth: int, height: int | None = None, codecs: str = "", uri: str = "x"
) -> Variant:
    """A variant of a height, in the usual shape."""
    size = None if height is None else (height * 16 // 9, height)
    return Variant(bandwidth=bandwidth, resolution=size, codecs=codecs, uri=uri)


FULL, HD, SD = variant(5000, 1080), variant(3000, 720), variant(1500, 480)
UNKNOWN = variant(4000)
RADIO = variant(9000, codecs="mp4a.40.2")


@pytest.mark.parametrize(
    ("variants", "max_height", "best"),
    [
        ([SD, FULL, HD], None, FULL),
        ([SD, FULL, HD], 1080, FULL),
        ([SD, FULL, HD], 800, HD),
        ([SD, FULL, HD], 240, SD),
        ([SD, RADIO], None, SD),
        ([SD, RADIO], 240, SD),
        ([RADIO], None, RADIO),
        ([HD, UNKNOWN], None, UNKNOWN),
        ([HD, UNKNOWN], 720, HD),
        ([FULL, UNKNOWN], 720, UNKNOWN),
        ([variant(0, 480), variant(0, 720)], None, variant(0, 720)),
        ([variant(1, codecs="mp4a.40.2,wvtt"), variant(0)], None, variant(0)),
        (
            [variant(1, codecs="ec-3"), variant(0, codecs="hvc1.2.4,ec-3")],
            None,
            variant(0, codecs="hvc1.2.4,ec-3"),
        ),
    ],
)
def test_the_best_variant_is_the_richest_picture_that_fits(
    variants: list[Variant], max_height: int | None, best: Variant
) -> None:
    mixed = random.Random(7).sample(variants, len(variants))
    for order in (variants, mixed):
        master = MasterPlaylist(variants=tuple(order))
        assert hls.best_variant(master, max_height=max_height) == best


def test_of_equal_variants_the_first_one_is_the_best() -> None:
    first, second = variant(1, 720, uri="first"), variant(1, 720, uri="second")
    assert hls.best_variant(MasterPlaylist(variants=(first, second))) is first


def test_without_variants_there_is_no_best_one() -> None:
    with pytest.raises(hls.EmptyVariantsError):
        hls.best_variant(MasterPlaylist(variants=()))
