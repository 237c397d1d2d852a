"""Clock cards: the time is right, and what comes next is told."""

from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest

from custom_components.telecast.engine.playout.cards import ClockCards
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.streams import stills
from custom_components.telecast.formats.mpegts import Scanner
from tests.formats.clips import parts

BERLIN = ZoneInfo("Europe/Berlin")


def at(hour: int, minute: int, second: int = 0) -> int:
    """Answer an instant of a winter's day, in UTC."""
    moment = datetime(2026, 1, 6, hour, minute, second, tzinfo=UTC)
    return int(moment.timestamp() * 1000)


def cards(binary: str = "ffmpeg") -> ClockCards:
    """Make cards of a channel on which a film is always next."""
    return ClockCards(
        Programs(binary=binary, owner="me"),
        name="Films",
        zone=lambda: BERLIN,
        title=lambda instant: f"What begins at {instant}",
    )


def test_the_time_is_the_users_own() -> None:
    soon = at(19, 30)
    said = [line.text for line in cards().lines(at(19, 14, 59), soon)]
    assert said == ["Films", "20:14", "20:30", f"What begins at {soon}"]


def test_what_is_days_away_is_not_told() -> None:
    said = [line.text for line in cards().lines(at(1, 0), at(1, 1) + 2 * 86_400_000)]
    assert said == ["Films", "02:00"]


async def test_a_card_is_a_stream_that_is_right_up_to_the_next_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stills, "PATIENCE_SECONDS", 60.0)
    found = await cards().card(at(19, 14, 20), at(19, 30))
    assert found is not None
    loop, until = found
    assert until == at(19, 15)
    began = b"".join(
        block for _, block in takewhile(lambda one: one[0] < 1, loop.play(0))
    )
    assert Scanner().scan(began)
    assert (parts(began)["video"]["height"], parts(began)["audio"]["channels"]) == (
        720,
        2,
    )


async def test_without_ffmpeg_there_is_no_card() -> None:
    assert await cards("/nowhere/ffmpeg").card(at(19, 14), at(19, 30)) is None
