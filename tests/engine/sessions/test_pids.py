"""PIDs: from 1 on, and none twice at once."""

from hypothesis import given, strategies as st

from custom_components.telecast.engine.sessions.pids import Pids


def test_pids_count_from_one() -> None:
    pids = Pids()
    assert [pids.take() for _ in range(3)] == [1, 2, 3]
    assert pids.count == 3


def test_the_lowest_that_was_given_back_is_issued_next() -> None:
    pids = Pids()
    for _ in range(4):
        pids.take()
    pids.give_back(3)
    pids.give_back(2)
    assert [pids.take(), pids.take(), pids.take()] == [2, 3, 5]


def test_who_wants_its_old_one_gets_it_unless_it_is_taken() -> None:
    pids = Pids()
    assert pids.take(7) == 7
    assert pids.take(7) == 1
    pids.give_back(7)
    assert pids.take(7) == 7


def test_what_is_no_pid_is_not_issued() -> None:
    pids = Pids()
    assert [pids.take(0), pids.take(-5)] == [1, 2]
    pids.give_back(9)
    pids.give_back(-5)
    assert pids.count == 2


def test_far_ones_leave_no_gap_behind() -> None:
    pids = Pids()
    pids.take(1_000_000)
    pids.give_back(1_000_000)
    assert [pids.take(), pids.take()] == [1, 2]
    assert pids.take(3) == 3
    assert pids.take() == 4


@given(
    st.lists(st.tuples(st.sampled_from(["take", "want", "give"]), st.integers(1, 8)))
)
def test_never_twice_at_once_and_always_the_lowest(
    steps: list[tuple[str, int]],
) -> None:
    pids = Pids()
    taken: set[int] = set()
    for what, number in steps:
        if what == "give":
            pids.give_back(number)
            taken.discard(number)
            continue
        wanted = number if what == "want" else 0
        pid = pids.take(wanted)
        lowest = next(one for one in range(1, 100) if one not in taken)
        assert pid == (wanted if wanted and wanted not in taken else lowest)
        taken.add(pid)
    assert pids.count == len(taken)
