"""Reads the pictures that lie beside the user's own films."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
import os
from pathlib import Path
from typing import BinaryIO

from ...formats.pictures import picture_type
from ..errors import SourceError, UnknownFilmError
from ..pipe.supply import path_of
from ..sources.files import opened
from ..sources.opening import open_allowed
from .posters import is_file

MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture, whole."""

    content_type: str
    tag: str
    """Another one when the file has changed."""
    content: bytes = field(repr=False)


async def read_picture(address: str, allowed_folders: Sequence[Path]) -> Picture:
    """Answer the picture at a `file:` address inside the folders.

    Raises UnknownFilmError where there is none, or it is too large to be one.
    """
    if not is_file(address):
        raise UnknownFilmError("The film has no picture here")
    path = path_of(address)
    try:
        async with opened(lambda: open_allowed(path, allowed_folders)) as file:
            return await asyncio.to_thread(_read, file)
    except SourceError as err:
        raise UnknownFilmError("The picture is no longer there") from err


def _read(file: BinaryIO) -> Picture:
    about = os.fstat(file.fileno())
    content = file.read(MOST_BYTES + 1)
    content_type = picture_type(content)
    if content_type is None or len(content) > MOST_BYTES:
        raise UnknownFilmError("That is no picture")
    return Picture(
        content_type=content_type,
        tag=f"{about.st_mtime_ns:x}-{about.st_size:x}",
        content=content,
    )
