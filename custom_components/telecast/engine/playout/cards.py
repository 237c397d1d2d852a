"""Clock cards: what a virtual channel shows while nothing is on."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
import logging

from ...formats.mpegts import Loop
from ..errors import TelecastError
from ..processes.process import Programs
from ..streams.stills import AMBER, GREY, WHITE, Line, still

_LOGGER = logging.getLogger(__name__)

_MINUTE = 60_000
# What is further away says nothing to who waits for it.
_FORESEEN = 24 * 60 * _MINUTE


class ClockCards:
    """Makes the cards of one channel: its name, the time, and what comes next."""

    def __init__(
        self,
        programs: Programs,
        *,
        name: str,
        zone: Callable[[], tzinfo],
        title: Callable[[int], str],
    ) -> None:
        """Prepare; `title` answers what begins at an instant, "" where that is nothing."""
        self._programs = programs
        self._name = name
        self._zone = zone
        self._title = title
        self._lines: list[Line] = []
        self._loop: Loop | None = None

    async def card(self, instant: int, until: int) -> tuple[Loop, int] | None:
        """Answer a card, and up to when its clock is right; None where there can be none.

        It is shown at `instant`, and what is next begins at `until`, both in
        milliseconds since 1970.
        """
        lines = self.lines(instant, until)
        try:
            if lines != self._lines or self._loop is None:
                self._loop = await still(self._programs, lines)
                self._lines = lines
        except (TelecastError, ImportError, OSError, ValueError) as err:
            _LOGGER.info(
                "There is no card for viewers (%s: %s)", type(err).__name__, err
            )
            return None
        return self._loop, instant - instant % _MINUTE + _MINUTE

    def lines(self, instant: int, until: int) -> list[Line]:
        """Answer what a card says."""
        lines = [
            Line(text=self._name, size=48, colour=GREY, middle=190),
            Line(text=self._clock(instant), size=160, colour=WHITE, middle=330),
        ]
        if until - instant <= _FORESEEN and (title := self._title(until)):
            lines += [
                Line(text=self._clock(until), size=36, colour=AMBER, middle=480),
                Line(text=title, size=48, colour=AMBER, middle=540),
            ]
        return lines

    def _clock(self, instant: int) -> str:
        shown = datetime.fromtimestamp(instant / 1000, UTC).astimezone(self._zone())
        return f"{shown:%H:%M}"
