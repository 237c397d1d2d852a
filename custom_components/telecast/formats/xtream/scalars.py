"""Single values as panels write them: text for numbers, numbers for text, nothing at all.

Whatever comes, what is answered is of the type that the function names, and bounded.
"""

import re
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_URL = re.compile(r"https?://[^\s\x00-\x20\x7f\ud800-\udfff]+", re.IGNORECASE)
_NUMBER = re.compile(r"\s*([+-]?[0-9]{1,18}(?:[.,][0-9]{1,9})?)")
_LONGEST_TEXT = 300
_LONGEST_URL = 2048
# What panels write where they have nothing to say.
_NAMELESS = frozenset({"", "-", "n/a"})
_NOTHING = _NAMELESS | {"nan", "none", "null", "undefined", "unknown"}


def text(value: Any, longest: int = _LONGEST_TEXT) -> str:
    """Answer a text without control characters; empty for what is none."""
    told = _line(value, longest)
    return "" if told.casefold() in _NOTHING else told


def name_of(value: Any, longest: int = _LONGEST_TEXT) -> str:
    """Answer what something is called, which may be Unknown; empty for no name."""
    told = _line(value, longest)
    return "" if told.casefold() in _NAMELESS else told


def _line(value: Any, longest: int) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    told = str(value)[: longest * 2]
    if not told.isprintable():
        told = _CONTROL.sub(" ", told)
    return told.strip()[:longest].rstrip()


def number(value: Any) -> float:
    """Answer the number that a value begins with; 0 for what is none."""
    if isinstance(value, (int, float)):
        return float(value) if abs(value) < 1e18 else 0.0
    match = _NUMBER.match(value) if isinstance(value, str) else None
    return float(match[1].replace(",", ".")) if match else 0.0


def integer(value: Any, most: int = 2**31 - 1) -> int:
    """Answer a whole number from 0 to `most`; 0 for what is none, or is negative."""
    return min(max(int(number(value)), 0), most)


def url(value: Any) -> str:
    """Answer an address of the web; empty for anything else."""
    told = value.strip() if isinstance(value, str) else ""
    return told if len(told) <= _LONGEST_URL and _URL.fullmatch(told) else ""


def urls(value: Any, most: int = 10) -> list[str]:
    """Answer the addresses of a list, of an object's values, or of a single text."""
    match value:
        case dict():
            values = list(value.values())
        case list():
            values = value
        case _:
            values = [value]
    return [told for one in values[: most * 2] if (told := url(one))][:most]


def table(value: Any) -> dict[str, Any]:
    """Answer an object; PHP writes an empty one as an empty list."""
    return value if isinstance(value, dict) else {}


def date(*values: Any) -> str:
    """Answer the first value that begins like a year, as it is written."""
    for value in values:
        told = text(value, 32)
        if re.match(r"[12][0-9]{3}", told):
            return told
    return ""
