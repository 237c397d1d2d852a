"""Streams beside the demo's, to test and to measure: larger pictures, other codecs."""

from functools import cache

from custom_components.telecast.formats.mpegts import Loop
from scripts.workbench.demo.channels import H264, MPEG2, SECONDS, cache_folder, record

RECORDINGS = {
    "hd": {"size": "1280x720", "kilobits": 3500, "video": H264, "audio": "aac"},
    "dvb": {"size": "1280x720", "kilobits": 6000, "video": MPEG2, "audio": "ac3"},
    "dolby": {"size": "640x360", "kilobits": 1000, "video": H264, "audio": "ac3"},
}
"""By name: a picture that can be copied, one that cannot, and sound that cannot."""


@cache
def loop(name: str) -> Loop:
    """Answer a recording as an endless stream; made once, then taken from the cache."""
    path = cache_folder() / "recordings-1" / f"{name}.ts"
    if not path.exists():
        record(path, picture="testsrc2", tone=440, noise=True, **RECORDINGS[name])
    return Loop(path.read_bytes(), seconds=SECONDS)
