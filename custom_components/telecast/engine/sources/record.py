"""What is remembered of a source's documents, so that a restart reads nothing twice."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
import hashlib
import json
import sqlite3

from ...formats.xtream.reading import AccountFacts
from ..store.store import Store
from .opening import Validators

_KEY = "source "


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the last good reading of a source brought."""

    playlist: str = ""
    """The id of the playlist; empty while none has come in."""
    read_at: datetime | None = None
    """When the playlist came in whole, or was found unchanged, in UTC."""
    channels: int = 0
    films: int = 0
    """How many films a library holds."""
    series: int = 0
    number: str = ""
    """The number that the user wanted a virtual channel to have, when it was last given."""
    skipped: dict[str, int] = field(default_factory=dict)
    guide_urls: tuple[str, ...] = field(default=(), repr=False)
    """The guides that the playlist names."""
    documents: dict[str, Validators] = field(default_factory=dict)
    """The documents that came in, by their ids."""
    logins: dict[str, AccountFacts] = field(default_factory=dict)
    """What a provider said of the logins that it took, by our names for them."""

    def having(self, document: str, validators: Validators) -> Record:
        """Answer the record with one document more, or a newer one."""
        return replace(self, documents={**self.documents, document: validators})

    def only(self, documents: set[str]) -> Record:
        """Answer the record without any other documents."""
        kept = {key: self.documents[key] for key in documents & self.documents.keys()}
        return replace(self, documents=kept)


def document_id(source_id: str, url: str) -> str:
    """Name a source's document by its address, which the name does not give away."""
    return hashlib.sha256(f"{source_id}\n{url}".encode()).hexdigest()[:16]


class Records:
    """Keeps the records in the main database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, source_id: str) -> Record:
        """Answer a source's record; a new one for a source that was never read."""

        def work(connection: sqlite3.Connection) -> str | None:
            row: tuple[str] | None = connection.execute(
                "SELECT value FROM meta WHERE key = ?", (_KEY + source_id,)
            ).fetchone()
            return row and row[0]

        text = await self._store.read(work)
        return _parse(text) if text else Record()

    async def put(self, source_id: str, record: Record) -> None:
        """Remember."""
        text = json.dumps(asdict(record), default=datetime.isoformat)

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO meta (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (_KEY + source_id, text),
            )

        await self._store.write(work)

    async def forget(self, source_id: str) -> None:
        """Remember nothing of a source."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("DELETE FROM meta WHERE key = ?", (_KEY + source_id,))

        await self._store.write(work)

    async def all(self) -> set[str]:
        """Answer the ids of all sources that anything is there of."""

        def work(connection: sqlite3.Connection) -> set[str]:
            rows = connection.execute(
                """
                SELECT substr(key, ?) FROM meta WHERE key GLOB ?
                UNION SELECT id FROM sources
                """,
                (len(_KEY) + 1, _KEY + "*"),
            )
            return {source_id for (source_id,) in rows}

        return await self._store.read(work)


def _parse(text: str) -> Record:
    values = json.loads(text)
    read_at = values["read_at"]
    documents = values["documents"].items()
    return Record(
        playlist=values["playlist"],
        read_at=datetime.fromisoformat(read_at) if read_at else None,
        channels=values["channels"],
        films=values.get("films", 0),
        series=values.get("series", 0),
        number=values.get("number", ""),
        skipped=values["skipped"],
        guide_urls=tuple(values["guide_urls"]),
        documents={key: Validators(**known) for key, known in documents},
        logins={
            key: AccountFacts(**{**told, "formats": tuple(told["formats"])})
            for key, told in values.get("logins", {}).items()
        },
    )
