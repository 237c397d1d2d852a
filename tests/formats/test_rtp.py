"""RTP: what datagrams carry, in the order in which it was sent."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.rtp import WINDOW, Order, Packet, parse


def packet(number: int, source: int = 1) -> Packet:
    return Packet(sequence=number & 0xFFFF, source=source, payload=str(number).encode())


def taken(order: Order, *numbers: int, source: int = 1) -> list[int]:
    """Take packets with these numbers; answer those whose turn it was."""
    return [
        int(payload)
        for number in numbers
        for payload in order.take(packet(number, source))
    ]


@pytest.mark.parametrize(
    ("datagram", "payload"),
    [
        (b"\x80\x21\x12\x34" + bytes(4) + b"\0\0\0\x07" + b"payload", b"payload"),
        (b"\x82\xa1\x12\x34" + bytes(4) + b"\0\0\0\x07" + bytes(8) + b"p", b"p"),
        (b"\x90\x21\x12\x34" + bytes(4) + b"\0\0\0\x07\0\0\0\1eeeep", b"p"),
        (b"\xa0\x21\x12\x34" + bytes(4) + b"\0\0\0\x07p\0\0\x03", b"p"),
        (b"\x80\x21\x12\x34" + bytes(4) + b"\0\0\0\x07", b""),
    ],
)
def test_a_packet_is_taken_apart(datagram: bytes, payload: bytes) -> None:
    assert parse(datagram) == Packet(sequence=0x1234, source=7, payload=payload)


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\x80\x21",
        b"\x47\x40" + bytes(186),
        b"\x80\xc8" + bytes(26),
        b"\x8f\x21" + bytes(20),
        b"\xa0\x21" + bytes(9) + b"\x99",
    ],
)
def test_what_is_no_packet_is_none(datagram: bytes) -> None:
    assert parse(datagram) is None


@given(st.binary(max_size=100))
def test_any_datagram_is_read(datagram: bytes) -> None:
    found = parse(datagram)
    assert found is None or len(found.payload) <= len(datagram) - 12


def test_packets_that_overtake_others_wait_for_them() -> None:
    order = Order()
    assert taken(order, 65_534, 0, 65_535, 1, 3, 2) == [65_534, 65_535, 0, 1, 2, 3]
    assert (order.lost, order.dropped) == (0, 0)


def test_packets_that_come_twice_or_too_late_are_dropped() -> None:
    order = Order()
    assert taken(order, 1, 2, 2, 1, 3, 5, 5) == [1, 2, 3]
    assert order.dropped == 3


def test_what_is_missing_is_given_up_when_too_many_wait() -> None:
    order = Order()
    waiting = range(2, 2 + WINDOW + 1)
    assert taken(order, 0, *waiting) == [0, *waiting]
    assert order.lost == 1


def test_what_is_missing_can_be_given_up() -> None:
    order = Order()
    assert taken(order, 0, 3, 4, 7) == [0]
    assert [int(payload) for payload in order.give_up()] == [3, 4]
    assert [int(payload) for payload in order.give_up()] == [7]
    assert order.give_up() == []
    assert taken(order, 8) == [8]


def test_a_sender_that_begins_anew_is_followed() -> None:
    order = Order()
    assert taken(order, 30_000, 30_001, 30_003) == [30_000, 30_001]
    assert taken(order, 5, 6) == [30_003, 5, 6]
    assert taken(order, 60_000, source=2) == [60_000]


@given(st.integers(0, 65_535), st.permutations(range(WINDOW // 2)))
def test_any_order_within_the_window_is_put_right(start: int, mixed: list[int]) -> None:
    order = Order()
    found = taken(order, start, *(start + 1 + number for number in mixed))
    assert found == [start + number for number in range(len(mixed) + 1)]
