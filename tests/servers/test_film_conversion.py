"""Films for players that cannot take them as they are: as MPEG-TS, by a real FFmpeg."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine.upstreams.media import SECONDS, Media, ffmpeg, make_media, packets
from tests.fakes import film_server
from tests.fakes.left_over import leaving_nothing

from .film_world import FilmWorld, serving_films

MOVIE = "/movie/anna/secret-1/45.ts"


@pytest.fixture(name="media", scope="module")
def _media(tmp_path_factory: pytest.TempPathFactory) -> Media:
    return make_media(tmp_path_factory.mktemp("media"))


@pytest.fixture(name="world")
async def _world(tmp_path: Path, media: Media) -> AsyncIterator[FilmWorld]:
    async with (
        leaving_nothing(),
        serving_films(tmp_path, media.mkv, ffmpeg="ffmpeg") as world,
    ):
        world.offer()
        yield world


async def taken(world: FilmWorld, path: str, **headers: str) -> bytes:
    """Answer a film that must come as MPEG-TS."""
    async with world.client.get(path, headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "video/mp2t"
        assert response.headers["Accept-Ranges"] == "none"
        assert "Content-Length" not in response.headers
        assert "Content-Range" not in response.headers
        return await response.read()


async def test_who_asks_for_ts_gets_all_of_the_film_as_ts(world: FilmWorld) -> None:
    body = await taken(world, MOVIE, Range="bytes=500-")
    assert len(body) % 188 == 0
    assert len(packets(body)["h264"]) == 150
    assert "Range" not in world.server.asked[0]
    assert world.films.slots.in_use == 0


async def test_a_film_begins_at_the_second_that_is_asked_for(world: FilmWorld) -> None:
    body = await taken(world, f"{MOVIE}?start=3")
    assert 70 <= len(packets(body)["h264"]) <= 80
    for nonsense in ("nan", "-5", "x", "inf"):
        body = await taken(world, f"{MOVIE}?start={nonsense}")
        assert len(packets(body)["h264"]) == 150


async def test_a_film_that_breaks_off_upstream_is_converted_whole(
    world: FilmWorld,
) -> None:
    world.server.faults.append(film_server.cut(len(world.server.data) // 2))
    assert len(packets(await taken(world, MOVIE))["h264"]) == 150
    assert len(world.server.asked) == 2


@pytest.fixture(name="last", scope="module")
def _last(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Six seconds of MP4 whose index comes last, larger than FFmpeg's buffers."""
    path = tmp_path_factory.mktemp("last") / "last.mp4"
    noise = f"testsrc2=size=320x180:rate=25:duration={SECONDS},noise=alls=80:allf=t"
    ffmpeg(
        *("-f", "lavfi", "-i", noise, "-f", "lavfi", "-i", f"sine=duration={SECONDS}"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"),
        str(path),
    )
    data = path.read_bytes()
    assert data.find(b"mdat") < 100
    assert data.find(b"moov") > 1_500_000
    return data


@pytest.mark.parametrize("is_local", [False, True])
async def test_an_mp4_whose_index_comes_last_is_converted_whole(
    world: FilmWorld, last: bytes, tmp_path: Path, is_local: bool
) -> None:
    path = tmp_path.resolve() / "last.mp4"
    path.write_bytes(last)
    world.server.data = last
    world.offer(extension="mp4", url=f"file:{path}" if is_local else "")
    for asked, frames in ((MOVIE, 150), (f"{MOVIE}?start=3", 75)):
        found = packets(await taken(world, asked))
        assert abs(len(found["h264"]) - frames) <= 5
        assert found["aac"]
    assert world.server.streams.peak == (0 if is_local else 1)
    assert world.films.slots.in_use == 0


async def test_an_mp4_that_cannot_be_had_in_parts_is_told_before_the_first_byte(
    world: FilmWorld, last: bytes
) -> None:
    world.server.data, world.server.ranges = last, False
    assert await world.status(MOVIE) == 503


async def test_a_film_is_encoded_in_a_profile(world: FilmWorld) -> None:
    path = "/movie/anna/secret-1/45.mkv?transcode=internet240"
    body = await taken(world, path)
    found = packets(body)
    assert len(found["h264"]) == 150
    assert set(found) == {"h264", "aac"}


async def test_encoders_are_counted(world: FilmWorld) -> None:
    # The world has one.
    path = "/movie/anna/secret-1/45.mkv?transcode=internet240"
    world.server.faults.append(film_server.stopping(after=50_000))
    async with world.client.get(path, headers={"User-Agent": "one"}) as first:
        assert first.status == 200
        assert await world.status(path, headers={"User-Agent": "two"}) == 503


async def test_a_transport_stream_stays_as_it_is(
    world: FilmWorld, media: Media
) -> None:
    world.offer(extension="ts")
    world.server.data = media.ts
    async with world.client.get(MOVIE) as response:
        assert response.headers["Accept-Ranges"] == "bytes"
        assert await response.read() == media.ts


async def test_what_ffmpeg_cannot_read_is_told_before_the_first_byte(
    world: FilmWorld,
) -> None:
    world.server.data = film_server.film(100_000)
    assert await world.status(MOVIE) == 503


async def test_head_opens_nothing(world: FilmWorld) -> None:
    async with world.client.head(MOVIE) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "video/mp2t"
    assert world.server.asked == []
