"""Where a file is entered that is copied: at a key frame that is near enough."""

import pytest

from custom_components.telecast.engine.errors import NoKeyFrameError
from custom_components.telecast.engine.playout.beginning import (
    LONGEST_BACK,
    LONGEST_WAIT,
    Beginning,
)
from custom_components.telecast.formats.mpegts import PACKET
from tests.formats.clips import START, clip, from_key_frame, key_frames

# Its key frames are at 0, 1, 2.2, 3 and 4.5 seconds.
CLIP = clip()
KEYS = (0, 1000, 2200, 3000, 4500)
FIRST = key_frames(CLIP)[0]


def begun(into: int, *, early: bool, step: int = len(CLIP)) -> bytes:
    """Enter the clip so many milliseconds after its first picture."""
    beginning = Beginning(FIRST + into * 90, early=early)
    blocks = [CLIP[at : at + step] for at in range(0, len(CLIP), step)]
    data = b"".join(map(beginning.cut, blocks))
    beginning.end()
    return data


def test_the_clip_begins_when_it_should() -> None:
    assert pytest.approx(START * 90_000, abs=9000) == FIRST


@pytest.mark.parametrize("step", [PACKET, 7 * PACKET, len(CLIP)])
@pytest.mark.parametrize(
    ("into", "early", "key"),
    [
        # With the key frame itself, and one that comes soon.
        *((1000, False, 1), (1980, False, 2), (4500, False, 4), (-500, False, 0)),
        # With the first one that is not too old.
        *((LONGEST_BACK + 990, True, 1), (LONGEST_BACK + 3500, True, 4)),
        *((0, True, 0), (-LONGEST_WAIT, True, 0)),
    ],
)
def test_a_copy_begins_with_a_key_frame_that_is_near(
    into: int, early: bool, key: int, step: int
) -> None:
    expected = key_frames(CLIP)[key]
    data = begun(into, early=early, step=step)
    assert key_frames(data)[0] == expected
    assert data.endswith(from_key_frame(CLIP, key)[3 * PACKET :])


@pytest.mark.parametrize(
    ("into", "early", "late"),
    [
        # None for a long time: it is to be entered at the last one before.
        (4600, False, -100),
        (12_000, False, -7500),
        # Its first one comes too late.
        (-LONGEST_WAIT - 1000, False, LONGEST_WAIT + 1000),
        (-LONGEST_WAIT - 1000, True, LONGEST_WAIT + 1000),
        # There is none that would do.
        (LONGEST_BACK + 4600, True, None),
        (LONGEST_BACK + 4600, False, None),
    ],
)
def test_who_cannot_begin_is_told_where_that_can_be_done(
    into: int, early: bool, late: int | None
) -> None:
    with pytest.raises(NoKeyFrameError) as told:
        begun(into, early=early)
    assert told.value.late == (late if late is None else pytest.approx(late, abs=1))


def test_a_key_frame_before_is_rather_taken_than_one_long_after() -> None:
    sparse = clip(keys="0,4.5")
    beginning = Beginning(key_frames(sparse)[0] + 90_000, early=False)
    with pytest.raises(NoKeyFrameError) as told:
        beginning.cut(sparse)
    assert told.value.late == pytest.approx(-1000, abs=1)
