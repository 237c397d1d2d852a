"""Delivering one candidate: what is of no use ends in time, and by its name."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

from custom_components.telecast.engine.errors import (
    NoDataError,
    NoPictureError,
    SourceTimeoutError,
    StarvedError,
    TelecastError,
)
from custom_components.telecast.engine.streams.delivery import (
    FLAG_SECONDS,
    GARBAGE_BYTES,
    PACKET_SECONDS,
    PICTURE_SECONDS,
    Delivery,
    spliced,
)
from custom_components.telecast.formats.mpegts import (
    CLOCK,
    PACKET,
    WRAP,
    Scanner,
    discontinuities,
    starts_anew,
)
from tests.fakes.scripted import (
    Flight,
    Ledger,
    Line,
    Script,
    Scripted,
    candidate,
    television,
)
from tests.fakes.transport import AAC, AUDIO_PID, VIDEO_PID, Multiplex

ONE = candidate("one")
VC1 = 0xEA


class Try:
    """A delivery that runs, and what it came to."""

    def __init__(self, delivery: Delivery, ledger: Ledger) -> None:
        self.delivery = delivery
        self.ledger = ledger
        self.error: TelecastError | None = None

    @property
    def over(self) -> bool:
        return self.error is not None


@asynccontextmanager
async def trying(
    script: Script,
    *,
    after_change: bool = False,
    starve_seconds: float = 0.0,
) -> AsyncIterator[Try]:
    """Deliver what a script says."""
    ledger = Ledger()
    delivery = Delivery(
        ledger,
        on_first=lambda: None,
        after_change=after_change,
        starve_seconds=starve_seconds,
    )
    this = Try(delivery, ledger)

    async def run() -> None:
        async with Scripted(one=[script]).open(ONE) as opened:
            try:
                await delivery.run(opened)
            except TelecastError as err:
                this.error = err

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(run())
        yield this
        running.cancel()


def endlessly(*lines: Line) -> Callable[[], Iterator[Line]]:
    """Make a script that says the same for ever."""

    def script() -> Iterator[Line]:
        while True:
            yield from lines

    return script


async def ended(script: Script, *, within: float) -> TelecastError:
    """Answer the error that a script ends with; fail where it takes longer."""
    flight = Flight()
    async with trying(script) as this:
        await flight.until(lambda: this.over, seconds=within)
    assert this.error
    return this.error


async def test_what_trickles_is_no_data() -> None:
    error = await ended(endlessly(b"\x47", 1.0), within=PACKET_SECONDS + 1)
    assert isinstance(error, NoDataError)


async def test_what_has_played_and_trickles_is_no_data_either() -> None:
    def script() -> Iterator[Line]:
        yield from television(30)()
        yield from endlessly(b"\x47", 1.0)()

    error = await ended(script, within=30 + PACKET_SECONDS + 1)
    assert isinstance(error, NoDataError)


async def test_an_end_without_any_packet_is_no_data() -> None:
    assert isinstance(await ended([b"<html>"], within=1), NoDataError)


async def test_an_end_after_a_while_is_told_as_one() -> None:
    error = await ended(television(3), within=5)
    assert isinstance(error, NoDataError)
    assert "ended" in str(error)


async def test_garbage_is_no_transport_stream() -> None:
    amount = GARBAGE_BYTES // 6000 + 100
    error = await ended([b"<html>" * 1000] * amount, within=1)
    assert isinstance(error, NoDataError)


async def test_what_reading_raises_is_raised() -> None:
    error = await ended([b"\x47", SourceTimeoutError("silent")], within=1)
    assert isinstance(error, SourceTimeoutError)


async def test_video_without_a_key_frame_is_no_picture() -> None:
    error = await ended(television(60, picture=False), within=PICTURE_SECONDS + 1)
    assert isinstance(error, NoPictureError)


async def test_packets_without_tables_are_no_picture() -> None:
    packet = Multiplex().packet(VIDEO_PID, b"")
    error = await ended(endlessly(packet, 0.5), within=PICTURE_SECONDS + 1)
    assert isinstance(error, NoPictureError)


@pytest.mark.parametrize("streams", [((AAC, AUDIO_PID),), ((VC1, VIDEO_PID),)])
async def test_where_key_frames_cannot_be_told_none_are_wanted(
    streams: tuple[tuple[int, int], ...],
) -> None:
    flight, multiplex = Flight(), Multiplex(streams=streams)
    block = multiplex.tables() + multiplex.packet(streams[0][1], b"")
    async with trying(endlessly(block, 0.2)) as this:
        await flight.by(PICTURE_SECONDS * 3)
        assert not this.over


async def test_what_comes_slower_than_it_is_shown_starves() -> None:
    error = await ended(television(60, rate=0.7), within=22)
    assert isinstance(error, StarvedError)


async def test_who_must_can_bear_with_starvation() -> None:
    flight = Flight()
    async with trying(television(90, rate=0.7), starve_seconds=60) as this:
        assert 59 < await flight.until(lambda: this.over) < 62
    assert isinstance(this.error, StarvedError)


async def test_the_first_block_goes_as_it_comes() -> None:
    flight, block = Flight(), Multiplex().frame(key=False)
    async with trying([block, 60.0]) as this:
        await flight.until(lambda: bool(this.ledger.blocks))
    assert this.ledger.blocks == [block]


async def test_after_a_change_it_goes_on_with_a_key_frame() -> None:
    flight, multiplex = Flight(), Multiplex()
    middle = multiplex.tables() + multiplex.frame(key=False)
    key, later = multiplex.frame(key=True), multiplex.frame(key=False)
    script = [middle, 4.0, middle, 4.0, middle + key + later, 60.0]
    async with trying(script, after_change=True) as this:
        await flight.until(lambda: bool(this.ledger.blocks))
    joins = Scanner().scan(middle + key)
    assert this.ledger.blocks == [joins[0].head + key + later]


async def test_a_key_frame_that_cannot_be_told_is_not_waited_for_for_long() -> None:
    flight, multiplex = Flight(), Multiplex(streams=((VC1, VIDEO_PID),))
    block = multiplex.tables() + multiplex.packet(VIDEO_PID, b"")
    async with trying(endlessly(block, 0.5), after_change=True) as this:
        took = await flight.until(lambda: bool(this.ledger.blocks))
    assert FLAG_SECONDS <= took < FLAG_SECONDS + 0.7


async def test_without_a_key_frame_nothing_is_published_after_a_change() -> None:
    flight = Flight()
    async with trying(television(60, picture=False), after_change=True) as this:
        await flight.until(lambda: this.over)
    assert isinstance(this.error, NoPictureError)
    assert this.ledger.blocks == []


async def test_it_tells_how_it_went() -> None:
    flight = Flight()
    async with trying([3.0, *television(30)()]) as this:
        assert this.delivery.outcome(None).startup is None
        await flight.until(lambda: this.over)
    outcome = this.delivery.outcome(this.error)
    assert outcome.startup == pytest.approx(3, abs=0.5)
    assert outcome.served == pytest.approx(30, abs=1)
    assert outcome.rate == pytest.approx(1, abs=0.05)
    assert outcome.error is this.error


async def test_it_knows_where_timestamps_would_go_on() -> None:
    flight = Flight()
    async with trying(television(10)) as this:
        assert this.delivery.clock() is None
        await flight.by(9.5)
        (pts,) = {join.pts for join in Scanner().scan(this.ledger.blocks[0])}
        assert pts is not None
        first = this.delivery.clock()
        await flight.by(0.3)
        second = this.delivery.clock()
    assert first is not None
    assert second is not None
    assert 0.2 < (second - first) / 90_000 < 0.5


def test_splicing_flags_the_break_and_moves_the_joins() -> None:
    multiplex = Multiplex()
    before, key = multiplex.tables() + multiplex.frame(key=False), b""
    key = multiplex.frame(key=True) + multiplex.frame(key=False)
    other = multiplex.frame(key=True)
    joins = Scanner().scan(before + key + other)
    block, moved = spliced(before + key + other, joins)
    assert block == joins[0].head + key + other
    assert [block[join.offset] for join in moved] == [0x47, 0x47]
    assert block[moved[1].offset :] == other
    assert len(block) % PACKET == 0
    assert spliced(other, []) == (other, [])


async def played(lines: list[bytes]) -> Ledger:
    """Deliver some blocks to their end; answer what was published."""
    ledger = Ledger()
    async with Scripted(one=[lines]).open(ONE) as opened:
        with pytest.raises(NoDataError):
            await Delivery(ledger, on_first=lambda: None).run(opened)
    return ledger


def second_at(multiplex: Multiplex, ticks: int) -> bytes:
    """Make tables and a key frame that is shown at a time, and what follows it."""
    key = multiplex.frame(key=True, size=20, flagged=True, pts=ticks)
    return multiplex.tables() + key + multiplex.frame(key=False, size=20)


@pytest.mark.parametrize(
    ("stamps", "breaks"),
    [
        ((0, 1, 2, 3), 0),
        ((WRAP // CLOCK - 1, 0, 1), 0),  # the clock begins anew, as it does daily
        ((100, 101, 3, 4), 1),  # a recording that is played round and round
        ((100, 101, 5000, 5001), 1),  # an advertisement
        ((100, 115, 130), 0),  # few key frames, or a burst
        ((5, 5000, 6, 7), 2),
    ],
)
async def test_a_clock_that_leaps_is_flagged_where_a_decoder_may_begin(
    stamps: tuple[int, ...], breaks: int
) -> None:
    multiplex = Multiplex()
    blocks = [second_at(multiplex, seconds * CLOCK) for seconds in stamps]
    for lines in (blocks, [b"".join(blocks)]):
        ledger = await played(lines)
        flagged = [block for block in ledger.blocks if starts_anew(block)]
        assert len(flagged) == breaks
        assert all(Scanner().scan(block) for block in flagged)
        assert all(ledger.blocks)


async def test_what_an_upstream_flags_within_a_block_begins_one() -> None:
    multiplex = Multiplex()
    before, after = second_at(multiplex, 100 * CLOCK), second_at(multiplex, 3 * CLOCK)
    joins = Scanner().scan(before)
    flagged = discontinuities(joins[0].program) + after
    ledger = await played([before + flagged + second_at(multiplex, 4 * CLOCK)])
    first, second = ledger.blocks
    assert first == before
    assert second.startswith(flagged)
    assert starts_anew(second)
