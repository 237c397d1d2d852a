"""Segments lie where there is room, never take too much, and never outlive us."""

from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import StorageFullError
from custom_components.telecast.engine.hls import storage as module
from custom_components.telecast.engine.hls.storage import open_storage

KIB = bytes(1024)


def folders(folder: Path) -> list[str]:
    """What lies in a folder, by name."""
    return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def memory(tmp_path: Path) -> Path:
    """A place that looks like memory; it has room, as disks have."""
    (tmp_path / "memory").mkdir()
    return tmp_path / "memory"


async def test_segments_and_playlists_are_written_and_go_with_the_shelf(
    tmp_path: Path, memory: Path
) -> None:
    async with open_storage(
        owner="one", spare=tmp_path / "spare", memory=memory
    ) as storage:
        assert storage.folder == memory / "telecast-one"
        async with storage.shelf("7") as shelf:
            await shelf.put("480p_segment_000.ts", KIB)
            await shelf.publish("480p.m3u8", "#EXTM3U\n")
            await shelf.publish("480p.m3u8", "#EXTM3U\n#EXT-X-VERSION:3\n")
            assert folders(shelf.folder) == ["480p.m3u8", "480p_segment_000.ts"]
            assert (shelf.folder / "480p.m3u8").read_text().endswith(":3\n")
            assert storage.used == 1024
            await shelf.drop({"480p_segment_000.ts": 1024})
            assert folders(shelf.folder) == ["480p.m3u8"]
        assert storage.used == 0
        await storage.sweep()
        assert folders(storage.folder) == []
    assert folders(memory) == []


async def test_what_a_killed_run_left_is_gone_at_the_next_start(
    tmp_path: Path, memory: Path
) -> None:
    left = memory / "telecast-one" / "7"
    left.mkdir(parents=True)
    (left / "480p_segment_000.ts").write_bytes(KIB)
    other = memory / "telecast-two"
    other.mkdir()
    spare = tmp_path / "spare" / "9"
    spare.mkdir(parents=True)
    async with open_storage(owner="one", spare=tmp_path / "spare", memory=memory):
        assert folders(memory) == ["telecast-one", "telecast-two"]
        assert not left.exists()
        assert not spare.exists()


async def test_without_memory_the_spare_place_is_taken(tmp_path: Path) -> None:
    async with open_storage(
        owner="one", spare=tmp_path / "spare", memory=tmp_path / "none"
    ) as storage:
        assert storage.folder == tmp_path / "spare"
        async with storage.shelf("7") as shelf:
            await shelf.put("480p_segment_000.ts", KIB)


async def test_little_memory_is_left_to_others(
    tmp_path: Path, memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEAST_MEMORY", 1 << 60)
    async with open_storage(
        owner="one", spare=tmp_path / "spare", memory=memory
    ) as storage:
        assert storage.folder == tmp_path / "spare"
    assert folders(memory) == []


async def test_a_link_in_our_place_is_not_followed(
    tmp_path: Path, memory: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_bytes(KIB)
    (memory / "telecast-one").symlink_to(elsewhere)
    async with open_storage(
        owner="one", spare=tmp_path / "spare", memory=memory
    ) as storage:
        assert storage.folder == tmp_path / "spare"
    assert folders(elsewhere) == ["precious"]


async def test_beyond_the_cap_nothing_is_written_and_space_comes_back(
    tmp_path: Path, memory: Path
) -> None:
    async with open_storage(
        owner="one", spare=tmp_path / "spare", memory=memory
    ) as storage:
        storage.cap = 2048
        async with storage.shelf("7") as full, storage.shelf("8") as other:
            await full.put("1080p_segment_000.ts", KIB)
            await full.put("1080p_segment_001.ts", KIB)
            with pytest.raises(StorageFullError, match="may take no more"):
                await other.put("1080p_segment_000.ts", b"1")
            assert folders(other.folder) == []
            await full.drop({"1080p_segment_000.ts": 1024})
            await other.put("1080p_segment_000.ts", KIB)
        assert storage.used == 0


async def test_a_disk_that_fails_is_named_and_nothing_is_counted(
    tmp_path: Path, memory: Path
) -> None:
    async with (
        open_storage(owner="one", spare=tmp_path / "spare", memory=memory) as storage,
        storage.shelf("7") as shelf,
    ):
        (shelf.folder / "480p_segment_000.ts").mkdir()
        with pytest.raises(StorageFullError, match="cannot be written"):
            await shelf.put("480p_segment_000.ts", KIB)
        assert storage.used == 0


async def test_the_sweep_takes_only_what_nobody_owns(
    tmp_path: Path, memory: Path
) -> None:
    async with (
        open_storage(owner="one", spare=tmp_path / "spare", memory=memory) as storage,
        storage.shelf("7"),
    ):
        (storage.folder / "8").mkdir()
        (storage.folder / "stray.ts").write_bytes(KIB)
        assert await storage.sweep() == 2
        assert folders(storage.folder) == ["7"]
