"""Folders of films as a test lays them out."""

import os
from pathlib import Path

JPEG = b"\xff\xd8\xff\xe0 a picture"
WHEN = 1_790_000_000
"""When a file was last changed, unless a test says otherwise."""


def lay_out(root: Path, *names: str, size: int = 1000, when: int = WHEN) -> None:
    """Make files, each of another size and time, so that none is taken for another."""
    for number, name in enumerate(names):
        put(root / name, os.urandom(size + number), when=when + number)


def put(path: Path, content: bytes, *, when: int = WHEN) -> Path:
    """Make a file that was last changed at a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (when, when))
    return path
