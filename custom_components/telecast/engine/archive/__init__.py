"""The archive: what channels showed, had again by one viewer at a time."""

from .archive import Archive, open_archive
from .finding import LONGEST_SECONDS
from .opening import Opener
from .recording import Broadcast, Recording

__all__ = [
    "LONGEST_SECONDS",
    "Archive",
    "Broadcast",
    "Opener",
    "Recording",
    "open_archive",
]
