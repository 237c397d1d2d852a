"""Where the rules find what they judge."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
COMPONENT = ROOT / "custom_components" / "telecast"


def modules(*folders: Path) -> list[Path]:
    """All Python modules below the folders."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name(path: Path) -> str:
    """A path as a person would say it."""
    return path.relative_to(ROOT).as_posix()
