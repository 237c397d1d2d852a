"""A newcomer's first command works."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT

from scripts.workbench.home_assistant import ROOT


async def test_develop_starts_checks_every_protocol_and_stops() -> None:
    process = await asyncio.create_subprocess_exec(
        str(ROOT / "scripts" / "develop"), "--check", stdout=PIPE, stderr=STDOUT
    )
    said, _ = await process.communicate()
    lines = said.decode().splitlines()
    assert process.returncode == 0, said.decode()
    assert sum(line.startswith("ok ") for line in lines) == 16
    assert not any(line.startswith("FAILED") for line in lines)
