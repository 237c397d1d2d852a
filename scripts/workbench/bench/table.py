"""Results, as a table to read and to paste."""

from dataclasses import dataclass, field
from typing import override


@dataclass(slots=True)
class Table:
    """Rows under a title, each with a value per column."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row; what is missing at its end stays empty."""
        self.rows.append(cells + ("",) * (len(self.columns) - len(cells)))

    @override
    def __str__(self) -> str:
        """Lay it out, the first column to the left and the others to the right."""
        lines = (self.columns, *self.rows)
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = (
            "  ".join(
                f"{cell:{'<' if index == 0 else '>'}{width}}"
                for index, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        )
        return "\n".join((self.title, *text))
