"""The line-up: the channels of all sources in the order of their numbers."""

import asyncio
import json
import sqlite3
from typing import ClassVar, Literal

from ...formats import names
from ...formats.hdhomerun import MOST_CHANNELS
from ..errors import TelecastError, UnknownChannelError
from ..model import Candidate, Channel, Group
from ..store.store import Store, overrides_file
from . import catalogue, overrides

# Who wants to see more of a line-up at once does not choose by hand any more.
_MOST_PARTS = 20


def numbers_of(part: int) -> tuple[int, int]:
    """Answer the first and the last channel number of a part, counted from 1.

    By numbers and not by count: what is added or removed moves no other channel to
    another tuner, where a player would have to be told of it again.
    """
    last = part * MOST_CHANNELS
    # Zero is a number, too, if an odd one.
    return (last - MOST_CHANNELS + 1 if part > 1 else 0), last


class InvalidNumberError(TelecastError):
    """A channel number is digits, with one optional sub-channel (`5`, `5.1`)."""

    code: ClassVar[str] = "invalid_number"


class Lineup:
    """Answers from the database; keeps nothing per channel in memory."""

    def __init__(self, store: Store) -> None:
        """Prepare to read; `reload` fetches the first facts."""
        self._store = store
        self._changed = asyncio.Event()
        self.revision = 0
        """Changes whenever an answer could change; never repeats, not in another run."""
        self.count = 0
        """How many channels are enabled and present."""
        self.parts: tuple[int, ...] = ()
        """Which parts it has, where it is divided among several tuners (`numbers_of`)."""

    async def reload(self) -> None:
        """Take notice of what was written by others: the ingestion child."""

        def work(connection: sqlite3.Connection) -> tuple[int, int, tuple[int, ...]]:
            overrides.back_up(connection, overrides_file(self._store.path))
            return (
                catalogue.revision(connection),
                catalogue.count(connection),
                catalogue.blocks(connection, MOST_CHANNELS, _MOST_PARTS),
            )

        before = self.revision
        self.revision, self.count, self.parts = await self._store.read(work)
        if self.revision != before:
            self._changed.set()
            self._changed = asyncio.Event()

    async def changed(self, known: int) -> int:
        """Wait until the revision is another one than is known; answer it."""
        while self.revision == known:
            await self._changed.wait()
        return self.revision

    async def channel(self, channel_id: int) -> Channel:
        """Answer the channel with an id; raise UnknownChannelError."""
        return await self._one(catalogue.ONE, channel_id)

    async def by_number(self, number: str) -> Channel:
        """Answer the channel with a number; raise UnknownChannelError."""
        plain = names.parse_number(number) or number
        return await self._one(catalogue.ONE_BY_NUMBER, plain)

    async def free_number(self) -> str:
        """Answer the number that the next new channel gets which asks for none."""
        return str(await self._store.read(catalogue.free_number))

    async def number_taken(self, number: str, *, but_by: str = "") -> bool:
        """Tell whether a channel has a number, be it hidden; one source's do not count."""
        plain = names.parse_number(number) or number
        return await self._store.read(
            lambda connection: catalogue.is_taken(connection, plain, but_by)
        )

    async def candidates(self, channel: Channel) -> tuple[Candidate, ...]:
        """Answer the channel's upstream addresses, the preferred one first."""

        def work(connection: sqlite3.Connection) -> tuple[Candidate, ...]:
            rows = connection.execute(
                """
                SELECT url, headers, local FROM candidates
                WHERE channel = ? ORDER BY rank
                """,
                (channel.id,),
            )
            return tuple(
                Candidate(
                    url=url,
                    headers=json.loads(headers),
                    source=channel.source,
                    local=bool(local),
                )
                for url, headers, local in rows
            )

        return await self._store.read(work)

    async def groups(self, allowed: frozenset[str] | None = None) -> list[Group]:
        """Answer the groups that have channels, in the order in which they came up."""

        def work(connection: sqlite3.Connection) -> list[Group]:
            rows = connection.execute(
                """
                SELECT id, name FROM groups WHERE EXISTS (
                    SELECT 1 FROM channels
                    WHERE group_id = groups.id AND present = 1 AND enabled = 1)
                ORDER BY id
                """
            )
            return [
                Group(id=group_id, name=name)
                for group_id, name in rows
                if allowed is None or name in allowed
            ]

        return await self._store.read(work)

    async def channels(
        self,
        *,
        group_id: int | None = None,
        allowed: frozenset[str] | None = None,
        search: str = "",
        offset: int = 0,
        limit: int = 100,
    ) -> list[Channel]:
        """Answer a page of the line-up.

        `allowed` holds the names of groups, None means all; `search` is a part of the
        name, or the number.
        """
        selection = catalogue.Selection(
            group_id=group_id, groups=allowed, search=search
        )
        return await self._store.read(
            lambda connection: catalogue.page(connection, selection, offset, limit)
        )

    async def update(
        self,
        channel_id: int,
        *,
        number: str | None = None,
        name: str | None = None,
        group: str | None = None,
        logo: str | None = None,
        guide_id: str | None = None,
        guide_offset: int | Literal[""] | None = None,
        enabled: bool | None = None,
    ) -> Channel:
        """Change what is given, for good; "" goes back to what the source says.

        `guide_offset` is in minutes by which the guide of the channel is late.
        Raises UnknownChannelError, InvalidNumberError and NumberTakenError.
        """
        if number and not (number := names.parse_number(number)):
            raise InvalidNumberError("A channel number is digits, as 5 or 5.1")
        given: dict[overrides.Field, str | None] = {
            "number": number,
            "name": name,
            "group": group,
            "logo": logo,
            "guide_id": guide_id,
            "guide_offset": None if guide_offset is None else str(guide_offset),
            "enabled": None if enabled is None else str(int(enabled)),
        }
        changes = {
            field: value.strip() for field, value in given.items() if value is not None
        }

        def work(connection: sqlite3.Connection) -> Channel:
            _known(connection, channel_id)
            overrides.change(connection, channel_id, changes)
            catalogue.count_revision(connection)
            return _known(connection, channel_id)

        channel = await self._store.write(work)
        await self.reload()
        return channel

    async def remove_source(self, source_id: str) -> None:
        """Delete a source's channels and what the user changed about them."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM overrides WHERE source = ?", (source_id,))
            connection.execute("DELETE FROM sources WHERE id = ?", (source_id,))
            catalogue.count_revision(connection)

        await self._store.write(work)
        await self.reload()

    async def _one(self, query: str, value: int | str) -> Channel:
        channel = await self._store.read(
            lambda connection: catalogue.find(connection, query, value)
        )
        if channel is None:
            raise UnknownChannelError("There is no such channel")
        return channel


def _known(connection: sqlite3.Connection, channel_id: int) -> Channel:
    channel = catalogue.find(connection, catalogue.ONE_EVEN_HIDDEN, channel_id)
    if channel is None:
        raise UnknownChannelError("There is no such channel")
    return channel
