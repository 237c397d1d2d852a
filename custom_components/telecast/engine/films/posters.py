"""Where players find the pictures that lie beside the user's own films.

What a virtual channel plays is told of in guides, which are written before it is known who
reads them: there an icon has a name, of which an address is made when it is told.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
import hashlib
import hmac
import re

from ..model import FilmKind
from ..schemes import on_the_web, scheme_of

MEDIA = "media"
"""The kind of what virtual channels play, beside those of films."""

_SEAL_BYTES = 15
_FILE = "file"
_NAMED = "telecast:poster/"
_NAME = re.compile(rf"{_NAMED}([0-9]{{1,18}})", re.ASCII)


def is_file(poster: str) -> bool:
    """Tell whether a poster is a file of the user's, which no player is told of."""
    return scheme_of(poster) == _FILE


def icon_of(medium_id: int, poster: str) -> str:
    """Answer how guides have the poster of what a virtual channel plays.

    A file has a name there, which does not tell where it is; what is neither that nor on
    the web is left out, as "".
    """
    if is_file(poster):
        return f"{_NAMED}{medium_id}"
    return poster if on_the_web(poster) else ""


def is_own_icon(icon: str) -> bool:
    """Tell whether an icon is a name of ours; only our own guides may have such."""
    return _NAME.fullmatch(icon) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posters:
    """Makes addresses of posters that nobody can guess, each the same for ever."""

    key: str = field(repr=False)
    base_url: str = ""
    """What addresses begin with; empty for paths."""

    @classmethod
    def of(cls, secret: str) -> Posters:
        """Make those of an installation, by a secret that never leaves it."""
        key = hashlib.sha256(b"telecast poster" + secret.encode()).hexdigest()
        return cls(key=key)

    def at(self, base_url: str) -> Posters:
        """Answer the same ones as addresses at a place."""
        return replace(self, base_url=base_url)

    def address(self, kind: FilmKind, film_id: int, poster: str) -> str:
        """Answer what players are told of a poster: it is as it was where it is no file."""
        if not is_file(poster):
            return poster
        return self._address(kind, str(film_id))

    def icon(self, icon: str) -> str:
        """Answer what players are told of an icon: of a name of ours, its address.

        What is on the web is as it was, and anything else is nobody's business: "".
        """
        if found := _NAME.fullmatch(icon):
            return self._address(MEDIA, found[1])
        return icon if on_the_web(icon) else ""

    def opens(self, kind: str, film_id: str, seal: str) -> bool:
        """Tell whether a seal is the one of a film's poster."""
        right = self._seal(kind, film_id).encode()
        return hmac.compare_digest(right, seal.encode(errors="replace"))

    def _address(self, kind: str, film_id: str) -> str:
        seal = self._seal(kind, film_id)
        return f"{self.base_url}/telecast/poster/{kind}/{film_id}?key={seal}"

    def _seal(self, kind: str, film_id: str) -> str:
        name = f"{kind} {film_id}".encode()
        mac = hmac.digest(self.key.encode(), name, "sha256")[:_SEAL_BYTES]
        return urlsafe_b64encode(mac).decode()
