"""Text as XML can hold it: whatever comes in, what goes out is well-formed."""

import re

# What means something in markup, and what no XML document can hold in any form.
_SPECIAL = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL_IN_ATTRIBUTES = re.compile(
    '[&<>"\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]'
)
_WRITTEN = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    # Written plainly, readers turn them into spaces or line ends of their own.
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
}
_READ = {written: plain for plain, written in _WRITTEN.items()}
_REFERENCES = re.compile("|".join(_READ))


def escape(text: str) -> str:
    """Write text for between tags; characters that XML cannot hold are dropped."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(_write, text)


def escape_attribute(text: str) -> str:
    """Write text for between double quotes; what XML cannot hold is dropped."""
    if _SPECIAL_IN_ATTRIBUTES.search(text) is None:
        return text
    return _SPECIAL_IN_ATTRIBUTES.sub(_write, text)


def unescape(text: str) -> str:
    """Read what `escape` or `escape_attribute` wrote."""
    return _REFERENCES.sub(lambda found: _READ[found[0]], text) if "&" in text else text


def _write(found: re.Match[str]) -> str:
    return _WRITTEN.get(found[0], "")
