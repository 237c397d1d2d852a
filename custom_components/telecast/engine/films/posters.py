"""Where players find the pictures that lie beside the user's own films."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
import hashlib
import hmac

from ..model import FilmKind
from ..schemes import scheme_of

_SEAL_BYTES = 15
_FILE = "file"


def is_file(poster: str) -> bool:
    """Tell whether a poster is a file of the user's, which no player is told of."""
    return scheme_of(poster) == _FILE


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
        seal = self._seal(kind, str(film_id))
        return f"{self.base_url}/telecast/poster/{kind}/{film_id}?key={seal}"

    def opens(self, kind: str, film_id: str, seal: str) -> bool:
        """Tell whether a seal is the one of a film's poster."""
        right = self._seal(kind, film_id).encode()
        return hmac.compare_digest(right, seal.encode(errors="replace"))

    def _seal(self, kind: str, film_id: str) -> str:
        name = f"{kind} {film_id}".encode()
        mac = hmac.digest(self.key.encode(), name, "sha256")[:_SEAL_BYTES]
        return urlsafe_b64encode(mac).decode()
