"""What sessions leave behind is found again, and not for ever."""

from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.sessions.traces import Trace, Traces, mark_of

from .world import Now


def trace(now: Now, number: int = 1) -> Trace:
    return Trace(id=f"session {number}", pid=number, left=now())


def test_what_was_left_is_picked_up_once() -> None:
    now = Now()
    traces = Traces(keep_seconds=60, now=now)
    traces.leave(b"a", trace(now))
    assert traces.pick_up(b"b") is None
    assert traces.pick_up(b"a") == trace(now)
    assert traces.pick_up(b"a") is None


def test_what_is_too_old_is_gone() -> None:
    now = Now()
    traces = Traces(keep_seconds=60, now=now)
    traces.leave(b"a", trace(now))
    traces.leave(b"b", trace(now))
    now.seconds += 60
    assert traces.pick_up(b"a") is None
    traces.leave(b"c", trace(now))
    assert len(traces) == 1


def test_the_oldest_make_room() -> None:
    now = Now()
    traces = Traces(keep_seconds=60, now=now, most=2)
    for number, mark in enumerate((b"a", b"b", b"a", b"c"), 1):
        traces.leave(mark, trace(now, number))
    assert len(traces) == 2
    assert traces.pick_up(b"b") is None
    assert traces.pick_up(b"a") == trace(now, 3)


def test_nothing_is_kept_for_no_time() -> None:
    now = Now()
    traces = Traces(keep_seconds=0, now=now)
    traces.leave(b"a", trace(now))
    assert len(traces) == 0


def test_no_two_viewers_leave_the_same_mark() -> None:
    viewers = [
        (Client(address="ab", user_agent="c"), None, 1),
        (Client(address="a", user_agent="bc"), None, 1),
        (Client(address="ab", session="c"), None, 1),
        (Client(address="ab", user_agent="c"), "None", 1),
        (Client(address="ab", user_agent="c"), "", 1),
        (Client(address="ab", user_agent="c"), None, 11),
    ]
    assert len({mark_of(*viewer) for viewer in viewers}) == len(viewers)
    again = Client(address="ab", user_agent="c")
    assert mark_of(again, None, 1) == mark_of(*viewers[0])
