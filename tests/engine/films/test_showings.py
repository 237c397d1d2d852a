"""Films as they are watched: each viewer has one upstream, one slot and one session."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.errors import (
    AccountBusyError,
    NoDataError,
    SourceBusyError,
    StreamClosedError,
    TuneFailedError,
)
from custom_components.telecast.engine.events import Event, SessionEnded, SessionStarted
from custom_components.telecast.engine.films.showings import Showing, Showings
from custom_components.telecast.engine.model import Account, Client, FilmKind, Playable
from custom_components.telecast.engine.pipe import supply
from custom_components.telecast.engine.sessions import Sessions
from custom_components.telecast.engine.streams.slots import Slots
from custom_components.telecast.formats.byte_ranges import Span
from tests.fakes import film_server
from tests.fakes.film_server import FilmServer, film
from tests.fakes.left_over import leaving_nothing
from tests.fakes.showings import film_at, open_fake_showings

FILM = film(2_000_000)
TV = Client(address="192.168.1.2", user_agent="TV")
PHONE = Client(address="192.168.1.3", user_agent="Phone")
ANNA = Account(id="1", username="anna", password="secret", max_connections=1)


class World:
    """Showings of one film, with two slots at its provider."""

    def __init__(
        self, showings: Showings, sessions: Sessions, slots: Slots, server: FilmServer
    ) -> None:
        self.showings = showings
        self.sessions = sessions
        self.slots = slots
        self.server = server
        self.film = film_at(server.url)
        self.events: list[Event] = []

    async def watch(self, client: Client = TV, **facts: Any) -> bytes:
        """Watch a film, or the part of it that is wanted, to its end."""
        async with self.opened(client, **facts) as showing:
            return await drained(showing)

    def opened(
        self, client: Client = TV, film: Playable | None = None, **facts: Any
    ) -> AbstractAsyncContextManager[Showing]:
        """Open the film; whoever reads is cancelled when it is cut off."""
        task = asyncio.current_task()
        assert task

        def cut_off() -> None:
            task.cancel()

        return self.showings.open(
            film or self.film,
            client=client,
            protocol="xtream",
            cut_off=cut_off,
            **facts,
        )


async def drained(showing: Showing) -> bytes:
    """Answer all that comes."""
    pieces = []
    while data := await showing.read():
        showing.sent(len(data))
        pieces.append(data)
    return b"".join(pieces)


class Viewer:
    """Opens the film, and goes on with that when a test says so."""

    def __init__(self, world: World, client: Client = TV, **facts: Any) -> None:
        self.showing: asyncio.Future[Showing] = (
            asyncio.get_running_loop().create_future()
        )
        self._go_on = asyncio.Event()
        self.task = asyncio.create_task(self._watch(world, client, facts))

    async def _watch(self, world: World, client: Client, facts: dict[str, Any]) -> None:
        async with world.opened(client, **facts) as showing:
            self.showing.set_result(showing)
            await self._go_on.wait()

    async def leave(self) -> None:
        """Close the film."""
        self._go_on.set()
        await self.task

    async def was_cut_off(self) -> bool:
        """Wait for the end; answer whether somebody else brought it about."""
        with suppress(asyncio.CancelledError):
            await self.task
        return self.task.cancelled()


@pytest.fixture(name="world")
async def _world(tmp_path: Path) -> AsyncIterator[World]:
    events: list[Event] = []
    async with leaving_nothing(), FilmServer(FILM) as server:
        sessions, slots = Sessions(events.append), Slots(2)
        async with open_fake_showings(
            sessions, slots, folders=[tmp_path.resolve()]
        ) as showings:
            world = World(showings, sessions, slots, server)
            world.events = events
            yield world


async def test_a_session_names_the_film(world: World) -> None:
    series = film_at(
        world.server.url, 7, kind=FilmKind.SERIES, title="A Show S01E02 Two"
    )
    async with world.opened(film=series, account=ANNA) as showing:
        assert world.events == []
        await showing.read()
        showing.sent(1000)
        (session,) = world.sessions.active
        expected = {
            "pid": 1,
            "channel": "A Show S01E02 Two",
            "number": "",
            "client": "192.168.1.2",
            "account": "anna",
            "protocol": "xtream",
            "state": "streaming",
            "bytes": 1000,
            "metadata": {"kind": "series", "film": "7"},
        }
        assert expected.items() <= session.as_dict().items()
        assert world.showings.source_of(session.channel.id) == "provider"
    started, ended = world.events
    assert isinstance(started, SessionStarted)
    assert isinstance(ended, SessionEnded)
    assert ended.reason == "left"


async def test_a_film_an_episode_and_a_channel_are_never_one(world: World) -> None:
    ids = set()
    for kind in FilmKind:
        for number in (1, 2, 3):
            async with world.opened(film=film_at(world.server.url, number, kind=kind)):
                (session,) = world.sessions.active
                ids.add(session.channel.id)
    assert len(ids) == 6
    assert max(ids) < 0


async def test_two_viewers_are_two_upstreams_and_two_slots(world: World) -> None:
    async with asyncio.TaskGroup() as tasks:
        tv = tasks.create_task(world.watch(TV))
        phone = tasks.create_task(world.watch(PHONE))
        await world.server.until(lambda: world.server.streams.now == 2)
        assert world.slots.in_use == 2
        assert len(world.sessions.active) == 2
    assert tv.result() == phone.result() == FILM
    assert world.server.streams.peak == 2
    assert world.slots.in_use == 0


async def test_a_seek_ends_what_the_viewer_had_open_before(world: World) -> None:
    world.slots.limit = 1
    first = Viewer(world)
    session = (await first.showing).session
    seek = Viewer(world, wanted=Span(first=1_000_000))
    showing = await seek.showing
    assert first.task.done(), "the old one is over before the new one begins"
    assert await first.was_cut_off()
    assert world.sessions.active == [session] == [showing.session]
    assert await drained(showing) == FILM[1_000_000:]
    await seek.leave()
    assert world.server.streams.peak == 1
    assert world.sessions.active == []


async def test_of_many_seeks_at_once_the_last_one_stays(world: World) -> None:
    world.slots.limit = 1
    viewers = [Viewer(world, wanted=Span(first=place)) for place in range(10)]
    showing = await viewers[-1].showing
    assert await drained(showing) == FILM[9:]
    assert all([await viewer.was_cut_off() for viewer in viewers[:-1]])
    await viewers[-1].leave()
    assert world.server.streams.peak == 1


async def test_a_third_viewer_is_told_who_holds_the_slots(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supply, "SLOT_PATIENCE_SECONDS", 0.05)
    viewers = [Viewer(world, TV), Viewer(world, PHONE)]
    for viewer in viewers:
        await viewer.showing
    with pytest.raises(SourceBusyError, match=r"A Film \(192\.168\.1\.2\)"):
        await world.watch(Client(address="192.168.1.4"))
    for viewer in viewers:
        await viewer.leave()


async def test_a_viewer_who_has_paused_gives_way_to_another(world: World) -> None:
    world.slots.limit = 1
    paused = Viewer(world)
    world.sessions.pause((await paused.showing).session)
    assert await world.watch(PHONE) == FILM
    assert await paused.was_cut_off()
    assert world.server.streams.peak == 1
    (left,) = [one for one in world.sessions.known if one.client == TV]
    assert left.reason == "gave_way"


async def test_an_account_watches_no_more_than_it_may(world: World) -> None:
    tv = Viewer(world, TV, account=ANNA)
    await tv.showing
    with pytest.raises(AccountBusyError, match="A Film"):
        await world.watch(PHONE, account=ANNA)
    await tv.leave()
    assert await world.watch(PHONE, account=ANNA) == FILM


async def test_a_session_that_is_ended_ends_the_upstream(world: World) -> None:
    viewer = Viewer(world)
    showing = await viewer.showing
    world.sessions.end(showing.session.id, "closed")
    assert await viewer.was_cut_off()
    assert world.slots.in_use == 0
    await world.server.until(lambda: world.server.streams.now == 0)


async def test_a_source_that_is_removed_takes_its_viewers_along(world: World) -> None:
    viewer, other = Viewer(world), Viewer(world, PHONE, film=_elsewhere(world))
    await viewer.showing
    await other.showing
    world.showings.stop_source("provider")
    assert await viewer.was_cut_off()
    assert not other.task.done()
    await other.leave()


async def test_nothing_begins_once_all_is_closed(world: World) -> None:
    viewer = Viewer(world)
    await viewer.showing
    world.showings.close()
    await world.showings.wait_closed()
    assert await viewer.was_cut_off()
    with pytest.raises(StreamClosedError):
        await world.watch()
    assert world.sessions.active == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (film_server.status(404), TuneFailedError),
        (film_server.instead("<html>no</html>"), NoDataError),
    ],
)
async def test_what_is_wrong_is_told_as_viewers_see_it(
    world: World, fault: film_server.Fault, error: type[Exception]
) -> None:
    world.server.faults.append(fault)
    with pytest.raises(error):
        await world.watch()
    assert (world.slots.in_use, world.sessions.active) == (0, [])


async def test_a_film_is_known_once_it_was_watched(world: World) -> None:
    assert await world.showings.facts(world.film) is None
    await world.watch(wanted=Span(first=100, last=200))
    facts = await world.showings.facts(world.film)
    assert facts
    assert (facts.size, facts.etag, facts.ranges) == (len(FILM), '"one"', True)
    assert len(world.server.asked) == 1


async def test_a_file_is_known_without_being_watched(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path.resolve() / "a film.mkv"
    path.write_bytes(FILM)
    local = film_at(f"file:{path}".replace(" ", "%20"), source="films")
    facts = await world.showings.facts(local)
    assert facts
    assert facts.size == len(FILM)
    assert await world.watch(film=local, wanted=Span(first=5)) == FILM[5:]
    async with world.opened(film=local) as showing:
        assert await showing.read()
        assert world.showings.upstream_rate == 0, "what is on disk comes from nowhere"
    async with world.opened() as showing:
        assert await showing.read()
        assert world.showings.upstream_rate > 0
    assert world.sessions.active == []


def _elsewhere(world: World) -> Playable:
    return film_at(world.server.url, source="another provider")
