"""The ingestion child from outside: started, fed, listened to, and ended."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
import json
import logging
import os
from pathlib import Path
import sys
from typing import Any

from ..errors import (
    EmptyPlaylistError,
    IngestionError,
    NotAGuideError,
    NotAPlaylistError,
    PathNotAllowedError,
    PlaylistShrunkError,
    ProberMissingError,
    SourceError,
    TooLargeError,
)
from ..ingestion import frames
from ..worker import outlast

_LOGGER = logging.getLogger(__name__)

_PROGRAM = Path(__file__).parents[1] / "ingestion" / "__main__.py"
_LONGEST_LINE = 1024 * 1024
_STDERR_BYTES = 4096
# Nothing else of our surroundings concerns it, least of all the tokens there.
_ENVIRONMENT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TZ")
_ERRORS: dict[str, type[SourceError]] = {
    error.code: error
    for error in (
        EmptyPlaylistError,
        IngestionError,
        NotAGuideError,
        NotAPlaylistError,
        PathNotAllowedError,
        PlaylistShrunkError,
        ProberMissingError,
        TooLargeError,
    )
}

type Job = dict[str, Any]


class _HungUpError(Exception):
    """The child reads no more."""


async def run_job(
    job: Job,
    chunks: AsyncIterator[bytes] | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    """Have the child do a job with a document; answer what it answers.

    The child is gone when this ends, however it ends. What it writes is written whole or
    not at all. Raises the SourceErrors, and what `chunks` raises.
    """
    faults: list[Exception] = []
    async with _open_process() as process, asyncio.TaskGroup() as tasks:
        assert process.stdin and process.stdout and process.stderr
        words = tasks.create_task(_last_words(process.stderr))
        feeding = tasks.create_task(_feed(process, process.stdin, job, chunks, faults))
        try:
            answer = await _listen(process.stdout, on_progress)
            if answer is None and not faults:
                faults.append(await _death(process, words))
        finally:
            feeding.cancel()
            _kill(process)
    if answer is None:
        raise faults[0]
    if code := answer.get("error"):
        raise _ERRORS.get(code, IngestionError)(answer["message"])
    result: dict[str, Any] = answer["result"]
    return result


@asynccontextmanager
async def _open_process() -> AsyncIterator[Process]:
    environment = {
        name: os.environ[name] for name in _ENVIRONMENT if name in os.environ
    }
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", _PROGRAM),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=_LONGEST_LINE,
            env=environment,
        )
    except OSError as err:
        raise IngestionError(f"The ingestion process cannot be started: {err}") from err
    try:
        yield process
    finally:
        _kill(process)
        # Its pipes are read to their ends as well: no transport is left over.
        await outlast(asyncio.ensure_future(process.communicate()))


async def _feed(
    process: Process,
    stdin: asyncio.StreamWriter,
    job: Job,
    chunks: AsyncIterator[bytes] | None,
    faults: list[Exception],
) -> None:
    """Write job and document; what goes wrong with the document ends the child."""
    try:
        await _write(stdin, json.dumps(job).encode(), b"\n")
        if chunks is not None:
            async for chunk in chunks:
                if chunk:
                    await _write(stdin, frames.frame(chunk), chunk)
        await _write(stdin, frames.END)
    except _HungUpError:
        pass  # its answer says why, or its death
    except Exception as err:  # noqa: BLE001 - raised where the answer is waited for
        faults.append(err)
        _kill(process)
    finally:
        if close := getattr(chunks, "aclose", None):
            await close()


async def _write(stdin: asyncio.StreamWriter, *pieces: bytes) -> None:
    try:
        stdin.writelines(pieces)
        await stdin.drain()
    except ConnectionError as err:
        raise _HungUpError from err


async def _listen(
    stdout: asyncio.StreamReader, on_progress: Callable[[int], None]
) -> dict[str, Any] | None:
    """Answer the child's answer; None if it ends without one."""
    async for line in stdout:
        message: dict[str, Any] = json.loads(line)
        if "progress" not in message:
            return message
        on_progress(message["progress"])
    return None


async def _last_words(stderr: asyncio.StreamReader) -> str:
    """Read all that is written; answer the end of it."""
    tail = b""
    while data := await stderr.read(_STDERR_BYTES):
        tail = (tail + data)[-_STDERR_BYTES:]
    return tail.decode(errors="replace")


async def _death(process: Process, words: asyncio.Task[str]) -> IngestionError:
    status = await process.wait()
    lines = (await words).splitlines()
    # Where it happened, but not the message: that may quote the document.
    trace = [line for line in lines if line.startswith(("  File", "Traceback"))]
    kind = lines[-1].partition(":")[0] if lines else "no words"
    _LOGGER.error(
        "The ingestion process ended with status %s (%s)\n%s",
        *(status, kind, "\n".join(trace)),
    )
    return IngestionError(f"The ingestion process failed ({kind}, status {status})")


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
