"""Opening addresses: what may be reached, and what an error may say."""

from collections.abc import AsyncIterator
import socket
import ssl

from aiohttp import web
from aiohttp.test_utils import TestServer
import pytest

from custom_components.telecast.engine.errors import (
    AddressNotAllowedError,
    CannotConnectError,
    SourceError,
)
from custom_components.telecast.engine.fetch import (
    Fetcher,
    names_this_machine,
    open_fetcher,
    without_secrets,
)

SECRET = "hunter2"


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with open_fetcher(ssl.create_default_context()) as opened:
        yield opened


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    """Serve redirects and a document that says which headers it was asked with."""

    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})

    async def document(request: web.Request) -> web.Response:
        return web.json_response(dict(request.headers))

    async def hops(request: web.Request) -> web.Response:
        left = int(request.match_info["left"])
        to = f"/hops/{left - 1}" if left else "/document"
        return web.Response(status=302, headers={"Location": to})

    app = web.Application()
    app.router.add_get("/redirect", redirect)
    app.router.add_get("/document", document)
    app.router.add_get("/hops/{left}", hops)
    async with TestServer(app, host="127.0.0.1") as running:
        yield running


async def test_a_document_is_read_as_it_was_sent(
    fetcher: Fetcher, server: TestServer
) -> None:
    url = str(server.make_url("/document"))
    async with fetcher.open(url, local=True, headers={"Referer": "x"}) as response:
        seen = await response.json()
    assert seen["Referer"] == "x"
    assert seen["Accept-Encoding"] == "identity"


@pytest.mark.parametrize(("hops", "well"), [(8, True), (9, True), (10, False)])
async def test_ten_redirects_are_followed_and_no_more(
    fetcher: Fetcher, server: TestServer, hops: int, well: bool
) -> None:
    opening = fetcher.open(str(server.make_url(f"/hops/{hops}")), local=True)
    if well:
        async with opening as response:
            assert response.status == 200
    else:
        with pytest.raises(CannotConnectError, match="redirects too often"):
            async with opening:
                pass


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://example.com/", "unix:/run/x", "gopher://x/"]
)
async def test_a_redirect_leads_to_http_only(
    fetcher: Fetcher, server: TestServer, target: str
) -> None:
    url = server.make_url("/redirect").with_query(to=target)
    with pytest.raises(AddressNotAllowedError):
        async with fetcher.open(str(url), local=True):
            pass


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST.", "a.localhost"),
        *("[::1]", "0.0.0.0", "169.254.1.1", "[fe80::1]", "[::ffff:127.0.0.1]"),
    ],
)
async def test_what_a_document_names_does_not_lead_to_this_machine(
    fetcher: Fetcher, host: str
) -> None:
    with pytest.raises(AddressNotAllowedError):
        async with fetcher.open(f"http://{host}:9/{SECRET}", local=False):
            pass


async def test_a_name_that_resolves_to_this_machine_is_seen_through(
    fetcher: Fetcher, server: TestServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> list[object]:
        kind = socket.SOCK_STREAM
        return [(socket.AF_INET, kind, 6, "", ("127.0.0.1", server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(AddressNotAllowedError):
        async with fetcher.open(f"http://innocent.example:{server.port}/", local=False):
            pass


async def test_a_dead_address_is_named_without_its_path(
    fetcher: Fetcher, unused_tcp_port: int
) -> None:
    url = f"http://user:{SECRET}@127.0.0.1:{unused_tcp_port}/{SECRET}?p={SECRET}"
    with pytest.raises(CannotConnectError) as raised:
        async with fetcher.open(url, local=True):
            pass
    assert str(unused_tcp_port) in str(raised.value)
    assert SECRET not in str(raised.value)


async def test_an_error_status_is_named(fetcher: Fetcher, server: TestServer) -> None:
    url = str(server.make_url("/nowhere"))
    with pytest.raises(CannotConnectError, match="404"):
        async with fetcher.open(url, local=True):
            pass
    async with fetcher.open(url, local=True, any_status=True) as response:
        assert response.status == 404


async def test_credentials_are_not_sent_on_to_another_host(
    fetcher: Fetcher, server: TestServer
) -> None:
    there = server.make_url("/document").with_host("localhost")
    url = server.make_url("/redirect").with_query(to=str(there))
    headers = {"Authorization": SECRET, "Cookie": SECRET, "User-Agent": "mine"}
    async with fetcher.open(str(url), local=True, headers=headers) as response:
        seen = await response.json()
    assert SECRET not in str(seen)
    assert seen["User-Agent"] == "mine"


@pytest.mark.parametrize("url", ["http://", "http://[::1", "nonsense", "http:///x", ""])
async def test_what_is_no_address_is_an_error_of_the_source(
    fetcher: Fetcher, url: str
) -> None:
    with pytest.raises(SourceError):
        async with fetcher.open(url, local=True):
            pass


def test_only_this_machine_and_its_link_are_this_machine() -> None:
    assert not names_this_machine("192.168.1.2")
    assert not names_this_machine("example.com")
    assert names_this_machine("::1")
    assert names_this_machine("fe80::1%eth0")


def test_a_message_shows_scheme_and_host_only() -> None:
    url = f"http://user:{SECRET}@tv.example:8080/{SECRET}?password={SECRET}"
    assert without_secrets(url) == "http://tv.example:8080"
    assert without_secrets(SECRET) == "The address"
