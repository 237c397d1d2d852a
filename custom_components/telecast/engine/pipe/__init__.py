"""Films for one viewer each: lossless, by ranges, no faster than they are taken."""

from .facts import Facts
from .part import OpenPart, Part
from .passage import own_socket
from .pipe import Pipe, open_pipe
from .supply import Supply

__all__ = ["Facts", "OpenPart", "Part", "Pipe", "Supply", "open_pipe", "own_socket"]
