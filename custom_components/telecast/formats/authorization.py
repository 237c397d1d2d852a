"""How to log in where a server asks for it: Basic (RFC 7617) and Digest (RFC 7616)."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
import hashlib
import re

_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))')
_HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a server wants to hear."""

    digest: bool
    parameters: dict[str, str] = field(default_factory=dict, repr=False)
    """Names in small letters: realm, nonce…"""

    @property
    def algorithm(self) -> str:
        """How a digest is reckoned."""
        return self.parameters.get("algorithm", "MD5").upper()


def parse(headers: Iterable[str]) -> Challenge | None:
    """Answer the safest challenge among `WWW-Authenticate` headers; None if none is known."""
    basic = None
    for header in headers:
        scheme, _, rest = header.strip().partition(" ")
        parameters = {
            name.casefold(): quoted or plain
            for name, quoted, plain in _PARAMETER.findall(rest)
        }
        challenge = Challenge(
            digest=scheme.casefold() == "digest", parameters=parameters
        )
        if challenge.digest and challenge.algorithm in _HASHES:
            return challenge
        if scheme.casefold() == "basic":
            basic = challenge
    return basic


def render(
    challenge: Challenge, *, user: str, password: str, method: str, url: str, nonce: str
) -> str:
    """Write the `Authorization` of one request; `nonce` is random, and used once."""
    if not challenge.digest:
        return "Basic " + b64encode(f"{user}:{password}".encode()).decode()
    given = challenge.parameters
    answer = {"username": user, "realm": given.get("realm", "")}
    answer |= {"nonce": given.get("nonce", ""), "uri": url}
    secret = _hash(challenge, user, answer["realm"], password)
    asked = _hash(challenge, method, url)
    if "auth" in given.get("qop", "").replace(",", " ").split():
        counted = (answer["nonce"], "00000001", nonce, "auth")
        answer["response"] = _hash(challenge, secret, *counted, asked)
        answer |= {"cnonce": nonce}
        unquoted = ", nc=00000001, qop=auth"
    else:
        answer["response"] = _hash(challenge, secret, answer["nonce"], asked)
        unquoted = ""
    if "opaque" in given:
        answer["opaque"] = given["opaque"]
    if "algorithm" in given:
        unquoted += f", algorithm={challenge.algorithm}"
    quoted = ", ".join(f'{name}="{value}"' for name, value in answer.items())
    return f"Digest {quoted}{unquoted}"


def _hash(challenge: Challenge, *parts: str) -> str:
    # The servers' choice, not ours; MD5 is all that most cameras know.
    return _HASHES[challenge.algorithm](
        ":".join(parts).encode(), usedforsecurity=False
    ).hexdigest()
