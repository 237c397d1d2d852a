"""How a timeline becomes another one; all of it is work for a thread.

A timeline keeps what it has worked out, and so belongs to one thread at a time: what is
made here is made of copies.
"""

from ..timeline import EARLIEST, Schedule, Timeline, begun, restored
from .addresses import ARCHIVE_DAYS

_DAY = 24 * 60 * 60 * 1000


def copied(timeline: Timeline) -> Timeline:
    """Answer the same timeline for use in another thread."""
    return restored(timeline.revisions)


def started(schedule: Schedule, starts_at: int, now: int) -> Timeline | None:
    """Answer a timeline that begins; None where there is nothing to begin with."""
    if not any(one.items for one in schedule.rotations.values()):
        return None
    return _warm(_settled(begun(schedule, starts_at), now), now)


def renewed(timeline: Timeline, schedule: Schedule, now: int) -> Timeline:
    """Answer a timeline with a schedule from the next item on, and little of the past.

    It is the same one where nothing is to be changed.
    """
    fresh = copied(timeline)
    if schedule is not timeline.schedule:
        fresh = fresh.edited(schedule, now)
    settled = _settled(fresh, now)
    is_same = settled.revisions == timeline.revisions
    return timeline if is_same else _warm(settled, now)


def skipped(timeline: Timeline, now: int) -> Timeline:
    """Answer the timeline in which the rest of what is on is skipped, or the same one."""
    fresh = copied(timeline)
    skipped = fresh.skipped(now)
    return timeline if skipped is fresh else _warm(skipped, now)


def is_late(timeline: Timeline, now: int, since: int) -> bool:
    """Tell whether the last edit, made for an instant, has taken effect since then.

    Whoever watches has begun with something else by then, and would see a jump.
    """
    return since < timeline.revisions[-1].start <= now


def _settled(timeline: Timeline, now: int) -> Timeline:
    return timeline.settled(now, max(EARLIEST, now - ARCHIVE_DAYS * _DAY))


def _warm(timeline: Timeline, now: int) -> Timeline:
    # The first answer takes long.
    timeline.at(now)
    return timeline
