"""Archives: whatever is whole comes out whole, and no other gets far."""

import bz2
from collections.abc import Iterator
from contextlib import suppress
import gzip
import io
import lzma
import random
import time
import tracemalloc
import zipfile
import zlib

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.compression import (
    PIECE,
    CompressionError,
    Decompressor,
)

TEXT = "".join(f"#EXTINF:-1,Channel {n}\nhttp://h.example/{n}\n" for n in range(5000))
DOCUMENT = TEXT.encode()
MIB = 1024**2


def unpacked(
    data: bytes, step: int = 10**9, unpacker: Decompressor | None = None
) -> bytes:
    """Unpack an archive fed in pieces of `step` bytes."""
    return b"".join(pieces(data, step, unpacker))


def pieces(
    data: bytes, step: int, unpacker: Decompressor | None = None
) -> Iterator[bytes]:
    """Yield what an archive unpacks to; each piece is as small as promised."""
    unpacker = unpacker or Decompressor()
    for at in range(0, len(data), step):
        for piece in unpacker.feed(data[at : at + step]):
            assert 0 < len(piece) <= PIECE
            yield piece
    unpacker.close()


def reason(data: bytes, step: int = 10**9, unpacker: Decompressor | None = None) -> str:
    """Answer why an archive is refused."""
    with pytest.raises(CompressionError) as caught:
        unpacked(data, step, unpacker)
    return caught.value.reason


PACKED = {
    "plain": DOCUMENT,
    "gzip": gzip.compress(DOCUMENT),
    "gzip with a name": b"\x1f\x8b\x08\x08\0\0\0\0\0\3a.xml\0" + gzip.compress(DOCUMENT)[10:],
    "xz": lzma.compress(DOCUMENT),
    "xz of the greatest strength": lzma.compress(DOCUMENT, preset=9),
    "gzip in gzip": gzip.compress(gzip.compress(DOCUMENT)),
    "xz in gzip": gzip.compress(lzma.compress(DOCUMENT)),
    "gzip in xz": lzma.compress(gzip.compress(DOCUMENT)),
    "members of gzip": gzip.compress(DOCUMENT[:99]) + gzip.compress(DOCUMENT[99:]),
    "members of gzip, one empty": gzip.compress(b"") + gzip.compress(DOCUMENT),
    "streams of xz": lzma.compress(DOCUMENT[:99]) + lzma.compress(DOCUMENT[99:]),
    "streams of xz, padded": lzma.compress(DOCUMENT[:9]) + bytes(8) + lzma.compress(DOCUMENT[9:]),
    "gzip and zeros": gzip.compress(DOCUMENT) + bytes(70_000),
    "gzip and garbage": gzip.compress(DOCUMENT) + b"garbage, and more of it",
    "gzip and half a beginning": gzip.compress(DOCUMENT) + b"\x1f",
    "xz and garbage": lzma.compress(DOCUMENT) + b"garbage",
}  # fmt: skip


@pytest.mark.parametrize("step", [1, 1000, 10**9])
@pytest.mark.parametrize("packed", PACKED.values(), ids=PACKED)
def test_whatever_is_whole_comes_out_whole(packed: bytes, step: int) -> None:
    assert unpacked(packed, step) == DOCUMENT


@given(data=st.binary(max_size=300), step=st.integers(1, 50), times=st.integers(0, 2))
def test_bytes_come_out_as_they_went_in(data: bytes, step: int, times: int) -> None:
    if data[:1] in {b"\x1f", b"\xfd", b"P", b"B", b"\x28", b"7", b"R"}:
        data = b"." + data
    packed = data
    for _ in range(times):
        packed = gzip.compress(packed)
    assert unpacked(packed, step) == data


def test_nothing_unpacks_to_nothing() -> None:
    assert unpacked(b"") == unpacked(gzip.compress(b"")) == b""


