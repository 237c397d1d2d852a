"""A database that playlists are read into, in this process."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from custom_components.telecast.engine.ingestion.merge import merge
from custom_components.telecast.engine.ingestion.staging import Source, Staged, stage
from custom_components.telecast.engine.lineup import catalogue
from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.store.database import connect


@dataclass
class Intake:
    """A database that playlists are read into."""

    path: Path

    def take(
        self,
        text: str | bytes,
        *,
        source: str = "one",
        allow_shrink: bool = False,
        **facts: Any,
    ) -> Staged:
        """Do what the child does, in this process."""
        data = text.encode() if isinstance(text, str) else text
        whose = Source(id=source, **facts)
        with closing(connect(self.path)) as connection:
            staged = stage(connection, whose, [data], lambda _: None)
            merge(connection, whose, staged, allow_shrink=allow_shrink)
        return staged

    def all(self) -> list[Channel]:
        """Answer the line-up."""
        with closing(connect(self.path)) as connection:
            return catalogue.page(connection, catalogue.Selection(), 0, 1_000_000)

    def told(self) -> list[tuple[int, str, str]]:
        """Answer ids, numbers and names."""
        return [(one.id, one.number, one.name) for one in self.all()]

    def urls(self, channel: int = 1) -> list[str]:
        """Answer a channel's candidates."""
        return [url for (url,) in self.rows("url", channel)]

    def rows(self, column: str, channel: int) -> list[Any]:
        """Answer what is kept of a channel's candidates."""
        with closing(connect(self.path)) as connection:
            query = f"SELECT {column} FROM candidates WHERE channel = ? ORDER BY rank"
            return connection.execute(query, (channel,)).fetchall()

    @property
    def revision(self) -> int:
        """The number of the last change."""
        with closing(connect(self.path)) as connection:
            return catalogue.revision(connection)
