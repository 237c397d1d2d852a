"""What a child process complains of: the end of it, told without secrets."""

import re

from ..fetch import without_secrets

_TAIL_BYTES = 4096
_LONGEST_LINE = 300
# Up to the next blank, whatever it holds: passwords have quotes and brackets in them.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*(?::|%3a)(?:/|%2f){2}\S*", re.IGNORECASE)
_POINTER = re.compile(r" @ 0x[0-9a-f]+(?=\])")
# What FFmpeg says last of all when it has said before what went wrong.
_SAYS_NOTHING = frozenset({"Conversion failed!"})


class Complaints:
    """Takes all that is written to a stderr; keeps the end."""

    def __init__(self) -> None:
        self._tail = b""
        self._cut = False

    def take(self, data: bytes) -> None:
        """Take the next bytes."""
        tail = self._tail + data
        self._cut = self._cut or len(tail) > _TAIL_BYTES
        self._tail = tail[-_TAIL_BYTES:]

    @property
    def lines(self) -> list[str]:
        """What is kept, line by line, each address in it cut to its host."""
        tail = self._tail.decode(errors="replace")
        if self._cut:
            tail = _without_beginning(tail)
        lines = [_cleaned(line) for line in tail.splitlines()]
        return [line for line in lines if line and line not in _SAYS_NOTHING]

    @property
    def first(self) -> str:
        """The first line that is kept: of a short life, what went wrong."""
        return next(iter(self.lines), "no words")

    @property
    def last(self) -> str:
        """The last line that says something."""
        return next(reversed(self.lines), "no words")


def _without_beginning(tail: str) -> str:
    """Leave out the line of which the beginning is gone: it may lie within an address."""
    _, newline, rest = tail.partition("\n")
    return rest if newline and rest.strip() else tail.partition(" ")[2]


def _cleaned(line: str) -> str:
    line = "".join(char if char.isprintable() else " " for char in line)
    line = _ADDRESS.sub(lambda found: without_secrets(found[0]), line)
    return _POINTER.sub("", line).strip()[:_LONGEST_LINE]
