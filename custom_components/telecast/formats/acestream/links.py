"""AceStream links: what names a broadcast, in all the ways in which people write it."""

from dataclasses import dataclass
from enum import StrEnum
import re
from urllib.parse import parse_qs, urlsplit

SCHEME = "acestream"

_ID = re.compile(r"[0-9a-f]{40}", re.IGNORECASE | re.ASCII)
_OWN = re.compile(rf"{SCHEME}:/*(?:([0-9a-f]{{40}})(?![0-9a-z])|\?)", re.IGNORECASE)
_MAGNET = re.compile(r"urn:btih:([0-9a-f]{40})(?![0-9a-z])", re.IGNORECASE)
_GETSTREAM = re.compile(r"/ace/(?:getstream|manifest\.m3u8)/?\Z")
_LONGEST = 8192


class Kind(StrEnum):
    """What the 40 digits are; the values are the names of the API's parameters."""

    CONTENT_ID = "id"
    INFOHASH = "infohash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A broadcast, whichever engine plays it."""

    id: str
    """40 hexadecimal digits, in small letters."""
    kind: Kind = Kind.CONTENT_ID

    @property
    def address(self) -> str:
        """The one form in which we write it; `parse` reads it back."""
        if self.kind is Kind.CONTENT_ID:
            return f"{SCHEME}://{self.id}"
        return f"{SCHEME}:?{self.kind}={self.id}"


def parse(text: str) -> Link | None:
    """Answer the broadcast that a link or a bare id means; None for anything else.

    Understood are `acestream://<id>`, `acestream:?content_id=…` and `?infohash=…` (what
    the player itself passes on), magnet links, and an engine's `/ace/getstream` and
    `/ace/manifest.m3u8`, of whatever host. A link to a transport file is none: it would
    have the engine fetch what a document names.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    if _ID.fullmatch(text):
        return Link(id=text.lower())
    if own := _OWN.match(text):
        return Link(id=own[1].lower()) if own[1] else _asked_for(text)
    scheme = text.partition(":")[0].lower()
    if scheme == "magnet":
        return _of_magnet(text)
    if scheme in {"http", "https"}:
        return _of_engine(text)
    return None


def _of_engine(url: str) -> Link | None:
    path = url.partition("?")[0].partition("#")[0]
    return _asked_for(url) if _GETSTREAM.search(path) else None


def _asked_for(url: str) -> Link | None:
    """Take the first of the parameters that is there, as an engine does."""
    try:
        asked = parse_qs(urlsplit(url).query)
    except ValueError:
        return None
    for name, kind in (
        ("content_id", Kind.CONTENT_ID),
        ("id", Kind.CONTENT_ID),
        ("infohash", Kind.INFOHASH),
    ):
        if name in asked:
            digits = asked[name][0]
            return Link(id=digits.lower(), kind=kind) if _ID.fullmatch(digits) else None
    if "url" in asked:
        return None
    return _of_magnet(asked.get("magnet", [""])[0])


def _of_magnet(link: str) -> Link | None:
    match = _MAGNET.search(link)
    return Link(id=match[1].lower(), kind=Kind.INFOHASH) if match else None
