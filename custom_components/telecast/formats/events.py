"""Events that channels are named after: `PPV 12: A vs B @ 20:00`.

Providers rename such channels for each event, and no guide knows of it. Only what has the
look of one is taken for one: a numbered place for events with a title, or a time, and
with it two sides, a date, or a zone. `Channel 4` and `24 Hours` are ordinary channels.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
import re

_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
# The words for zones that stand in names of channels.
_ZONES = {
    **dict.fromkeys(("UK", "BST"), "Europe/London"),
    **dict.fromkeys(("ET", "EST", "EDT"), "America/New_York"),
    **dict.fromkeys(("CT", "CST", "CDT"), "America/Chicago"),
    **dict.fromkeys(("MT", "MST", "MDT"), "America/Denver"),
    **dict.fromkeys(("PT", "PST", "PDT"), "America/Los_Angeles"),
    **dict.fromkeys(("CET", "CEST"), "Europe/Paris"),
    **dict.fromkeys(("EET", "EEST"), "Europe/Athens"),
    **dict.fromkeys(("AEST", "AEDT"), "Australia/Sydney"),
    "MSK": "Europe/Moscow",
    **dict.fromkeys(("UTC", "GMT"), "UTC"),
}
_AMERICAN = "America/"

_LONGEST = 300
_MONTH = rf"(?P<{{}}>{'|'.join(_MONTHS)})[a-z]*\.?"
_DAY = r"(?P<{}>[0-3]?[0-9])(?:st|nd|rd|th)?"
_DATE = rf"""
    (?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*[\s.,]+)?
    (?:
        (?P<iso>20[0-9]{{2}}-[01][0-9]-[0-3][0-9])
        | {_DAY.format("day")}[\s.-]+{_MONTH.format("month")}(?:[\s.,-]+(?P<year>20[0-9]{{2}}))?
        | {_MONTH.format("first")}[\s.-]+{_DAY.format("then")}(?:[\s.,-]+(?P<late>20[0-9]{{2}}))?
        | (?P<one>[0-3]?[0-9])(?P<mark>[./])(?P<other>[0-3]?[0-9])
            (?:(?P=mark)(?P<short>(?:20)?[0-9]{{2}}))?\.?(?=[\s,|@-]+[0-9]{{1,2}}(?::|\s*[ap]m))
    )
    (?![0-9])
"""
_TIME = r"""
    (?:
        (?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::[0-5][0-9])?
            (?:\s*(?P<half>[ap])\.?m\b\.?)?
        | (?P<full>1[0-2]|0?[1-9])\s*(?P<side>[ap])\.?m\b\.?
    )
    (?![0-9:])
"""
_ZONE = rf"\s*[(\[]?(?P<zone>{'|'.join(_ZONES)})\b[)\]]?"
_WHEN_DATE = re.compile(rf"(?<![\w.:/-]){_DATE}", re.IGNORECASE | re.VERBOSE)
_WHEN_TIME = re.compile(
    rf"(?<![0-9:./-])(?:{_TIME})(?:{_ZONE})?", re.IGNORECASE | re.VERBOSE
)
_START_STOP = re.compile(
    r"start\s*:\s*(20[0-9]{2}-[01][0-9]-[0-3][0-9])[\sT]+([0-2][0-9]:[0-5][0-9])(?::[0-9]{2})?"
    r"(?:.{0,9}?(?:stop|end)\s*:\s*(20[0-9]{2}-[01][0-9]-[0-3][0-9])[\sT]+"
    r"([0-2][0-9]:[0-5][0-9])(?::[0-9]{2})?)?",
    re.IGNORECASE,
)
_COUNTRY = r"[\W_]*(?:[A-Za-z]{2,3}\s*[|:)\]]\s*)?"
# What is there for events alone, and what may be an ordinary channel as well.
_PLACE = re.compile(
    rf"{_COUNTRY}(?:ppv|live[\s-]*events?|events?|live)[\s#-]*[0-9]{{1,4}}\s*[:|–—-]+\s*(?=\S)",
    re.IGNORECASE,
)
_CHANNEL = re.compile(rf"{_COUNTRY}[^|:]{{1,40}}?[0-9]{{1,4}}\)?\s*[:|]\s*(?=\D)")
_VERSUS = re.compile(r"\S\s+(?:vs?\.?|x)\s+\S", re.IGNORECASE)
_NOTHING = re.compile(
    r"no (?:live )?(?:events?|games?|match(?:es)?|signal|stream)|not (?:live|streaming)"
    r"|off[\s-]?air|offline|coming soon|nothing scheduled|\btb[acd]\b|next event",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(\[{]\s*[)\]}]")
_SPACE = re.compile(r"\s+")
_EDGES = " \t|@:;,-–—/~*#•"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a channel is named after."""

    title: str
    start: datetime
    """The local time at which it begins; midnight if it is all day."""
    stop: datetime | None = None
    """The local time at which it ends; None if that is not known."""
    zone: str = ""
    """Where these times are local, an IANA name; empty for at home."""


