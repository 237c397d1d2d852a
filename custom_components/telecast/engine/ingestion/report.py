"""What the child tells its parent: lines of JSON."""

import json
import sys
import time
from typing import Any

_PROGRESS_SECONDS = 0.1


class Progress:
    """Tells how far the reading is, at most ten times a second."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self, count: int) -> None:
        """Tell that so many entries or programmes have been read."""
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PROGRESS_SECONDS
            say({"progress": count})


def say(message: dict[str, Any]) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()
