"""Films that go from socket to socket: each byte once and in its place, as if read."""

import asyncio
from itertools import pairwise
import os
import socket
import ssl

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    FilmChangedError,
    SourceTimeoutError,
)
from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.pipe import (
    own_socket,
    passage,
    pipe as pipe_module,
    remote,
)
from custom_components.telecast.engine.pipe.passage import open_passage
from custom_components.telecast.formats.byte_ranges import Range, Span, Tail, resolve
from tests.fakes import film_server
from tests.fakes.film_server import FilmServer, cut, film

from .conftest import FILM
from .moving import moved, nothing_moves, open_taker
from .reading import drained, opening

SIZE = len(FILM)


@pytest.mark.parametrize(
    "wanted",
    [None, Span(first=0), Span(first=1_234_567, last=2_900_000), Tail(length=999_999)],
)
async def test_a_film_is_moved_and_hardly_read(
    fetcher: Fetcher, server: FilmServer, wanted: Range | None
) -> None:
    async with opening(fetcher, server.url, wanted) as pipe:
        assert pipe.moves
        got, moves = await moved(pipe)
        assert await pipe.read() == b""
    held = resolve(wanted or Span(first=0), SIZE)
    assert got == FILM[held.first : held.last + 1]
    assert moves
    assert len(server.asked) == 1


@pytest.mark.parametrize("reset", [False, True])
async def test_what_breaks_off_while_it_is_moved_goes_on_at_the_very_byte(
    fetcher: Fetcher, server: FilmServer, reset: bool
) -> None:
    server.faults += [cut(1_000_000, reset=reset), cut(700_001, reset=reset)]
    async with opening(fetcher, server.url, Span(first=5, last=SIZE - 9)) as pipe:
        got, _ = await moved(pipe)
    assert got == FILM[5 : SIZE - 8]
    assert [asked.get("If-Range") for asked in server.asked] == [None, '"one"', '"one"']
    places = [int(asked["Range"][6:].partition("-")[0]) for asked in server.asked]
    assert all(before <= after for before, after in pairwise(places))
    assert places[1] == 1_000_005 or reset
    assert server.streams.peak == 1


async def test_two_films_are_never_mixed_by_moving(
    fetcher: Fetcher, server: FilmServer
) -> None:
    other = film(SIZE, seed=2)
    server.faults += [cut(500_000), film_server.changing(other, '"two"')]
    async with opening(fetcher, server.url) as pipe:
        with pytest.raises(FilmChangedError):
            await moved(pipe)


async def test_a_server_that_falls_silent_while_it_is_moved_is_asked_again(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "SILENCE_SECONDS", 2.0)
    server.faults.append(film_server.stopping(after=500_000))
    async with opening(fetcher, server.url) as pipe:
        got, _ = await moved(pipe)
    assert got == FILM
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (film_server.stopping(after=500_000), SourceTimeoutError),
        (cut(500_000), CannotConnectError),
        (cut(500_000, reset=True), CannotConnectError),
    ],
)
async def test_what_does_not_come_back_is_given_up(
    fetcher: Fetcher,
    server: FilmServer,
    monkeypatch: pytest.MonkeyPatch,
    fault: film_server.Fault,
    error: type[Exception],
) -> None:
    monkeypatch.setattr(remote, "SILENCE_SECONDS", 2.0)
    monkeypatch.setattr(pipe_module, "RESUME_PAUSES", ())
    server.faults.append(fault)
    async with opening(fetcher, server.url) as pipe:
        with pytest.raises(error) as raised:
            await moved(pipe)
    assert "film.mkv" not in str(raised.value)


async def test_moves_and_reads_may_take_turns(
    fetcher: Fetcher, server: FilmServer
) -> None:
    got = bytearray()
    async with open_taker() as taker, opening(fetcher, server.url) as pipe:
        loop = asyncio.get_running_loop()
        while data := await pipe.read():
            got += data
            # No more than what the outlet takes at once, as nobody takes it from there.
            if count := await pipe.move(taker.outlet):
                taker.moves += 1
                while count:
                    some = await loop.sock_recv(taker.end, count)
                    got += some
                    count -= len(some)
    assert got == FILM
    assert taker.moves > 1


