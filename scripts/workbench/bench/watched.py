"""Home Assistant under load, looked at again and again."""

from dataclasses import dataclass
import time
from typing import Any

from ..frontend import Frontend
from ..home_assistant import HomeAssistant
from .processes import Program, memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen since the last look."""

    seconds: float
    loop: dict[str, float]
    """Milliseconds; see the loop probe."""
    beside: dict[str, Any]
    """What the program reports that runs beside it."""
    resident: float
    highest: float
    """Of memory, in MiB."""


class Watched:
    """Home Assistant, and a program beside it that reports when it is asked."""

    def __init__(
        self, home: HomeAssistant, frontend: Frontend, beside: Program
    ) -> None:
        self._home = home
        self._frontend = frontend
        self._beside = beside
        self._last = time.monotonic()

    async def look(self) -> Look:
        """Answer what went on since the last look."""
        beside = await self._beside.ask()
        loop = await self._frontend.get("/loop_probe")
        resident, highest = memory(self._home.pid)
        began, self._last = self._last, time.monotonic()
        return Look(
            seconds=self._last - began,
            loop=loop,
            beside=beside,
            resident=resident,
            highest=highest,
        )
