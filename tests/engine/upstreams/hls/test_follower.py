"""Following a playlist: what comes next, and when it is time to look again."""

from collections.abc import Sequence

import pytest

from custom_components.telecast.engine.errors import (
    CannotConnectError,
    SourceError,
    SourceTimeoutError,
)
from custom_components.telecast.engine.upstreams.hls.follower import Due, Follower
from custom_components.telecast.engine.upstreams.hls.loading import Loaded
from custom_components.telecast.formats.hls import MediaPlaylist, MediaSegment
from tests.fakes.clock import Clock

TARGET = 6


def playlist(
    first: int, end: int, *, ended: bool = False, breaks: Sequence[int] = ()
) -> MediaPlaylist:
    """Make a playlist of the segments from `first` up to `end`."""
    return MediaPlaylist(
        target_duration=TARGET,
        media_sequence=first,
        segments=tuple(
            MediaSegment(
                uri=f"http://a/{number}.ts",
                duration=float(TARGET),
                discontinuity=number in breaks,
            )
            for number in range(first, end)
        ),
        ended=ended,
    )


class Server:
    """Answers what a test has prepared, the last of it for ever; tells when it was asked."""

    def __init__(self, *answers: MediaPlaylist | SourceError) -> None:
        first, *self.answers = answers
        assert isinstance(first, MediaPlaylist)
        self.clock = Clock()
        self._began = self.clock.now
        self.asked: list[float] = []
        self.follower = Follower(
            Loaded(playlist=first, local=False),
            self._load,
            now=self.clock,
            sleep=self._sleep,
        )

    async def take(self, count: int) -> list[int]:
        """Answer the numbers of the next segments."""
        return [due.sequence for due in await self.take_due(count)]

    async def take_due(self, count: int) -> list[Due]:
        """Answer the next segments."""
        found = [await self.follower.next() for _ in range(count)]
        assert None not in found
        return [due for due in found if due]

    async def _load(self) -> Loaded[MediaPlaylist]:
        self.asked.append(self.clock.now - self._began)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, SourceError):
            raise answer
        return Loaded(playlist=answer, local=False)

    async def _sleep(self, seconds: float) -> None:
        self.clock.now += seconds


async def test_each_segment_comes_once() -> None:
    server = Server(playlist(10, 13), playlist(11, 14), playlist(12, 16))
    assert await server.take(6) == [10, 11, 12, 13, 14, 15]


async def test_it_looks_again_after_a_target_duration_and_sooner_where_nothing_changed() -> (
    None
):
    server = Server(
        playlist(0, 3), playlist(1, 4), playlist(1, 4), playlist(1, 4), playlist(2, 5)
    )
    await server.take(5)
    assert server.asked == [6, 12, 15, 18]


async def test_it_begins_three_target_durations_before_the_end() -> None:
    assert await Server(playlist(0, 10)).take(3) == [7, 8, 9]
    assert await Server(playlist(0, 10, ended=True)).take(3) == [0, 1, 2]


async def test_what_has_ended_ends() -> None:
    server = Server(playlist(0, 3), playlist(1, 4, ended=True))
    assert await server.take(4) == [0, 1, 2, 3]
    assert await server.follower.next() is None


async def test_what_has_ended_goes_by_in_its_own_time() -> None:
    server = Server(playlist(0, 10, ended=True))
    times = []
    for _ in range(5):
        await server.take(1)
        times.append(server.clock.now - 1000)
    assert times == [0, 0, 2, 8, 14]


async def test_a_playlist_that_stands_still_is_given_up() -> None:
    server = Server(playlist(0, 3), playlist(0, 3))
    await server.take(3)
    with pytest.raises(SourceTimeoutError):
        await server.follower.next()
    assert 3 * TARGET < server.clock.now - 1000 <= 4 * TARGET


async def test_segments_that_went_by_are_a_break() -> None:
    server = Server(playlist(0, 3), playlist(7, 10))
    due = await server.take_due(5)
    assert [(one.sequence, one.broken) for one in due] == [
        *((0, False), (1, False), (2, False)),
        *((7, True), (8, False)),
    ]


async def test_a_break_is_told() -> None:
    server = Server(playlist(0, 3, breaks=[2]))
    assert [one.broken for one in await server.take_due(3)] == [False, False, True]


async def test_a_server_that_lags_brings_nothing_twice() -> None:
    server = Server(playlist(5, 9), playlist(4, 8), playlist(6, 10))
    assert await server.take(4) == [6, 7, 8, 9]


async def test_a_server_that_began_anew_is_followed() -> None:
    server = Server(playlist(500, 503), playlist(0, 4))
    due = await server.take_due(5)
    assert [(one.sequence, one.broken) for one in due[3:]] == [(1, True), (2, False)]


async def test_a_load_that_fails_is_tried_again() -> None:
    error = CannotConnectError("502")
    server = Server(playlist(0, 3), error, error, playlist(1, 4))
    assert await server.take(4) == [0, 1, 2, 3]


async def test_load_after_load_failing_is_an_error() -> None:
    server = Server(playlist(0, 3), CannotConnectError("502"))
    await server.take(3)
    with pytest.raises(CannotConnectError, match="502"):
        await server.follower.next()
    assert len(server.asked) == 3


async def test_an_empty_playlist_is_waited_for_but_not_for_ever() -> None:
    assert await Server(playlist(0, 0), playlist(0, 2)).take(2) == [0, 1]
    with pytest.raises(SourceTimeoutError):
        await Server(playlist(0, 0), playlist(0, 0)).follower.next()