async def test_a_viewer_who_takes_nothing_holds_up_the_sender_and_nobody_else(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.data = FILM * 20
    async with open_taker() as taker, opening(fetcher, server.url) as pipe:
        pouring = asyncio.create_task(taker.pour(pipe))
        await nothing_moves(server)
        # The rest of it lies in the system's own buffers, which are some megabytes.
        assert server.sent < len(server.data) // 2
        assert not pouring.done()
        taking = asyncio.create_task(taker.take())
        await pouring
        taker.outlet.shutdown(socket.SHUT_WR)
        await taking
    assert taker.taken == FILM * 20
    assert taker.moves


async def test_a_viewer_who_leaves_ends_the_moving_and_nothing_is_asked_again(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.data = FILM * 20
    async with open_taker() as taker, opening(fetcher, server.url) as pipe:
        pouring = asyncio.create_task(taker.pour(pipe))
        taking = asyncio.create_task(taker.take())
        await taker.until(lambda: len(taker.taken) > SIZE)
        taking.cancel()
        await asyncio.wait([taking])
        taker.end.close()
        with pytest.raises(ConnectionError):
            await pouring
    assert len(server.asked) == 1
    await server.until(lambda: server.streams.now == 0)


@pytest.mark.parametrize("waits_for", ["source", "outlet"])
async def test_who_is_cancelled_in_a_move_leaves_nothing(
    fetcher: Fetcher, server: FilmServer, waits_for: str
) -> None:
    server.data = FILM * 20
    if waits_for == "source":
        server.faults.append(film_server.stopping(after=500_000))
    async with open_taker() as taker, opening(fetcher, server.url) as pipe:
        pouring = asyncio.create_task(taker.pour(pipe))
        taking = asyncio.create_task(taker.take())
        await taker.until(lambda: len(taker.taken) >= 500_000)
        if waits_for == "outlet":
            taking.cancel()
        await nothing_moves(server)
        for task in (pouring, taking):
            task.cancel()
        await asyncio.wait([pouring, taking])
        assert pouring.cancelled()
    await server.until(lambda: server.streams.now == 0)


async def test_what_has_no_length_is_read(fetcher: Fetcher, server: FilmServer) -> None:
    server.tells_size = False
    async with opening(fetcher, server.url) as pipe, open_taker() as taker:
        assert not pipe.moves
        assert await pipe.move(taker.outlet) == 0
        assert await drained(pipe) == FILM


async def test_where_the_system_forbids_it_films_are_read(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "splice", forbidden)
    async with opening(fetcher, server.url) as pipe, open_taker() as taker:
        assert not pipe.moves
        assert await pipe.move(taker.outlet) == 0
        assert await drained(pipe) == FILM


async def test_where_descriptors_run_out_films_are_read(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(_flags: int) -> tuple[int, int]:
        raise OSError

    monkeypatch.setattr(os, "pipe2", exhausted)
    async with opening(fetcher, server.url) as pipe:
        assert not pipe.moves
        assert await drained(pipe) == FILM


class Connection(asyncio.Transport):
    """What a transport tells of its connection."""

    def __init__(self, *, closing: bool = False, **facts: object) -> None:
        super().__init__(facts)
        self._closing = closing

    def is_closing(self) -> bool:
        """Tell whether it is."""
        return self._closing


async def test_only_what_is_plain_and_open_has_a_passage() -> None:
    plain, other = socket.socketpair()
    with plain, other:
        with own_socket(Connection(socket=plain)) as own:
            assert own is not None
            assert own.fileno() != plain.fileno()
        for transport in (
            None,
            Connection(),
            Connection(socket=plain, closing=True),
            Connection(socket=plain, sslcontext=ssl.create_default_context()),
        ):
            with own_socket(transport) as own:
                assert own is None
            with open_passage(transport, name="it", silence_seconds=1) as opened:
                assert opened is None


async def test_a_move_is_bounded_and_no_more_than_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passage, "STEP_BYTES", 5)
    source, sender = socket.socketpair()
    outlet, taker = socket.socketpair()
    with source, sender, outlet, taker:
        for each in (source, sender, outlet):
            each.setblocking(False)
        with open_passage(
            Connection(socket=source), name="it", silence_seconds=1
        ) as opened:
            assert opened
            sender.send(b"twelve bytes")
            assert [await opened.move(outlet, most) for most in (4, 100, 100)] == [
                4,
                5,
                3,
            ]
            assert taker.recv(100) == b"twelve bytes"
            sender.close()
            with pytest.raises(CannotConnectError, match="it ended too early"):
                await opened.move(outlet, 6)
