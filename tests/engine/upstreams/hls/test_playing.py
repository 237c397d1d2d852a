"""HLS of transport streams: followed, fetched, decrypted, joined."""

import asyncio
import base64
import gzip

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
import pytest

from custom_components.telecast.engine.errors import (
    AddressNotAllowedError,
    CannotConnectError,
    NoDataError,
    SourceTimeoutError,
    TelecastError,
    UnsupportedStreamError,
)
from custom_components.telecast.formats import mpegts
from tests.engine.upstreams.hls.lists import Station, media_playlist, ranges
from tests.engine.upstreams.media import Media
from tests.engine.upstreams.watching import Player
from tests.fakes import faults
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import Provider

KEY = bytes(range(16))


@pytest.fixture(name="station")
def _station(provider: Provider) -> Station:
    return Station(provider)


def encrypted(data: bytes, iv: bytes) -> bytes:
    """Encrypt as packagers do."""
    padder = PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(iv)).encryptor()
    return cipher.update(padder.update(data) + padder.finalize()) + cipher.finalize()


def marks(data: bytes) -> int:
    """Count the places at which a decoder is told of a break."""
    packets = range(0, len(data), mpegts.PACKET)
    return sum(mpegts.starts_anew(data[at : at + mpegts.PACKET]) for at in packets)


async def test_segments_are_joined_in_their_order(
    player: Player, station: Station, media: Media
) -> None:
    station.show(media_playlist(station.put(media.segments)))
    assert await player.play(station.url) == b"".join(media.segments)
    assert station.fetched() == [f"{number}.ts" for number in range(6)]


async def test_the_best_variant_is_played(
    player: Player, station: Station, media: Media
) -> None:
    station.show(
        "#EXTM3U\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=100000,RESOLUTION=160x90\nlow.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=320x180\nhigh.m3u8\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=9000000,CODECS="mp4a.40.2"\nradio.m3u8\n'
    )
    station.show(media_playlist(station.put(media.segments)), "high.m3u8")
    assert await player.play(station.url) == b"".join(media.segments)


async def test_one_connection_is_enough(
    player: Player, station: Station, media: Media
) -> None:
    station.show("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmedia.m3u8\n")
    names = station.put([encrypted(one, bytes(16)) for one in media.segments])
    station.file("key", KEY)
    head = f'#EXT-X-KEY:METHOD=AES-128,URI="key",IV=0x{bytes(16).hex()}'
    station.show(media_playlist(names, head=head), "media.m3u8")
    assert await player.play(station.url) == b"".join(media.segments)
    assert station.provider.connections.peak == 1


async def test_a_live_list_is_followed_and_each_segment_comes_once(
    player: Player, station: Station, media: Media
) -> None:
    time = LoopTime()
    names = station.put(media.segments)
    station.show(media_playlist(names[:3], sequence=7, ended=False))
    async with player.open(station.url) as upstream:
        seen = b""
        while len(seen) < sum(map(len, media.segments[:3])):
            seen += await upstream.read()
        station.show(media_playlist(names[1:5], sequence=8, ended=False))
        time.advance(1)
        while len(seen) < sum(map(len, media.segments[:5])):
            seen += await upstream.read()
        station.show(media_playlist(names[3:], sequence=10))
        time.advance(1)
        while data := await upstream.read():
            seen += data
    assert seen == b"".join(media.segments)
    assert station.fetched() == names


async def test_a_live_stream_begins_three_target_durations_before_its_end(
    player: Player, station: Station, media: Media
) -> None:
    names = station.put(media.segments)
    station.show(media_playlist(names, ended=False))
    async with player.open(station.url) as upstream:
        seen = b""
        while len(seen) < sum(map(len, media.segments[3:])):
            seen += await upstream.read()
    assert seen == b"".join(media.segments[3:])


async def test_what_was_played_before_its_turn_waits_for_it(
    player: Player, station: Station, media: Media
) -> None:
    time = LoopTime()
    names = station.put(media.segments)
    station.show(media_playlist(names, target=5))
    async with player.open(station.url) as upstream:
        seen = b""
        while len(seen) < sum(map(len, media.segments[:3])):
            seen += await upstream.read()
        assert station.fetched() == names[:3]
        time.advance(5)
        assert await upstream.read()
        assert station.fetched() == names[:4]


async def test_a_segment_is_shown_while_it_comes(
    player: Player, station: Station, media: Media
) -> None:
    names = station.put(media.segments)
    station.show(media_playlist(names))
    station.fail("0.ts", faults.stall(after=18_800))
    async with player.open(station.url) as upstream:
        assert await upstream.read() == media.segments[0][:18_800]


