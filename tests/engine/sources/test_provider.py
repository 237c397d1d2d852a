"""The fake provider is trusted by many tests: it counts exactly and fails as told."""

import asyncio
from collections.abc import AsyncIterator
import gzip

import aiohttp
import pytest

from tests.fakes import faults
from tests.fakes.provider import Provider

RECORDING = bytes(range(256)) * 188


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with Provider({"one": RECORDING}, rate=None) as provider:
        yield provider


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(
        connector=connector, auto_decompress=False
    ) as client:
        yield client


async def test_a_recording_is_looped_for_ever(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    async with client.get(provider.stream_url("one")) as answer:
        data = await answer.content.readexactly(3 * len(RECORDING))
    assert answer.content_type == "video/mp2t"
    assert data == RECORDING * 3


async def test_a_paced_stream_keeps_to_the_clock(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    clock = asyncio.get_running_loop().time
    provider.stream("slow", RECORDING, rate=40_000, burst=40_000, chunked=False)
    async with client.get(provider.stream_url("slow")) as answer:
        begun = clock()
        await answer.content.readexactly(20_000)
        assert clock() - begun < 0.9
        data = await answer.content.readexactly(60_000)
        assert 0.9 < clock() - begun < 2.5
    assert data == (2 * RECORDING)[20_000:80_000]
    assert "Transfer-Encoding" not in answer.headers


async def test_viewers_are_counted_until_their_connection_ends(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    url = provider.stream_url("one")
    async with client.get(url) as first, client.get(url) as second:
        await first.content.readany()
        await second.content.readany()
        assert provider.count("one").now == provider.streams.now == 2
        second.close()
        await provider.until(lambda: provider.count("one").now == 1)
        provider.cut("one", reset=True)
        await provider.until(lambda: provider.connections.now == 0)
    async with client.get(url):
        assert provider.count("one").peak == 2
    async with client.head(url) as head:
        assert head.status == 200
    assert provider.count("one").ever == provider.streams.ever == 3
    assert provider.connections.ever == 4


async def test_a_stream_falls_silent_and_flows_again(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.hold("one")
    async with client.get(provider.stream_url("one")) as answer:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await answer.content.readany()
        provider.resume("one")
        assert await answer.content.readany()


async def test_the_generated_playlist_names_streams_and_guide(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.guide("<tv></tv>")
    async with client.get(provider.playlist_url) as answer:
        text = await answer.text()
    assert f'url-tvg="{provider.guide_url}"' in text
    assert provider.stream_url("one") in text
    async with client.get(provider.guide_url + ".gz") as answer:
        assert gzip.decompress(await answer.read()) == b"<tv></tv>"


async def test_what_did_not_change_is_answered_with_304(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.playlist("#EXTM3U\n")
    async with client.get(provider.playlist_url) as answer:
        etag, date = answer.headers["ETag"], answer.headers["Last-Modified"]
    statuses = []
    for headers in {"If-None-Match": etag}, {"If-Modified-Since": date}:
        async with client.get(provider.playlist_url, headers=headers) as answer:
            statuses.append(answer.status)
        provider.playlist("#EXTM3U\n#", etag=False)
        async with client.get(provider.playlist_url, headers=headers) as answer:
            statuses.append(answer.status)
            date = answer.headers["Last-Modified"]
        provider.playlist("#EXTM3U\n")
    assert statuses == [304, 200, 200, 200]
    assert provider.asked("/playlist.m3u")[1].headers["If-None-Match"] == etag


async def test_faults_come_as_often_as_told(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.misbehave("one", faults.status(403), times=2)
    statuses = []
    for _ in range(3):
        async with client.get(provider.stream_url("one")) as answer:
            statuses.append(answer.status)
    assert statuses == [403, 403, 200]
    provider.misbehave("/gone", faults.html())
    async with client.get(provider.url + "/gone") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    provider.behave("/gone")
    async with client.get(provider.url + "/gone") as answer:
        assert answer.status == 404


@pytest.mark.parametrize("reset", [False, True])
async def test_a_stream_dies_after_some_bytes(
    reset: bool, provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.misbehave("one", faults.die(after=1000, reset=reset))
    async with client.get(provider.stream_url("one")) as answer:
        with pytest.raises((aiohttp.ClientPayloadError, ConnectionResetError)):
            await answer.read()
    await provider.until(lambda: provider.streams.now == 0)


async def test_a_stream_stalls_after_some_bytes(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.misbehave("one", faults.stall(after=1000))
    async with client.get(provider.stream_url("one")) as answer:
        assert await answer.content.readexactly(1000) == RECORDING[:1000]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await answer.content.readany()


async def test_redirects_lead_on_or_round(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.misbehave("one", faults.redirects(3))
    async with client.get(provider.stream_url("one")) as answer:
        assert answer.status == 200
    assert len(provider.asked("/live/one.ts")) == 4
    provider.misbehave("one", faults.redirect_loop())
    with pytest.raises(aiohttp.TooManyRedirects):
        await client.get(provider.stream_url("one"))


async def test_headers_never_come(
    provider: Provider, client: aiohttp.ClientSession
) -> None:
    provider.misbehave("one", faults.no_headers())
    asking = asyncio.create_task(client.get(provider.stream_url("one")))
    await provider.until(lambda: provider.count("one").ever == 1)
    await asyncio.wait({asking}, timeout=0.05)
    assert not asking.done()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await provider.until(lambda: provider.connections.now == 0)
    assert provider.count("one").ever == 1
