"""What is rendered along with an import, so that nobody waits for it afterwards."""

import importlib
import sqlite3
from typing import Any


def render_ahead(connection: sqlite3.Connection, job: dict[str, Any]) -> None:
    """Render the long ones of a job's documents, if there are any.

    What the job was to do is done: one that cannot be rendered is left to those who ask.
    """
    if (wanted := job.get("render", {})).get("ahead"):
        # Loaded only where it is needed: most imports are of a few channels.
        documents = importlib.import_module("..documents.ahead", __package__)
        documents.render_long_ones(connection, wanted)
