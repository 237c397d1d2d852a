"""The store: one SQLite database, written through one thread."""
