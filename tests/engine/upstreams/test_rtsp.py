"""RTSP: one connection of ours, of which FFmpeg learns neither address nor login."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
import socket
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
import psutil
import pytest

from custom_components.telecast.engine.errors import (
    AddressNotAllowedError,
    CannotConnectError,
    NoDataError,
    SourceTimeoutError,
    TelecastError,
    UnsupportedStreamError,
)
from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.processes.process import Programs
from tests.engine.upstreams.media import Media, packets
from tests.engine.upstreams.watching import Player
from tests.fakes.loop_time import LoopTime
from tests.fakes.rtsp_server import PASSWORD, USER, RtspServer


@pytest.fixture(name="server")
async def _server(_nothing_is_left: None, media: Media) -> AsyncIterator[RtspServer]:
    async with RtspServer(media.ts) as running:
        yield running


def with_login(url: str, login: str = f"{USER}:{PASSWORD}") -> str:
    return url.replace("//", f"//{login}@")


def self_signed(folder: Path) -> ssl.SSLContext:
    """Make what a camera encrypts with."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(subject_name=name, issuer_name=name)
    builder = builder.public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    path = folder / "camera.pem"
    path.write_bytes(
        certificate.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path)
    return context


async def test_a_stream_is_made_into_a_transport_stream(
    player: Player, server: RtspServer
) -> None:
    found = packets(await player.play(server.url, User_Agent="Mine"))
    assert len(found["h264"]) > 140
    assert len(found["aac"]) > 250
    assert server.methods()[0] == "DESCRIBE"
    assert {request.header("User-Agent") for request in server.requests} == {"Mine"}
    assert server.requests[0].url == server.url
    setup = next(one for one in server.requests if one.method == "SETUP")
    assert setup.url == f"{server.url}/track1"


async def test_the_certificate_of_a_camera_in_the_house_is_taken(
    player: Player, media: Media, tmp_path: Path
) -> None:
    async with RtspServer(media.ts, tls=self_signed(tmp_path)) as server:
        assert len(packets(await player.play(server.url))["h264"]) > 140


@pytest.mark.parametrize("challenge", ["Basic", "Digest"])
async def test_a_login_is_said_to_the_server_alone(
    challenge: str,
    player: Player,
    server: RtspServer,
) -> None:
    server.challenge, server.stays = challenge, True
    async with player.open(with_login(server.url)) as upstream:
        assert await upstream.read()
        (ffmpeg,) = psutil.Process().children()
        seen = Path(f"/proc/{ffmpeg.pid}/cmdline").read_bytes()
        assert PASSWORD.encode() not in seen
        assert str(server.port).encode() not in seen
    for request in server.requests:
        assert PASSWORD not in request.start


async def test_a_login_that_has_grown_old_is_said_anew(
    player: Player, server: RtspServer
) -> None:
    server.challenge, server.forgets_at = "Digest", "SETUP"
    data = await player.play(with_login(server.url))
    assert len(packets(data)["h264"]) > 140
    assert server.methods().count("SETUP") == 2


@pytest.mark.parametrize("login", ["", f"{USER}:wrong"])
async def test_who_is_not_let_in_is_told(
    login: str, player: Player, server: RtspServer
) -> None:
    server.challenge = "Digest"
    url = with_login(server.url, login) if login else server.url
    with pytest.raises(CannotConnectError, match="401"):
        await player.play(url)
    assert len(server.requests) <= 2


async def test_an_error_is_told_before_any_ffmpeg_starts(
    fetcher: Fetcher, server: RtspServer
) -> None:
    server.status = 404
    missing = Programs(binary="/nowhere/ffmpeg", owner="test")
    with pytest.raises(CannotConnectError, match="404"):
        await Player(fetcher, missing).play(server.url)


async def test_a_redirect_is_followed(
    player: Player, server: RtspServer, media: Media
) -> None:
    async with RtspServer(media.ts) as other:
        server.location = other.url
        assert packets(await player.play(server.url))
        assert server.methods() == ["DESCRIBE"]


@pytest.mark.parametrize("location", ["http://127.0.0.1/", "file:///etc/passwd"])
async def test_a_redirect_leads_to_rtsp_only(
    location: str, player: Player, server: RtspServer
) -> None:
    server.location = location
    with pytest.raises(AddressNotAllowedError):
        await player.play(server.url)


async def test_redirects_end(player: Player, server: RtspServer) -> None:
    server.location = server.url
    with pytest.raises(CannotConnectError, match="too often"):
        await player.play(server.url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "169.254.1.1"]
)
async def test_what_a_document_names_does_not_lead_here(
    host: str, player: Player
) -> None:
    with pytest.raises(AddressNotAllowedError):
        await player.play(f"rtsp://{host}:9/", local=False)


async def test_a_name_that_resolves_to_this_machine_is_seen_through(
    player: Player, server: RtspServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(AddressNotAllowedError):
        await player.play(f"rtsp://innocent.example:{server.port}/", local=False)
    assert server.requests == []


async def test_a_silence_is_noticed(player: Player, server: RtspServer) -> None:
    time = LoopTime()
    server.silent = True
    async with player.open(server.url) as upstream:
        reading = asyncio.ensure_future(upstream.read())
        async with asyncio.timeout(9):
            while "PLAY" not in server.methods():
                await asyncio.sleep(0.01)
        time.advance(10)
        with pytest.raises(SourceTimeoutError):
            await reading


@pytest.mark.parametrize("garbage", [b"HTTP/1.1 400 Bad\r\n\r\n", b"\0" * 100_000])
async def test_what_is_no_rtsp_is_an_error(
    garbage: bytes, player: Player, server: RtspServer
) -> None:
    server.garbage = garbage
    with pytest.raises(TelecastError) as raised:
        await player.play(server.url)
    assert isinstance(raised.value, NoDataError | CannotConnectError)


@pytest.mark.parametrize(
    "garbage",
    [
        b"HTTP/1.1 400 Bad\r\n\r\n",
        b"RTSP/1.0 302 Found\r\nLocation: rtsp://127.0.0.1\r\n\r\n",
    ],
)
async def test_what_is_said_in_the_middle_is_looked_at_too(
    garbage: bytes, player: Player, server: RtspServer
) -> None:
    server.garbage, server.garbage_at = garbage, "SETUP"
    with pytest.raises(NoDataError):
        await player.play(server.url)


async def test_a_server_that_hangs_up_has_sent_nothing(player: Player) -> None:
    async with RtspServer(b"") as server:
        with pytest.raises(NoDataError):
            await player.play(server.url)


async def test_a_server_that_is_dead_is_named_without_its_path(
    player: Player, unused_tcp_port: int
) -> None:
    with pytest.raises(CannotConnectError) as raised:
        await player.play(f"rtsp://me:secret@127.0.0.1:{unused_tcp_port}/secret")
    assert "secret" not in str(raised.value)
    assert str(unused_tcp_port) in str(raised.value)


@pytest.mark.parametrize(
    "url", ["rtsp://", "rtsp://[::1", "rtsp://a:port/", "rtsp:///x"]
)
async def test_what_is_no_address_is_not_supported(url: str, player: Player) -> None:
    with pytest.raises(UnsupportedStreamError):
        await player.play(url)


async def test_leaving_ends_the_conversation(
    player: Player, server: RtspServer
) -> None:
    server.stays = True
    async with player.open(server.url) as upstream:
        assert await upstream.read()
        assert server.now == 1
    async with asyncio.timeout(60):
        while server.now:
            await asyncio.sleep(0)
