"""What is written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
import sqlite3


@contextmanager
def open_transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Begin to write; leaving the block keeps all of it, or nothing where it fails."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