@pytest.mark.parametrize("serves_ranges", [True, False])
async def test_byte_ranges_are_cut_out(
    serves_ranges: bool, player: Player, station: Station, media: Media
) -> None:
    station.file("all.ts", b"".join(media.segments))
    lengths = list(map(len, media.segments))
    segments = [f"#EXT-X-BYTERANGE:{lengths[0]}@0\nall.ts"]
    segments += [f"#EXT-X-BYTERANGE:{length}\nall.ts" for length in lengths[1:]]
    station.show(media_playlist(segments))
    if serves_ranges:
        station.fail("all.ts", ranges())
    assert await player.play(station.url) == b"".join(media.segments)
    asked = station.provider.asked("/hls/all.ts")
    assert asked[1].headers["Range"] == f"bytes={lengths[0]}-{sum(lengths[:2]) - 1}"


async def test_keys_are_fetched_once_and_vectors_follow_the_sequence(
    player: Player, station: Station, media: Media
) -> None:
    first, *others = media.segments
    explicit = bytes(15) + b"\x99"
    data = [encrypted(first, explicit)]
    data += [
        encrypted(segment, number.to_bytes(16))
        for number, segment in enumerate(others, 8)
    ]
    names = station.put(data)
    names[0] = f'#EXT-X-KEY:METHOD=AES-128,URI="k",IV=0x{explicit.hex()}\n{names[0]}'
    names[1] = f'#EXT-X-KEY:METHOD=AES-128,URI="k"\n{names[1]}'
    station.file("k", KEY)
    station.show(media_playlist(names, sequence=7))
    assert await player.play(station.url) == b"".join(media.segments)
    assert len(station.provider.asked("/hls/k")) == 1


@pytest.mark.parametrize(
    "key",
    [
        'METHOD=SAMPLE-AES,URI="k"',
        "METHOD=AES-128",
        'METHOD=AES-128,URI="skd://k",KEYFORMAT="com.apple.streamingkeydelivery"',
    ],
)
async def test_what_needs_a_licence_is_not_supported(
    key: str, player: Player, station: Station, media: Media
) -> None:
    names = station.put(media.segments)
    station.show(media_playlist(names, head=f"#EXT-X-KEY:{key}"))
    with pytest.raises(UnsupportedStreamError):
        await player.play(station.url)


@pytest.mark.parametrize("key", [b"short", bytes(17), b""])
async def test_what_is_no_key_is_an_error(
    key: bytes, player: Player, station: Station, media: Media
) -> None:
    station.file("k", key)
    head = '#EXT-X-KEY:METHOD=AES-128,URI="k"'
    station.show(media_playlist(station.put(media.segments), head=head))
    with pytest.raises(CannotConnectError):
        await player.play(station.url)


async def test_a_break_is_told_to_decoders(
    player: Player, station: Station, media: Media
) -> None:
    names = station.put(media.segments)
    names[3] = f"#EXT-X-DISCONTINUITY\n{names[3]}"
    station.show(media_playlist(names))
    seen = await player.play(station.url)
    assert marks(seen) == 1
    place = len(b"".join(media.segments[:3]))
    assert mpegts.starts_anew(seen[place:])
    assert seen.endswith(b"".join(media.segments[3:]))


async def test_a_segment_that_is_missing_is_left_out(
    player: Player, station: Station, media: Media
) -> None:
    station.show(media_playlist(station.put(media.segments)))
    station.fail("1.ts", faults.status(404))
    station.fail("2.ts", faults.html())
    seen = await player.play(station.url)
    assert marks(seen) == 1
    assert seen.startswith(media.segments[0])
    assert seen.endswith(b"".join(media.segments[3:]))


async def test_a_torn_segment_is_joined_with_the_next_one(
    player: Player, station: Station, media: Media
) -> None:
    station.show(media_playlist(station.put(media.segments)))
    station.fail("1.ts", faults.die(after=18_900, reset=True))
    seen = await player.play(station.url)
    assert marks(seen) == 1
    assert len(seen) % mpegts.PACKET == 0
    assert seen.startswith(media.segments[0])
    assert seen.endswith(b"".join(media.segments[2:]))


async def test_a_segment_that_falls_silent_is_left_out(
    player: Player, station: Station, media: Media
) -> None:
    time = LoopTime()
    station.show(media_playlist(station.put(media.segments)))
    station.fail("1.ts", faults.stall(after=18_800))
    begun = media.segments[0] + media.segments[1][:18_800]
    async with player.open(station.url) as upstream:
        seen = b""
        while len(seen) < len(begun):
            seen += await upstream.read()
        time.advance(5)
        while data := await upstream.read():
            seen += data
    assert seen.startswith(begun)
    assert marks(seen) == 1
    assert seen.endswith(b"".join(media.segments[2:]))


