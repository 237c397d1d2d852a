"""What stands for a virtual channel among the addresses of candidates."""

from urllib.parse import parse_qs, quote, unquote, urlsplit

from ...formats.catchup import Catchup, Kind

ARCHIVE_DAYS = 7
"""How long what was shown can be watched again, as far as its files are there."""
CATCHUP = Catchup(kind=Kind.APPEND, source="?utc={utc}&seconds={duration}")
"""How recordings are addressed: as `recorded` reads it."""

_PREFIX = "telecast:virtual/"


def address_of(source_id: str) -> str:
    """Answer the address of a virtual channel."""
    return f"{_PREFIX}{quote(source_id, safe='')}"


def source_of(address: str) -> str:
    """Answer the id of the source that an address, or that of a recording, names."""
    return unquote(urlsplit(address).path.removeprefix("virtual/"))


def recorded(address: str) -> tuple[int, int] | None:
    """Answer begin and length of a recording, in seconds (since 1970); None if it is live."""
    fields = parse_qs(urlsplit(address).query)
    if "utc" not in fields:
        return None
    return int(fields["utc"][0]), int(fields["seconds"][0])