def parse(name: str, *, today: date) -> Event | None:
    """Answer the event that a channel is named after; None for an ordinary channel.

    What has no date is today; what has no year is at the time that is nearest to `today`;
    what has no time lasts all day.
    """
    name = name[:_LONGEST]
    if _NOTHING.search(name):
        return None
    if match := _START_STOP.search(name):
        return _started(name, match)
    place = _PLACE.match(name)
    when = _WHEN_TIME.search(name, place.end() if place else 0)
    dated = _WHEN_DATE.search(name, place.end() if place else 0)
    zone = _zone(when)
    begin = place or _CHANNEL.match(name)
    if not place and not (when and (dated or _VERSUS.search(name) or (zone and begin))):
        return None
    day = _day(dated, today, zone) if dated else today
    title = _title(name, begin.end() if begin else 0, when, dated)
    if day is None or not title:
        return None
    if when is None:
        start = datetime.combine(day, time())
        return Event(title=title, start=start, stop=start + timedelta(days=1))
    return Event(title=title, start=datetime.combine(day, _time(when)), zone=zone)


def _started(name: str, match: re.Match[str]) -> Event | None:
    begin = _PLACE.match(name) or _CHANNEL.match(name)
    title = _title(name, begin.end() if begin else 0, match)
    day, hour, last_day, last_hour = match.groups()
    try:
        start = datetime.fromisoformat(f"{day} {hour}")
        stop = datetime.fromisoformat(f"{last_day} {last_hour}") if last_day else None
    except ValueError:
        return None
    if stop is not None and stop <= start:
        stop = None
    return Event(title=title, start=start, stop=stop) if title else None


def _title(name: str, begin: int, *taken: re.Match[str] | None) -> str:
    """Answer what is left of a name without when it is."""
    letters = list(name)
    for match in taken:
        if match:
            letters[match.start() : match.end()] = " " * (match.end() - match.start())
    text = "".join(letters)[begin:]
    text = _SPACE.sub(" ", _BRACKETS.sub(" ", text))
    return re.sub(r"[\s|@]*[|@][\s|@]*$|\s[(\[]\s*$", "", text).strip(_EDGES)


def _zone(when: re.Match[str] | None) -> str:
    word = when["zone"] if when else None
    return _ZONES[word.upper()] if word else ""


def _time(when: re.Match[str]) -> time:
    hour = int(when["hour"] or when["full"])
    half = (when["half"] or when["side"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, int(when["minute"] or 0))


def _day(dated: re.Match[str], today: date, zone: str) -> date | None:
    """Answer the day that is meant; None if there is no such day."""
    if dated["iso"]:
        return _date(*map(int, dated["iso"].split("-")))
    if dated["month"] or dated["first"]:
        month = _MONTHS.index((dated["month"] or dated["first"]).lower()[:3]) + 1
        day, year = int(dated["day"] or dated["then"]), dated["year"] or dated["late"]
    else:
        day, month = int(dated["one"]), int(dated["other"])
        is_american = dated["mark"] == "/" and zone.startswith(_AMERICAN)
        if month > 12 or (is_american and day <= 12):
            day, month = month, day
        year = dated["short"]
    if year:
        return _date(int(year) % 2000 + 2000, month, day)
    near = (_date(today.year + off, month, day) for off in (-1, 0, 1))
    return min(filter(None, near), key=lambda each: abs(each - today), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
