"""Items that are entered late, and cannot be where that was tried first."""

import pytest

from custom_components.telecast.engine.errors import NoKeyFrameError

from .studio import NOON, Studio
from .world import item


def elsewhere(late: int | None) -> NoKeyFrameError:
    """Say where the nearest key frame is."""
    return NoKeyFrameError("There is none", late=late)


@pytest.mark.parametrize("late", [-2000, None, 1500])
async def test_what_is_over_once_it_is_known_where_to_enter_it_is_not_entered(
    late: int | None,
) -> None:
    studio = Studio(outcomes=[elsewhere(late)], takes=3000, reached=NOON)
    async with studio.turn(item("one"), start=NOON - 1000, stop=NOON + 2500) as turn:
        turn.come()
        await turn.task
    assert len(studio.pieces.spans) == 1
    assert not studio.cards


async def test_no_item_is_entered_before_its_beginning() -> None:
    # Its key frame is a picture that is not shown: the file was cut there.
    studio = Studio(outcomes=[elsewhere(-5000), None], takes=2000, reached=NOON)
    async with studio.turn(item("one"), start=NOON - 3000, stop=NOON + 4000) as turn:
        turn.come()
        await turn.task
    first, second = studio.pieces.spans
    assert first.offset > 3000
    assert (second.offset, second.start) == (0, first.start + 2000)
