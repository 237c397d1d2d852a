"""Where the clocks of a time zone stand, and when they stand where."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from .items import DAY, SECOND, UNIX_DAY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def offset_at(zone: tzinfo, instant: int) -> int:
    """Answer how far the zone's clocks are ahead of UTC at an instant, in milliseconds."""
    moment = _EPOCH + timedelta(milliseconds=instant)
    return (moment.astimezone(zone).utcoffset() or timedelta()) // _MILLISECOND


def instant_of(zone: tzinfo, day: int, time: int) -> int:
    """Answer when the zone's clocks first show a time, or a later one where they skip it.

    `day` counts as `date.fromordinal` does, `time` the milliseconds since its midnight,
    in whole seconds; it may be on another day. Of a time that comes twice, as clocks are
    set back, the first is meant; one that does not come at all is when they are set
    forward. So a later time is never an earlier instant.
    """
    days, time = divmod(time, DAY)
    day += days
    shown = (day - UNIX_DAY) * DAY + time
    if (offset := _offset_on(zone, day)) is not None:
        return shown - offset
    local = datetime.fromordinal(day) + timedelta(milliseconds=time)
    before, after = _offset(zone, local, 0), _offset(zone, local, 1)
    if before >= after:
        return shown - before
    return _transition(zone, shown - after, shown - before)


# The same days are asked for again and again, and zones answer slowly.
@lru_cache(maxsize=4096)
def _offset_on(zone: tzinfo, day: int) -> int | None:
    """Answer the offset on all of a day; None where the clocks are set on it."""
    midnight = datetime.fromordinal(day)
    morrow = midnight + timedelta(days=1)
    first = _offset(zone, midnight, 0)
    ends = (_offset(zone, midnight, 1), _offset(zone, morrow, 0))
    return first if ends == (first, first) else None


def _offset(zone: tzinfo, local: datetime, fold: int) -> int:
    given = local.replace(tzinfo=zone, fold=fold).utcoffset()
    return (given or timedelta()) // _MILLISECOND


def _transition(zone: tzinfo, before: int, after: int) -> int:
    """Answer when the clocks are set, which is after the one instant, at latest at the other."""
    unchanged = offset_at(zone, before)
    while after - before > SECOND:
        middle = (before + after) // 2 // SECOND * SECOND
        if offset_at(zone, middle) == unchanged:
            before = middle
        else:
            after = middle
    return after
