"""An event loop that has nothing to do, measured as Home Assistant's is.

What holds that one too is the machine. Answers each line of its standard input.
"""

import asyncio
import importlib.util
import json
from pathlib import Path
import sys
from typing import Any

_PROBE = Path(__file__).parent / "loop_probe" / "probe.py"


def _probe(loop: asyncio.AbstractEventLoop) -> Any:
    # Its package would bring Home Assistant, and with that work for the collector.
    spec = importlib.util.spec_from_file_location("probe", _PROBE)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Probe(loop)


async def _run() -> None:
    loop = asyncio.get_running_loop()
    probe = _probe(loop)
    probe.tick()
    print("ready", flush=True)
    over = loop.create_future()

    def answer() -> None:
        if sys.stdin.readline():
            print(json.dumps(probe.report()), flush=True)
        elif not over.done():
            over.set_result(None)

    loop.add_reader(sys.stdin, answer)
    await over


if __name__ == "__main__":
    asyncio.run(_run())
