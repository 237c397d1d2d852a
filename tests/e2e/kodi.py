"""A real Kodi with its client of playlists (pvr.iptvsimple), without screen or sound."""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
import os
from pathlib import Path
import signal
from xml.sax.saxutils import escape

from scripts.workbench.home_assistant import free_port

from .kodi_remote import Remote, open_remote

_ADDON = "pvr.iptvsimple"
# With it Kodi plays channels that have an archive, so that one can go back in them.
_INPUT = "inputstream.ffmpegdirect"
_STOP_SECONDS = 60.0
# Neither where the tests run, nor where the provider is, nor a whole number of hours away.
_ZONE = {"locale.timezonecountry": "India", "locale.timezone": "Asia/Kolkata"}
_QUIET = {
    "services.zeroconf": "false",
    "services.wsdiscovery": "false",
    "general.addonupdates": "2",
    "audiooutput.audiodevice": "ALSA:default",
}
# Without any device Kodi would wait for one, ten seconds for each stream.
_SILENCE = """\
pcm.!default {
  type null
  hint {
    show on
    description "Nothing"
  }
}
"""


def find_kodi() -> Path | None:
    """Answer Kodi's program, where this machine has it."""
    return next(Path("/usr/lib").glob("*/kodi/kodi.bin"), None)


@asynccontextmanager
async def open_kodi(
    folder: Path, *, playlist: str, guide: str
) -> AsyncIterator[Remote]:
    """Run a new Kodi in a folder, with the addresses of a playlist and of its guide.

    It is entered once all of that is read, and left once all processes have ended.
    """
    port = free_port()
    await asyncio.to_thread(_prepare, folder, port, playlist, guide)
    async with _run(folder, port) as remote:
        for addon in (_INPUT, _ADDON):
            await remote.ask("Addons.SetAddonEnabled", addonid=addon, enabled=True)
        first = (await remote.channels())[0]
        await remote.programmes(first["channelid"])
    # Programmes get the ids by which they can be played when it writes them down: after a
    # minute, or as it ends.
    async with _run(folder, port) as remote:
        await remote.channels()
        yield remote


@asynccontextmanager
async def _run(folder: Path, port: int) -> AsyncIterator[Remote]:
    program = find_kodi()
    assert program
    async with _screen() as display:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DISPLAY": display,
            "LANG": "C.UTF-8",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "KODI_AE_SINK": "ALSA",
        }
        process = await asyncio.create_subprocess_exec(
            *(str(program), "--standalone", "--windowing=x11"),
            stdin=DEVNULL,
            stdout=DEVNULL,
            stderr=STDOUT,
            start_new_session=True,
            cwd=folder,
            env=environment,
        )
        async with _ending(process), open_remote(port) as remote:
            yield remote


@asynccontextmanager
async def _screen() -> AsyncIterator[str]:
    """Run an X server whose screen nobody sees; answer the name of its display."""
    process = await asyncio.create_subprocess_exec(
        *("Xvfb", "-displayfd", "1", "-screen", "0", "640x360x24", "-nolisten", "tcp"),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
    )
    async with _ending(process):
        assert process.stdout
        number = (await process.stdout.readline()).decode().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"


@asynccontextmanager
async def _ending(process: Process) -> AsyncIterator[None]:
    """Ask a process to end after the block; end it and its children if it does not."""
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _STOP_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _prepare(folder: Path, port: int, playlist: str, guide: str) -> None:
    """Write the settings of a Kodi that takes orders on a port of loopback."""
    user = folder / ".kodi" / "userdata"
    addon = user / "addon_data" / _ADDON
    addon.mkdir(parents=True)
    (folder / ".asoundrc").write_text(_SILENCE)
    (user / "guisettings.xml").write_text(
        _settings({"services.esenabled": "true"} | _QUIET | _ZONE)
    )
    (user / "advancedsettings.xml").write_text(
        '<advancedsettings version="1.0"><splash>false</splash>'
        f"<jsonrpc><tcpport>{port}</tcpport></jsonrpc></advancedsettings>"
    )
    (addon / "settings.xml").write_text(
        _settings(
            {
                "m3uPathType": "1",
                "m3uUrl": playlist,
                "epgPathType": "1",
                "epgUrl": guide,
                "catchupEnabled": "true",
            }
        )
    )


def _settings(values: Mapping[str, str]) -> str:
    lines = (
        f'<setting id="{name}">{escape(value)}</setting>'
        for name, value in values.items()
    )
    return f'<settings version="2">{"".join(lines)}</settings>'
