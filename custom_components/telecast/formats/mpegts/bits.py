"""Reads numbers of any width out of bytes, as headers of video streams have them."""

# Headers are short; whoever says otherwise is not worth the time.
_LONGEST = 4096


class EndOfBitsError(ValueError):
    """The bits end in the midst of a number, or are none."""


class Bits:
    """Numbers out of bytes, from the highest bit on."""

    def __init__(self, data: bytes) -> None:
        """Read `data`, or the beginning of what is very long."""
        data = data[:_LONGEST]
        self._value = int.from_bytes(data)
        self._left = len(data) * 8

    def read(self, width: int) -> int:
        """Read `width` bits as a number; raise EndOfBitsError where there are less."""
        self._left -= width
        if self._left < 0:
            raise EndOfBitsError
        return self._value >> self._left & (1 << width) - 1

    def flag(self) -> bool:
        """Read one bit."""
        return bool(self.read(1))

    def golomb(self) -> int:
        """Read ue(v), a number of unsigned Exp-Golomb code (H.264, 9.1)."""
        zeros = 0
        while not self.read(1):
            zeros += 1
            if zeros > 32:
                raise EndOfBitsError
        return (1 << zeros) - 1 + self.read(zeros)

    def signed_golomb(self) -> int:
        """Read se(v), the same with a sign (H.264, 9.1.1)."""
        code = self.golomb()
        return (code + 1) // 2 if code & 1 else -(code // 2)

    def skip(self, *widths: int) -> None:
        """Pass over numbers of these widths."""
        self.read(sum(widths))

    def skip_golombs(self, count: int) -> None:
        """Pass over `count` numbers of Exp-Golomb code, with or without a sign."""
        for _ in range(count):
            self.golomb()
