"""A client that pages and apps use (@iptv/xtream-api), and what it makes of a server."""

import asyncio
from asyncio.subprocess import PIPE
import json
from pathlib import Path
import shutil
from typing import Any

import pytest

from scripts.workbench.demo.channels import cache_folder

CLIENT = cache_folder() / "tools" / "xtream-api"
SCRIPT = Path(__file__).with_name("npm_client.mjs")

needs_npm = pytest.mark.skipif(
    not (shutil.which("npm") and CLIENT.is_dir()), reason="npm is missing"
)


async def run(
    base: str, password: str, ids: tuple[int, int, int], *, start: str = ""
) -> tuple[dict[str, Any], str]:
    """Answer what the client prints, and what it complains of.

    `ids` are those of a channel, a film and a series; `start` (ISO 8601) is that of an
    hour which the channel has shown.
    """
    process = await asyncio.create_subprocess_exec(
        *("node", str(SCRIPT), str(CLIENT), base, "anna", password),
        *(*map(str, ids), start),
        stdout=PIPE,
        stderr=PIPE,
    )
    printed, complaints = await process.communicate()
    return json.loads(printed or b"{}"), complaints.decode()
