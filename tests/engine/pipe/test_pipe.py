"""Films over HTTP: each byte once and in its place, whatever the server does."""

import asyncio
from itertools import pairwise
import random

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    FilmChangedError,
    NoDataError,
    SourceTimeoutError,
    UnsatisfiableRangeError,
    UnsupportedStreamError,
)
from custom_components.telecast.engine.fetch import Fetcher
from custom_components.telecast.engine.pipe import pipe as pipe_module, remote
from custom_components.telecast.formats.byte_ranges import Range, Span, Tail, resolve
from tests.fakes import film_server
from tests.fakes.film_server import FilmServer, cut, film

from .conftest import FILM
from .reading import drained, opening

SIZE = len(FILM)
FAR = pipe_module.SKIP_BYTES + 1


def seeks(count: int) -> list[Range]:
    """Answer ranges as players seek: to the end of the film, of a part, or its tail."""
    chance = random.Random(7)
    found: list[Range] = []
    for number in range(count):
        first = chance.randrange(SIZE)
        last = chance.choice([None, chance.randrange(first, SIZE), SIZE + 5])
        found.append(Span(first=first, last=last))
        if number % 5 == 4:
            found[-1] = Tail(length=chance.randrange(1, SIZE))
    return found


async def test_a_film_comes_whole(fetcher: Fetcher, server: FilmServer) -> None:
    async with opening(fetcher, server.url) as pipe:
        assert (pipe.length, pipe.partial) == (SIZE, False)
        assert pipe.facts.etag == '"one"'
        assert await drained(pipe) == FILM
        assert await pipe.read() == b""
    (asked,) = server.asked
    assert "Range" not in asked
    assert server.streams.now == 0


@pytest.mark.parametrize("wanted", seeks(20), ids=lambda wanted: wanted.header)
async def test_a_seek_brings_the_very_bytes_of_the_film(
    fetcher: Fetcher, server: FilmServer, wanted: Range
) -> None:
    held = resolve(wanted, SIZE)
    async with opening(fetcher, server.url, wanted) as pipe:
        assert pipe.partial
        assert (pipe.first, pipe.last) == (held.first, held.last)
        assert await drained(pipe) == FILM[held.first : held.last + 1]
    assert [asked["Range"] for asked in server.asked] == [wanted.header]


@pytest.mark.parametrize("reset", [False, True])
async def test_a_film_that_breaks_off_goes_on_at_the_very_byte(
    fetcher: Fetcher, server: FilmServer, reset: bool
) -> None:
    server.faults += [cut(1_000_000, reset=reset), cut(700_001, reset=reset)]
    async with opening(fetcher, server.url, Span(first=5, last=SIZE - 9)) as pipe:
        assert await drained(pipe) == FILM[5 : SIZE - 8]
    first, *others = server.asked
    assert "If-Range" not in first
    assert len(others) == 2
    for asked in others:
        assert asked["Range"].endswith(f"-{SIZE - 9}")
        assert asked["If-Range"] == '"one"'
    places = [int(asked["Range"][6:].partition("-")[0]) for asked in server.asked]
    assert all(before <= after for before, after in pairwise(places))
    # What came with a reset may be lost on the way; it is asked for again.
    assert places[1] == 1_000_005 or reset
    assert server.streams.peak == 1


