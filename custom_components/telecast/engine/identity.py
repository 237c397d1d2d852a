"""What tells this Telecast from every other: made once, kept for good."""

from dataclasses import dataclass, field
import secrets
import sqlite3

from ..formats import hdhomerun
from .store.store import Store

# No line-up is divided among more devices.
_MOST_PARTS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """The emulated tuner's identity, and the token of our own playlist."""

    device_id: str
    """Eight hexadecimal digits with a valid check digit (hdhomerun.make_device_id)."""
    device_auth: str = field(repr=False)
    token: str = field(repr=False)
    """Lets a player outside the allowed networks fetch playlist and guide."""

    @property
    def owner(self) -> str:
        """What our child processes and files are marked with; no secret."""
        return self.device_id

    def is_device(self, device_id: str) -> bool:
        """Tell whether a device id is that of one of our own emulated tuners."""
        return device_id == self.device_id or any(
            device_id == hdhomerun.further_device_id(self.device_id, part)
            for part in range(2, _MOST_PARTS + 1)
        )


async def read_identity(store: Store) -> Identity:
    """Answer the identity kept in the store; make it at first."""
    return await store.write(_read_or_make)


def _read_or_make(connection: sqlite3.Connection) -> Identity:
    new = {
        "device_id": hdhomerun.make_device_id(secrets.randbits(28)),
        "device_auth": secrets.token_urlsafe(18),
        "token": secrets.token_urlsafe(18),
    }
    # A second Telecast must not look like this one, nor this one change: first come stays.
    connection.executemany(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
        new.items(),
    )
    kept = connection.execute(
        "SELECT key, value FROM meta WHERE key IN (?, ?, ?)", tuple(new)
    )
    return Identity(**dict(kept.fetchall()))
