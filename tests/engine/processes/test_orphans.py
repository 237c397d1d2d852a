"""Orphans: what an earlier run left behind is ended, and nothing else."""

from collections.abc import AsyncIterator
import os
from pathlib import Path
import subprocess
import sys
import time
from uuid import uuid4

import psutil
import pytest

from custom_components.telecast.engine.processes.orphans import end_orphans
from custom_components.telecast.engine.processes.process import OWNER_VARIABLE, Programs
from tests.engine.storage import until
from tests.fakes import parent
from tests.fakes.left_over import leaving_nothing
from tests.fakes.program import Plan, Program

SILENCE = ("-f", "lavfi", "-i", "anullsrc", "-f", "null", "-")


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@pytest.fixture(name="owner")
def _owner() -> str:
    return uuid4().hex


def gone(pid: int) -> bool:
    """Whether a process has ended; nobody may have asked for its status yet."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def abandon(owner: str, *command: str) -> int:
    """Start a command from a process that ends then; answer its process id."""
    script = '"$@" >/dev/null 2>&1 </dev/null & echo $!'
    started = subprocess.run(
        ("sh", "-c", script, "sh", *command),
        env={**os.environ, OWNER_VARIABLE: owner},
        stdout=subprocess.PIPE,
        check=True,
    )
    return int(started.stdout)


async def start_and_kill_the_parent(
    owner: str, inputs: int, *arguments: str
) -> psutil.Process:
    """Let another process run FFmpeg, and end without any chance to end that."""
    command = (sys.executable, parent.__file__, owner, str(inputs), "ffmpeg")
    with subprocess.Popen((*command, *arguments), stdout=subprocess.PIPE) as running:
        assert running.stdout
        ffmpeg = psutil.Process(int(running.stdout.readline()))
        assert not gone(ffmpeg.pid)
        running.kill()
    return ffmpeg


async def test_what_a_killed_run_left_behind_is_ended(owner: str) -> None:
    ffmpeg = await start_and_kill_the_parent(owner, 0, "-re", *SILENCE)
    assert not gone(ffmpeg.pid)
    assert await end_orphans(owner) == 1
    assert gone(ffmpeg.pid)
    assert await end_orphans(owner) == 0


async def test_one_that_is_fed_ends_by_itself_when_nobody_feeds_it(owner: str) -> None:
    fed = ("-f", "u8", "-ar", "8000", "-ac", "1", "-i", "pipe:0", "-f", "null", "-")
    ffmpeg = await start_and_kill_the_parent(owner, 1, *fed)
    await until(lambda: gone(ffmpeg.pid))
    assert await end_orphans(owner) == 0


@pytest.mark.parametrize("handles", [True, False])
async def test_one_that_hears_no_signal_is_killed(
    handles: bool, owner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not handles:
        monkeypatch.delattr(os, "pidfd_open")
    deaf = Program(tmp_path, Plan(stays=True, ignores_term=True))
    pids = [abandon(owner, str(deaf.path)), abandon(owner, "sleep", "600")]
    await until(lambda: deaf.calls)
    began = time.monotonic()
    assert await end_orphans(owner, term_seconds=0.1) == 2
    assert 0.1 <= time.monotonic() - began < 2
    # One without a mark is on its way out: its memory goes before its number does.
    await until(lambda: all(gone(pid) for pid in pids))


async def test_ours_and_those_of_others_are_spared(owner: str, tmp_path: Path) -> None:
    wrapper = tmp_path / "wrapper"
    wrapper.write_text('#!/bin/sh\nffmpeg "$@"\nexit 0\n')
    wrapper.chmod(0o755)
    other = abandon(f"{owner} and more", "sleep", "600")
    async with (
        Programs(binary="ffmpeg", owner=owner).run(lambda _: [*SILENCE]) as mine,
        Programs(binary=str(wrapper), owner=owner).run(lambda _: [*SILENCE]) as wrapped,
    ):
        await until(lambda: psutil.Process(wrapped.pid).children())
        (inner,) = psutil.Process(wrapped.pid).children()
        await until(lambda: inner.name() == "ffmpeg")
        assert await end_orphans(owner) == 0
        assert not any(gone(pid) for pid in (mine.pid, wrapped.pid, inner.pid, other))
    assert await end_orphans(f"{owner} and more") == 1


async def test_where_there_is_no_list_of_processes_none_is_found(
    owner: str, tmp_path: Path
) -> None:
    assert await end_orphans(owner, proc=tmp_path / "nowhere") == 0
