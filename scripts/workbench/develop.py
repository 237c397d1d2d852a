"""Start a real Home Assistant with Telecast set up on demo channels."""

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    contextmanager,
    nullcontext,
)
from pathlib import Path
import signal
import sys
from tempfile import TemporaryDirectory

from .check import Login, check
from .demo import clips
from .demo.channels import FFmpegFailedError
from .demo.provider import DemoProvider, serve_demo
from .frontend import Frontend, open_frontend
from .home_assistant import (
    ROOT,
    DidNotStartError,
    HomeAssistant,
    free_port,
    run_home_assistant,
)
from .websocket import RefusedError

_USERNAME = _PASSWORD = "telecast"
_LOGIN = Login(username="viewer", password="viewer")
_PORT = 8123
_CHANNELS = "sensor.telecast_channels"


def main() -> int:
    """Run until Ctrl-C; answer the exit status."""
    try:
        return asyncio.run(_develop(_arguments()))
    except KeyboardInterrupt, asyncio.CancelledError:
        return 0
    except (DidNotStartError, FFmpegFailedError, RefusedError, OSError) as err:
        print(err, file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/develop", description=__doc__)
    parser.add_argument(
        "--config",
        type=Path,
        metavar="DIR",
        help="where Home Assistant keeps its configuration (config/; with --check, a "
        "new folder that is thrown away)",
    )
    parser.add_argument(
        "--port",
        type=int,
        metavar="N",
        help=f"where it listens ({_PORT}; with --check, any free port); the demo "
        "channels are served on the port after it",
    )
    parser.add_argument(
        "--no-demo", action="store_true", help="start without demo channels"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="tune one channel through each protocol, report, and stop",
    )
    arguments = parser.parse_args()
    if arguments.check and arguments.no_demo:
        parser.error("--check needs the demo channels")
    return arguments


async def _develop(arguments: argparse.Namespace) -> int:
    this = asyncio.current_task()
    assert this
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, this.cancel)
    async with AsyncExitStack() as stack:
        provider = None
        if not arguments.no_demo:
            _say("Making the demo channels")
            # A config that is kept names the provider by its port.
            passing = arguments.check and not arguments.config
            port = 0 if passing else (arguments.port or _PORT) + 1
            provider = await stack.enter_async_context(serve_demo(port))
        _say("Starting Home Assistant")
        config = arguments.config or stack.enter_context(_default_config(arguments))
        home = await stack.enter_async_context(
            run_home_assistant(
                config.resolve(),
                port=arguments.port or (free_port() if arguments.check else _PORT),
                on_line=_say,
            )
        )
        frontend = await stack.enter_async_context(open_frontend(home.url))
        await _set_up(frontend, provider, home.config)
        if provider and arguments.check:
            return await _check(home, provider)
        _print_addresses(home, provider)
        status = await home.wait()
        _say("Home Assistant has ended by itself")
        return status


def _default_config(arguments: argparse.Namespace) -> AbstractContextManager[Path]:
    if not arguments.check:
        return nullcontext(ROOT / "config")
    return _temporary_folder()


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    with TemporaryDirectory(prefix="telecast-") as folder:
        yield Path(folder)


async def _set_up(
    frontend: Frontend, provider: DemoProvider | None, config: Path
) -> None:
    """Do what a person would do in the browser, where it is not yet done."""
    await frontend.enter(_USERNAME, _PASSWORD)
    await frontend.until_running()
    entry = await frontend.set_up("telecast")
    there = {subentry["title"] for subentry in await frontend.subentries(entry)}
    wanted: dict[str, tuple[str, dict[str, object]]] = {
        _LOGIN.username: (
            "account",
            {
                "username": _LOGIN.username,
                "password": _LOGIN.password,
                "max_connections": 10,
            },
        )
    }
    if provider:
        wanted["Demo"] = (
            "playlist",
            {"name": "Demo", "url": provider.playlist_url, "max_streams": 0},
        )
        folder = await asyncio.to_thread(clips.lay_out_clips, config)
        wanted[clips.NAME] = (
            "virtual_channel",
            {
                "name": clips.NAME,
                "number": clips.NUMBER,
                "folders": [str(folder)],
                "order": "sequential",
                "loop": True,
            },
        )
    for title, (kind, fields) in wanted.items():
        if title not in there:
            step = await frontend.add(entry, kind, **fields)
            if step["type"] != "create_entry":
                raise RefusedError(f"{kind} {title}: {step}")
    if provider:
        count = str(_count(provider))
        async with asyncio.timeout(60):
            await frontend.until(_CHANNELS, lambda state: state["state"] == count)
            # Joins the refreshes that are under way: guides come after the channels.
            for source in ("Demo", clips.NAME):
                await frontend.act("telecast", "refresh", source=source)


def _count(provider: DemoProvider) -> int:
    """Answer how many channels there are: the provider's, and the one that plays clips."""
    return len(provider.channels) + 1


async def _check(home: HomeAssistant, provider: DemoProvider) -> int:
    good = await check(
        home.url,
        _LOGIN,
        channels=_count(provider),
        virtual=clips.NUMBER,
        say=_say,
    )
    took = await home.stop()
    _say(f"Home Assistant stopped in {took:.1f} s")
    errors = home.log.errors
    for record in errors:
        _say(f"FAILED  its log has an error:\n{record}")
    return 0 if good and not errors else 1


def _print_addresses(home: HomeAssistant, provider: DemoProvider | None) -> None:
    address = home.url.removeprefix("http://")
    _say(f"""
Home Assistant    {home.url}/config/integrations/integration/telecast
                  login {_USERNAME}, password {_PASSWORD}
Plex, Emby, …     HDHomeRun at {address}
Xtream players    {home.url}
                  login {_LOGIN.username}, password {_LOGIN.password}
VLC, Kodi, …      {home.url}/telecast/playlist.m3u
                  {home.url}/telecast/guide.xml""")
    if provider:
        _say(f"Demo provider     {provider.playlist_url}")
    _say("\nCtrl-C stops everything.\n")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
