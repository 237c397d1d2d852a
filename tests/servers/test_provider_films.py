"""Films of a provider with one connection, through the whole engine and over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from aiohttp import web
import pytest

from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.engine.settings import ProviderLogin, ProviderSettings
from tests.fakes import faults
from tests.fakes.film_server import film
from tests.fakes.left_over import leaving_nothing
from tests.fakes.panel import Episode, Panel
from tests.fakes.transport import Multiplex

from .panel_world import serving_provider

FILM = film(3_000_000)
PILOT = film(500_000, seed=2)
LIVE = b"".join(Multiplex().seconds(2, frames=5, size=20))


@dataclass(kw_only=True)
class World:
    """The panel, the engine that plays from it, and a client of ours."""

    panel: Panel
    engine: Engine
    client: aiohttp.ClientSession

    async def movie(self) -> str:
        """Answer where the film is for an account."""
        (found,) = await self.engine.films.page(FilmKind.MOVIE)
        return f"/movie/anna/secret-1/{found.id}.mkv"

    async def episode(self) -> str:
        """Answer where the episode is for an account."""
        (found,) = await self.engine.films.page(FilmKind.SERIES)
        (pilot,) = (await self.engine.films.details(found)).episodes
        return f"/series/anna/secret-1/{pilot.id}.mp4"

    async def channel(self) -> str:
        """Answer where the channel is for an account."""
        (found,) = await self.engine.lineup.channels()
        return f"/live/anna/secret-1/{found.id}.ts"


@pytest.fixture(name="panel")
async def _panel() -> AsyncIterator[Panel]:
    async with leaving_nothing(), Panel(max_connections=1) as panel:
        panel.movie(45, "A Film (1999)", FILM)
        panel.show(7, "A Show", episodes={1: [Episode(id=71, title="P", data=PILOT)]})
        panel.live(1, "One", data=LIVE, rate=len(LIVE) // 2)
        yield panel


@pytest.fixture(name="world")
async def _world(panel: Panel, tmp_path: Path) -> AsyncIterator[World]:
    async with serving_provider(panel, tmp_path) as served:
        yield World(panel=panel, engine=served.engine, client=served.client)


async def body_of(world: World, path: str, **headers: str) -> bytes:
    """Answer what must be there."""
    async with world.client.get(path, headers=headers) as response:
        assert response.status in {200, 206}
        return await response.read()


async def test_films_and_episodes_come_from_the_provider(world: World) -> None:
    movie, episode = await world.movie(), await world.episode()
    assert await body_of(world, movie) == FILM
    assert (
        await body_of(world, movie, Range="bytes=1000000-1999999")
        == (FILM[1_000_000:2_000_000])
    )
    assert await body_of(world, episode, Range="bytes=-1000") == PILOT[-1000:]
    assert world.panel.count().peak == 1


async def test_a_film_counts_among_what_comes_from_providers(
    world: World,
) -> None:
    world.panel.movie(46, "Long", film(40_000_000))
    await world.engine.sources.refresh("provider")
    assert world.engine.statistics().upstream_rate == 0
    found = await world.engine.films.page(FilmKind.MOVIE, search="long")
    async with world.client.get(f"/movie/anna/secret-1/{found[0].id}.mkv") as response:
        await response.content.readexactly(100_000)
        assert world.engine.statistics().upstream_rate > 0
        assert world.engine.sources.status("provider").streams_in_use == 1
        # Who is refused hears who holds the slot, at home.
        refused = await world.channel()
        async with world.client.get(refused) as other:
            assert other.status == 503
    await world.panel.until(lambda: world.panel.streams.now == 0)
    assert world.engine.statistics().upstream_rate == 0
    assert world.engine.sources.status("provider").streams_in_use == 0


async def test_a_film_that_breaks_off_goes_on_from_the_same_account(
    world: World,
) -> None:
    path = await world.movie()
    times = 3

    async def breaking(
        request: web.BaseRequest, content: faults.Content
    ) -> web.StreamResponse:
        nonlocal times
        times -= 1
        cut = faults.die(after=400_000) if times > 0 else faults.send
        return await cut(request, content)

    world.panel.misbehave("/movie/45.mkv", breaking)
    assert await body_of(world, path) == FILM
    assert world.panel.count().peak == 1


async def test_who_goes_from_a_channel_to_a_film_needs_one_connection(
    world: World,
) -> None:
    channel, movie = await world.channel(), await world.movie()
    async with world.client.get(channel) as live:
        await live.content.readexactly(188)
    assert await body_of(world, movie) == FILM
    async with world.client.get(channel) as live:
        await live.content.readexactly(188)
    assert world.panel.count().peak == 1


async def test_a_film_that_has_paused_gives_way_to_a_channel(world: World) -> None:
    world.panel.movie(45, "A Film (1999)", FILM * 10)
    channel, movie = await world.channel(), await world.movie()
    async with world.client.get(movie, headers={"User-Agent": "TV"}) as paused:
        await paused.content.readexactly(1000)
        (session,) = world.engine.sessions.active
        assert session.as_dict()["channel"] == "A Film (1999)"
        world.engine.sessions.look([session])
        assert session.upstream == "Provider"
        world.engine.sessions.pause(session)
        async with world.client.get(channel) as live:
            await live.content.readexactly(188)
            assert world.panel.count().peak == 1
        with pytest.raises(aiohttp.ClientError):
            await paused.read()


async def test_two_logins_are_two_films_at_once(world: World) -> None:
    world.panel.movie(45, "A Film (1999)", FILM * 10)
    world.panel.login("second", "secret")
    provider = ProviderSettings(
        id="provider",
        name="Provider",
        url=world.panel.url,
        username=world.panel.username,
        password=world.panel.password,
        accounts=(ProviderLogin(username="second", password="secret"),),
    )
    await world.engine.sources.update(provider)
    movie = await world.movie()
    async with (
        world.client.get(movie, headers={"User-Agent": "one"}) as one,
        world.client.get(movie, headers={"User-Agent": "two"}) as two,
    ):
        assert await one.content.readexactly(1000) == FILM[:1000]
        assert await two.content.readexactly(1000) == FILM[:1000]
        counts = world.panel.count(), world.panel.count("second")
        assert [count.now for count in counts] == [1, 1]


async def test_a_player_without_a_login_bears_a_ticket(world: World) -> None:
    (found,) = await world.engine.films.page(FilmKind.MOVIE)
    playable = await world.engine.films.playable(FilmKind.MOVIE, found.id, None)
    path = world.engine.film_path(playable)
    assert path.endswith(f"/movie/{found.id}.mkv")
    assert await body_of(world, path) == FILM


async def test_the_end_of_the_engine_is_the_end_of_its_films(world: World) -> None:
    world.panel.movie(45, "A Film (1999)", FILM * 10)
    async with world.client.get(await world.movie()) as response:
        await response.content.readexactly(1000)
        world.engine.close_streams()
        await world.engine.showings.wait_closed()
        with pytest.raises(aiohttp.ClientError):
            await response.read()
    await world.panel.until(lambda: world.panel.streams.now == 0)


async def test_a_provider_that_is_removed_ends_its_films(world: World) -> None:
    world.panel.movie(45, "A Film (1999)", FILM * 10)
    async with world.client.get(await world.movie()) as response:
        await response.content.readexactly(1000)
        await world.engine.sources.remove("provider")
        with pytest.raises(aiohttp.ClientError):
            await response.read()
    assert world.engine.sessions.active == []
