"""What panels answer, read whatever PHP has made of its types."""

from dataclasses import dataclass
import re
from typing import Any

from .object_list import (
    LONGEST_OBJECT,
    AnswerError,
    ObjectList,
    Reason,
    iter_objects,
    read_whole,
)
from .scalars import integer, name_of, number, table, text, url

__all__ = [
    "LONGEST_OBJECT",
    "AccountFacts",
    "AnswerError",
    "LiveEntry",
    "ObjectList",
    "Reason",
    "iter_objects",
    "read_account",
    "read_categories",
    "read_live",
    "read_whole",
]

MOST_ARCHIVE_DAYS = 365
_MOST_CATEGORIES = 20_000
_KEY = re.compile(r"[0-9A-Za-z_-]{1,64}")
_ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
# Beyond the year 9999 there is no date.
_LAST_TIME = 253_000_000_000
_FALSE = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What a panel says of who has logged in."""

    accepted: bool
    """Whether the login is right."""
    status: str = ""
    """`Active`, `Expired`, `Banned`, `Disabled`, or what the panel calls it."""
    expires: int | None = None
    """In seconds since 1970; None for never, or not known."""
    max_connections: int | None = None
    """How many streams it may have at once: 0 means any number, None is not known."""
    active: int = 0
    """How many it has, other devices included."""
    is_trial: bool = False
    timezone: str = ""
    """An IANA name; empty where it is not told."""
    formats: tuple[str, ...] = ()
    """The extensions of live streams that it may have."""
    message: str = ""

    @property
    def has_expired(self) -> bool:
        """Whether the panel says that its time is over."""
        return self.status.casefold() == "expired"

    @property
    def is_shut_out(self) -> bool:
        """Whether the panel says that it may do nothing any more."""
        return self.status.casefold() in {"banned", "disabled", "blocked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveEntry:
    """One entry of `get_live_streams`."""

    key: str
    """The panel's stream id: letters, digits, `_` and `-`."""
    name: str
    icon: str
    epg_id: str
    categories: tuple[str, ...]
    """The ids of its categories, the first one before all others."""
    archive_days: int
    """For how many days what it showed can be had again; 0 for not at all."""
    is_radio: bool


def read_account(answer: Any) -> AccountFacts:
    """Read what a login is answered; raise AnswerError for what is no such answer."""
    if answer is None or answer is False or answer in ([], {}, ""):
        # So do some panels answer to whom they do not know.
        return AccountFacts(accepted=False)
    told, server = table(answer), table(table(answer).get("server_info"))
    user = table(told.get("user_info"))
    if not user:
        if "user_info" in told:
            return AccountFacts(accepted=False)
        raise AnswerError("unknown")
    accepted = _is_true(user["auth"]) if "auth" in user else bool(user.get("username"))
    formats = user.get("allowed_output_formats")
    zone = text(server.get("timezone"), 64)
    return AccountFacts(
        accepted=accepted,
        status=text(user.get("status"), 40),
        expires=integer(user.get("exp_date"), _LAST_TIME) or None,
        max_connections=_limit(user.get("max_connections")),
        active=integer(user.get("active_cons")),
        is_trial=_is_true(user.get("is_trial")),
        timezone=zone if _ZONE.fullmatch(zone) else "",
        formats=tuple(text(one, 10).casefold() for one in formats[:10])
        if isinstance(formats, list)
        else (),
        message=text(user.get("message")),
    )


def read_categories(answer: Any) -> dict[str, str]:
    """Read `get_live_categories` and its like: names by ids, in their order.

    Raises AnswerError for what is no list.
    """
    if isinstance(answer, dict):
        if "user_info" in answer:
            raise AnswerError("refused")
        answer = list(answer.values())
    if not isinstance(answer, list):
        raise AnswerError("unknown")
    found: dict[str, str] = {}
    for entry in answer[:_MOST_CATEGORIES]:
        told = table(entry)
        category = text(told.get("category_id"), 64)
        name = name_of(told.get("category_name"))
        if category and name:
            found.setdefault(category, name)
    return found


def read_live(entry: dict[str, Any]) -> LiveEntry | None:
    """Read an entry of `get_live_streams`; None for what cannot be played."""
    key, name = text(entry.get("stream_id"), 65), name_of(entry.get("name"))
    if not name or not _KEY.fullmatch(key):
        return None
    has_archive = number(entry.get("tv_archive")) > 0
    days = integer(entry.get("tv_archive_duration"), MOST_ARCHIVE_DAYS)
    return LiveEntry(
        key=key,
        name=name,
        icon=url(entry.get("stream_icon")),
        epg_id=_epg_id(entry.get("epg_channel_id")),
        categories=_categories(entry),
        archive_days=days if has_archive else 0,
        is_radio="radio" in text(entry.get("stream_type"), 40).casefold(),
    )


def _categories(entry: dict[str, Any]) -> tuple[str, ...]:
    several = entry.get("category_ids")
    found = [entry.get("category_id"), *(several if isinstance(several, list) else ())]
    return tuple(dict.fromkeys(told for one in found if (told := text(one, 64))))


def _epg_id(value: Any) -> str:
    told = text(value)
    return "" if told == "0" else told


def _limit(value: Any) -> int | None:
    """Answer a limit of connections; None where none is told."""
    if text(value, 20) == "":
        return None
    return integer(value)


def _is_true(value: Any) -> bool:
    """Tell whether PHP means yes by this."""
    if isinstance(value, str):
        return value.strip().casefold() not in _FALSE | {"none", "null"}
    return bool(value)
