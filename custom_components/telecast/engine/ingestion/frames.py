"""How a document travels to the child: in frames, so that its true end can be told.

A parent that dies ends the pipe as well; what had come until then is no whole document.
"""

from collections.abc import Iterator
from typing import BinaryIO

_SIZE_BYTES = 4
END = bytes(_SIZE_BYTES)
"""What says that the document is whole."""


class AbandonedError(Exception):
    """The document will not be finished."""


def frame(chunk: bytes) -> bytes:
    """Answer what announces a chunk, which is not to be empty."""
    return len(chunk).to_bytes(_SIZE_BYTES)


def read(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the document's chunks; raise AbandonedError if it ends without its end."""
    while size := int.from_bytes(_exactly(stream, _SIZE_BYTES)):
        while size:
            if not (chunk := stream.read(min(size, 65536))):
                raise AbandonedError
            size -= len(chunk)
            yield chunk


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise AbandonedError
    return data
