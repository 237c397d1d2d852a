"""Numbers channels that are new; nobody's number is taken away, or given twice."""

from array import array
from collections.abc import Iterable, Iterator
import itertools
import sqlite3

from ...formats import names

TABLE = """
    CREATE TEMP TABLE IF NOT EXISTS numbers (
        position INTEGER PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,
        major INTEGER NOT NULL,
        minor INTEGER NOT NULL
    ) STRICT;
"""
"""The numbers of new channels, by the position of their entry."""

# Those that the playlist numbers come first, whoever comes first among them.
_WANTED_NUMBERS = """
    INSERT OR IGNORE INTO temp.numbers (position, number, major, minor)
    SELECT position, number, major_of(number), minor_of(number)
    FROM temp.staged JOIN temp.entries USING (position)
    WHERE number IS NOT NULL AND position NOT IN (SELECT position FROM temp.claims)
        AND number NOT IN (SELECT number FROM channels)
        AND number NOT IN (
            SELECT value FROM overrides WHERE field = 'number'
            UNION ALL
            SELECT own FROM overrides WHERE field = 'number' AND own IS NOT NULL)
    ORDER BY position
"""
_TAKEN_NUMBERS = """
    SELECT major FROM channels
    UNION SELECT major FROM temp.numbers
    UNION SELECT major_of(value) FROM overrides WHERE field = 'number'
    UNION SELECT major_of(own) FROM overrides
        WHERE field = 'number' AND own IS NOT NULL
    ORDER BY 1
"""
_WITHOUT_NUMBER = """
    SELECT position FROM temp.staged
    WHERE position NOT IN (SELECT position FROM temp.claims)
        AND position NOT IN (SELECT position FROM temp.numbers)
    ORDER BY position
"""
_GIVE = """
    INSERT INTO temp.numbers (position, number, major, minor) VALUES (?, ?, ?, 0)
"""


def prepare(connection: sqlite3.Connection) -> None:
    """Teach a connection what the parts of a number are."""
    connection.create_function("major_of", 1, _major, deterministic=True)
    connection.create_function("minor_of", 1, _minor, deterministic=True)


def give_numbers(connection: sqlite3.Connection) -> None:
    """Give each entry that claims no channel the number that it asks for, or a free one."""
    connection.execute(_WANTED_NUMBERS)
    free = _gaps(_numbers(connection, _TAKEN_NUMBERS))
    unnumbered = _numbers(connection, _WITHOUT_NUMBER)
    connection.executemany(
        _GIVE,
        (
            (position, str(number), number)
            for position, number in zip(unnumbered, free, strict=False)
        ),
    )


def _numbers(connection: sqlite3.Connection, query: str) -> array[int]:
    """Answer a column, read to its end: what it is read from is about to change."""
    return array("q", (number for (number,) in connection.execute(query)))


def _gaps(taken: Iterable[int]) -> Iterator[int]:
    """Yield what is missing in ascending numbers, from 1 on and without end."""
    number = 1
    for each in taken:
        yield from range(number, each)
        number = max(number, each + 1)
    yield from itertools.count(number)


def _major(number: str) -> int:
    return names.sort_key(number)[0]


def _minor(number: str) -> int:
    return names.sort_key(number)[1]
