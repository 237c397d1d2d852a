"""Documents lead a client to where it can reach us, and nowhere else."""

import asyncio
from dataclasses import replace
from pathlib import Path

from aiohttp.test_utils import make_mocked_request
from hypothesis import example, given, strategies as st
import pytest
from yarl import URL

from custom_components.telecast.engine.settings import Settings
from custom_components.telecast.servers.address import base_url, host_and_port

from .world import World, serving


async def told(world: World, head: str) -> str:
    """Ask with raw request lines; answer the base URL that the device tells."""
    port = int(world.base.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = f"{head}\r\nConnection: close\r\n\r\n"
    writer.write(request.encode("latin-1"))
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    assert answer.startswith("HTTP/1.") and " 200 " in answer.splitlines()[0], answer
    return answer.partition('"BaseURL": "')[2].partition('"')[0]


@pytest.mark.parametrize(
    "host",
    [
        "192.168.1.5:8123",
        "homeassistant.local",
        "my_server:80",
        "tv.example.org:8443",
        "[fd00::5]:8123",
        "[::1]",
    ],
)
async def test_the_base_url_is_what_the_client_asked_for(
    tmp_path: Path, host: str
) -> None:
    async with serving(tmp_path) as world:
        head = f"GET /discover.json HTTP/1.1\r\nHost: {host}"
        assert await told(world, head) == f"http://{host}"


@pytest.mark.parametrize(
    "head",
    [
        "GET /discover.json HTTP/1.0",
        "GET /discover.json HTTP/1.1\r\nHost: 0.0.0.0:8123",
        "GET /discover.json HTTP/1.1\r\nHost: [::]:8123",
        "GET /discover.json HTTP/1.1\r\nHost: a/../b",
        'GET /discover.json HTTP/1.1\r\nHost: "><script>',
        "GET /discover.json HTTP/1.1\r\nHost: user:password@host",
        "GET /discover.json HTTP/1.1\r\nHost: host:99999",
        "GET /discover.json HTTP/1.1\r\nHost: [not::an::address]",
        "GET /discover.json HTTP/1.1\r\nHost: " + "a" * 300,
    ],
)
async def test_where_that_is_no_host_it_is_where_the_connection_came_in(
    tmp_path: Path, head: str
) -> None:
    async with serving(tmp_path) as world:
        assert await told(world, head) == world.base


async def test_forwarded_headers_are_not_believed(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        head = (
            "GET /discover.json HTTP/1.1\r\nHost: tv.local\r\n"
            "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n"
            "Forwarded: host=evil.example"
        )
        assert await told(world, head) == "http://tv.local"


async def test_the_public_address_is_told_to_everybody(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        public = "https://tv.example.org:8443/"
        world.engine.settings = replace(world.engine.settings, public_url=public)
        document = await world.json("/discover.json")
        assert document["BaseURL"] == "https://tv.example.org:8443"
        assert document["LineupURL"] == "https://tv.example.org:8443/lineup.json"


@pytest.mark.parametrize(
    ("name", "url"),
    [
        (("::1", 8123, 0, 0), "http://[::1]:8123"),
        (("fe80::1%eth0", 80, 0, 2), "http://[fe80::1]:80"),
        (("::ffff:10.0.0.5", 8123, 0, 0), "http://10.0.0.5:8123"),
        (("10.0.0.5", 8123), "http://10.0.0.5:8123"),
        ("/run/telecast.sock", "http://localhost"),
        (None, "http://localhost"),
    ],
)
def test_a_connection_comes_in_at_an_address_of_either_kind(
    name: object, url: str
) -> None:
    transport = asyncio.Transport(extra={"sockname": name})
    request = make_mocked_request("GET", "/", transport=transport)
    assert base_url(Settings(), request) == url


@given(st.from_regex(r"[a-zA-Z0-9_.:\[\]%@/?#-]{0,30}", fullmatch=True))
@example("xn--a")
@example("a..b.:1")
@example("1.2.3")
@example("[::ffff:0.0.0.0]:80")
@example("127.1")
def test_whatever_is_asked_for_a_base_url_is_an_origin(host: str) -> None:
    transport = asyncio.Transport(extra={"sockname": ("10.0.0.5", 8123)})
    request = make_mocked_request(
        "GET", "/", headers={"Host": host}, transport=transport
    )
    url = base_url(Settings(), request)
    assert URL(url).origin() == URL(url)
    name, port = host_and_port(url)
    assert name not in {"", "0.0.0.0", "::"}
    assert 1 <= port <= 65535


def test_a_base_url_has_a_host_and_a_port() -> None:
    assert host_and_port("http://10.0.0.5:8123") == ("10.0.0.5", 8123)
    assert host_and_port("https://tv.example.org") == ("tv.example.org", 443)
    assert host_and_port("http://[fd00::5]") == ("fd00::5", 80)
