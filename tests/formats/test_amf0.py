"""The values of RTMP's commands."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.amf0 import AmfError, Value, parse, render

PLAIN = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.dictionaries(st.text(min_size=1, max_size=9), inner, max_size=4),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=5))
def test_what_is_written_is_read(values: list[Value]) -> None:
    assert parse(render(values)) == values


def test_values_that_only_servers_send_are_read() -> None:
    array = b"\x08\0\0\0\1\0\1a\0" + bytes(8) + b"\0\0\x09"
    listed = b"\x0a\0\0\0\2\x05\x01\x01"
    date = b"\x0b" + bytes(8) + b"\0\0"
    long = b"\x0c\0\0\0\2hi"
    found = parse(array + listed + date + long + b"\x06")
    assert found == [{"a": 0.0}, [None, True], 0.0, "hi", None]


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\0",
        b"\x02\0\5abc",
        b"\x03\0\1a",
        b"\x0a\xff\xff\xff\xff\x05",
        b"\x07",
        b"\x11",
        b"\x03\0\1a" * 40,
        b"\x05" * 2000,
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(AmfError):
        parse(data)


def test_what_cannot_be_said_is_refused() -> None:
    for value in ("x" * 70_000, [None]):
        with pytest.raises(AmfError):
            render([value])


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        parse(data)
    except AmfError:
        pass
