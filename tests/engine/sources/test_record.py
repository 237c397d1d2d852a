"""What is remembered of a source."""

from datetime import UTC, datetime
from pathlib import Path

from custom_components.telecast.engine.sources.opening import Validators
from custom_components.telecast.engine.sources.record import (
    Record,
    Records,
    document_id,
)
from custom_components.telecast.engine.store.store import open_store

RECORD = Record(
    playlist="p",
    read_at=datetime(2026, 11, 21, 12, 30, tzinfo=UTC),
    channels=3,
    skipped={"no_url": 2},
    guide_urls=("http://guide.example/?key=hunter2",),
    documents={"p": Validators(etag='"1"'), "g": Validators(last_modified="then")},
)


async def test_a_record_outlives_a_restart(tmp_path: Path) -> None:
    async with open_store(tmp_path / "telecast.db") as store:
        await Records(store).put("one", Record())
        await Records(store).put("one", RECORD)
        await Records(store).put("two", Record())
    async with open_store(tmp_path / "telecast.db") as store:
        records = Records(store)
        assert await records.get("one") == RECORD
        assert await records.get("two") == Record()
        assert await records.all() == {"one", "two"}


async def test_what_is_forgotten_was_never_read(tmp_path: Path) -> None:
    async with open_store(tmp_path / "telecast.db") as store:
        records = Records(store)
        await records.put("one", RECORD)
        await records.forget("one")
        assert await records.get("one") == Record()
        assert await records.all() == set()


def test_documents_come_and_go() -> None:
    newer = RECORD.having("g", Validators(etag='"2"')).having("h", Validators())
    assert newer.documents["g"].etag == '"2"'
    assert newer.only({"g", "unknown"}).documents == {"g": Validators(etag='"2"')}
    assert RECORD.documents["g"].last_modified == "then"


def test_a_document_is_named_without_its_address() -> None:
    url = "http://guide.example/?key=hunter2"
    name = document_id("one", url)
    assert name == document_id("one", url)
    assert len({name, document_id("two", url), document_id("one", url + "3")}) == 3
    assert name.isalnum() and "hunter2" not in name
    assert "hunter2" not in repr(RECORD)
