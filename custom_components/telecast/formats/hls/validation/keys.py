"""What keys have to keep to, of segments (RFC 8216 §4.3.2.4) and of sessions (§4.3.4.5)."""

from collections.abc import Iterator

from .document import Line


def violations(line: Line) -> Iterator[str]:
    """Yield what is wrong with a key of segments."""
    method = line.get("METHOD")
    if method == "NONE" and len(line.attributes) > 1:
        what = "no other attribute may be beside METHOD=NONE"
        yield line.sentence(what, "§4.3.2.4")
    yield from _address(line, "§4.3.2.4")


def session_violations(line: Line) -> Iterator[str]:
    """Yield what is wrong with a key that a master playlist names beforehand."""
    if line.get("METHOD") == "NONE":
        yield line.sentence("the METHOD of a session's key is NONE", "§4.3.4.5")
    yield from _address(line, "§4.3.4.5")


def _address(line: Line, section: str) -> Iterator[str]:
    method = line.get("METHOD")
    if method and method != "NONE" and "URI" not in line.attributes:
        yield line.sentence("the key has no URI", section)
