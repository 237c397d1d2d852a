"""Who is in no allowed network learns nothing, whatever a proxy says of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import pytest
import pytest_asyncio

from scripts.workbench.home_assistant import free_port

from .sessions import sessions_of
from .viewer import watching
from .world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(120)]

# Documentation's networks (RFC 5737): nobody who asks here is in them.
ALLOWED_NETWORK = "198.51.100.0/24"
ALLOWED = "198.51.100.7"
VIEWER = "living room"
DEVICE = "Upstairs"
PATHS = (
    "/discover.json",
    "/lineup.json",
    "/lineup.xml",
    "/lineup.m3u",
    "/lineup_status.json",
    "/lineup.post",
    "/device.xml",
    "/status.json",
    "/auto/v1",
    "/auto/v1?transcode=internet240",
    "/tuner0/v1",
    "/consumers",
    "/consumers?history=10",
    "/Live/stranger",
    "/Live/stranger/pause",
    "/Live/{session}",
    "/Live/{session}/stop",
    "/telecast/health",
    "/telecast/playlist.m3u",
    "/telecast/playlist.m3u?token=guessed",
    "/telecast/guide.xml",
    "/telecast/guide.xml.gz",
    "/telecast/stream/1.ts",
    "/telecast/hls/local/1/master.m3u8",
    "/telecast/hls/local/1/480p.m3u8",
)
POSTED = ("/lineup.post", "/Live/stranger", "/Live/{session}/stop")
REQUESTS = tuple((method, path) for path in PATHS for method in ("GET", "HEAD"))
REQUESTS += tuple(("POST", path) for path in POSTED)
# Home Assistant believes none of these, nor does it refuse them.
LIES = (
    {},
    {"X-Real-IP": ALLOWED},
    {"Forwarded": f"for={ALLOWED};proto=http"},
    {"X-Forwarded-Host": ALLOWED, "Host": ALLOWED, "Via": f"1.1 {ALLOWED}"},
)
FORWARDED_FOR = (
    {"X-Forwarded-For": ALLOWED},
    {"X-Forwarded-For": f"{ALLOWED}, 127.0.0.1", "X-Real-IP": ALLOWED},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A world that admits nobody from here, and what it must not tell."""

    world: World
    own_url: str
    """Telecast's own port."""
    session: str
    """The id of a session that is expected back."""
    secrets: tuple[str, ...]

    def url(self, base: str, path: str) -> str:
        return f"{base}{path.format(session=self.session)}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def closed(world: World) -> AsyncIterator[Closed]:
    """Let somebody watch, then leave only a network that is far away."""
    async with (
        watching(world.url("/telecast/stream/1.ts"), VIEWER) as viewer,
        aiohttp.ClientSession() as client,
    ):
        await viewer.until_it_plays()
        (session,) = await sessions_of(world.frontend)
        # Or else a path that nobody is admitted to would prove nothing.
        for method, path in REQUESTS:
            if "/Live/{session}" not in path:
                async with client.request(method, world.url(path)) as response:
                    assert response.status not in {401, 403, 405}, (method, path)
        async with client.get(world.url("/discover.json")) as response:
            device = await response.json()
        # Who watches now is expected back, and so is known to what is asked later.
        entry, port = await world.entry(), free_port()
        async with world.frontend.reloading(entry):
            step = await world.frontend.configure(
                entry,
                allowed_networks=[ALLOWED_NETWORK],
                device_name=DEVICE,
                http_port=port,
            )
            assert step["type"] == "create_entry", step
    yield Closed(
        world=world,
        own_url=f"http://127.0.0.1:{port}",
        session=session["id"],
        secrets=(
            device["DeviceID"],
            device["DeviceAuth"],
            DEVICE,
            session["id"],
            VIEWER,
            "stranger",
            *(channel.name for channel in world.provider.channels),
        ),
    )


@pytest.mark.parametrize("lie", LIES, ids=" ".join)
async def test_a_stranger_is_refused_at_home_assistants_port(
    closed: Closed, lie: dict[str, str]
) -> None:
    await assert_refused(closed, closed.world.home.url, lie)


@pytest.mark.parametrize("lie", LIES + FORWARDED_FOR, ids=" ".join)
async def test_a_stranger_is_refused_at_telecasts_own_port(
    closed: Closed, lie: dict[str, str]
) -> None:
    await assert_refused(closed, closed.own_url, lie)


@pytest.mark.parametrize("lie", FORWARDED_FOR, ids=" ".join)
async def test_home_assistant_itself_refuses_a_proxy_that_it_does_not_trust(
    closed: Closed, lie: dict[str, str]
) -> None:
    await assert_refused(closed, closed.world.home.url, lie, status=400)
    closed.world.home.log.forgive("A request from a reverse proxy was received")


async def assert_refused(
    closed: Closed, base: str, headers: dict[str, str], *, status: int = 403
) -> None:
    """Fail where any path answers something else, tells anything, or does anything."""
    world = closed.world
    before = await sessions_of(world.frontend)
    assert closed.session in {session["id"] for session in before}
    await world.provider.until(lambda provider: provider.open == 0)
    world.provider.most = 0
    async with aiohttp.ClientSession(headers=headers) as client:
        for method, path in REQUESTS:
            url = closed.url(base, path)
            async with client.request(method, url) as response:
                told = f"{response.headers}{await response.text()}"
            assert response.status == status, (method, path, told)
            assert [one for one in closed.secrets if one in told] == [], (path, told)
    assert await sessions_of(world.frontend) == before
    assert world.provider.most == 0
