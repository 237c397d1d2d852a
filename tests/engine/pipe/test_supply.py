"""What a candidate stands for is tried in turn, each in a slot of its account."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    NoDataError,
    SourceBusyError,
    TuneFailedError,
    UnsupportedStreamError,
)
from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.pipe import Supply, supply
from custom_components.telecast.engine.streams.slots import Slots
from tests.fakes import film_server
from tests.fakes.film_server import FilmServer

from .conftest import FILM
from .reading import candidate_of, drained

FILM_45 = Candidate(url="xtream:movie/45.mkv", source="provider")


class Accounts:
    """Two pooled accounts, each with a slot; the second one's address is the film's."""

    def __init__(self, server: FilmServer, first: str = "") -> None:
        self.slots = {"one": Slots(1), "two": Slots(1)}
        url = first or server.url
        self.placed: tuple[Candidate, ...] = (
            replace(candidate_of(url), account="one"),
            replace(candidate_of(server.url), account="two"),
        )

    def supply(
        self,
        fetcher: Fetcher,
        make_room: Callable[[Candidate], bool] = supply.nobody_gives_way,
    ) -> Supply:
        """Open what is placed here."""
        return Supply(
            fetcher=fetcher,
            placed=lambda _: self.placed,
            slots=lambda candidate: self.slots[candidate.account],
            make_room=make_room,
        )

    @property
    def in_use(self) -> tuple[int, int]:
        """How many slots are taken, account by account."""
        return self.slots["one"].in_use, self.slots["two"].in_use


async def test_a_slot_is_held_for_as_long_as_the_upstream_is_open(
    fetcher: Fetcher, server: FilmServer
) -> None:
    accounts = Accounts(server)
    seen = []
    slots = Slots(1, lambda: seen.append((slots.in_use, server.streams.now)))
    accounts.slots["one"] = slots
    async with accounts.supply(fetcher).open(FILM_45, name="f") as pipe:
        assert accounts.in_use == (1, 0)
        assert await drained(pipe) == FILM
    await server.until(lambda: server.streams.now == 0)
    assert seen == [(1, 0), (0, 0)]


async def test_a_slot_is_held_while_a_film_is_taken_up_again(
    fetcher: Fetcher, server: FilmServer
) -> None:
    accounts = Accounts(server)
    seen: list[int] = []
    slots = Slots(1, lambda: seen.append(slots.in_use))
    accounts.slots["one"] = slots
    server.faults += [film_server.cut(100_000)] * 3
    async with accounts.supply(fetcher).open(FILM_45, name="f") as pipe:
        assert await drained(pipe) == FILM
    assert seen == [1, 0]


async def test_the_next_address_is_tried_where_one_fails(
    fetcher: Fetcher, server: FilmServer
) -> None:
    async with FilmServer(FILM) as broken:
        broken.faults.append(film_server.status(500))
        accounts = Accounts(server, broken.url)
        async with accounts.supply(fetcher).open(FILM_45, name="f") as pipe:
            assert accounts.in_use == (0, 1)
            assert await drained(pipe) == FILM
        assert len(broken.asked) == 1


async def test_the_first_failure_is_told_where_all_fail(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.faults += [
        film_server.instead("<html>Sorry</html>"),
        film_server.status(404),
    ]
    with pytest.raises(NoDataError):
        async with Accounts(server).supply(fetcher).open(FILM_45, name="f"):
            pass
    assert len(server.asked) == 2


async def test_a_failure_inside_the_block_tries_nothing_again(
    fetcher: Fetcher, server: FilmServer
) -> None:
    with pytest.raises(CannotConnectError, match="mine"):
        async with Accounts(server).supply(fetcher).open(FILM_45, name="f"):
            raise CannotConnectError("mine")
    assert len(server.asked) == 1


async def test_an_account_with_a_free_slot_is_used_where_another_is_busy(
    fetcher: Fetcher, server: FilmServer
) -> None:
    accounts = Accounts(server)
    with accounts.slots["one"].take("somebody"):
        async with accounts.supply(fetcher).open(FILM_45, name="f"):
            assert accounts.in_use == (1, 1)


async def test_who_holds_the_slots_is_told(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supply, "SLOT_PATIENCE_SECONDS", 0.05)
    accounts = Accounts(server)
    with (
        accounts.slots["one"].take("channel 5", viewers=lambda: "192.168.1.2"),
        accounts.slots["two"].take("another film"),
        pytest.raises(SourceBusyError, match=r"channel 5 \(192\.168\.1\.2\)") as raised,
    ):
        async with accounts.supply(fetcher).open(FILM_45, name="f"):
            pass
    assert "192" not in raised.value.outline
    assert server.asked == []


async def test_a_slot_that_is_given_back_is_waited_for(
    fetcher: Fetcher, server: FilmServer
) -> None:
    accounts = Accounts(server)
    accounts.placed = accounts.placed[:1]

    async def watch() -> bytes:
        async with accounts.supply(fetcher).open(FILM_45, name="f") as pipe:
            return await drained(pipe)

    with accounts.slots["one"].take("somebody"):
        waiting = asyncio.create_task(watch())
        await asyncio.sleep(0)
        assert not server.asked
    assert await waiting == FILM


async def test_whoever_nobody_needs_gives_way(
    fetcher: Fetcher, server: FilmServer
) -> None:
    accounts = Accounts(server)
    accounts.placed = accounts.placed[:1]
    needed = asyncio.Event()
    held = accounts.slots["one"].take("idle", give_way=lambda: not needed.set())

    async def idle() -> None:
        with held:
            taken.set()
            await needed.wait()

    taken = asyncio.Event()
    holding = asyncio.create_task(idle())
    await taken.wait()
    async with accounts.supply(fetcher).open(FILM_45, name="f"):
        assert holding.done()
    await holding


async def test_a_stream_that_nobody_needs_gives_way(
    fetcher: Fetcher, server: FilmServer
) -> None:
    accounts = Accounts(server)
    accounts.placed = accounts.placed[:1]
    holding = accounts.slots["one"].take("a stream")
    holding.__enter__()

    def make_room(candidate: Candidate) -> bool:
        assert candidate.account == "one"
        asyncio.get_running_loop().call_soon(holding.__exit__, None, None, None)
        return True

    async with accounts.supply(fetcher, make_room).open(FILM_45, name="f") as pipe:
        assert await drained(pipe) == FILM


async def test_an_address_of_another_kind_has_no_ranges(
    fetcher: Fetcher, server: FilmServer
) -> None:
    accounts = Accounts(server)
    accounts.placed = (replace(accounts.placed[0], url="rtsp://camera/film"),)
    with pytest.raises(UnsupportedStreamError):
        async with accounts.supply(fetcher).open(FILM_45, name="f"):
            pass
    accounts.placed = ()
    with pytest.raises(TuneFailedError):
        async with accounts.supply(fetcher).open(FILM_45, name="f"):
            pass


@pytest.mark.parametrize("form", ["file:{}", "file://{}"])
async def test_a_file_takes_no_slot(
    fetcher: Fetcher, tmp_path: Path, form: str
) -> None:
    folder = tmp_path.resolve()
    (folder / "100 % film.mkv").write_bytes(FILM)
    path = f"{folder}/100%20%25%20film.mkv"

    def none(_: Candidate) -> Slots:
        raise AssertionError

    opened = Supply(
        fetcher=fetcher,
        placed=lambda one: (one,),
        slots=none,
        allowed_folders=[folder],
    )
    candidate = Candidate(url=form.format(path), source="films")
    async with opened.open(candidate, name="f") as pipe:
        assert await drained(pipe) == FILM
