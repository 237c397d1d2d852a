"""HLS playlists: what goes out keeps to RFC 8216, and comes back the same."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
import math
import re

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import (
    Alternative,
    AlternativeType,
    ByteRange,
    Key,
    Map,
    MasterPlaylist,
    MediaPlaylist,
    PlaylistKind,
    Variant,
)

from .hls_playlists import CASES, masters, media, plain, render, validate

VARIANT = Variant(bandwidth=1000, resolution=(16, 9), uri="v.m3u8")
MASTER = MasterPlaylist(variants=(VARIANT,))
(SEGMENT,) = plain(1)
MEDIA = MediaPlaylist(target_duration=6, segments=(SEGMENT,))
AUDIO = Alternative(type=AlternativeType.AUDIO, group_id="a", name="A", uri="a.m3u8")
CAPTIONS = Alternative(
    type=AlternativeType.CLOSED_CAPTIONS, group_id="c", name="C", instream_id="CC1"
)
KEY = Key(method="AES-128", uri="k", iv=bytes(16))


def master(**changes: object) -> MasterPlaylist:
    """A master playlist of a variant so changed."""
    return replace(MASTER, variants=(replace(VARIANT, **changes),))


def listing(**changes: object) -> MediaPlaylist:
    """A media playlist of a segment so changed."""
    return replace(MEDIA, segments=(replace(SEGMENT, **changes),))


# Both ways.


@pytest.mark.parametrize("name", CASES)
def test_what_a_playlist_says_is_written_like_this_and_read_again(name: str) -> None:
    playlist, text = CASES[name]
    assert render(playlist) == text
    assert hls.parse(text, "") == playlist
    assert validate(playlist, text) == []


@given(masters())
def test_masters_are_read_as_they_were_rendered(playlist: MasterPlaylist) -> None:
    text = hls.render_master(playlist)
    assert hls.parse(text, "") == playlist
    sentences = hls.validate_master(text)
    assert all("no RESOLUTION" in sentence for sentence in sentences)


@given(media())
def test_media_playlists_are_read_as_they_were_rendered(
    playlist: MediaPlaylist,
) -> None:
    text = hls.render_media(playlist)
    assert hls.parse(text, "") == playlist
    assert hls.validate_media(text) == []


@given(media(), st.sampled_from(["\r\n", "\n\n", "\r", "\n# a comment\n", " \n\t"]))
def test_line_ends_and_comments_make_no_difference(
    playlist: MediaPlaylist, end: str
) -> None:
    text = hls.render_media(playlist).replace("\n", end)
    assert hls.parse(f"\ufeff{text}", "") == playlist


def test_addresses_are_seen_from_the_playlist() -> None:
    text = hls.render_media(replace(MEDIA, segments=plain(1)))
    playlist = hls.parse(text, "https://h.example/a/b.m3u8?token=1")
    assert isinstance(playlist, MediaPlaylist)
    assert playlist.segments[0].uri == "https://h.example/a/segment_000.ts"


# What is written where.


@pytest.mark.parametrize(
    ("kind", "ended", "tags"),
    [
        (PlaylistKind.LIVE, False, []),
        (PlaylistKind.LIVE, True, ["ENDLIST"]),
        (PlaylistKind.EVENT, False, ["PLAYLIST-TYPE:EVENT"]),
        (PlaylistKind.EVENT, True, ["PLAYLIST-TYPE:EVENT", "ENDLIST"]),
        (PlaylistKind.VOD, True, ["PLAYLIST-TYPE:VOD", "ENDLIST"]),
        (PlaylistKind.VOD, False, ["PLAYLIST-TYPE:VOD", "ENDLIST"]),
    ],
)
def test_only_what_may_not_drop_segments_says_its_kind(
    kind: PlaylistKind, ended: bool, tags: list[str]
) -> None:
    text = hls.render_media(replace(MEDIA, kind=kind, ended=ended))
    assert re.findall(r"#EXT-X-((?:PLAYLIST-TYPE|ENDLIST).*)", text) == tags


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ({}, 3),
        ({"key": KEY}, 3),
        ({"byte_range": ByteRange(length=1, offset=0)}, 4),
        ({"key": replace(KEY, keyformat="x")}, 5),
        ({"map": Map(uri="m")}, 6),
    ],
)
def test_a_playlist_says_the_lowest_version_that_knows_all_of_it(
    changes: dict[str, object], version: int
) -> None:
    assert f"\n#EXT-X-VERSION:{version}\n" in hls.render_media(listing(**changes))


def test_a_live_playlist_counts_discontinuities_before_it_loses_the_first() -> None:
    broken = listing(discontinuity=True)
    counted = "#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
    assert counted in hls.render_media(broken)
    for never_loses in (
        MEDIA,
        replace(broken, kind=PlaylistKind.EVENT),
        replace(broken, ended=True),
    ):
        assert "DISCONTINUITY-SEQUENCE" not in hls.render_media(never_loses)


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (6, "6.0"),
        (0, "0.0"),
        (5.005, "5.005"),
        (1e-7, "0.0"),
        (1e-5, "0.00001"),
        (4.00008, "4.00008"),
        (2 / 3, "0.666667"),
        (6.4999994, "6.499999"),
    ],
)
def test_durations_have_decimals_and_never_an_exponent(
    duration: float, said: str
) -> None:
    assert f"#EXTINF:{said},\n" in hls.render_media(listing(duration=duration))


def test_a_zone_of_seconds_is_told_in_utc() -> None:
    odd = datetime(
        2026, 1, 1, 1, 0, 30, tzinfo=timezone(timedelta(minutes=60, seconds=30))
    )
    text = hls.render_media(listing(program_date_time=odd))
    assert "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000+00:00\n" in text


def test_texts_are_written_in_normal_form() -> None:
    text = hls.render_media(listing(title="Te\u0301le\u0301"))
    assert "#EXTINF:6.0,T\xe9l\xe9\n" in text
    assert hls.validate_media(text) == []


# What cannot be written.


@pytest.mark.parametrize(
    ("playlist", "error"),
    [
        (MasterPlaylist(variants=()), hls.EmptyVariantsError),
        (master(bandwidth=0), hls.InvalidBandwidthError),
        (master(bandwidth=-1), hls.InvalidBandwidthError),
        (master(bandwidth=2**64), hls.InvalidBandwidthError),
        (master(average_bandwidth=0), hls.InvalidBandwidthError),
        (master(resolution=(0, 1080)), hls.InvalidResolutionError),
        (master(resolution=(1920, -1)), hls.InvalidResolutionError),
        (master(frame_rate=math.nan), hls.InvalidNumberError),
        (master(frame_rate=-25.0), hls.InvalidNumberError),
        (master(codecs='avc1"'), hls.InvalidTextError),
        (master(codecs="avc1\n#EXT-X-ENDLIST"), hls.InvalidTextError),
        (master(uri=""), hls.InvalidTextError),
        (master(audio="gone"), hls.InvalidGroupError),
        (master(audio=""), hls.InvalidGroupError),
        (replace(MASTER, alternatives=(AUDIO, AUDIO)), hls.InvalidGroupError),
        (
            replace(
                MASTER,
                alternatives=tuple(
                    replace(AUDIO, name=name, default=True) for name in "AB"
                ),
            ),
            hls.InvalidGroupError,
        ),
    ],
)
def test_a_master_that_would_break_the_rules_is_not_written(
    playlist: MasterPlaylist, error: type[hls.PlaylistError]
) -> None:
    with pytest.raises(error):
        hls.render_master(playlist)


@pytest.mark.parametrize(
    ("alternative", "error"),
    [
        (replace(AUDIO, group_id=""), hls.InvalidGroupError),
        (replace(AUDIO, name=""), hls.InvalidGroupError),
        (replace(AUDIO, instream_id="CC1"), hls.InvalidGroupError),
        (
            replace(AUDIO, type=AlternativeType.SUBTITLES, uri=None),
            hls.InvalidGroupError,
        ),
        (replace(CAPTIONS, instream_id=""), hls.InvalidGroupError),
        (replace(CAPTIONS, uri="c.m3u8"), hls.InvalidGroupError),
        (replace(AUDIO, name='The "One"'), hls.InvalidTextError),
        (replace(AUDIO, group_id="a\rb"), hls.InvalidTextError),
        (replace(AUDIO, language="\ud800"), hls.InvalidTextError),
        (replace(AUDIO, uri='a"b'), hls.InvalidTextError),
    ],
)
def test_an_alternative_that_contradicts_itself_is_not_written(
    alternative: Alternative, error: type[hls.PlaylistError]
) -> None:
    with pytest.raises(error):
        hls.render_master(replace(MASTER, alternatives=(alternative,)))


@pytest.mark.parametrize(
    ("playlist", "error"),
    [
        (listing(duration=6.5), hls.InvalidDurationError),
        (listing(duration=6.4999999), hls.InvalidDurationError),
        (listing(duration=-0.1), hls.InvalidDurationError),
        (listing(duration=math.nan), hls.InvalidDurationError),
        (listing(duration=math.inf), hls.InvalidDurationError),
        (replace(MEDIA, target_duration=0), hls.InvalidDurationError),
        (replace(MEDIA, media_sequence=-1), hls.InvalidNumberError),
        (replace(MEDIA, discontinuity_sequence=2**64), hls.InvalidNumberError),
        (listing(byte_range=ByteRange(length=-1, offset=0)), hls.InvalidNumberError),
        (listing(title="one\ntwo"), hls.InvalidTextError),
        (listing(uri="#comment.ts"), hls.InvalidTextError),
        (listing(uri="a.ts\nb.ts"), hls.InvalidTextError),
        (listing(uri="a b.ts"), hls.InvalidTextError),
        (listing(uri="ü.ts"), hls.InvalidTextError),
        (
            listing(program_date_time=datetime.fromisoformat("2026-01-01")),
            hls.InvalidTimeError,
        ),
        (listing(key=replace(KEY, method="NONE")), hls.InvalidKeyError),
        (listing(key=replace(KEY, method="AES 128")), hls.InvalidKeyError),
        (listing(key=replace(KEY, iv=b"short")), hls.InvalidKeyError),
        (listing(key=replace(KEY, uri="")), hls.InvalidTextError),
        (listing(key=replace(KEY, keyformat='"')), hls.InvalidTextError),
        (listing(map=Map(uri="m", key=replace(KEY, iv=None))), hls.InvalidKeyError),
        (
            replace(MEDIA, segments=(replace(SEGMENT, map=Map(uri="m")), SEGMENT)),
            hls.InvalidKeyError,
        ),
    ],
)
def test_a_media_playlist_that_would_break_the_rules_is_not_written(
    playlist: MediaPlaylist, error: type[hls.PlaylistError]
) -> None:
    with pytest.raises(error):
        hls.render_media(playlist)


def test_all_errors_are_playlist_errors_and_those_are_value_errors() -> None:
    errors = [value for name, value in vars(hls).items() if name.endswith("Error")]
    assert len(errors) == 12
    assert all(issubclass(error, hls.PlaylistError) for error in errors)
    assert issubclass(hls.PlaylistError, ValueError)


@given(st.text(max_size=20))
def test_no_text_can_smuggle_a_line_in(text: str) -> None:
    wanted = len(hls.render_media(listing(title="x")).splitlines())
    for playlist in (listing(title=text), listing(uri=f"a{text}")):
        try:
            lines = hls.render_media(playlist).split("\n")
        except hls.InvalidTextError:
            continue
        assert len(lines) == wanted + 1


def test_addresses_are_kept_out_of_what_is_shown_and_of_errors() -> None:
    secret = "http://h/user/hush hush/1.ts"
    with pytest.raises(hls.InvalidTextError) as caught:
        hls.render_media(listing(uri=secret))
    key = replace(KEY, uri=secret)
    shown = repr(
        (
            listing(uri=secret, key=key, map=Map(uri=secret, key=key)),
            master(uri=secret),
            replace(AUDIO, uri=secret),
            caught.value,
        )
    )
    assert "hush" not in shown
