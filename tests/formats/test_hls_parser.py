"""HLS playlists as foreign servers write them: what can be understood is understood."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import (
    AlternativeType,
    ByteRange,
    Key,
    Map,
    MasterPlaylist,
    MediaPlaylist,
    PlaylistKind,
)

from .hls_playlists import BASE, media_of, wild, wild_master, wild_media

HOST = "http://tv.example:8080"
FOLDER = f"{HOST}/live/user/secret"


def named(playlist: MediaPlaylist) -> list[str]:
    """The last parts of all addresses."""
    return [segment.uri.rpartition("/")[2] for segment in playlist.segments]


# As found in the wild.


def test_a_panels_live_playlist() -> None:
    playlist = wild_media("panel_live")
    assert [segment.uri for segment in playlist.segments] == [
        f"{HOST}/hls/5f3a9c/101_{number}.ts" for number in (20417, 20418, 20419)
    ]
    assert (playlist.target_duration, playlist.media_sequence) == (12, 20417)
    assert (playlist.kind, playlist.ended) == (PlaylistKind.LIVE, False)
    assert playlist.duration == pytest.approx(31.52)


def test_a_master_of_one_variant_leads_to_an_address_of_its_own() -> None:
    (variant,) = wild_master("session_master").variants
    assert variant.uri == f"{FOLDER}/chunklist_b4521000.m3u8?session=77&token=abc"
    assert (variant.bandwidth, variant.resolution) == (4_521_000, (1920, 1080))
    assert variant.codecs == "avc1.640028,mp4a.40.2"


def test_a_broadcasters_master_tells_all_it_says() -> None:
    master = wild_master("broadcaster_master")
    assert master.independent_segments
    assert [(variant.bandwidth, variant.uri) for variant in master.variants] == [
        (1_100_000, f"{FOLDER}/low/index.m3u8"),
        (6_400_000, f"{FOLDER}/high/index.m3u8"),
        (2_900_000, "https://cdn2.example/mid/index.m3u8"),
        (9_900_000, f"{FOLDER}/audio/de.m3u8"),
    ]
    low, *_, radio = master.variants
    assert (low.audio, low.average_bandwidth, low.frame_rate) == ("aac", 950_000, 25.0)
    assert radio.resolution is None
    german, clear, subtitles, captions = master.alternatives
    assert (german.default, german.autoselect) == (True, True)
    assert (clear.name, clear.language) == ("Klare Sprache, Mono", "qad")
    assert (clear.default, clear.uri) == (False, f"{FOLDER}/audio/clear.m3u8")
    assert subtitles.type is AlternativeType.SUBTITLES
    assert (captions.instream_id, captions.uri) == ("CC1", None)


def test_advertisements_come_from_elsewhere_and_in_the_clear() -> None:
    playlist = wild_media("advertising")
    assert (playlist.media_sequence, playlist.discontinuity_sequence) == (88120, 411)
    programme, first_ad, second_ad, back = playlist.segments
    breaks = [segment.discontinuity for segment in playlist.segments]
    assert breaks == [False, True, False, True]
    assert first_ad.uri == "https://ads.example/creative/17/00001.ts"
    assert (first_ad.key, second_ad.key) == (None, None)
    assert programme.key
    assert back.key
    assert programme.key.uri == "https://keys.example/k?id=9"
    assert hls.iv_of(programme, 88120) == (88120).to_bytes(16)
    assert back.key.uri == "https://keys.example/k?id=10"
    assert programme.program_date_time == datetime(
        *(2026, 3, 4, 18, 59, 48, 120_000), tzinfo=UTC
    )
    assert second_ad.program_date_time is None


def test_low_latency_tags_are_passed_over() -> None:
    playlist = wild_media("low_latency")
    assert named(playlist) == ["file266.mp4", "file267.mp4"]
    part = ByteRange(length=718, offset=0)
    initial = Map(uri=f"{FOLDER}/init.mp4", byte_range=part)
    assert {segment.map for segment in playlist.segments} == {initial}
    time = playlist.segments[0].program_date_time
    assert time
    assert time.utcoffset() == timedelta(hours=1)


def test_ranges_go_on_where_the_one_before_ended() -> None:
    playlist = wild_media("one_file")
    assert (playlist.kind, playlist.ended) == (PlaylistKind.VOD, True)
    assert [segment.byte_range for segment in playlist.segments] == [
        ByteRange(length=75232, offset=376),
        ByteRange(length=82112, offset=75608),
        ByteRange(length=69864, offset=157720),
        ByteRange(length=4000, offset=0),
    ]
    titles = [segment.title for segment in playlist.segments]
    assert titles == ["The beginning", "", "", "The credits"]


def test_keys_apply_until_the_next_one() -> None:
    playlist = wild_media("rotating_keys")
    first = Key(method="AES-128", uri="https://priv.example/key?r=52")
    iv = bytes.fromhex("ABCDEF".zfill(32))
    second = Key(method="AES-128", uri=f"{HOST}/key?r=53", iv=iv)
    assert [segment.key for segment in playlist.segments] == [
        first,
        first,
        second,
        None,
    ]
    ivs = [
        hls.iv_of(segment, number)
        for number, segment in enumerate(playlist.segments, playlist.media_sequence)
    ]
    assert ivs[:3] == [(7794).to_bytes(16), (7795).to_bytes(16), iv]


def test_sloppy_lines_are_understood_as_far_as_they_can_be() -> None:
    playlist = wild_media("sloppy")
    found = [(segment.uri, segment.duration) for segment in playlist.segments]
    assert found == [
        (f"{FOLDER}/one two.ts", 9.7),
        (f"{FOLDER}/two.ts", 0.0),
        (f"{FOLDER}/three.ts", 0.0),
        (f"{FOLDER}/four.ts", 0.0),
        ("http://[broken/five.ts", 6.5),
        ("http://cdn.example/six.ts", 4.0),
        (f"{FOLDER}/seven.ts", 0.5),
    ]
    assert (playlist.target_duration, playlist.media_sequence) == (10, 7)
    first, *_, last = playlist.segments
    assert first.title == "spaces everywhere"
    assert playlist.segments[4].title == "the last title counts"
    assert last.byte_range is None
    iv = bytes.fromhex("FF".zfill(32))
    assert last.key == Key(method="AES-128", uri=f"{FOLDER}/key.bin", iv=iv)


def test_a_sloppy_master_keeps_what_can_be_played() -> None:
    master = wild_master("sloppy_master")
    found = [
        (variant.uri.rpartition("/")[2], variant.bandwidth, variant.resolution)
        for variant in master.variants
    ]
    assert found == [
        ("sd.m3u8", 0, (854, 480)),
        ("tiny.m3u8", 600_000, None),
        ("hd.m3u8", 3_000_000, (1280, 720)),
        ("radio.m3u8", 1_500_000, None),
    ]
    assert master.variants[2].frame_rate is None
    assert master.alternatives == ()


@pytest.mark.parametrize(
    "name", ["panel_live", "advertising", "low_latency", "one_file"]
)
def test_what_was_found_in_the_wild_is_rendered_true_to_the_rules(name: str) -> None:
    playlist = wild_media(name)
    text = hls.render_media(playlist)
    assert hls.parse(text, "") == playlist
    assert hls.validate_media(text) == []


# What is a playlist, and of which sort.


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\ufeff",
        " \r\n",
        "<html><body>Not found</body></html>",
        '{"user_info": {"auth": 0}}',
        "#EXTINF:6.0,\nsegment_000.ts\n",
        "#EXT-X-VERSION:3\n#EXTM3U\n",
        "# comment\n#EXTM3U\n",
        "EXTM3U",
    ],
)
def test_what_does_not_begin_as_a_playlist_is_none(text: str) -> None:
    with pytest.raises(hls.NotAPlaylistError):
        hls.parse(text, BASE)


@pytest.mark.parametrize(
    ("lines", "sort"),
    [
        ("", MediaPlaylist),
        ("#EXTINF:6,\n1.ts\n", MediaPlaylist),
        ("#EXT-X-MEDIA-SEQUENCE:4\n", MediaPlaylist),
        ("#EXT-X-STREAM-INF:BANDWIDTH=1\n1.m3u8\n", MasterPlaylist),
        ("#EXT-X-STREAM-INF\n1.m3u8\n", MasterPlaylist),
        ('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="A"\n', MasterPlaylist),
        ('#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a"\n#EXTINF:6,\n1.ts\n', MediaPlaylist),
        ("#EXTINF:6,#EXT-X-STREAM-INF\n1.ts\n", MediaPlaylist),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_tags_tell_the_sort_of_a_playlist(lines: str, sort: type, end: str) -> None:
    playlist = hls.parse(f"#EXTM3U\n{lines}".replace("\n", end), BASE)
    assert isinstance(playlist, sort)


def test_a_beginning_needs_no_line_of_its_own() -> None:
    assert hls.parse('  #extm3u x-tvg-url=""\n#EXTINF:6,\n1.ts', "") == hls.parse(
        "#EXTM3U\n#EXTINF:6,\n1.ts\n", ""
    )


# One thing at a time.


@pytest.mark.parametrize(
    ("lines", "target"),
    [
        ("#EXT-X-TARGETDURATION:8\n#EXTINF:6,\n1.ts", 8),
        ("#EXT-X-TARGETDURATION:8.2\n#EXTINF:6,\n1.ts", 9),
        ("#EXTINF:6.49,\n1.ts\n#EXTINF:2,\n2.ts", 6),
        ("#EXTINF:6.5,\n1.ts\n#EXTINF:2,\n2.ts", 7),
        ("#EXT-X-TARGETDURATION:0\n#EXTINF:6,\n1.ts", 6),
        ("#EXT-X-TARGETDURATION:soon\n#EXTINF:0.1,\n1.ts", 1),
        ("#EXT-X-TARGETDURATION:99999999999999999999\n#EXTINF:6,\n1.ts", 6),
        ("", 1),
    ],
)
def test_a_target_duration_that_is_missing_is_computed(lines: str, target: int) -> None:
    assert media_of(lines).target_duration == target


@pytest.mark.parametrize(
    "duration", ["nan", "inf", "-1", "1e400", "9" * 400, "86401", ""]
)
def test_a_duration_that_cannot_be_is_taken_for_the_target(duration: str) -> None:
    text = f"#EXT-X-TARGETDURATION:6\n#EXTINF:{duration},\n1.ts\n#EXTINF:4,\n2.ts"
    assert [segment.duration for segment in media_of(text).segments] == [6.0, 4.0]


@pytest.mark.parametrize(
    ("number", "read"),
    [
        ("7", 7),
        ("007", 7),
        (" 7 ", 7),
        ("7.0", 7),
        ("-7", 0),
        ("x", 0),
        (str(2**64 - 1), 2**64 - 1),
        (str(2**64), 0),
        ("9" * 5000, 0),
        ("٧", 0),
    ],
)
def test_numbers_are_read_within_their_bounds(number: str, read: int) -> None:
    lines = f"#EXT-X-MEDIA-SEQUENCE:{number}\n#EXT-X-DISCONTINUITY-SEQUENCE:{number}"
    playlist = media_of(lines)
    assert (playlist.media_sequence, playlist.discontinuity_sequence) == (read, read)


@pytest.mark.parametrize(
    ("iv", "read"),
    [
        ("0x00000000000000000000000000000001", "1"),
        ("0Xabcdef", "abcdef"),
        ("ABC", "abc"),
        ("0x" + "f" * 32, "f" * 32),
        ("0x" + "f" * 33, None),
        ("0xgg", None),
        ("", None),
    ],
)
def test_initialisation_vectors_are_read_in_any_case(iv: str, read: str | None) -> None:
    (segment,) = media_of(
        f"#EXT-X-KEY:METHOD=AES-128,URI=k,IV={iv}\n#EXTINF:6,\n1.ts"
    ).segments
    assert segment.key
    assert segment.key.iv == (None if read is None else bytes.fromhex(read.zfill(32)))


def test_the_iv_of_a_clear_segment_is_its_number_too() -> None:
    (segment,) = media_of("#EXTINF:6,\n1.ts").segments
    assert hls.iv_of(segment, 258) == bytes(14) + b"\1\2"


def test_a_key_without_an_address_is_still_a_key() -> None:
    (segment,) = media_of("#EXT-X-KEY:METHOD=AES-128\n#EXTINF:6,\n1.ts", BASE).segments
    assert segment.key == Key(method="AES-128", uri="")


def test_a_key_without_a_method_changes_nothing() -> None:
    text = '#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXT-X-KEY:URI="z"\n#EXTINF:6,\n1.ts'
    (segment,) = media_of(text).segments
    assert segment.key == Key(method="AES-128", uri="k")


def test_of_several_key_formats_the_plain_one_is_taken_or_the_last_one() -> None:
    def key(keyformat: str, uri: str) -> str:
        return f'#EXT-X-KEY:METHOD=SAMPLE-AES,URI="{uri}",KEYFORMAT="{keyformat}"\n'

    end = "#EXTINF:6,\n1.ts"
    foreign = key("a", "1") + key("b", "2")
    for lines, uri in (
        (foreign, "2"),
        (foreign + key("a", "3"), "3"),
        (foreign + key("identity", "4") + key("c", "5"), "4"),
    ):
        (segment,) = media_of(lines + end).segments
        assert segment.key
        assert segment.key.uri == uri


def test_a_map_keeps_the_key_that_it_came_under() -> None:
    text = (
        '#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x1\n#EXT-X-MAP:URI="m"\n'
        "#EXT-X-KEY:METHOD=NONE\n#EXTINF:6,\n1.mp4\n#EXT-X-MAP:BYTERANGE=1\n#EXTINF:6,\n2.mp4"
    )
    first, second = media_of(text).segments
    assert first.key is None
    assert first.map == second.map
    assert first.map
    assert first.map.key == Key(method="AES-128", uri="k", iv=bytes(15) + b"\1")


@pytest.mark.parametrize(
    ("before", "then", "read"),
    [
        (("10@5", "a"), ("20", "a"), (20, 15)),
        (("10@5", "a"), ("20", "b"), (20, 0)),
        (("10@5", "a"), ("20@1", "a"), (20, 1)),
        (("", "a"), ("20", "a"), (20, 0)),
        (("10 @ 5", "a"), (" 20 ", "a"), (20, 15)),
    ],
)
def test_a_range_without_an_offset_follows_the_last_one_of_its_file(
    before: tuple[str, str], then: tuple[str, str], read: tuple[int, int]
) -> None:
    text = "".join(
        f"#EXTINF:6,\n#EXT-X-BYTERANGE:{part}\n{uri}\n" for part, uri in (before, then)
    )
    part = media_of(text).segments[1].byte_range
    assert part
    assert (part.length, part.offset) == read


@pytest.mark.parametrize(
    ("said", "time"),
    [
        (
            "2026-01-02T03:04:05.678Z",
            datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC),
        ),
        ("2026-01-02T03:04:05+0000", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02 03:04:05z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        (
            "2026-01-02T03:04:05.123456789-0330",
            datetime(
                *(2026, 1, 2, 3, 4, 5, 123_456),
                tzinfo=timezone(-timedelta(hours=3, minutes=30)),
            ),
        ),
        ("2026-13-02T03:04:05Z", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_times_are_read_with_a_zone(said: str, time: datetime | None) -> None:
    (segment,) = media_of(f"#EXT-X-PROGRAM-DATE-TIME:{said}\n#EXTINF:6,\n1.ts").segments
    assert segment.program_date_time == time


def test_a_playlist_without_a_base_keeps_its_addresses() -> None:
    (segment,) = media_of("#EXTINF:6,\n../a/1.ts?x").segments
    assert segment.uri == "../a/1.ts?x"


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "concat:a|b", "pipe:0", "data:text/plain,x"]
)
def test_addresses_of_any_scheme_come_through_for_the_caller_to_refuse(
    uri: str,
) -> None:
    (segment,) = media_of(f"#EXTINF:6,\n{uri}", BASE).segments
    assert segment.uri == uri


def test_what_only_unicode_calls_a_line_end_is_text() -> None:
    (segment,) = media_of("#EXTINF:6,a\x85b\u2028c\x0bd\n1.ts").segments
    assert segment.title == "a\x85b\u2028c\x0bd"


def test_a_break_before_a_segment_that_is_lost_is_not_lost() -> None:
    text = "#EXTINF:6,\n1.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\n#EXTINF:5,\n2.ts"
    assert [s.discontinuity for s in media_of(text).segments] == [False, True]


def test_wild_documents_hold_what_they_are_there_for() -> None:
    assert "\r\n" in wild("panel_live")
    assert wild("sloppy").startswith("\ufeff")
