"""The main database's shape: numbered steps, each applied once and never altered."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Begins with the time, so that a database begun anew repeats no revision.
    INSERT INTO meta (key, value) VALUES ('revision', unixepoch());

    CREATE TABLE sources (
        id TEXT PRIMARY KEY,
        entries INTEGER NOT NULL  -- playable ones of the last playlist that came in
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE groups (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE
    ) STRICT;

    -- What is shown: the source's own facts, or the user's in their place.
    CREATE TABLE channels (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        key TEXT NOT NULL,        -- what the channel is recognised by in its source
        name_key TEXT NOT NULL,   -- the source's name and group, to recognise it by
        group_key TEXT NOT NULL,  -- when the key has changed
        number TEXT NOT NULL UNIQUE,
        major INTEGER NOT NULL,
        minor INTEGER NOT NULL,
        name TEXT NOT NULL,
        search TEXT NOT NULL,     -- the name, case-folded
        group_id INTEGER NOT NULL REFERENCES groups (id),
        logo TEXT NOT NULL,
        tvg_id TEXT NOT NULL,
        shift INTEGER NOT NULL,   -- minutes by which the guide is late
        radio INTEGER NOT NULL,
        archive_days INTEGER NOT NULL,
        added INTEGER NOT NULL,
        enabled INTEGER NOT NULL DEFAULT 1,
        present INTEGER NOT NULL DEFAULT 1,  -- in the source's last playlist
        UNIQUE (source, key)
    ) STRICT;
    CREATE INDEX channels_by_number ON channels (major, minor, id)
        WHERE present = 1 AND enabled = 1;
    CREATE INDEX channels_by_group ON channels (group_id, major, minor, id)
        WHERE present = 1 AND enabled = 1;

    CREATE TABLE candidates (
        channel INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
        rank INTEGER NOT NULL,
        url TEXT NOT NULL,
        headers TEXT NOT NULL,    -- a JSON object
        local INTEGER NOT NULL,
        PRIMARY KEY (channel, rank)
    ) STRICT, WITHOUT ROWID;

    -- By key and not by channel, so that they outlive the channels.
    CREATE TABLE overrides (
        source TEXT NOT NULL,
        key TEXT NOT NULL,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        own TEXT,                 -- what the source says; NULL while it is away
        PRIMARY KEY (source, key, field)
    ) STRICT, WITHOUT ROWID;

    CREATE VIEW all_channels AS
    SELECT
        channels.id, number, major, minor, channels.name, search,
        groups.name AS "group", group_id, logo, source, radio,
        -- What the source keeps is not offered before we can play it.
        0 AS archive_days, added,
        enabled, present, tvg_id, shift,
        CASE
            WHEN tvg_id = '' THEN 'telecast.' || channels.id
            WHEN shift = 0 THEN tvg_id
            ELSE tvg_id || printf('@%+g', shift / 60.0)
        END AS guide_id
    FROM channels JOIN groups ON groups.id = group_id;

    CREATE VIEW lineup AS
    SELECT * FROM all_channels WHERE present = 1 AND enabled = 1;
    """,
    """
    -- What was measured of upstream addresses, each known by a hash.
    CREATE TABLE candidate_quality (
        channel INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
        address TEXT NOT NULL,
        updated REAL NOT NULL,    -- in seconds since 1970
        startup REAL,             -- seconds
        rate REAL,                -- seconds of programme per second
        failures REAL NOT NULL,
        hours REAL NOT NULL,      -- of service
        failed_at REAL,
        PRIMARY KEY (channel, address)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    -- Films, in their two kinds: a film that is one (`movie`), and a series.
    CREATE TABLE film_groups (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,       -- `movie` or `series`
        name TEXT NOT NULL,
        UNIQUE (kind, name)
    ) STRICT;

    CREATE TABLE films (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        key TEXT NOT NULL,        -- the source's own id
        group_id INTEGER NOT NULL REFERENCES film_groups (id),
        name TEXT NOT NULL,
        search TEXT NOT NULL,     -- the name, case-folded
        poster TEXT NOT NULL,
        rating REAL NOT NULL,     -- of 10; 0 where there is none
        added INTEGER NOT NULL,   -- a series: when it was last altered
        extension TEXT NOT NULL,  -- of a film's file; '' for a series
        address TEXT NOT NULL,    -- '' for a series
        facts TEXT NOT NULL,      -- a JSON object: what else the list says
        present INTEGER NOT NULL DEFAULT 1,  -- in the source's last list
        UNIQUE (source, kind, key)
    ) STRICT;
    CREATE INDEX films_by_kind ON films (kind, id) WHERE present = 1;
    CREATE INDEX films_by_name ON films (kind, search, id) WHERE present = 1;
    CREATE INDEX films_by_group ON films (group_id, search, id) WHERE present = 1;

    CREATE TABLE episodes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        series INTEGER NOT NULL REFERENCES films (id) ON DELETE CASCADE,
        key TEXT NOT NULL,
        season INTEGER NOT NULL,
        number INTEGER NOT NULL,
        name TEXT NOT NULL,
        added INTEGER NOT NULL,
        extension TEXT NOT NULL,
        address TEXT NOT NULL,
        facts TEXT NOT NULL,
        present INTEGER NOT NULL DEFAULT 1,
        UNIQUE (series, key)
    ) STRICT;

    -- Players have one id for whatever can be played: no two kinds share any.
    INSERT INTO sqlite_sequence (name, seq) VALUES
        ('films', 100000000), ('episodes', 500000000);

    -- What a source says of a film when it is asked, kept for a while.
    CREATE TABLE film_details (
        film INTEGER PRIMARY KEY REFERENCES films (id) ON DELETE CASCADE,
        fetched INTEGER NOT NULL,  -- in seconds since 1970
        details TEXT NOT NULL      -- a JSON object
    ) STRICT;
    CREATE INDEX film_details_by_age ON film_details (fetched);

    INSERT INTO meta (key, value) VALUES ('films revision', unixepoch());
    """,
    """
    -- How what a candidate showed is to be had again; '' where it is not.
    ALTER TABLE candidates ADD COLUMN catchup TEXT NOT NULL DEFAULT '';

    -- Nothing was kept of that so far: playlists are read anew to learn it.
    UPDATE channels SET archive_days = 0;
    UPDATE meta SET value = json_remove(
        value, '$.documents."' || json_extract(value, '$.playlist') || '"')
        WHERE key GLOB 'source *';

    DROP VIEW lineup;
    DROP VIEW all_channels;
    CREATE VIEW all_channels AS
    SELECT
        channels.id, number, major, minor, channels.name, search,
        groups.name AS "group", group_id, logo, source, radio, archive_days, added,
        enabled, present, tvg_id, shift,
        CASE
            WHEN tvg_id = '' THEN 'telecast.' || channels.id
            WHEN shift = 0 THEN tvg_id
            ELSE tvg_id || printf('@%+g', shift / 60.0)
        END AS guide_id
    FROM channels JOIN groups ON groups.id = group_id;
    CREATE VIEW lineup AS
    SELECT * FROM all_channels WHERE present = 1 AND enabled = 1;
    """,
    """
    -- Channels of guides that are called much like ours; found anew when either changes.
    CREATE TABLE guide_matches (
        channel INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
        feed TEXT NOT NULL,
        name TEXT NOT NULL,           -- the channel's, when this was found
        guide_channel TEXT NOT NULL,  -- its key in the feed
        score INTEGER NOT NULL,       -- below 100
        late INTEGER NOT NULL,        -- minutes by which ours shows everything later
        PRIMARY KEY (channel, feed)
    ) STRICT, WITHOUT ROWID;

    INSERT INTO meta (key, value) VALUES ('guide matches revision', unixepoch());
    """,
    """
    -- Whether there is any is asked after each import, and everybody waits for that.
    CREATE INDEX films_with_own_poster ON films (id)
        WHERE present = 1 AND substr(poster, 1, 5) = 'file:';
    """,
    """
    -- The files of virtual channels, each once for a channel; what is in a file is kept
    -- until that is another one.
    CREATE TABLE media (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        address TEXT NOT NULL,        -- `file:`
        mark TEXT NOT NULL,           -- the same for as long as the file is
        position INTEGER NOT NULL,    -- as the folders and files have it
        is_filler INTEGER NOT NULL,   -- for gaps
        title TEXT NOT NULL,          -- of the film or the episode
        series TEXT NOT NULL,         -- '' for a film
        season INTEGER NOT NULL,
        number INTEGER NOT NULL,
        facts TEXT NOT NULL,          -- a JSON object: what names and NFO files say
        probed TEXT NOT NULL DEFAULT '',         -- the mark of what was looked into
        duration INTEGER NOT NULL DEFAULT 0,     -- milliseconds; 0: cannot be played
        shape TEXT NOT NULL DEFAULT '',          -- what fits together has the same one
        streams TEXT NOT NULL DEFAULT '{}',      -- a JSON object: what the prober says
        error TEXT NOT NULL DEFAULT '',          -- why it cannot be played
        present INTEGER NOT NULL DEFAULT 1,
        UNIQUE (source, address)
    ) STRICT;
    CREATE INDEX media_by_position ON media (source, position) WHERE present = 1;

    -- Not among the sources: what the user did outlives an empty folder.
    CREATE TABLE virtual_channels (
        source TEXT PRIMARY KEY,
        edits TEXT NOT NULL,          -- a JSON object: what the user changed by actions
        timeline TEXT NOT NULL        -- a JSON object, or '' before there is any
    ) STRICT, WITHOUT ROWID;
    """,
    """
    -- What NFO files of virtual channels say: they are read once, like the files.
    CREATE TABLE notes (
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        address TEXT NOT NULL,        -- `file:`
        mark TEXT NOT NULL,           -- the same for as long as the file is
        told TEXT NOT NULL,           -- JSON: null for what is no NFO
        PRIMARY KEY (source, address)
    ) STRICT, WITHOUT ROWID;
    """,
)
