"""Who may come in without an account."""

from dataclasses import replace
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
import pytest

from custom_components.telecast.engine.settings import DEFAULT_NETWORKS
from custom_components.telecast.servers.access import client_of, is_in
from custom_components.telecast.servers.site import ROUTES, guarded
from tests.fakes.engine import TOKEN, open_fake_engine

from .world import serving

OPEN_TO_NEIGHBOURS = (
    "/discover.json",
    "/lineup.json",
    "/lineup.xml",
    "/lineup.m3u",
    "/lineup_status.json",
    "/device.xml",
    "/status.json",
    "/auto/v1",
    "/tuner0/v1",
    "/telecast/health",
    "/telecast/playlist.m3u",
    "/telecast/guide.xml",
    "/telecast/guide.xml.gz",
    "/telecast/stream/1.ts",
)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.31.255.255",
        "192.168.0.9",
        "169.254.3.4",
        "::1",
        "fd12::1",
        "fe80::1%eth0",
        "::ffff:192.168.0.9",
    ],
)
def test_home_is_allowed_by_default(address: str) -> None:
    assert is_in(address, DEFAULT_NETWORKS)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "172.32.0.1",
        "2001:db8::1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "",
        None,
        "192.168.0.9, 8.8.8.8",
        "unix:",
    ],
)
def test_elsewhere_is_not(address: str | None) -> None:
    assert not is_in(address, DEFAULT_NETWORKS)


def test_a_network_that_is_none_admits_nobody_and_hurts_nobody() -> None:
    networks = ("not a network", "10.0.0.1/8")
    assert is_in("10.200.0.1", networks)
    assert not is_in("8.8.8.8", networks)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("::ffff:10.0.0.5", "10.0.0.5"), ("fe80::1%eth0", "fe80::1"), ("", ""), ("@", "")],
)
def test_a_client_is_named_in_printable_words(address: str, shown: str) -> None:
    headers = {"User-Agent": "Kodi/21\x7f\u202e <b>" + "x" * 1000}
    request = make_mocked_request("GET", "/", headers=headers)
    client = client_of(request.clone(remote=address))
    assert client.address == shown
    assert client.user_agent.startswith("Kodi/21 <b>xxx")
    assert len(client.user_agent) <= 200


async def test_strangers_get_403_everywhere_but_at_the_xtream_server(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        engine = world.engine
        engine.settings = replace(engine.settings, allowed_networks=("10.0.0.0/8",))
        for path in OPEN_TO_NEIGHBOURS:
            assert await world.status(path) == 403, path
            assert await world.status(path, "HEAD") == 403, path
        assert await world.status("/lineup.post?scan=start", "POST") == 403
        assert await world.status("/player_api.php") == 200
        assert engine.opened == 0


async def test_own_paths_say_why_in_json(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.settings = replace(world.engine.settings, allowed_networks=())
        async with world.client.get("/telecast/health") as response:
            assert (await response.json())["error"] == "not_allowed"


async def test_the_token_opens_our_own_paths_from_anywhere(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.settings = replace(world.engine.settings, allowed_networks=())
        for path in ("/telecast/playlist.m3u", "/telecast/guide.xml"):
            assert await world.status(f"{path}?token={TOKEN}") == 200
            for wrong in (f"{TOKEN}x", TOKEN[:-1], "", "%ff%00", "ü"):
                assert await world.status(f"{path}?token={wrong}") == 403
        assert await world.status(f"/telecast/stream/1.ts?token={TOKEN}", "HEAD") == 200
        assert await world.status(f"/discover.json?token={TOKEN}") == 403


async def test_what_a_relay_brings_is_not_local(tmp_path: Path) -> None:
    app = web.Application()
    async with open_fake_engine(tmp_path) as engine:
        for route in ROUTES:
            app.router.add_get(
                route.path,
                guarded(route, "GET", lambda: engine, lambda request: True),
                allow_head=False,
            )
        async with TestClient(TestServer(app)) as client:
            for path in OPEN_TO_NEIGHBOURS:
                assert (await client.get(path)).status == 403, path
            token = {"token": TOKEN}
            response = await client.get("/telecast/playlist.m3u", params=token)
            assert response.status == 200
            assert (await client.get("/player_api.php")).status == 200
