"""A Home Assistant to measure."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from ..frontend import Frontend, open_frontend
from ..home_assistant import HomeAssistant, run_home_assistant

LOGIN = {"username": "bench", "password": "bench", "max_connections": 1000}
CHANNELS = "sensor.telecast_channels"
_CONFIGURATION = "logger:\n  default: info\n"
_PROBE = "loop_probe:\n"


@asynccontextmanager
async def run_home(
    folder: Path, *, probe: bool = False
) -> AsyncIterator[tuple[HomeAssistant, Frontend, str]]:
    """Run one whose Telecast has an account and no channel; the text is its entry's id.

    `probe` measures its event loop, which has a cost of its own.
    """
    components = folder / "custom_components"
    components.mkdir(parents=True)
    (components / "loop_probe").symlink_to(Path(__file__).parent / "loop_probe")
    configuration = _CONFIGURATION + (_PROBE if probe else "")
    (folder / "configuration.yaml").write_text(configuration)
    async with (
        run_home_assistant(folder) as home,
        open_frontend(home.url) as frontend,
    ):
        await frontend.enter("bench", "bench")
        await frontend.until_running()
        entry = await frontend.set_up("telecast")
        await add(frontend, entry, "account", LOGIN)
        yield home, frontend, entry


@asynccontextmanager
async def run_home_with(
    playlist: str, folder: Path, *, channels: int = 1, probe: bool = False
) -> AsyncIterator[tuple[HomeAssistant, Frontend]]:
    """Run one whose Telecast has this playlist's channels, and an account."""
    async with run_home(folder, probe=probe) as (home, frontend, entry):
        await add(
            frontend,
            entry,
            "playlist",
            {"name": "One", "url": playlist, "max_streams": 0},
        )
        await frontend.until(CHANNELS, lambda state: state["state"] == str(channels))
        yield home, frontend


async def add(
    frontend: Frontend, entry: str, kind: str, fields: dict[str, Any]
) -> None:
    """Add a subentry; raise if it is refused."""
    step = await frontend.add(entry, kind, **fields)
    if step["type"] != "create_entry":
        raise RuntimeError(f"{kind}: {step}")
