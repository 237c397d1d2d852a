"""Home Assistant's log, with what concerns Telecast told apart."""

import re

STARTS = "[homeassistant.core] Starting Home Assistant 2"
_RECORD = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}\S* ([A-Z]+) ")
_GRAVE = {"ERROR", "CRITICAL"}


class Log:
    """What one Home Assistant has written so far.

    Of its start only that counts which concerns Telecast: Home Assistant's default
    integrations say there what they lack in this environment.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.errors: list[str] = []
        """Each with its traceback."""
        self._started = False
        self._level = ""
        self._concerns = False

    def forgive(self, text: str) -> None:
        """Count the errors no longer that have this in them; there must be one."""
        left = [error for error in self.errors if text not in error]
        assert left != self.errors, text
        self.errors = left

    def add(self, line: str) -> bool:
        """Take in a line; answer whether a developer of Telecast wants to see it."""
        self.lines.append(line)
        if match := _RECORD.match(line):
            self._started = self._started or STARTS in line
            self._level = match[1]
            self._concerns = "custom_components.telecast" in line or (
                self._level not in ("INFO", "DEBUG")
                and (self._started or "telecast" in line)
            )
            if self._concerns and self._level in _GRAVE:
                self.errors.append(line)
        elif self._concerns and self._level in _GRAVE:
            self.errors[-1] += f"\n{line}"
        return self._concerns
