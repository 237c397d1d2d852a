"""The demo channels play for ever without a seam, and have a guide."""

from itertools import takewhile
from pathlib import Path
import subprocess

import pytest

from custom_components.telecast.formats.mpegts import PACKET, Loop
from scripts.workbench.bench.continuity import Continuity
from scripts.workbench.bench.first_bytes import complaints
from scripts.workbench.demo.channels import CHANNELS, SECONDS, recordings
from scripts.workbench.demo.clips import lay_out_clips

# In the last loop before the clocks of MPEG-TS, 33 bits of 90 kHz, begin anew.
WRAP = 2**33 / 90_000


@pytest.fixture(scope="module")
def loop() -> Loop:
    first = CHANNELS[0]
    return Loop(recordings([first])[first.number], seconds=SECONDS)


def played(loop: Loop, since: float, seconds: float) -> bytes:
    pieces = takewhile(lambda piece: piece[0] < since + seconds, loop.play(since))
    return b"".join(data for _, data in pieces)


@pytest.mark.parametrize("since", [1_763_712_000.4, WRAP * 60 - SECONDS])
async def test_it_plays_round_and_round_without_a_seam(
    loop: Loop, since: float
) -> None:
    data = played(loop, since, 3 * SECONDS)
    continuity = Continuity()
    continuity.feed(data)
    assert continuity.gaps == 0
    assert len(data) * 8 == pytest.approx(loop.bitrate * 3 * SECONDS, rel=0.1)
    assert await complaints(data) == ""


def test_a_lost_packet_is_found(loop: Loop) -> None:
    data = played(loop, 0, SECONDS)
    continuity = Continuity()
    continuity.feed(data[: 100 * PACKET] + data[101 * PACKET :])
    assert continuity.gaps == 1


def test_the_clips_of_a_virtual_channel_are_laid_out_once(tmp_path: Path) -> None:
    folder = lay_out_clips(tmp_path)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(before) == 4
    assert lay_out_clips(tmp_path) == folder
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_the_clips_of_a_virtual_channel_are_alike(tmp_path: Path) -> None:
    told = set()
    for clip in lay_out_clips(tmp_path).iterdir():
        wanted = "stream=codec_name,profile,level,width,height,sample_rate,channels"
        command = ["ffprobe", "-v", "error", "-show_entries", wanted, str(clip)]
        told.add(subprocess.run(command, capture_output=True, check=True).stdout)
    assert len(told) == 1
