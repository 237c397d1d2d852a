"""Byte ranges: what players ask for, what servers answer, and what neither should."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.byte_ranges import (
    ContentRange,
    Range,
    Span,
    Tail,
    UnsatisfiableError,
    parse_content_range,
    parse_range,
    parse_unsatisfied,
    resolve,
    unsatisfied,
)

NUMBERS = st.integers(0, 10**18 - 1)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("bytes=0-", Span(first=0)),
        ("bytes=0-0", Span(first=0, last=0)),
        ("bytes=500-999", Span(first=500, last=999)),
        ("bytes=-500", Tail(length=500)),
        ("bytes=-0", Tail(length=0)),
        ("Bytes = 1 - 2 ", Span(first=1, last=2)),
        ("bytes=0-,0-", None),
        ("bytes=" + "0-," * 1000, None),
        ("bytes=5-2", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=1-2-3", None),
        ("bytes=+1-2", None),
        ("bytes=٣-", None),
        ("seconds=0-", None),
        ("bytes=" + "9" * 5000 + "-", None),
        ("", None),
        ("x", None),
    ],
)
def test_a_range_is_one_range_of_bytes(text: str, wanted: Range | None) -> None:
    assert parse_range(text) == wanted


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("bytes 0-9/10", ContentRange(first=0, last=9, size=10)),
        ("bytes 5-9/*", ContentRange(first=5, last=9, size=None)),
        ("BYTES  5-9/20", ContentRange(first=5, last=9, size=20)),
        ("bytes 0-10/10", None),
        ("bytes 9-5/10", None),
        ("bytes */10", None),
        ("items 0-9/10", None),
        ("bytes 0-9", None),
        ("", None),
    ],
)
def test_an_answer_says_which_bytes_it_holds(
    text: str, held: ContentRange | None
) -> None:
    assert parse_content_range(text) == held


def test_a_size_is_told_beside_a_refusal() -> None:
    assert parse_unsatisfied("bytes */10") == 10
    assert parse_unsatisfied("bytes 0-9/10") is None
    assert unsatisfied(10) == "bytes */10"
    assert unsatisfied(None) == "bytes */*"


@given(first=NUMBERS, length=st.none() | st.integers(0, 10**6))
def test_a_span_reads_as_it_was_written(first: int, length: int | None) -> None:
    last = None if length is None else min(first + length, 10**18 - 1)
    span = Span(first=first, last=last)
    assert parse_range(span.header) == span


@given(length=NUMBERS)
def test_a_tail_reads_as_it_was_written(length: int) -> None:
    assert parse_range(Tail(length=length).header) == Tail(length=length)


@given(first=NUMBERS, last=NUMBERS, size=st.none() | NUMBERS)
def test_a_content_range_reads_as_it_was_written_where_it_makes_sense(
    first: int, last: int, size: int | None
) -> None:
    held = ContentRange(first=first, last=last, size=size)
    sensible = first <= last and (size is None or last < size)
    assert parse_content_range(held.header) == (held if sensible else None)


@given(text=st.text())
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    for read in (parse_range, parse_content_range, parse_unsatisfied):
        read(text)
        read(f"bytes={text}")


@given(
    data=st.binary(min_size=1, max_size=50),
    wanted=st.builds(Span, first=st.integers(0, 60), last=st.none())
    | st.builds(Tail, length=st.integers(0, 60))
    | st.tuples(st.integers(0, 60), st.integers(0, 60)).map(
        lambda pair: Span(first=min(pair), last=max(pair))
    ),
)
def test_a_range_means_what_python_means_by_it(data: bytes, wanted: Range) -> None:
    if isinstance(wanted, Tail):
        meant = data[-wanted.length :] if wanted.length else b""
    else:
        meant = data[wanted.first : None if wanted.last is None else wanted.last + 1]
    try:
        held = resolve(wanted, len(data))
    except UnsatisfiableError:
        assert not meant
    else:
        assert data[held.first : held.last + 1] == meant
        assert held.size == len(data)
