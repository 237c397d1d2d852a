"""Recognises channels again, so that their ids and numbers survive.

Whatever the provider renames, renumbers or moves: a channel is known first by its key
(tvg-id, or name and group), then by an address that only it has, then by name and group.
"""

import sqlite3

TABLE = """
    CREATE TEMP TABLE IF NOT EXISTS claims (
        position INTEGER PRIMARY KEY,
        channel INTEGER NOT NULL UNIQUE
    ) STRICT;
"""
"""Which channel an entry is, by the entry's position."""

# Each may claim only what is left over by those before it. No pair is looked for by
# trying all with all: thousands of entries may share an address or a name.
_BY_KEY = """
    INSERT INTO temp.claims (position, channel)
    SELECT position, id FROM temp.staged
    JOIN channels ON channels.source = :source AND channels.key = staged.key
"""
_BY_ADDRESS = """
    WITH known AS (
        SELECT url, min(channel) AS channel FROM candidates
        JOIN channels ON id = channel
        WHERE source = :source AND present = 1
            AND id NOT IN (SELECT channel FROM temp.claims)
        GROUP BY url HAVING min(channel) = max(channel)
    ), fresh AS (
        SELECT url, min(staged.position) AS position FROM temp.entries
        JOIN temp.staged USING (key)
        WHERE staged.position NOT IN (SELECT position FROM temp.claims)
        GROUP BY url HAVING min(staged.position) = max(staged.position)
    )
    INSERT OR IGNORE INTO temp.claims (position, channel)
    SELECT position, channel FROM fresh JOIN known USING (url) ORDER BY position
"""
_BY_NAME = """
    WITH known AS (
        SELECT id AS channel, group_key AS group_name, name_key, row_number() OVER (
            PARTITION BY group_key, name_key ORDER BY present DESC, id) AS turn
        FROM channels
        WHERE source = :source AND id NOT IN (SELECT channel FROM temp.claims)
    ), fresh AS (
        SELECT position, group_name, name_key, row_number() OVER (
            PARTITION BY group_name, name_key ORDER BY position) AS turn
        FROM temp.staged JOIN temp.entries USING (position)
        WHERE position NOT IN (SELECT position FROM temp.claims)
    )
    INSERT INTO temp.claims (position, channel)
    SELECT position, channel FROM fresh JOIN known USING (group_name, name_key, turn)
"""
_IS_ANY_LEFT = """
    SELECT EXISTS (SELECT 1 FROM channels WHERE source = :source
        AND id NOT IN (SELECT channel FROM temp.claims))
"""


def recognise(connection: sqlite3.Connection, source_id: str) -> None:
    """Claim for staged entries the channels of a source that they are already."""
    values = {"source": source_id}
    connection.execute(_BY_KEY, values)
    ((is_any_left,),) = connection.execute(_IS_ANY_LEFT, values)
    if is_any_left:
        connection.execute(_BY_ADDRESS, values)
        connection.execute(_BY_NAME, values)
