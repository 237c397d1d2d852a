"""What is known of candidates survives a restart, and costs no stream anything."""

from collections.abc import AsyncIterator
import logging
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.errors import NoDataError
from custom_components.telecast.engine.model import Candidate
from custom_components.telecast.engine.store.store import Store, open_store
from custom_components.telecast.engine.streams.qualities import (
    FORGET_SECONDS,
    Qualities,
)
from custom_components.telecast.engine.streams.quality import Outcome
from tests.fakes.clock import Clock
from tests.fakes.lineup import channel

CHANNEL = channel(1)
ONE, TWO = (
    Candidate(url=f"http://user:canary@{name}/", source="s") for name in ("one", "two")
)
BOTH = (ONE, TWO)
FAILED = Outcome(error=NoDataError("gone"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with open_store(tmp_path / "telecast.db") as store:
        await store.write(add_channel)
        yield store


def add_channel(connection: sqlite3.Connection) -> None:
    connection.executescript(
        """
        INSERT INTO sources VALUES ('s', 1);
        INSERT INTO groups VALUES (1, 'Group');
        INSERT INTO channels VALUES (
            1, 's', 'key', '', '', '1', 1, 0, 'One', 'one', 1, '', '', 0, 0, 0, 0, 1, 1
        );
        """
    )


def kept(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM candidate_quality").fetchall()


async def fail(qualities: Qualities, *candidates: Candidate) -> None:
    """Let the first candidate fail in a stream."""
    quality = await qualities.of(CHANNEL, candidates)
    quality.learn(ONE, FAILED)
    await qualities.keep(CHANNEL, quality)


async def test_what_a_stream_learned_helps_the_next_one(store: Store) -> None:
    clock = Clock()
    await fail(Qualities(store, clock), *BOTH)
    later = await Qualities(store, clock).of(CHANNEL, BOTH)
    assert later.candidates == (TWO, ONE)
    other = await Qualities(store, clock).of(channel(2), BOTH)
    assert other.candidates == BOTH


async def test_no_address_is_written(store: Store) -> None:
    await fail(Qualities(store), *BOTH)
    rows = await store.read(kept)
    assert len(rows) == 1
    assert "canary" not in repr(rows)


async def test_an_only_candidate_is_not_worth_the_writing(store: Store) -> None:
    await fail(Qualities(store), ONE)
    assert await store.read(kept) == []


async def test_what_is_old_is_forgotten(store: Store) -> None:
    clock = Clock()
    await fail(Qualities(store, clock), *BOTH)
    clock.now += FORGET_SECONDS + 1
    qualities = Qualities(store, clock)
    quality = await qualities.of(CHANNEL, BOTH)
    assert quality.records == {}
    quality.learn(TWO, FAILED)
    await qualities.keep(CHANNEL, quality)
    assert len(await store.read(kept)) == 1


async def test_it_is_deleted_with_its_channel(store: Store) -> None:
    await fail(Qualities(store), *BOTH)
    await store.write(lambda it: it.execute("DELETE FROM channels"))
    assert await store.read(kept) == []
    await fail(Qualities(store), *BOTH)
    assert await store.read(kept) == [], "nor does a stream that outlives it matter"


async def test_a_broken_database_stops_nothing(store: Store) -> None:
    await store.write(lambda it: it.execute("DROP TABLE candidate_quality"))
    await fail(Qualities(store), *BOTH)
    assert (await Qualities(store).of(CHANNEL, BOTH)).candidates == BOTH


async def test_without_a_database_nothing_is_kept() -> None:
    await fail(Qualities(None), *BOTH)
    assert (await Qualities(None).of(CHANNEL, BOTH)).candidates == BOTH


async def test_another_order_is_said_once(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(
        logging.INFO, "custom_components.telecast.engine.streams.qualities"
    )
    clock = Clock()
    qualities = Qualities(store, clock)
    await fail(qualities, *BOTH)
    assert caplog.messages == []
    for _ in range(3):
        await qualities.of(CHANNEL, BOTH)
    assert caplog.messages == [
        "Channel 1: address 2 goes before 1: the other one failed lately"
    ]
    clock.now += FORGET_SECONDS + 1
    for _ in range(3):
        await qualities.of(CHANNEL, BOTH)
    assert caplog.messages[1:] == ["Channel 1: all are tried as they are listed"]