@pytest.mark.parametrize("name", ["gzip", "xz", "gzip in gzip", "gzip with a name"])
@pytest.mark.parametrize("percent", [*range(1, 100, 7), 99])
def test_what_ends_too_early_is_told(name: str, percent: int) -> None:
    packed = PACKED[name]
    assert reason(packed[: len(packed) * percent // 100]) == "truncated"


@pytest.mark.parametrize("data", [b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08", b"\xfd7zXZ"])
def test_a_few_bytes_of_an_archive_are_told(data: bytes) -> None:
    assert reason(data, 1) == "truncated"


def test_a_second_member_that_ends_too_early_is_told() -> None:
    assert reason(PACKED["gzip"] + PACKED["gzip"][:-1]) == "truncated"


def test_what_came_before_the_break_has_come_out() -> None:
    unpacker = Decompressor()
    found = b"".join(unpacker.feed(PACKED["gzip"][:-8]))
    assert found == DOCUMENT
    with pytest.raises(CompressionError):
        unpacker.close()


@pytest.mark.parametrize(
    "packed",
    [
        PACKED["gzip"][:-8] + b"\0\0\0\0" + PACKED["gzip"][-4:],
        PACKED["gzip"][:-4] + b"\0\0\0\0",
        PACKED["gzip"][:2000] + b"\xff" * 100 + PACKED["gzip"][2100:],
        PACKED["xz"][:1000] + b"\xff" * 100 + PACKED["xz"][1100:],
        b"\x1f\x8b\x08" + b"\xff" * 100,
        gzip.compress(PACKED["gzip"][:-8] + bytes(8)),
    ],
    ids=["checksum", "length", "middle", "xz", "header", "within"],
)
@pytest.mark.parametrize("step", [1, 10**9])
def test_damage_is_told(packed: bytes, step: int) -> None:
    assert reason(packed, step) == "corrupt"


@given(st.integers(0, len(PACKED["gzip"]) - 1), st.integers(1, 255))
def test_no_wrong_byte_does_worse_than_be_told(at: int, change: int) -> None:
    packed = bytearray(PACKED["gzip"])
    packed[at] ^= change
    with suppress(CompressionError):
        found = unpacked(bytes(packed))
        assert at < 10  # the header's time, system and the like, or no archive at all
        assert found in {DOCUMENT, bytes(packed)}


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.m3u", DOCUMENT)
    return file.getvalue()


@pytest.mark.parametrize("step", [1, 10**9])
@pytest.mark.parametrize("wrapped", [False, True])
@pytest.mark.parametrize(
    "packed",
    [_zip(), bz2.compress(DOCUMENT), b"\x28\xb5\x2f\xfd....", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\7"],
    ids=["zip", "bzip2", "zstd", "7z", "rar"],
)  # fmt: skip
def test_other_archives_are_refused(packed: bytes, wrapped: bool, step: int) -> None:
    assert reason(gzip.compress(packed) if wrapped else packed, step) == "unsupported"


def test_an_archive_is_unpacked_twice_and_no_more() -> None:
    thrice = gzip.compress(PACKED["gzip in gzip"])
    assert unpacked(thrice) == gzip.decompress(gzip.decompress(thrice))


# Bombs.


def test_a_bomb_is_stopped_by_its_ratio_and_holds_little() -> None:
    bomb = gzip.compress(bytes(400 * MIB), 9)
    assert len(bomb) < MIB
    began = time.process_time()
    given: list[int] = []
    tracemalloc.start()
    try:
        with pytest.raises(CompressionError, match="unpacks to too much"):
            given.extend(map(len, pieces(bomb, PIECE)))
        assert tracemalloc.get_traced_memory()[1] < 2 * MIB
    finally:
        tracemalloc.stop()
    assert 15 * MIB < sum(given) < 20 * MIB
    assert time.process_time() - began < 2


def test_a_bomb_within_an_archive_is_stopped() -> None:
    bomb = gzip.compress(gzip.compress(bytes(100 * MIB), 9), 9)
    assert reason(bomb) == "bomb"
    assert reason(lzma.compress(bytes(100 * MIB))) == "bomb"


def test_an_archive_in_a_bomb_is_stopped() -> None:
    wrapper = zlib.compressobj(9, wbits=31)
    bomb = wrapper.compress(PACKED["gzip"] + bytes(100 * MIB)) + wrapper.flush()
    assert reason(bomb) == "bomb"


@pytest.mark.parametrize("name", ["plain", "gzip", "xz", "gzip in gzip"])
def test_no_document_is_longer_than_the_most_that_may_come(name: str) -> None:
    exactly = Decompressor(max_output=len(DOCUMENT))
    assert unpacked(PACKED[name], 1000, exactly) == DOCUMENT
    less = Decompressor(max_output=len(DOCUMENT) - 1)
    assert reason(PACKED[name], 1000, less) == "bomb"


def test_a_small_document_may_repeat_itself() -> None:
    same = b"<programme/>" * MIB
    assert unpacked(gzip.compress(same, 9)) == same


def test_an_xz_that_asks_for_much_memory_is_refused() -> None:
    greedy = [{"id": lzma.FILTER_LZMA2, "dict_size": 512 * MIB}]
    chunks = lzma.LZMACompressor(lzma.FORMAT_XZ, filters=greedy)
    packed = chunks.compress(DOCUMENT) + chunks.flush()
    assert reason(packed) == "unsupported"


def test_an_error_says_what_is_wrong_and_nothing_of_the_document() -> None:
    noise = random.Random(1).randbytes(50)
    with pytest.raises(CompressionError, match=r"^The archive is damaged$"):
        unpacked(b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff" + noise)
