"""Decrypting as bytes come in."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.upstreams.hls.decryption import Decryption

KEY, IV = bytes(range(16)), bytes(16)


def encrypted(data: bytes) -> bytes:
    cipher = Cipher(algorithms.AES(KEY), modes.CBC(IV)).encryptor()
    return cipher.update(data) + cipher.finalize()


def padded(data: bytes) -> bytes:
    padder = PKCS7(128).padder()
    return padder.update(data) + padder.finalize()


def decrypted(*pieces: bytes) -> bytes:
    decryption = Decryption(KEY, IV)
    return b"".join(map(decryption.feed, pieces)) + decryption.end()


@given(st.binary(max_size=100), st.integers(1, 40))
def test_padding_is_left_out_however_it_comes(data: bytes, size: int) -> None:
    whole = encrypted(padded(data))
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    assert decrypted(*pieces) == data


@pytest.mark.parametrize("end", [b"\0", b"\x11", b"\x03\x02\x03"])
def test_what_is_not_padded_counts_in_whole(end: bytes) -> None:
    data = bytes(32 - len(end)) + end
    assert decrypted(encrypted(data)) == data


def test_nothing_is_nothing() -> None:
    assert decrypted() == b""
    assert decrypted(b"", b"short") == b""
