"""Asks FFmpeg's prober what is in the user's own files, one by one and only when needed."""

import asyncio
from collections.abc import Sequence
from pathlib import Path, PurePath

from ...formats.ffmpeg.probe import PROBE_ARGUMENTS, parse_probe
from ...formats.xtream.film_reading import Facts, read_movie_details
from ..errors import EncodingFailedError
from ..pipe.supply import path_of
from ..processes.process import Programs
from ..sources.files import opened
from ..sources.opening import open_allowed

PROBE_SECONDS = 10.0
# Disks turn, and streams want their share.
_MOST_AT_ONCE = 2


class Prober:
    """Tells durations and codecs."""

    def __init__(self, *, programs: Programs, allowed_folders: Sequence[Path]) -> None:
        """Prepare; `programs` runs the prober. Paths lead only into the folders."""
        self._programs = programs
        self._allowed_folders = tuple(allowed_folders)
        self._turn = asyncio.Semaphore(_MOST_AT_ONCE)

    async def probe(self, address: str) -> Facts:
        """Answer what is in a file, by its `file:` address; empty where that is nothing.

        Raises FFmpegMissingError where there is no prober, PathNotAllowedError and
        CannotConnectError where there is no file.
        """
        path = path_of(address)
        async with (
            self._turn,
            opened(lambda: open_allowed(path, self._allowed_folders)) as file,
        ):
            try:
                async with asyncio.timeout(PROBE_SECONDS):
                    told = await self._programs.ask(
                        *PROBE_ARGUMENTS, stdin=file.fileno()
                    )
            except EncodingFailedError, TimeoutError:
                return {}
        return read_movie_details({"info": parse_probe(told)})


def prober_beside(ffmpeg: str) -> str:
    """Answer the prober that belongs to an FFmpeg: the program beside it."""
    path = PurePath(ffmpeg)
    name = path.name.replace("ffmpeg", "ffprobe")
    return str(path.with_name(name)) if path.name else "ffprobe"
