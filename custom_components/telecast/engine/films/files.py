"""What is known of the user's own films beside their lists: what is in their files."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
import json
import sqlite3
from typing import Any
from weakref import WeakValueDictionary

from ...formats.xtream.film_reading import Facts
from ..errors import FFmpegMissingError, SourceError
from ..model import FilmKind
from ..schemes import scheme_of
from ..store.store import Store
from . import catalogue
from .film import Details, Film

_FILE = "file"
# Who opens a series with hundreds of episodes gets what there is by then; the rest is
# there the next time.
PATIENCE_SECONDS = 3.0
# One that took all of it is not waited for again so soon: a disk wakes up meanwhile.
_SLOW_SECONDS = 600.0
_MOST_SLOW = 1000

type Probe = Callable[[str], Awaitable[Facts]]
"""Answers what is in a file, by its address; raises FFmpegMissingError, SourceErrors."""


async def unprobed(address: str) -> Facts:
    """Answer for a house without a prober."""
    raise FFmpegMissingError("There is no prober")


def is_own(film: Film) -> bool:
    """Tell whether a film, or a series, lies in one of the user's folders."""
    return scheme_of(film.address) == _FILE


class FileDetails:
    """Has files probed when somebody asks, each once for as long as it is the same."""

    def __init__(self, *, store: Store, probe: Probe, now: Callable[[], float]) -> None:
        self._store = store
        self._probe = probe
        self._now = now
        self._locks = WeakValueDictionary[int, asyncio.Lock]()
        self._clock = asyncio.get_running_loop().time
        self._slow_until: dict[str, float] = {}

    async def details(self, film: Film) -> Details:
        """Answer all that is known of a film or a series, its episodes among it.

        It is waited for what is not known yet, for some seconds.
        """
        details, unknown = await self._known(film)
        if not unknown:
            return details
        lock = self._locks.setdefault(film.id, asyncio.Lock())
        async with lock:
            details, unknown = await self._known(film)
            if unknown and (found := await self._find_out(unknown)):
                await self._store.write(
                    lambda connection: _keep(connection, film, found, int(self._now()))
                )
                details, _ = await self._known(film)
        return details

    async def _known(self, film: Film) -> tuple[Details, dict[str, str]]:
        return await self._store.read(lambda connection: _known(connection, film))

    async def _find_out(self, unknown: dict[str, str]) -> dict[str, Facts]:
        """Probe files, by their addresses, for as long as anybody waits for that."""
        found: dict[str, Facts] = {}
        address = ""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                for address, mark in unknown.items():
                    if self._slow_until.get(address, 0) > self._clock():
                        continue
                    with suppress(SourceError):
                        found[address] = {**await self._probe(address), _FILE: mark}
        except TimeoutError:
            self._is_slow(address)
        except FFmpegMissingError:
            pass  # as it was before anybody asked
        return found

    def _is_slow(self, address: str) -> None:
        if len(self._slow_until) >= _MOST_SLOW:
            self._slow_until.clear()
        self._slow_until[address] = self._clock() + _SLOW_SECONDS


def _known(
    connection: sqlite3.Connection, film: Film
) -> tuple[Details, dict[str, str]]:
    """Answer what is known, and the files of which it is not what is in them.

    These are addresses, each with the mark that tells the file from what was there before.
    """
    files = _files(connection, film)
    unknown: dict[str, str] = {}

    def whole(address: str, facts: Facts) -> Facts:
        mark = facts.get(_FILE, "")
        told: Facts = files.get(address, {})
        if told.get(_FILE) == mark:
            return facts | told
        unknown[address] = mark
        return facts

    if film.kind is FilmKind.MOVIE:
        return Details(facts=whole(film.address, film.facts)), unknown
    episodes = tuple(
        replace(one, facts=whole(one.address, one.facts))
        for one in catalogue.episodes(connection, film.id)
    )
    return Details(facts=film.facts, episodes=episodes), unknown


def _files(connection: sqlite3.Connection, film: Film) -> dict[str, Any]:
    row = connection.execute(
        "SELECT details FROM film_details WHERE film = ?", (film.id,)
    ).fetchone()
    told: dict[str, dict[str, Any]] = json.loads(row[0]) if row else {}
    files = told.get("files")
    return files or {}


def _keep(
    connection: sqlite3.Connection, film: Film, found: dict[str, Facts], now: int
) -> None:
    there = "SELECT 1 FROM films WHERE id = ?"
    if connection.execute(there, (film.id,)).fetchone() is None:
        return  # removed, with its source, while that was found out
    files = _files(connection, film) | found
    if film.kind is FilmKind.SERIES:
        listed = {one.address for one in catalogue.episodes(connection, film.id)}
        files = {address: told for address, told in files.items() if address in listed}
    connection.execute(
        "INSERT OR REPLACE INTO film_details (film, fetched, details) VALUES (?, ?, ?)",
        (film.id, now, json.dumps({"files": files})),
    )
