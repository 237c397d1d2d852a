"""Starts the child by its path, without importing the component itself.

The component's own package would bring Home Assistant with it: seconds, and a hundred
megabytes. So a bare one stands in its place, under which relative imports work.
"""

import importlib
from pathlib import Path
import sys
import types


def _start() -> int:
    package = types.ModuleType("telecast")
    package.__path__ = [str(Path(__file__).resolve().parents[2])]
    sys.modules["telecast"] = package
    life = importlib.import_module("telecast.engine.ingestion.life")
    status: int = life.main()
    return status


if __name__ == "__main__":
    sys.exit(_start())
