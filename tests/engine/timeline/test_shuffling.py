"""Shuffling: each item once a round, none again soon after, and always the same."""

from collections import Counter

from hypothesis import given, strategies as st

from custom_components.telecast.engine.timeline.shuffling import Shuffle, marks

# Three rounds; whoever changes it changes what is on in every shuffled channel.
ORDER_OF_SEED_1 = "bdfghaecfdchebagbdgceahf"
SEEDS = st.integers(-(2**70), 2**70)


def shuffle(names: str | list[str], seed: int = 0) -> Shuffle:
    found = marks((name, 0) for name in names)
    return Shuffle(marks=found, seed=seed, lengths=[1] * len(found))


def rounds(names: str, seed: int, first: int, count: int) -> str:
    one = shuffle(names, seed)
    pages = range(first, first + count)
    return "".join(names[index] for page in pages for index in one.indexes(page))


@given(st.integers(1, 40), SEEDS, st.integers(0, 10**9))
def test_a_round_has_each_item_once(size: int, seed: int, page: int) -> None:
    one = shuffle([str(it) for it in range(size)], seed)
    assert sorted(one.indexes(page)) == list(range(size))
    assert one.page_at(one.begins(page)) == page
    assert one.page_at(one.begins(page + 1) - 1) == page


@given(st.integers(2, 40), SEEDS, st.integers(0, 10**9))
def test_a_third_of_all_others_come_before_the_same_again(
    size: int, seed: int, first: int
) -> None:
    one = shuffle([str(it) for it in range(size)], seed)
    row = [index for page in range(first, first + 4) for index in one.indexes(page)]
    last: dict[int, int] = {}
    for at, index in enumerate(row):
        assert at - last.get(index, -size) > (1 if size == 2 else size // 3)
        last[index] = at


def test_the_order_is_the_same_in_every_version() -> None:
    assert rounds("abcdefgh", 1, 0, 3) == ORDER_OF_SEED_1
    assert rounds("abcdefgh", 2, 0, 1) != ORDER_OF_SEED_1[:8]


def test_each_item_comes_first_about_as_often() -> None:
    one = shuffle("abcde")
    firsts = Counter(one.indexes(page)[0] for page in range(5000))
    lasts = Counter(one.indexes(page)[-1] for page in range(5000))
    for counts in (firsts, lasts):
        assert all(850 < counts[index] < 1150 for index in range(5))


def test_another_item_leaves_the_others_in_their_order() -> None:
    names = "abcdefghij"
    before = rounds(names, 5, 0, 1)
    after = rounds("abxcdefghij", 5, 0, 1)
    assert after.replace("x", "") == before


def test_the_same_file_twice_is_two_items() -> None:
    assert len(set(marks([("a", 0), ("a", 1), ("b", 0)]))) == 3
    assert marks([("\udce4", 0)]) != marks([("ä", 0)]), "a name that is no Unicode"
