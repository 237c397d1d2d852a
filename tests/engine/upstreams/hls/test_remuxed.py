"""HLS of other segments, and of renditions that belong together: FFmpeg joins them."""

import pytest

from custom_components.telecast.engine.errors import CannotConnectError, TelecastError
from custom_components.telecast.formats import mpegts
from tests.engine.upstreams.hls.lists import Station, media_playlist
from tests.engine.upstreams.media import Fragments, Media, packets
from tests.engine.upstreams.watching import Player
from tests.fakes import faults
from tests.fakes.loop_time import LoopTime
from tests.fakes.provider import Provider

FRAME = 1 / 25
MASTER = (
    "#EXTM3U\n"
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="b",URI="other.m3u8"\n'
    '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="g",NAME="a",DEFAULT=YES,URI="audio.m3u8"\n'
    '#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=320x180,AUDIO="g"\nvideo.m3u8\n'
)


@pytest.fixture(name="station")
def _station(provider: Provider) -> Station:
    return Station(provider)


def put(station: Station, fragments: Fragments, name: str) -> tuple[str, list[str]]:
    """Offer fragments; answer the line that names their beginning, and their names."""
    station.file(f"{name}.init", fragments.initialisation)
    names = station.put(fragments.segments, name + "{}.m4s")
    return f'#EXT-X-MAP:URI="{name}.init"', names


def marks(data: bytes) -> int:
    """Count the places at which a decoder is told of a break."""
    places = range(0, len(data), mpegts.PACKET)
    return sum(mpegts.starts_anew(data[at : at + mpegts.PACKET]) for at in places)


def assert_together(found: dict[str, list[float]]) -> None:
    """Check that picture and tone, which were made to begin together, do so still."""
    assert min(found["h264"]) == pytest.approx(min(found["aac"]), abs=2 * FRAME)
    assert max(found["h264"]) == pytest.approx(max(found["aac"]), abs=2 * FRAME)


async def test_fragments_are_made_into_a_transport_stream(
    player: Player, station: Station, media: Media
) -> None:
    head, names = put(station, media.fragments, "f")
    station.show(media_playlist(names, head=head))
    seen = await player.play(station.url)
    found = packets(seen)
    assert len(found["h264"]) == 150
    assert len(found["aac"]) > 270
    assert_together(found)
    assert marks(seen) == 0
    assert len(station.provider.asked("/hls/f.init")) == 1


async def test_a_new_beginning_is_a_break_in_one_stream(
    player: Player, station: Station, media: Media
) -> None:
    head, names = put(station, media.fragments, "f")
    other, others = put(station, media.fragments, "g")
    others[0] = f"#EXT-X-DISCONTINUITY\n{other}\n{others[0]}"
    station.show(media_playlist([*names[:2], *others[:2]], head=head))
    seen = await player.play(station.url)
    assert marks(seen) == 1
    assert len(packets(seen)["h264"]) == 4 * 25


async def test_fragments_may_follow_a_transport_stream(
    player: Player, station: Station, media: Media
) -> None:
    names = station.put(media.segments)
    head, others = put(station, media.fragments, "f")
    others[0] = f"#EXT-X-DISCONTINUITY\n{head}\n{others[0]}"
    station.show(media_playlist([*names[:2], *others[:2]]))
    seen = await player.play(station.url)
    assert marks(seen) == 1
    assert seen.startswith(b"".join(media.segments[:2]))
    assert len(packets(seen)["h264"]) == 4 * 25


async def test_a_torn_fragment_does_not_swallow_the_next_one(
    player: Player, station: Station, media: Media
) -> None:
    head, names = put(station, media.fragments, "f")
    station.show(media_playlist(names, head=head))
    station.fail("f2.m4s", faults.die(after=5_000, reset=True))
    seen = await player.play(station.url)
    assert marks(seen) == 1
    assert len(packets(seen)["h264"]) >= 125


async def test_packed_audio_alone_is_radio(
    player: Player, station: Station, media: Media
) -> None:
    station.show(media_playlist(station.put(media.packed_audio, "{}.aac")))
    found = packets(await player.play(station.url))
    assert set(found) == {"aac"}
    assert len(found["aac"]) > 270