async def test_a_stream_that_comes_far_too_slowly_is_given_up(
    player: Player, station: Station, media: Media
) -> None:
    time = LoopTime()
    station.show(media_playlist(station.put(media.segments)))
    station.fail("1.ts", faults.drip(size=1000, every=1))
    playing = asyncio.ensure_future(player.play(station.url))
    while not playing.done():
        time.advance(0.1)
        await asyncio.sleep(0)
    with pytest.raises(SourceTimeoutError, match="slowly"):
        await playing


async def test_segment_after_segment_missing_is_an_error(
    player: Player, station: Station, media: Media
) -> None:
    names = station.put(media.segments)
    station.show(media_playlist(names))
    for name in names[2:]:
        station.fail(name, faults.status(404))
    with pytest.raises(CannotConnectError, match="404"):
        await player.play(station.url)
    assert station.fetched() == names[:5]


async def test_segments_of_anything_else_are_an_error(
    player: Player, station: Station
) -> None:
    station.show(media_playlist(station.put([b"WEBVTT\n" * 900] * 3)))
    with pytest.raises(NoDataError):
        await player.play(station.url)


async def test_a_renewed_master_list_is_asked_once_where_a_list_has_gone(
    player: Player, station: Station, media: Media
) -> None:
    time = LoopTime()
    names = station.put(media.segments)
    station.show("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmedia.m3u8?token=1\n")
    station.show(media_playlist(names[:3], ended=False), "media.m3u8")
    async with player.open(station.url) as upstream:
        seen = b""
        while len(seen) < sum(map(len, media.segments[:3])):
            seen += await upstream.read()
        station.show("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmedia.m3u8?token=2\n")
        station.show(media_playlist(names), "media.m3u8")
        station.fail("media.m3u8", faults.status(403), times=1)
        time.advance(1)
        while data := await upstream.read():
            seen += data
    assert seen == b"".join(media.segments)
    tokens = [seen.path[-1] for seen in station.provider.asked("/hls/media.m3u8")]
    assert tokens == ["1", "1", "2"]


async def test_a_list_that_is_gone_for_good_is_an_error(
    player: Player, station: Station
) -> None:
    station.show("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmedia.m3u8\n")
    with pytest.raises(CannotConnectError, match="404"):
        await player.play(station.url)
    assert station.loads == 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlist.m3u8\n", UnsupportedStreamError),
        ('#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="a"\n', NoDataError),
    ],
)
async def test_a_master_list_that_leads_to_no_segments_is_an_error(
    text: str, error: type[Exception], player: Player, station: Station
) -> None:
    station.show(text)
    with pytest.raises(error):
        await player.play(station.url)


async def test_headers_and_login_go_along_and_secrets_go_nowhere_else(
    player: Player, station: Station, media: Media
) -> None:
    address = station.provider.url.replace("127.0.0.1", "localhost")
    names = station.put(media.segments)
    names[1] = f"{address}/hls/1.ts"
    station.show(media_playlist(names))
    url = station.url.replace("//", "//me:secret@")
    await player.play(url, User_Agent="Mine", Cookie="secret")
    basic = "Basic " + base64.b64encode(b"me:secret").decode()
    for request in station.provider.requests:
        assert request.headers["User-Agent"] == "Mine"
        elsewhere = request.path == "/hls/1.ts"
        assert request.headers.get("Authorization") == (None if elsewhere else basic)
        assert request.headers.get("Cookie") == (None if elsewhere else "secret")


async def test_addresses_are_seen_from_where_a_redirect_led(
    player: Player, station: Station, media: Media
) -> None:
    station.show(media_playlist(station.put(media.segments)))
    station.provider.misbehave("/old/x", faults.redirect("/hls/list.m3u8"))
    assert await player.play(station.provider.url + "/old/x") == b"".join(
        media.segments
    )


@pytest.mark.parametrize(
    "named", ["http://127.0.0.1:9/1.ts", "file:///etc/passwd", "data:,x", "udp://@:1"]
)
async def test_what_a_list_elsewhere_names_does_not_lead_here(
    named: str, player: Player, station: Station
) -> None:
    station.show(media_playlist([named]))
    with pytest.raises(AddressNotAllowedError):
        await player.play(station.url, local=False)


async def test_a_huge_list_is_refused(player: Player, station: Station) -> None:
    station.show("#EXTM3U\n" + "#" * (4 * 1024 * 1024))
    with pytest.raises(TelecastError, match="larger"):
        await player.play(station.url)


async def test_a_packed_list_is_read(
    player: Player, station: Station, media: Media
) -> None:
    text = media_playlist(station.put(media.segments))
    station.provider.document(
        "/hls/list.m3u8", gzip.compress(text.encode()), "application/x-mpegurl"
    )
    assert await player.play(station.url) == b"".join(media.segments)


async def test_a_long_list_is_read_beside_all_else(
    player: Player, station: Station, media: Media
) -> None:
    names = station.put(media.segments)
    station.show(media_playlist(names, head="# nothing\n" * 10_000))
    assert await player.play(station.url) == b"".join(media.segments)
