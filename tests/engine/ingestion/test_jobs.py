"""The child loads what its job needs, and nothing else: a start costs more than most jobs."""

import importlib
import json
from pathlib import Path
import subprocess
import sys

import pytest

from custom_components.telecast.engine.imports import child
from custom_components.telecast.engine.ingestion import frames, life

PROGRAM = Path(child.__file__).parents[1] / "ingestion" / "__main__.py"


@pytest.mark.parametrize("job", life.JOBS)
def test_each_job_is_done_where_it_is_looked_for(job: str) -> None:
    module = importlib.import_module(f"{life.__package__}.jobs.{life.JOBS[job]}")
    assert callable(getattr(module, job))


def test_a_playlist_loads_neither_ffmpeg_nor_guides_nor_what_renders(
    tmp_path: Path,
) -> None:
    job = {
        "job": "check",
        "folder": str(tmp_path),
        "source": {"id": "one", "local": False, "user_agent": ""},
    }
    document = b"#EXTM3U\n#EXTINF:-1,A\nhttp://provider.example/a\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-X", "importtime", PROGRAM],
        input=b"".join(
            (
                json.dumps(job).encode(),
                b"\n",
                frames.frame(document),
                document,
                frames.END,
            )
        ),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout.splitlines()[-1])["result"]["channels"] == 1
    loaded = {
        line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()
    }
    assert "telecast.formats.m3u" in loaded
    others = ("formats.ffmpeg", "formats.xmltv", "formats.xtream", "engine.documents")
    assert loaded.isdisjoint(f"telecast.{one}" for one in others)
