"""Tickets: what a player without a login puts in its path, for one channel each.

A player of HLS comes back for every segment, over other connections, and without any
header of ours. The ticket in its path lets it in and tells it from every other player.
It is signed, so that it outlives a restart without being kept anywhere.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
import binascii
from collections.abc import Callable
from dataclasses import dataclass
import hashlib
import hmac
import secrets

_NONCE_BYTES = 9
_MAC_BYTES = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """A valid ticket."""

    nonce: str
    """What tells this ticket from every other one."""
    account: str
    """The user name whose limits count; empty where none does."""


class Tickets:
    """Issues and checks tickets."""

    def __init__(self, secret: str) -> None:
        """Prepare; `secret` is this installation's own, and never leaves it."""
        self._key = hashlib.sha256(b"telecast ticket" + secret.encode()).digest()

    def issue(
        self, channel_id: int | str, account: str = "", *, password: str = ""
    ) -> str:
        """Answer a new ticket for a channel: letters, digits, `-`, `_` and dots.

        Something else than a channel is named by a text that is no number.
        One for an account is good for as long as that has this password.
        """
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        holder = urlsafe_b64encode(account.encode()).decode().rstrip("=")
        mac = self._sign(channel_id, nonce, holder, password)
        return f"{nonce}.{holder}.{mac}"

    def check(
        self,
        text: str,
        channel_id: int | str,
        *,
        password_of: Callable[[str], str] = lambda _: "",
    ) -> Ticket | None:
        """Answer the ticket that a text is; None where it is none for this channel.

        `password_of` tells the present password of an account by its user name. A
        channel id is taken as it is written: `7` and `07` are two.
        """
        nonce, dot, rest = text.partition(".")
        holder, second, mac = rest.partition(".")
        if not dot or not second:
            return None
        try:
            account = urlsafe_b64decode(holder + "=" * (-len(holder) % 4)).decode()
        except binascii.Error, ValueError:
            return None
        password = password_of(account) if account else ""
        right = self._sign(channel_id, nonce, holder, password)
        if not hmac.compare_digest(right.encode(), mac.encode(errors="replace")):
            return None
        return Ticket(nonce=nonce, account=account)

    def _sign(
        self, channel_id: int | str, nonce: str, holder: str, password: str
    ) -> str:
        # Neither of the three parts before it holds a dot.
        sealed = f".{password}" if password else ""
        signed = f"{channel_id}.{nonce}.{holder}{sealed}".encode(errors="replace")
        mac = hmac.digest(self._key, signed, "sha256")[:_MAC_BYTES]
        return urlsafe_b64encode(mac).decode()


def film_name(kind: str, film_id: int | str) -> str:
    """Answer what a ticket for a film, or an episode, is issued for and checked with."""
    return f"{kind} {film_id}"
