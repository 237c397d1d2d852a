"""Decrypts segments of HLS as they come (RFC 8216 §4.3.2.4: AES-128 in CBC mode)."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

KEY_BYTES = 16
_BLOCK = 16


class Decryption:
    """Decrypts one segment; its padding (PKCS #7) is left out."""

    def __init__(self, key: bytes, iv: bytes) -> None:
        """Prepare; key and initialisation vector are 16 bytes each."""
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
        self._last = b""

    def feed(self, data: bytes) -> bytes:
        """Answer what is known for sure to be no padding; may be empty."""
        plain = self._last + self._cipher.update(data)
        keep = min(len(plain), _BLOCK)
        self._last = plain[len(plain) - keep :]
        return plain[: len(plain) - keep]

    def end(self) -> bytes:
        """Answer the rest; some packagers pad with nothing, and their bytes all count."""
        last = self._last
        pad = last[-1] if last else 0
        padded = 0 < pad <= _BLOCK and last.endswith(bytes((pad,)) * pad)
        return last[:-pad] if padded else last
