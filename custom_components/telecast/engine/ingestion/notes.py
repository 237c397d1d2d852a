"""What NFO files say: each is read once, and again only when it is another one."""

from collections.abc import Sequence
from dataclasses import asdict
import json
from pathlib import Path
import sqlite3
from typing import NamedTuple

from ...formats import nfo
from ...formats.nfo import Nfo
from .folders import File, Folder, read_file
from .transaction import open_transaction

# Counts up when more, or something else, is read of the same file.
_FORM = 1

_MARKS = "SELECT address, mark FROM notes WHERE source = ?"
_TOLD = "SELECT told FROM notes WHERE source = ? AND address = ?"
_KEEP = """
    INSERT INTO notes (source, address, mark, told) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET mark = excluded.mark, told = excluded.told
"""
_FORGET = "DELETE FROM notes WHERE source = ? AND address = ?"


class _Note(NamedTuple):
    mark: str
    told: str
    """As JSON; `null` for what is no NFO."""


class Notes:
    """Reads the NFO files of a source; those that it read before, out of the database."""

    def __init__(
        self,
        allowed: Sequence[Path],
        *,
        connection: sqlite3.Connection | None = None,
        source: str = "",
    ) -> None:
        """Follow links only into `allowed`; without a connection nothing is remembered."""
        self._allowed = allowed
        self._connection = connection
        self._source = source
        self._marks: dict[str, str] = {}
        """Of what the database has, by address."""
        self._read: dict[str, _Note] = {}
        self._seen: set[str] = set()
        if connection:
            self._marks.update(connection.execute(_MARKS, (source,)))

    def read(self, folder: Folder, file: File) -> Nfo | None:
        """Answer what a file says; None for what is no NFO, or cannot be read."""
        address, mark = folder.address(file), f"{_FORM} {file.mark}"
        self._seen.add(address)
        if told := self._known(address, mark):
            return _nfo(told)
        document = read_file(
            folder.root / folder.key(file), self._allowed, nfo.MAX_BYTES
        )
        found = nfo.read(document)
        # What cannot be read now may be another time, and will look the same.
        if document and self._connection:
            self._read[address] = _Note(mark, json.dumps(found and asdict(found)))
        return found

    def keep(self) -> None:
        """Remember what was read, and forget what has gone; the source is there."""
        gone = self._marks.keys() - self._seen
        if self._connection is None or not (self._read or gone):
            return
        with open_transaction(self._connection):
            rows = [(self._source, one, *note) for one, note in self._read.items()]
            self._connection.executemany(_KEEP, rows)
            self._connection.executemany(_FORGET, [(self._source, one) for one in gone])

    def _known(self, address: str, mark: str) -> str:
        """Answer what is remembered of a file, as JSON; empty for nothing."""
        if (note := self._read.get(address)) and note.mark == mark:
            return note.told
        if self._connection is None or self._marks.get(address) != mark:
            return ""
        row = self._connection.execute(_TOLD, (self._source, address)).fetchone()
        return str(row[0]) if row else ""


def _nfo(told: str) -> Nfo | None:
    fields = json.loads(told)
    return fields and Nfo(**{**fields, "actors": tuple(fields["actors"])})
