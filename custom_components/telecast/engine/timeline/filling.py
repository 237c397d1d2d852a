"""What is shown in a gap: clips, as they fit, and a clock card."""

from collections.abc import Iterator
from dataclasses import replace

from .items import MINUTE, Gap, Showing
from .rotation import Rotation, beginning
from .run import Run
from .stretch import Played
from .windows import Rule, Window

_RULE = Rule(plays=None)


def filled(gap: Showing, filler: Rotation, since: int) -> Iterator[Showing]:
    """Yield what is shown in a gap, from an instant in it on, to its end.

    Clips follow each other in the rotation's order until the next one does not fit;
    then there is a gap again, for the clock card. It depends on nothing but the gap, so
    that whoever joins sees the same; another gap begins with another clip. A gap
    without an end is filled without an end.
    """
    if not filler.items or not isinstance(gap.item, Gap):
        yield replace(gap, offset=0)
        return
    endless = replace(filler, loop=True)
    run = Run(rotation=endless, place=beginning(endless))
    number = run.first + gap.start // MINUTE % len(filler.items)
    window = Window(_RULE, gap.start, gap.stop, gap.stop)
    played = Played(
        window=window, start=gap.start, limit=gap.stop, run=run, number=number
    )
    yield from played.showings(since)
