"""All who cut a stream cut it at the same places, whoever comes first."""

from custom_components.telecast.engine.hls.grid import Grid
from custom_components.telecast.engine.hls.shape import Shape
from custom_components.telecast.formats.mpegts import CLOCK, WRAP

SECONDS = 6
SHAPE = Shape(seconds=SECONDS, list_size=5)


class Cutting:
    """A grid, and whether a test wants fine segments now."""

    def __init__(self) -> None:
        self.fine = False
        self._grid = Grid(SHAPE, fine=lambda: self.fine)

    def at(self, *starts: float) -> list[float]:
        """Answer the cells in which segments are cut that begin then; all in seconds."""
        return [self._grid(round(start * CLOCK)) / CLOCK for start in starts]


def test_the_first_cells_are_cut_fine_so_that_players_can_begin() -> None:
    assert Cutting().at(100, 102, 105, 108, 114, 120) == [3, 3, 3, 6, 6, 6]


def test_cells_are_fine_for_as_long_as_that_is_wanted() -> None:
    cutting = Cutting()
    cutting.at(0, 6)
    cutting.fine = True
    assert cutting.at(12, 18) == [3, 3]
    cutting.fine = False
    assert cutting.at(24) == [6]


def test_who_comes_later_cuts_as_the_first_one_did() -> None:
    cutting = Cutting()
    assert cutting.at(0, 6, 12) == [3, 3, 6]
    cutting.fine = True
    assert cutting.at(3, 9, 12, 15, 18) == [3, 3, 6, 6, 3]
    cutting.fine = False
    assert cutting.at(18, 21, 24) == [3, 3, 6]


def test_what_is_long_past_is_forgotten() -> None:
    cutting = Cutting()
    assert cutting.at(0) == [3]
    cutting.at(*range(6, 1000, 6))
    assert cutting.at(0) == [6]


def test_a_clock_that_begins_anew_finds_the_same_cells() -> None:
    wrap = WRAP / CLOCK
    cutting = Cutting()
    assert cutting.at(0, 6, 12) == [3, 3, 6]
    assert cutting.at(wrap, wrap + 6, wrap + 12) == [3, 3, 6]
