"""Addresses of a provider's streams as they are kept: without host, user or password.

`xtream:live/123.ts`, `xtream:movie/45.mkv`, `xtream:series/678.mp4` and
`xtream:timeshift/60/2026-11-27:20-00/123.ts` are the provider's own paths without the
login that stands behind the first part of each.
"""

import re
from urllib.parse import quote

SCHEME = "xtream"

_ADDRESS = re.compile(
    rf"{SCHEME}:(live|movie|series|timeshift)((?:/(?!\.+(?:/|$))[0-9A-Za-z_.:-]+)+)"
)
_LIVE = re.compile(rf"{SCHEME}:live/([0-9A-Za-z_-]+)(?:\.[0-9A-Za-z]+)?")


def live_address(key: str, extension: str = "ts") -> str:
    """Answer the address of a channel by its stream id; `extension` has no dot."""
    return f"{SCHEME}:live/{key}.{extension}"


def movie_address(key: str, extension: str) -> str:
    """Answer the address of a film by its stream id."""
    return f"{SCHEME}:movie/{key}.{extension}"


def episode_address(key: str, extension: str) -> str:
    """Answer the address of an episode by its own id."""
    return f"{SCHEME}:series/{key}.{extension}"


def timeshift_address(
    key: str, *, start: str, minutes: int, extension: str = "ts"
) -> str:
    """Answer the address of a part of a channel's archive.

    `start` is the time of day at the provider, as `2026-11-27:20-00`.
    """
    return f"{SCHEME}:timeshift/{minutes}/{start}/{key}.{extension}"


def placed(address: str, *, url: str, username: str, password: str) -> str:
    """Answer where an address leads with a login at `url`; raise ValueError for none."""
    if not (match := _ADDRESS.fullmatch(address)):
        raise ValueError("This is no address of a provider's stream")
    kind, rest = match.groups()
    login = f"{quote(username, safe='')}/{quote(password, safe='')}"
    return f"{url.rstrip('/')}/{kind}/{login}{rest}"


def live_key(address: str) -> str | None:
    """Answer the stream id of a channel's address; None for what is none."""
    match = _LIVE.fullmatch(address)
    return match[1] if match else None
