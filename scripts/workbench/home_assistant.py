"""Runs a real Home Assistant: a process of its own, on loopback, in a folder of its own."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
import json
import os
from pathlib import Path
import signal
import socket
import time

from .log import STARTS, Log

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-ha" / "bin" / "python"
# It listens long before all views are there, and starts even if it cannot listen.
_UP = ("Now listening on port", STARTS)
_START_TIMEOUT = 180.0
_STOP_TIMEOUT = 60.0
CONFIGURATION = """\
# No default_config: it would look for devices and ask the internet.
logger:
  default: info
  logs:
    custom_components.telecast: debug
"""


class DidNotStartError(RuntimeError):
    """Home Assistant ended or cannot listen; the text says why, or is the end of its log."""


class HomeAssistant:
    """A running Home Assistant."""

    def __init__(self, process: Process, config: Path, port: int) -> None:
        self._process = process
        self.config = config
        self.url = f"http://127.0.0.1:{port}"
        self.pid = process.pid
        self.log = Log()

    def processes(self) -> list[int]:
        """Answer the ids of what lives of it: itself and its children."""
        return [
            int(folder.name)
            for folder in Path("/proc").glob("[0-9]*")
            if _session(folder) == self.pid
        ]

    def ffmpegs(self) -> list[int]:
        """Answer the ids of its FFmpegs."""
        return list(filter(is_ffmpeg, self.processes()))

    async def wait(self) -> int:
        """Wait until it ends; answer its exit status."""
        return await self._process.wait()

    async def stop(self) -> float:
        """Ask it to stop as a service would; answer how many seconds it took."""
        began = time.monotonic()
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), _STOP_TIMEOUT)
        return time.monotonic() - began

    def kill(self) -> None:
        """End whatever is left, at once."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)


@asynccontextmanager
async def run_home_assistant(
    config: Path,
    *,
    port: int = 0,
    on_line: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[HomeAssistant]:
    """Run Home Assistant with Telecast in `config`, made if missing; 0 takes a free port.

    It is entered once it listens, and left once the process has ended. `on_line` is
    called with each line of its log that concerns Telecast. Raises DidNotStartError.
    """
    if port:
        _expect_free(port)
    port = port or free_port()
    await asyncio.to_thread(_prepare, config, port)
    process = await asyncio.create_subprocess_exec(
        *(str(PYTHON), "-m", "homeassistant", "--config", str(config)),
        # What its default integrations lack (cameras, voice) would be compiled for minutes.
        *("--log-no-color", "--skip-pip"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=STDOUT,
        # Ctrl-C is for us; we stop it in our order.
        start_new_session=True,
        # From here, our own folder of integrations would hide those of the config.
        cwd=config,
        env=_environment(),
    )
    home = HomeAssistant(process, config, port)
    up = asyncio.Event()
    missing = set(_UP)

    def read(line: str) -> None:
        if home.log.add(line):
            on_line(line)
        missing.difference_update([mark for mark in missing if mark in line])
        if not missing:
            up.set()

    reading = asyncio.create_task(_read_lines(process, read))
    try:
        await _until_up(home, up, reading)
        yield home
    finally:
        await home.stop()
        home.kill()
        await reading


def is_ffmpeg(pid: int) -> bool:
    """Tell whether a process is there, and FFmpeg."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == "ffmpeg"
    except OSError:
        return False


def free_port() -> int:
    """Answer a port of loopback that nobody listens on right now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _expect_free(port: int) -> None:
    # Home Assistant would start all the same, and listen nowhere.
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as err:
        raise DidNotStartError(f"Port {port} is in use") from err


async def _until_up(
    home: HomeAssistant, up: asyncio.Event, reading: asyncio.Task[None]
) -> None:
    listens = asyncio.create_task(up.wait())
    try:
        await asyncio.wait(
            {listens, reading},
            timeout=_START_TIMEOUT,
            return_when=asyncio.FIRST_COMPLETED,
        )
    finally:
        listens.cancel()
    if not up.is_set():
        raise DidNotStartError("\n".join(home.log.lines[-30:]) or "It said nothing")


async def _read_lines(process: Process, on_line: Callable[[str], None]) -> None:
    assert process.stdout
    async for line in process.stdout:
        on_line(line.decode(errors="replace").rstrip("\n"))


def _prepare(config: Path, port: int) -> None:
    (config / ".storage").mkdir(parents=True, exist_ok=True)
    if not (configuration := config / "configuration.yaml").exists():
        configuration.write_text(CONFIGURATION)
    (config / "custom_components").mkdir(exist_ok=True)
    if not (link := config / "custom_components" / "telecast").is_symlink():
        link.symlink_to(ROOT / "custom_components" / "telecast")
    # Settings of the HTTP server live here; from YAML they would count as a trial, which
    # Home Assistant reverts after five minutes.
    _store(config, "http", 3, _http_settings(port))
    if not (config / ".storage" / "onboarding").exists():
        # This step sets up a weather service and others that need the internet.
        _store(config, "onboarding", 4, {"done": ["core_config"]})


def _http_settings(port: int) -> dict[str, object]:
    stable = {
        "server_host": ["127.0.0.1"],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": True,
        "ssl_profile": "intermediate_v6",
        "use_x_frame_options": True,
        "created_at": datetime.now(UTC).isoformat(),
        "error": None,
        "error_message": None,
    }
    return {"stable": stable, "pending": None, "yaml_migration_done": True}


def _store(config: Path, key: str, version: int, data: object) -> None:
    document = {"version": version, "minor_version": 1, "key": key, "data": data}
    (config / ".storage" / key).write_text(json.dumps(document))


def _environment() -> dict[str, str]:
    """Answer our environment without what would lead it to other code than its own.

    Nor with what forbids bytecode: each start would compile all of Home Assistant anew.
    """
    ours = {"PYTHONPATH", "VIRTUAL_ENV", "SUPERVISOR", "SETUP_PORT"}
    ours |= {"PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {"PATH": f"{PYTHON.parent}{os.pathsep}{os.environ['PATH']}"}


def _session(process_folder: Path) -> int:
    try:
        after_name = (process_folder / "stat").read_text().rpartition(")")[2]
    except OSError:
        return 0
    state, _parent, _group, session, *_ = after_name.split()
    return 0 if state == "Z" else int(session)
