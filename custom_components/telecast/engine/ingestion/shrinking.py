"""When a document has become so much smaller that it is not to be believed."""

# A document of some size does not lose half of its entries overnight, and one of any
# size not nine tenths.
_MANY, _MOST_LOST = 20, 0.5
_SOME, _MOST_LOST_OF_FEW = 10, 0.9


def is_shrunk(before: int, now: int) -> bool:
    """Tell whether entries are missing that will hardly have gone."""
    lost = before - now
    return (before >= _MANY and lost > before * _MOST_LOST) or (
        before >= _SOME and lost >= before * _MOST_LOST_OF_FEW
    )