@pytest.mark.parametrize("kind", ["fragments", "transport streams", "packed audio"])
async def test_audio_apart_is_joined_with_its_picture(
    kind: str, player: Player, station: Station, media: Media
) -> None:
    station.show(MASTER)
    if kind == "fragments":
        head, names = put(station, media.video, "v")
        station.show(media_playlist(names, head=head), "video.m3u8")
        head, names = put(station, media.audio, "a")
        station.show(media_playlist(names, head=head), "audio.m3u8")
    else:
        names = station.put(media.video_ts, "v{}.ts")
        station.show(media_playlist(names), "video.m3u8")
        audio = media.packed_audio if kind == "packed audio" else media.audio_ts
        names = station.put(audio, "a{}")
        station.show(media_playlist(names), "audio.m3u8")
    seen = await player.play(station.url)
    found = packets(seen)
    assert len(found["h264"]) == 150
    assert len(found["aac"]) > 270
    assert_together(found)
    assert station.provider.connections.peak <= 2
    assert len(set(station.fetched())) == len(station.fetched())


@pytest.mark.parametrize("behind", ["video", "audio"])
async def test_renditions_that_begin_apart_keep_their_times(
    behind: str, player: Player, station: Station, media: Media
) -> None:
    station.show(MASTER)
    head, names = put(station, media.video, "v")
    names = names[1:] if behind == "audio" else names
    station.show(media_playlist(names, head=head), "video.m3u8")
    head, names = put(station, media.audio, "a")
    names = names[1:] if behind == "video" else names
    station.show(media_playlist(names, head=head), "audio.m3u8")
    found = packets(await player.play(station.url))
    apart = min(found["h264"]) - min(found["aac"])
    assert apart == pytest.approx(1 if behind == "audio" else -1, abs=2 * FRAME)
    assert max(found["h264"]) == pytest.approx(max(found["aac"]), abs=2 * FRAME)


async def test_a_break_in_both_renditions_is_one_break(
    player: Player, station: Station, media: Media
) -> None:
    station.show(MASTER)
    for name, fragments in (("video", media.video), ("audio", media.audio)):
        head, names = put(station, fragments, name)
        names = [*names[:2], f"#EXT-X-DISCONTINUITY\n{names[0]}", names[1]]
        station.show(media_playlist(names, head=head), f"{name}.m3u8")
    seen = await player.play(station.url)
    assert marks(seen) == 1
    found = packets(seen)
    assert len(found["h264"]) == 4 * 25
    assert_together(found)


async def test_a_break_in_one_rendition_only_does_not_part_them_for_ever(
    player: Player, station: Station, media: Media
) -> None:
    station.show(MASTER)
    head, names = put(station, media.video, "v")
    names[1] = f"#EXT-X-DISCONTINUITY\n{names[1]}"
    station.show(media_playlist(names, head=head), "video.m3u8")
    head, names = put(station, media.audio, "a")
    station.show(media_playlist(names, head=head), "audio.m3u8")
    seen = await player.play(station.url)
    assert marks(seen) == 1
    assert len(packets(seen)["h264"]) == 150


async def test_one_rendition_failing_ends_both(
    player: Player, station: Station, media: Media
) -> None:
    station.show(MASTER)
    head, names = put(station, media.video, "v")
    station.show(media_playlist(names, head=head, ended=False), "video.m3u8")
    head, names = put(station, media.audio, "a")
    station.show(media_playlist(names, head=head), "audio.m3u8")
    for name in names:
        station.fail(name, faults.status(404))
    with pytest.raises(CannotConnectError):
        await player.play(station.url)


async def test_a_live_stream_of_fragments_comes_as_it_is_made(
    player: Player, station: Station, media: Media
) -> None:
    time = LoopTime()
    head, names = put(station, media.fragments, "f")
    station.show(media_playlist(names[:3], head=head, ended=False))
    async with player.open(station.url) as upstream:
        seen = b""
        while seen == b"" or max(packets(seen).get("h264", [0])) < 2:
            seen += await upstream.read()
        station.show(media_playlist(names[:5], head=head, ended=False))
        time.advance(1)
        while max(packets(seen)["h264"]) < 4:
            seen += await upstream.read()


async def test_fragments_that_are_none_are_an_error(
    player: Player, station: Station
) -> None:
    station.file("i", b"\0\0\0\x18ftypisom" + bytes(5000))
    names = station.put([b"\0\0\0\x18moof" + bytes(5000)] * 4)
    station.show(media_playlist(names, head='#EXT-X-MAP:URI="i"'))
    with pytest.raises(TelecastError):
        await player.play(station.url)
