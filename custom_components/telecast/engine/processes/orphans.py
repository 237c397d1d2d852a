"""FFmpegs that an earlier run of this installation has left behind."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
import os
from pathlib import Path
import select
import signal
import time

from .process import OWNER_VARIABLE

TERM_SECONDS = 2.0
# A killed process is gone as soon as the system comes to it.
_KILL_SECONDS = 1.0
_POLL_SECONDS = 0.02


async def end_orphans(
    owner: str, *, proc: Path = Path("/proc"), term_seconds: float = TERM_SECONDS
) -> int:
    """End all processes with our mark that we have not begun; answer how many.

    They are asked to end, and killed where they have not after `term_seconds`. Where
    the system has no /proc, none is found.
    """
    return await asyncio.to_thread(_end_all, owner, proc, term_seconds)


def _end_all(owner: str, proc: Path, term_seconds: float) -> int:
    mark = f"{OWNER_VARIABLE}={owner}".encode()
    with ExitStack() as held:
        found = [
            _Orphan(folder=folder, mark=mark, handle=_hold(held, int(folder.name)))
            for folder in _processes(proc)
            if _marked(folder, mark)
        ]
        # Only now do they keep their numbers, so that what is found out is of them.
        orphans = left = [
            orphan
            for orphan in found
            if _marked(orphan.folder, mark) and not _ours(orphan.folder)
        ]
        for number, seconds in (
            (signal.SIGTERM, term_seconds),
            (signal.SIGKILL, _KILL_SECONDS),
        ):
            for orphan in left:
                orphan.signal(number)
            deadline = time.monotonic() + seconds
            left = [orphan for orphan in left if not orphan.ends_before(deadline)]
    return len(orphans)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Orphan:
    """A process held by a handle, so that no other is meant when it is gone."""

    folder: Path
    mark: bytes
    handle: int | None
    """None where the system has none: its mark is looked at before each signal."""

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if self.handle is not None:
                signal.pidfd_send_signal(self.handle, number)
            elif _marked(self.folder, self.mark):
                os.kill(int(self.folder.name), number)

    def ends_before(self, deadline: float) -> bool:
        if self.handle is not None:
            end = select.poll()
            end.register(self.handle, select.POLLIN)
            return bool(end.poll(max(0, deadline - time.monotonic()) * 1000))
        while _marked(self.folder, self.mark):
            if time.monotonic() >= deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True


def _processes(proc: Path) -> Iterator[Path]:
    with suppress(OSError):
        yield from (path for path in proc.iterdir() if path.name.isdecimal())


def _marked(folder: Path, mark: bytes) -> bool:
    """Tell whether a process lives and has the mark; others' show us nothing."""
    try:
        return mark in (folder / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _ours(folder: Path) -> bool:
    """Tell whether this process has begun another, or what has begun that."""
    while folder.name != "0":
        if folder.name == str(os.getpid()):
            return True
        try:
            status = (folder / "stat").read_text(errors="replace")
        except OSError:
            return False
        # The name before may hold blanks and brackets; then state and parent follow.
        folder = folder.parent / status.rpartition(")")[2].split()[1]
    return False


def _hold(held: ExitStack, pid: int) -> int | None:
    try:
        handle = os.pidfd_open(pid)
    except AttributeError, OSError:
        return None
    held.callback(os.close, handle)
    return handle
