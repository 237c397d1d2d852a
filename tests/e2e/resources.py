"""What a Home Assistant holds: nothing of it may grow with use."""

from pathlib import Path

from .world import World


def resources(world: World) -> dict[str, int]:
    """Count Home Assistant's threads, open files and processes."""
    process = Path(f"/proc/{world.home.pid}")
    names = [task.read_text() for task in process.glob("task/*/comm")]
    return {
        # Home Assistant's own pool grows as it is used.
        "threads": sum(not name.startswith("SyncWorker") for name in names),
        "files": len(list(process.glob("fd/*"))),
        "processes": len(world.home.processes()),
    }
