"""Starts the programs of a measurement and reads what they cost."""

import asyncio
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
import os
from pathlib import Path
import signal
import sys
from typing import Any

from ..home_assistant import ROOT

_TICKS = os.sysconf("SC_CLK_TCK")
_PACKAGE = __package__


@asynccontextmanager
async def run_program(name: str, *arguments: object) -> AsyncIterator[Program]:
    """Run one of this package's programs; entered once it has said its first line."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{_PACKAGE}.{name}", *map(str, arguments)),
        cwd=ROOT,
        stdin=PIPE,
        stdout=PIPE,
        limit=1 << 20,
    )
    program = Program(process)
    try:
        program.greeting = await program.line()
        yield program
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def until_terminated() -> None:
    """Wait until this program is to end, so that it can clear away what it has made."""
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
    await told.wait()


class Program:
    """A running program of a measurement."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.greeting = ""
        self.pid = process.pid

    async def line(self) -> str:
        """Answer the next line that it says."""
        assert self._process.stdout
        if not (line := await self._process.stdout.readline()):
            raise RuntimeError("A program of the measurement has ended")
        return line.decode().strip()

    async def ask(self) -> dict[str, Any]:
        """Ask it for its report."""
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        await self._process.stdin.drain()
        return dict(json.loads(await self.line()))


def cpu_seconds(pid: int) -> float:
    """Answer the processor time that a process has used, in user and kernel mode."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / _TICKS


def memory(pid: int) -> tuple[float, float]:
    """Answer a process's resident memory, now and at its highest, in MiB."""
    sizes = dict(
        line.split(":", 1)
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
    )
    now, highest = (int(sizes[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return now, highest


def forget_highest_memory(pid: int) -> None:
    """Make what a process uses now the highest that it has used."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
