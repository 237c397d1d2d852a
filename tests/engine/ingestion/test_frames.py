"""A document comes through the pipe whole, or is known not to be."""

from collections.abc import Iterator
from io import BytesIO

import pytest

from custom_components.telecast.engine.ingestion import frames


def framed(*chunks: bytes) -> bytes:
    return b"".join(frames.frame(chunk) + chunk for chunk in chunks)


def test_a_document_comes_out_as_it_went_in() -> None:
    chunks = [b"a", b"bc" * 100_000, b"\0\0\0\0"]
    document = BytesIO(framed(*chunks) + frames.END + b"left over")
    assert b"".join(frames.read(document)) == b"".join(chunks)
    assert document.read() == b"left over"


def test_a_document_that_ends_early_is_abandoned_wherever_it_does() -> None:
    whole = framed(b"abc", b"de") + frames.END
    for end in range(len(whole)):
        with pytest.raises(frames.AbandonedError):
            list(frames.read(BytesIO(whole[:end])))


def test_memory_does_not_grow_with_a_chunk() -> None:
    def longest() -> Iterator[int]:
        for piece in frames.read(BytesIO(framed(bytes(1_000_000)) + frames.END)):
            yield len(piece)

    assert max(longest()) <= 65536
