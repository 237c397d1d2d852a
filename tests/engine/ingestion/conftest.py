"""What tests of the ingestion share."""

from pathlib import Path

import pytest

from custom_components.telecast.engine.store.database import prepare

from .intake import Intake


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    prepare(tmp_path / "telecast.db")
    return Intake(tmp_path / "telecast.db")
