"""What is done to the bytes of a segment on their way, piece by piece."""

from collections.abc import Awaitable, Callable

from ...errors import TooLargeError
from .decryption import Decryption

type Read = Callable[[], Awaitable[bytes]]
"""Answers what has come since the last call; b"" at the end."""


def bounded(read: Read, limit: int) -> Read:
    """Answer `read` that raises TooLargeError after `limit` bytes."""
    left = limit

    async def read_bounded() -> bytes:
        nonlocal left
        data = await read()
        left -= len(data)
        if left < 0:
            raise TooLargeError(f"A segment is larger than {limit} bytes")
        return data

    return read_bounded


def cut(read: Read, *, skip: int, length: int) -> Read:
    """Answer `read` of `length` bytes after the first `skip` ones."""
    to_skip, left = skip, length

    async def read_cut() -> bytes:
        nonlocal to_skip, left
        while left and (data := await read()):
            part = data[to_skip : to_skip + left]
            to_skip -= min(to_skip, len(data))
            left -= len(part)
            if part:
                return part
        return b""

    return read_cut


def decrypted(read: Read, decryption: Decryption) -> Read:
    """Answer `read` of what the bytes mean."""
    over = False

    async def read_decrypted() -> bytes:
        nonlocal over
        while not over:
            data = await read()
            over = not data
            if plain := decryption.feed(data) if data else decryption.end():
                return plain
        return b""

    return read_decrypted
