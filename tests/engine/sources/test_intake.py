"""What a virtual channel's files brought is remembered like any document."""

from datetime import UTC, datetime
from pathlib import Path
import ssl

from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.settings import VirtualSettings
from custom_components.telecast.engine.sources.intake import Intake
from custom_components.telecast.engine.sources.opening import Opener
from custom_components.telecast.engine.sources.record import (
    Record,
    Records,
    document_id,
)
from tests.engine.ingestion.media_world import film
from tests.engine.storage import open_storage
from tests.fakes.media_folders import WHEN, put

NOW = datetime(2026, 11, 27, tzinfo=UTC)


async def test_media_are_taken_in_and_remembered(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "media"
    first = put(root / "1.mkv", film(), when=WHEN)
    put(root / "2.mkv", b"", when=WHEN)
    settings = VirtualSettings(
        id="one", name="Films", folders=(str(root),), starts_at=0
    )
    seen: list[int] = []
    async with (
        open_storage(tmp_path) as storage,
        open_fetcher(ssl.create_default_context()) as fetcher,
    ):
        intake = Intake(
            opener=Opener(fetcher, [root]),
            importer=storage.importer,
            folder=tmp_path / "cache",
            now=lambda: NOW,
        )

        async def take(record: Record, seconds: float) -> tuple[Record, int, int]:
            told, result = await intake.media(
                settings,
                record,
                seen.append,
                files=[str(first)],
                allowed_folders=[root],
                seconds=seconds,
            )
            return told, result.items, result.unprobed

        record, items, unprobed = await take(Record(), 0)
        assert (record.channels, items, unprobed) == (0, 0, 1)
        record, items, unprobed = await take(record, 60)
        assert (record.channels, items, unprobed) == (1, 1, 0)
        known = document_id("one", settings.document)
        assert (record.playlist, set(record.documents)) == (known, {known})
        assert (record.read_at, record.skipped) == (NOW, {"empty": 1})
        assert seen
        records = Records(storage.store)
        await records.put("one", record)
        assert await records.get("one") == record
