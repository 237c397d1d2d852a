"""Attribute lists and the values in them (RFC 8216 §4.2): lenient to read, exact to write."""

import math
import re
import unicodedata

from .errors import (
    InvalidBandwidthError,
    InvalidNumberError,
    InvalidResolutionError,
    InvalidTextError,
)
from .model import MAX_INTEGER, ByteRange

_PAIR = re.compile(r'\s*([\w-]++)\s*=\s*(?:"([^"]*+)"|([^,]*+))[^,]*+')
_INTEGER = re.compile(r"\s*([0-9]{1,20})(?![0-9])")
_FLOAT = re.compile(r"\s*([0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?![0-9eE])")
_RESOLUTION = re.compile(r"\s*([0-9]{1,9})\s*[xX]\s*([0-9]{1,9})(?![0-9])")
_RANGE = re.compile(r"\s*([0-9]{1,20})\s*(?:@\s*([0-9]{1,20})\s*)?")
_HEX = re.compile(r"\s*(?:0[xX])?([0-9A-Fa-f]{1,32})\s*")

# What would end a line or a string, or cannot be in a playlist at all (§4.1).
_UNSAYABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(r"[!$-~][!#-~]*")


def parse_attributes(text: str) -> dict[str, str]:
    """Answer attributes by name, however they are spaced and quoted; first ones count."""
    attributes: dict[str, str] = {}
    place = 0
    while place < len(text):
        if match := _PAIR.match(text, place):
            name, quoted, plain = match.groups()
            value = plain.strip().strip('"') if quoted is None else quoted
            attributes.setdefault(name.upper(), value)
            place = match.end()
        # Past the comma, or past what is no attribute at all.
        place = (text.find(",", place) + 1) or len(text)
    return attributes


def parse_integer(text: str) -> int | None:
    """Answer the whole number that a text begins with, or None if there is none."""
    match = _INTEGER.match(text)
    number = int(match[1]) if match else MAX_INTEGER + 1
    return number if number <= MAX_INTEGER else None


def parse_float(text: str) -> float | None:
    """Answer the number that a text begins with, never negative, or None."""
    match = _FLOAT.match(text)
    return float(match[1]) if match else None


def parse_resolution(text: str) -> tuple[int, int] | None:
    """Answer width and height, or None if they make no picture."""
    match = _RESOLUTION.match(text)
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    return (width, height) if width and height else None


def parse_byte_range(text: str, *, follows: int = 0) -> ByteRange | None:
    """Answer a range, which begins at byte `follows` if it does not say where (§4.3.2.2)."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return None
    return ByteRange(length=int(match[1]), offset=int(match[2] or follows))


def parse_iv(text: str) -> bytes | None:
    """Answer the 16 bytes of an initialisation vector, or None if it cannot be read."""
    match = _HEX.fullmatch(text)
    return bytes.fromhex(match[1].zfill(32)) if match else None


def render_attributes(*pairs: tuple[str, str | None]) -> str:
    """Write an attribute list of all pairs whose value is not None."""
    return ",".join(f"{name}={value}" for name, value in pairs if value is not None)


def render_text(text: str) -> str:
    """Write a text that is not quoted, in normal form C (§4.1); raises InvalidTextError."""
    if _UNSAYABLE.search(text):
        raise InvalidTextError("A text holds a line end or a control character")
    return unicodedata.normalize("NFC", text)


def render_quoted(text: str) -> str:
    """Write a text in quotes; raises InvalidTextError if it holds quotes itself."""
    if '"' in text:
        raise InvalidTextError("A quoted text cannot hold a quote (RFC 8216 §4.2)")
    return f'"{render_text(text)}"'


def render_address(uri: str) -> str:
    """Write an address on a line of its own; raises InvalidTextError."""
    if not _ADDRESS.fullmatch(uri):
        raise InvalidTextError(
            "An address is empty, looks like a comment, or holds a quote, a space, "
            "a line end or what is not ASCII"
        )
    return uri


def render_quoted_address(uri: str) -> str:
    """Write an address as an attribute; raises InvalidTextError."""
    return f'"{render_address(uri)}"'


def render_integer(number: int) -> str:
    """Write a whole number; raises InvalidNumberError."""
    if not 0 <= number <= MAX_INTEGER:
        raise InvalidNumberError(f"A playlist cannot hold the number {number}")
    return str(number)


def render_float(number: float, decimals: int) -> str:
    """Write a number without an exponent, with at least one decimal."""
    if not (math.isfinite(number) and number >= 0):
        raise InvalidNumberError(f"A playlist cannot hold the number {number}")
    whole, _, rest = f"{number:.{decimals}f}".partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}"


def render_bandwidth(bandwidth: int) -> str:
    """Write bits a second; raises InvalidBandwidthError."""
    if not 0 < bandwidth <= MAX_INTEGER:
        raise InvalidBandwidthError(f"A bandwidth must be positive, not {bandwidth}")
    return str(bandwidth)


def render_resolution(resolution: tuple[int, int]) -> str:
    """Write width and height in pixels; raises InvalidResolutionError."""
    width, height = resolution
    if not (0 < width <= MAX_INTEGER and 0 < height <= MAX_INTEGER):
        raise InvalidResolutionError(f"There is no picture of {width}x{height} pixels")
    return f"{width}x{height}"


def render_byte_range(part: ByteRange) -> str:
    """Write a range together with where it begins; raises InvalidNumberError."""
    return f"{render_integer(part.length)}@{render_integer(part.offset)}"
