"""Where segments lie: memory-backed where the machine has room, bounded, and swept."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
import logging
from pathlib import Path
import shutil

from ..errors import StorageFullError
from ..worker import Worker, open_worker

_LOGGER = logging.getLogger(__name__)

_MEMORY = Path("/dev") / "shm"
# Less than this is what containers are given who need none.
LEAST_MEMORY = 256 * 1024 * 1024
_MOST = 1024 * 1024 * 1024


class Storage:
    """Folders of segments, one a channel, with one cap for all."""

    def __init__(self, folder: Path, cap: int, worker: Worker) -> None:
        self.folder = folder
        self.cap = cap
        """How many bytes all segments together may take."""
        self.used = 0
        """How many they take now."""
        self._worker = worker
        self._open: set[str] = set()

    @asynccontextmanager
    async def shelf(self, name: str) -> AsyncIterator[Shelf]:
        """Make a folder for a channel's segments; leaving the block deletes it.

        Raises StorageFullError where none can be made.
        """
        shelf = Shelf(self, self.folder / name)
        self._open.add(name)
        try:
            await self.write(lambda: _make_anew(shelf.folder))
            yield shelf
        finally:
            self._open.discard(name)
            self.used -= shelf.used
            self._worker.post(lambda: _remove(shelf.folder))

    async def sweep(self) -> int:
        """Delete folders that no stream owns; answer how many."""
        kept = frozenset(self._open)
        return await self._worker.run(lambda: _sweep(self.folder, kept))

    async def write(self, work: Callable[[], None]) -> None:
        """Do something with the disk; raise StorageFullError where that fails."""
        try:
            await self._worker.run(work)
        except OSError as err:
            reason = err.strerror or type(err).__name__
            raise StorageFullError(f"Segments cannot be written: {reason}") from err


class Shelf:
    """The folder of one channel."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self.folder = folder
        self.used = 0
        self._storage = storage

    async def put(self, name: str, data: bytes) -> None:
        """Write a segment; raise StorageFullError, with nothing of it left then."""
        storage = self._storage
        if storage.used + len(data) > storage.cap:
            raise StorageFullError(
                f"Segments take {storage.used >> 20} MiB, and may take no more"
            )
        self._count(len(data))
        try:
            await storage.write(lambda: _write(self.folder / name, data))
        except BaseException:
            self._count(-len(data))
            raise

    async def publish(self, name: str, text: str) -> None:
        """Put a playlist in the place of the last one, in one step.

        Raises StorageFullError; the old one stays then.
        """
        await self._storage.write(lambda: _replace(self.folder / name, text))

    async def drop(self, names: dict[str, int]) -> None:
        """Delete segments: name → size in bytes."""
        self._count(-sum(names.values()))
        paths = [self.folder / name for name in names]
        await self._storage.write(lambda: _unlink(paths))

    def _count(self, size: int) -> None:
        self.used += size
        self._storage.used += size


@asynccontextmanager
async def open_storage(
    *, owner: str, spare: Path, memory: Path = _MEMORY
) -> AsyncIterator[Storage]:
    """Run a storage, emptied of what an earlier run left; leaving the block deletes it.

    Segments lie in `memory` if that is there and has room, else in `spare`, which is on
    disk. `owner` names this installation: others have segments there, too.
    """
    async with open_worker("telecast segments") as worker:
        folder, cap = await worker.run(lambda: _find_place(owner, memory, spare))
        try:
            yield Storage(folder, cap, worker)
        finally:
            worker.post(lambda: _remove(folder))


def _find_place(owner: str, memory: Path, spare: Path) -> tuple[Path, int]:
    places = [memory / f"telecast-{owner}", spare]
    for place in places:
        _remove(place)
    for place, least in zip(places, (LEAST_MEMORY, 0), strict=True):
        with suppress(OSError):
            if not place.parent.is_dir() and least:
                continue
            place.mkdir(mode=0o700, parents=True)
            free = shutil.disk_usage(place).free
            if free >= least:
                return place, min(_MOST, free // 2)
            _remove(place)
    _LOGGER.warning("There is no place for segments; HLS cannot be offered")
    return spare, 0


def _make_anew(folder: Path) -> None:
    _remove(folder)
    folder.mkdir(parents=True)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def _replace(path: Path, text: str) -> None:
    # Not synced to disk: it need not outlive a power cut, the next start deletes it all.
    unfinished = path.with_name(f".{path.name}")
    try:
        unfinished.write_text(text)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise


def _unlink(paths: Collection[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _sweep(folder: Path, kept: Collection[str]) -> int:
    if not folder.is_dir():
        return 0
    left_over = [entry for entry in folder.iterdir() if entry.name not in kept]
    for entry in left_over:
        if entry.is_dir() and not entry.is_symlink():
            _remove(entry)
        else:
            entry.unlink(missing_ok=True)
    return len(left_over)
