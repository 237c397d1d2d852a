"""A process that runs an FFmpeg until it is killed, as Home Assistant may be."""

import asyncio
from pathlib import Path
import sys
from types import ModuleType

ROOT = Path(__file__).parents[2]


async def main(owner: str, inputs: str, binary: str, *arguments: str) -> None:
    """Run it, and print its process id."""
    from custom_components.telecast.engine.processes.process import Programs

    programs = Programs(binary=binary, owner=owner)
    async with programs.run(
        lambda _: list(arguments), inputs=int(inputs), outputs=0
    ) as ffmpeg:
        print(ffmpeg.pid, flush=True)  # noqa: T201 - whoever started us reads it
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    # The engine alone: what is above it takes seconds to import.
    package = ModuleType("custom_components.telecast")
    package.__path__ = [str(ROOT / "custom_components" / "telecast")]
    sys.modules[package.__name__] = package
    asyncio.run(main(*sys.argv[1:]))
