"""HLS playlists for tests: values made at random, values with their text, wild documents."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
import unicodedata

from hypothesis import strategies as st

from custom_components.telecast.formats import hls
from custom_components.telecast.formats.hls import (
    Alternative,
    AlternativeType,
    ByteRange,
    Key,
    Map,
    MasterPlaylist,
    MediaPlaylist,
    MediaSegment,
    PlaylistKind,
    Variant,
)

DATA = Path(__file__).parents[1] / "data" / "hls"
BASE = "http://tv.example:8080/live/user/secret/index.m3u8?token=hush"

# At random.

_SAYABLE = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"')
_TEXT = st.text(_SAYABLE, max_size=15).map(
    lambda text: unicodedata.normalize("NFC", text).strip()
)
_NAME = _TEXT.filter(bool)
_WORD = st.from_regex(r"[a-z0-9-]{1,10}", fullmatch=True)
_FILE = st.builds("{}.ts".format, _WORD)
_URI = _FILE | st.builds("https://cdn.example/{}/{}?q=1".format, _WORD, _FILE)
_BANDWIDTH = st.integers(1, 2**64 - 1)
_NUMBER = st.integers(0, 2**64 - 1)


def variants(groups: list[str]) -> st.SearchStrategy[Variant]:
    """Variants that may name one of the groups."""
    return st.builds(
        Variant,
        bandwidth=_BANDWIDTH,
        average_bandwidth=st.none() | _BANDWIDTH,
        resolution=st.none() | st.tuples(st.integers(1, 9999), st.integers(1, 9999)),
        codecs=_TEXT,
        frame_rate=st.none() | st.integers(1, 240_000).map(lambda rate: rate / 1000),
        audio=st.sampled_from([None, *groups]),
        uri=_URI,
    )


def _alternative(kind: AlternativeType, group: str, name: str) -> Alternative:
    captions = kind is AlternativeType.CLOSED_CAPTIONS
    return Alternative(
        type=kind,
        group_id=group,
        name=name,
        language=group[:2],
        autoselect=len(name) % 2 == 0,
        instream_id="SERVICE63" if captions else "",
        uri=None if captions else "other/x.m3u8",
    )


@st.composite
def masters(draw: st.DrawFn) -> MasterPlaylist:
    """Master playlists whose groups are whole."""
    names = draw(st.lists(st.tuples(_NAME, _NAME), max_size=4, unique=True))
    kinds = st.sampled_from(list(AlternativeType))
    alternatives = [_alternative(draw(kinds), *pair) for pair in names]
    groups = [a.group_id for a in alternatives if a.type is AlternativeType.AUDIO]
    return MasterPlaylist(
        variants=tuple(draw(st.lists(variants(groups), min_size=1, max_size=4))),
        alternatives=tuple(alternatives),
        independent_segments=draw(st.booleans()),
    )


_KEYS = st.builds(
    Key,
    method=st.sampled_from(["AES-128", "SAMPLE-AES"]),
    uri=_URI,
    iv=st.binary(min_size=16, max_size=16),
    keyformat=st.just(hls.IDENTITY) | _NAME,
)
_RANGES = st.builds(ByteRange, length=_NUMBER, offset=_NUMBER)
_MAPS = st.builds(Map, uri=_URI, byte_range=st.none() | _RANGES, key=st.none() | _KEYS)
_TIMES = st.datetimes(
    datetime.fromisoformat("1970-01-02"),
    datetime.fromisoformat("2200-01-01"),
    timezones=st.integers(-14 * 60, 14 * 60).map(
        lambda minutes: timezone(timedelta(minutes=minutes))
    ),
).map(lambda time: time.replace(microsecond=time.microsecond // 1000 * 1000))
SEGMENTS = st.builds(
    MediaSegment,
    uri=_URI,
    duration=st.integers(0, 12_499_999).map(lambda micros: micros / 1e6),
    title=_TEXT,
    discontinuity=st.booleans(),
    key=st.none() | _KEYS,
    byte_range=st.none() | _RANGES,
    program_date_time=st.none() | _TIMES,
)


@st.composite
def media(draw: st.DrawFn) -> MediaPlaylist:
    """Media playlists of every kind; once there is a map, there is always one."""
    segments = draw(st.lists(SEGMENTS, max_size=5))
    maps = draw(st.lists(_MAPS, min_size=len(segments), max_size=len(segments)))
    first = draw(st.integers(0, len(segments)))
    kind = draw(st.sampled_from(PlaylistKind))
    return MediaPlaylist(
        target_duration=draw(st.integers(12, 86_400)),
        media_sequence=draw(_NUMBER),
        discontinuity_sequence=draw(_NUMBER),
        segments=tuple(
            segment if index < first else replace(segment, map=maps[index])
            for index, segment in enumerate(segments)
        ),
        kind=kind,
        ended=kind is PlaylistKind.VOD or draw(st.booleans()),
        independent_segments=draw(st.booleans()),
    )


# With their text.


def plain(
    count: int, *, duration: float = 6.0, start: int = 0
) -> tuple[MediaSegment, ...]:
    """So many segments as a packager makes them."""
    return tuple(
        MediaSegment(uri=f"segment_{number:03d}.ts", duration=duration)
        for number in range(start, start + count)
    )


_LADDER = tuple(
    Variant(bandwidth=bandwidth, resolution=size, uri=f"{size[1]}p.m3u8")
    for bandwidth, size in (
        (5_192_000, (1920, 1080)),
        (3_192_000, (1280, 720)),
        (1_692_000, (854, 480)),
    )
)
_KEY = Key(method="AES-128", uri="k/1", iv=bytes(range(16)))
_DRM = Key(method="SAMPLE-AES", uri="k/2", keyformat="com.example.drm")
_INIT = Map(uri="init.mp4", byte_range=ByteRange(length=718, offset=0))


def text(*lines: str) -> str:
    """A playlist of these lines."""
    return "".join(f"{line}\n" for line in ("#EXTM3U", *lines))


CASES: dict[str, tuple[MasterPlaylist | MediaPlaylist, str]] = {
    "a ladder": (
        MasterPlaylist(variants=_LADDER),
        text(
            "#EXT-X-VERSION:3",
            "#EXT-X-STREAM-INF:BANDWIDTH=5192000,RESOLUTION=1920x1080",
            "1080p.m3u8",
            "#EXT-X-STREAM-INF:BANDWIDTH=3192000,RESOLUTION=1280x720",
            "720p.m3u8",
            "#EXT-X-STREAM-INF:BANDWIDTH=1692000,RESOLUTION=854x480",
            "480p.m3u8",
        ),
    ),
    "all that can be said of a variant": (
        MasterPlaylist(
            independent_segments=True,
            alternatives=(
                Alternative(
                    type=AlternativeType.AUDIO,
                    group_id="stereo",
                    name="Deutsch, klar",
                    language="de",
                    default=True,
                    autoselect=True,
                    uri="de.m3u8",
                ),
                Alternative(
                    type=AlternativeType.CLOSED_CAPTIONS,
                    group_id="cc",
                    name="English",
                    instream_id="SERVICE1",
                ),
            ),
            variants=(
                Variant(
                    bandwidth=2_800_000,
                    average_bandwidth=2_100_000,
                    resolution=(1280, 720),
                    codecs="avc1.4d401f,mp4a.40.2",
                    frame_rate=29.97,
                    audio="stereo",
                    uri="720p.m3u8",
                ),
            ),
        ),
        text(
            "#EXT-X-VERSION:7",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="stereo",NAME="Deutsch, klar",'
            'LANGUAGE="de",DEFAULT=YES,AUTOSELECT=YES,URI="de.m3u8"',
            '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="cc",NAME="English",'
            'INSTREAM-ID="SERVICE1"',
            "#EXT-X-STREAM-INF:BANDWIDTH=2800000,AVERAGE-BANDWIDTH=2100000,"
            'CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.97,AUDIO="stereo"',
            "720p.m3u8",
        ),
    ),
    "an event": (
        MediaPlaylist(target_duration=6, segments=plain(3), kind=PlaylistKind.EVENT),
        text(
            "#EXT-X-VERSION:3",
            "#EXT-X-TARGETDURATION:6",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:EVENT",
            "#EXTINF:6.0,",
            "segment_000.ts",
            "#EXTINF:6.0,",
            "segment_001.ts",
            "#EXTINF:6.0,",
            "segment_002.ts",
        ),
    ),
    "a film": (
        MediaPlaylist(
            target_duration=6, segments=plain(2), kind=PlaylistKind.VOD, ended=True
        ),
        text(
            "#EXT-X-VERSION:3",
            "#EXT-X-TARGETDURATION:6",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            "#EXTINF:6.0,",
            "segment_000.ts",
            "#EXTINF:6.0,",
            "segment_001.ts",
            "#EXT-X-ENDLIST",
        ),
    ),
    "a live window with a break": (
        MediaPlaylist(
            target_duration=8,
            media_sequence=2680,
            discontinuity_sequence=4,
            independent_segments=True,
            segments=(
                MediaSegment(
                    uri="720p_segment_2680.ts",
                    duration=7.975,
                    program_date_time=datetime(
                        *(2026, 2, 19, 14, 54, 23, 31_000),
                        tzinfo=timezone(timedelta(hours=8)),
                    ),
                ),
                MediaSegment(
                    uri="720p_segment_2681.ts",
                    duration=7.941,
                    title="A break",
                    discontinuity=True,
                    program_date_time=datetime(2026, 2, 19, 7, 0, tzinfo=UTC),
                ),
            ),
        ),
        text(
            "#EXT-X-VERSION:3",
            "#EXT-X-TARGETDURATION:8",
            "#EXT-X-MEDIA-SEQUENCE:2680",
            "#EXT-X-DISCONTINUITY-SEQUENCE:4",
            "#EXT-X-INDEPENDENT-SEGMENTS",
            "#EXT-X-PROGRAM-DATE-TIME:2026-02-19T14:54:23.031+08:00",
            "#EXTINF:7.975,",
            "720p_segment_2680.ts",
            "#EXT-X-DISCONTINUITY",
            "#EXT-X-PROGRAM-DATE-TIME:2026-02-19T07:00:00.000+00:00",
            "#EXTINF:7.941,A break",
            "720p_segment_2681.ts",
        ),
    ),
    "ranges of one file": (
        MediaPlaylist(
            target_duration=10,
            ended=True,
            segments=(
                MediaSegment(
                    uri="f.ts", duration=9.5, byte_range=ByteRange(length=90, offset=7)
                ),
            ),
        ),
        text(
            "#EXT-X-VERSION:4",
            "#EXT-X-TARGETDURATION:10",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXTINF:9.5,",
            "#EXT-X-BYTERANGE:90@7",
            "f.ts",
            "#EXT-X-ENDLIST",
        ),
    ),
    "keys that come, change and go": (
        MediaPlaylist(
            target_duration=4,
            segments=(
                MediaSegment(uri="0.ts", duration=4.0, key=_KEY),
                MediaSegment(uri="1.ts", duration=4.0, key=_KEY),
                MediaSegment(uri="2.ts", duration=4.0, key=_DRM),
                MediaSegment(uri="3.ts", duration=4.0),
            ),
        ),
        text(
            "#EXT-X-VERSION:5",
            "#EXT-X-TARGETDURATION:4",
            "#EXT-X-MEDIA-SEQUENCE:0",
            '#EXT-X-KEY:METHOD=AES-128,URI="k/1",IV=0x000102030405060708090A0B0C0D0E0F',
            "#EXTINF:4.0,",
            "0.ts",
            "#EXTINF:4.0,",
            "1.ts",
            "#EXT-X-KEY:METHOD=NONE",
            '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="k/2",KEYFORMAT="com.example.drm"',
            "#EXTINF:4.0,",
            "2.ts",
            "#EXT-X-KEY:METHOD=NONE",
            "#EXTINF:4.0,",
            "3.ts",
        ),
    ),
    "a map in the clear before what is not": (
        MediaPlaylist(
            target_duration=4,
            segments=(
                MediaSegment(uri="0.m4s", duration=4.0, map=_INIT, key=_KEY),
                MediaSegment(uri="1.m4s", duration=4.0, map=_INIT, key=_KEY),
                MediaSegment(uri="2.m4s", duration=4.0, map=Map(uri="b.mp4"), key=_KEY),
            ),
        ),
        text(
            "#EXT-X-VERSION:6",
            "#EXT-X-TARGETDURATION:4",
            "#EXT-X-MEDIA-SEQUENCE:0",
            '#EXT-X-MAP:URI="init.mp4",BYTERANGE="718@0"',
            '#EXT-X-KEY:METHOD=AES-128,URI="k/1",IV=0x000102030405060708090A0B0C0D0E0F',
            "#EXTINF:4.0,",
            "0.m4s",
            "#EXTINF:4.0,",
            "1.m4s",
            "#EXT-X-KEY:METHOD=NONE",
            '#EXT-X-MAP:URI="b.mp4"',
            '#EXT-X-KEY:METHOD=AES-128,URI="k/1",IV=0x000102030405060708090A0B0C0D0E0F',
            "#EXTINF:4.0,",
            "2.m4s",
        ),
    ),
    "nothing yet": (
        MediaPlaylist(target_duration=6, segments=()),
        "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:0\n",
    ),
}


# As found.


def wild(name: str) -> str:
    """A document in the manner of a real server."""
    return (DATA / f"{name}.m3u8").read_bytes().decode()


def wild_media(name: str) -> MediaPlaylist:
    """A wild document that lists segments."""
    playlist = hls.parse(wild(name), BASE)
    assert isinstance(playlist, MediaPlaylist)
    return playlist


def wild_master(name: str) -> MasterPlaylist:
    """A wild document that lists variants."""
    playlist = hls.parse(wild(name), BASE)
    assert isinstance(playlist, MasterPlaylist)
    return playlist


def media_of(text: str, base: str = "") -> MediaPlaylist:
    """Read lines as a playlist of segments."""
    playlist = hls.parse(f"#EXTM3U\n{text}", base)
    assert isinstance(playlist, MediaPlaylist)
    return playlist


def render(playlist: MasterPlaylist | MediaPlaylist) -> str:
    """Write a playlist of either sort."""
    if isinstance(playlist, MasterPlaylist):
        return hls.render_master(playlist)
    return hls.render_media(playlist)


def validate(playlist: MasterPlaylist | MediaPlaylist, text: str) -> list[str]:
    """Judge the text of a playlist of either sort."""
    if isinstance(playlist, MasterPlaylist):
        return hls.validate_master(text)
    return hls.validate_media(text)
