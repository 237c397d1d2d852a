"""A child process with all that it starts: begun on pipes, ended whatever happens."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
import os
import signal

from ..errors import FFmpegMissingError
from ..worker import outlast
from .pipes import Pipes


@asynccontextmanager
async def open_group(
    command: list[str],
    pipes: Pipes,
    *,
    stdin: int,
    stdout: int,
    stderr: int,
    environment: Mapping[str, str],
    term_seconds: float,
) -> AsyncIterator[Process]:
    """Run a command on the child's ends of `pipes`, of which ours are connected then.

    Leaving the block closes the pipes, asks the group to end, kills it where it has not
    after `term_seconds`, and waits for that. Raises FFmpegMissingError where the command
    cannot be started.
    """
    given = (*pipes.child_inputs, *pipes.child_outputs)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            pass_fds=[end for end in given if end not in {stdin, stdout, stderr}],
            env=environment,
            # What stands in for FFmpeg may start it as its own child: both are to end.
            process_group=0,
        )
    except (OSError, ValueError) as err:
        raise FFmpegMissingError(
            f"FFmpeg cannot be started ({type(err).__name__})"
        ) from err
    try:
        pipes.close_child_ends()
        await pipes.connect()
        yield process
    finally:
        await outlast(asyncio.ensure_future(_end(process, pipes, term_seconds)))


async def _end(process: Process, pipes: Pipes, term_seconds: float) -> None:
    """End a group, first its pipes: who waits for a reader hears no signal."""
    pipes.close()
    _signal(process, signal.SIGTERM)
    kill = asyncio.get_running_loop().call_later(
        term_seconds, _signal, process, signal.SIGKILL
    )
    try:
        await process.wait()
    finally:
        kill.cancel()


def _signal(process: Process, number: signal.Signals) -> None:
    # While its leader is not reaped, no other group can have got the number.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