async def test_a_film_that_breaks_off_again_and_again_comes_whole(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.faults += [cut(300_000)] * 9
    async with opening(fetcher, server.url) as pipe:
        assert await drained(pipe) == FILM
    assert len(server.asked) == 10


async def test_a_server_that_is_back_after_some_refusals_is_waited_for(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipe_module, "RESUME_PAUSES", (0, 0, 0, 0))
    server.faults += [cut(100_000), film_server.status(503), film_server.status(403)]
    server.faults.append(film_server.instead("<html>Maintenance</html>"))
    async with opening(fetcher, server.url) as pipe:
        assert await drained(pipe) == FILM


async def test_a_server_that_does_not_come_back_is_given_up(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipe_module, "RESUME_PAUSES", (0, 0, 0))
    server.faults += [cut(100_000), *[film_server.status(503)] * 3]
    async with opening(fetcher, server.url) as pipe:
        with pytest.raises(CannotConnectError, match="503"):
            await drained(pipe)
    assert len(server.asked) == 4


async def test_a_silent_server_is_asked_again(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "SILENCE_SECONDS", 2.0)
    server.faults.append(film_server.stopping(after=500_000))
    async with opening(fetcher, server.url) as pipe:
        assert await drained(pipe) == FILM
    assert len(server.asked) == 2


async def test_two_films_are_never_mixed(fetcher: Fetcher, server: FilmServer) -> None:
    other = film(SIZE, seed=2)
    server.faults += [cut(1_000_000), film_server.changing(other, '"two"')]
    got = b""
    async with opening(fetcher, server.url) as pipe:
        with pytest.raises(FilmChangedError):
            while data := await pipe.read():
                got += data
    assert got == FILM[: len(got)]
    assert len(got) == 1_000_000


@pytest.mark.parametrize("size", [SIZE - 1, SIZE + 1, 1000])
async def test_another_size_is_another_film(
    fetcher: Fetcher, server: FilmServer, size: int
) -> None:
    server.etag = ""
    server.faults += [cut(1_000_000), film_server.changing(film(size), "")]
    async with opening(fetcher, server.url) as pipe:
        with pytest.raises(FilmChangedError):
            await drained(pipe)


async def test_a_film_without_validators_goes_on_where_its_size_is_the_same(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.etag = ""
    server.faults.append(cut(1_000_000))
    async with opening(fetcher, server.url) as pipe:
        assert pipe.facts.etag.startswith('"')
        assert await drained(pipe) == FILM
    assert "If-Range" not in server.asked[1], "an ETag of ours means nothing to it"


async def test_a_date_stands_in_for_an_etag(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.etag = 'W/"weak"'
    server.last_modified = "Thu, 01 Jan 2026 00:00:00 GMT"
    server.faults.append(cut(1_000_000))
    async with opening(fetcher, server.url) as pipe:
        assert await drained(pipe) == FILM
    assert server.asked[1]["If-Range"] == server.last_modified


async def test_what_a_server_without_ranges_sends_first_is_skipped(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.ranges = False
    async with opening(fetcher, server.url, Span(first=400_000, last=900_000)) as pipe:
        assert (pipe.partial, pipe.facts.ranges) == (True, False)
        assert await drained(pipe) == FILM[400_000:900_001]


async def test_what_lies_far_ahead_is_not_waited_for(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.ranges = False
    async with opening(fetcher, server.url, Span(first=FAR)) as pipe:
        assert (pipe.partial, pipe.first, pipe.length) == (False, 0, SIZE)
        assert await drained(pipe) == FILM


async def test_a_server_without_ranges_cannot_go_on_far_from_the_beginning(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.ranges = False
    server.faults += [cut(500_000), cut(FAR + 100_000)]
    got = 0
    async with opening(fetcher, server.url) as pipe:
        with pytest.raises(FilmChangedError):
            while data := await pipe.read():
                got += len(data)
    assert got == FAR + 100_000, "but it can near to it"


async def test_without_a_size_a_film_ends_where_it_ends(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.ranges = server.tells_size = False
    async with opening(fetcher, server.url, Span(first=100)) as pipe:
        assert (pipe.partial, pipe.length) == (False, None)
        assert await drained(pipe) == FILM


@pytest.mark.parametrize(
    ("if_range", "partial"),
    [('"one"', True), ('"two"', False), ('W/"one"', False), ("yesterday", False)],
)
async def test_a_part_of_something_else_is_of_no_use(
    fetcher: Fetcher, server: FilmServer, if_range: str, partial: bool
) -> None:
    wanted = Span(first=2_000_000)
    async with opening(fetcher, server.url, wanted, if_range=if_range) as pipe:
        assert pipe.partial is partial
        assert await drained(pipe) == (FILM[2_000_000:] if partial else FILM)
    assert server.streams.peak == 1


async def test_an_etag_of_ours_stays_as_long_as_the_film_does(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.etag = ""
    tags = []
    for wanted in (None, Span(first=7), Tail(length=9)):
        async with opening(fetcher, server.url, wanted) as pipe:
            tags.append(pipe.facts.etag)
    assert len(set(tags)) == 1
    async with opening(fetcher, server.url, Span(first=1), if_range=tags[0]) as pipe:
        assert pipe.partial
    server.data = film(SIZE - 1)
    async with opening(fetcher, server.url, Span(first=1), if_range=tags[0]) as pipe:
        assert not pipe.partial
        assert pipe.facts.etag != tags[0]


@pytest.mark.parametrize("ranges", [True, False])
async def test_who_asks_for_what_lies_behind_the_end_is_told_the_size(
    fetcher: Fetcher, server: FilmServer, ranges: bool
) -> None:
    server.ranges = ranges
    with pytest.raises(UnsatisfiableRangeError) as raised:
        async with opening(fetcher, server.url, Span(first=SIZE)):
            pass
    assert raised.value.size == SIZE


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (film_server.status(404), CannotConnectError),
        (film_server.status(204), CannotConnectError),
        (film_server.status(206), CannotConnectError),
        (film_server.instead("<html>Gone</html>"), NoDataError),
        (film_server.instead("<html>Gone</html>", "video/mp4"), NoDataError),
        (film_server.instead("", "video/mp4"), NoDataError),
        (film_server.instead("#EXTM3U\n", "video/mp4"), UnsupportedStreamError),
    ],
)
async def test_what_is_no_film_is_told_before_the_first_byte(
    fetcher: Fetcher,
    server: FilmServer,
    fault: film_server.Fault,
    error: type[Exception],
) -> None:
    server.faults.append(fault)
    with pytest.raises(error):
        async with opening(fetcher, server.url, Span(first=0)):
            pass
    assert server.streams.now == 0


async def test_a_server_that_never_brings_a_byte_is_given_up(
    fetcher: Fetcher, server: FilmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "FIRST_SECONDS", 0.2)
    server.faults.append(film_server.stopping(after=0))
    with pytest.raises(SourceTimeoutError):
        async with opening(fetcher, server.url):
            pass


async def test_another_part_than_was_asked_for_is_refused(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.faults.append(film_server.part(first=10, last=20))
    with pytest.raises(CannotConnectError, match="Another part"):
        async with opening(fetcher, server.url, Span(first=0, last=5)):
            pass


async def test_the_sender_waits_for_a_viewer_who_takes_nothing(
    fetcher: Fetcher, server: FilmServer
) -> None:
    server.data = FILM * 20
    async with opening(fetcher, server.url) as pipe:
        await pipe.read()
        unchanged, before = 0, -1
        while unchanged < 200:
            await asyncio.sleep(0)
            unchanged = unchanged + 1 if server.sent == before else 0
            before = server.sent
        # The rest of it lies in the system's own buffers, which are some megabytes.
        assert server.sent < len(server.data) // 2
        assert len(await pipe.read()) < 1_000_000
