"""Guides that are none, that mean harm, or that are beyond all measure."""

from collections.abc import Iterator
import time
import tracemalloc

from hypothesis import assume, example, given, strategies as st
import pytest

from custom_components.telecast.formats.xmltv import (
    Channel,
    Parser,
    Programme,
    Text,
    XmltvError,
)

from .guides import DATA, Value, read, rendered, titles

MEGABYTE = 1_000_000
GOOD = b'<programme start="20260102" channel="a"><title>Good</title></programme>'


def endless(*, head: bytes, body: bytes, tail: bytes, size: int) -> Iterator[bytes]:
    """A document in pieces whose body repeats until it has about that size."""
    yield head
    piece = body * (65_536 // len(body))
    for _ in range(size // len(piece)):
        yield piece
    yield tail


def peak(pieces: Iterator[bytes]) -> tuple[list[Value], Parser, int]:
    """What a parser makes of the pieces, and the most memory that it took."""
    parser = Parser()
    values: list[Value] = []
    tracemalloc.start()
    try:
        for piece in pieces:
            values += parser.feed(piece)
        values += parser.close()
        return values, parser, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


# No guides.


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b" \r\n\t ",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"PK\x03",
        b'{"error": "expired"}',
        b"#EXTM3U\n#EXTINF:-1,One\nhttp://a.example/1\n",
        b"<html><body>Not found</body></html>",
        b"<rss version='2.0'/>",
        b"<?xml version='1.0'?>",
        b"<!-- only a comment -->",
        b"<t",
        b"Warning: mysql_connect() <br/><?xml version='1.0'?><tv></tv>",
    ],
)
@pytest.mark.parametrize("piece", [None, 1])
def test_what_is_no_guide_is_refused(document: bytes, piece: int | None) -> None:
    with pytest.raises(XmltvError):
        read(document, piece)


def test_a_page_is_refused_by_its_name() -> None:
    with pytest.raises(XmltvError, match="<html>"):
        read((DATA / "login_page.html").read_bytes())


@given(st.binary(max_size=3000))
@example(b"<" * 2000)
@example(b"\x00" * 2000)
@example(b"\xff\xfe" + b"<\x00" * 1000)
def test_random_bytes_are_refused(document: bytes) -> None:
    assume(b"tv" not in document.lower().replace(b"\x00", b""))
    with pytest.raises(XmltvError):
        read(document)


@given(
    st.lists(
        st.tuples(st.integers(0, 600), st.binary(min_size=0, max_size=3)), max_size=5
    ),
    st.integers(1, 700),
)
def test_damage_of_any_kind_is_survived(
    wounds: list[tuple[int, bytes]], piece: int
) -> None:
    programmes = [
        Programme(channel="a", start=start, titles=(Text("Show"),))
        for start in range(5)
    ]
    document = bytearray(rendered(programmes))
    for place, wound in wounds:
        document[place : place + len(wound)] = wound
    try:
        values, _ = read(bytes(document), piece)
    except XmltvError:
        return
    assert len(values) <= len(programmes) + len(wounds)


# Harm.


@pytest.mark.parametrize("name", ["billion_laughs.xml", "reads_a_file.xml"])
@pytest.mark.parametrize("piece", [None, 1])
def test_entity_declarations_are_refused(name: str, piece: int | None) -> None:
    with pytest.raises(XmltvError, match="entities"):
        read((DATA / name).read_bytes(), piece)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY % a "b">',
        '<!ENTITY a "b">',
        '<!ENTITY a SYSTEM "http://127.0.0.1/">',
        '<!ENTITY % a SYSTEM "http://127.0.0.1/a.dtd"> %a;',
        '<!ENTITY a SYSTEM "a" NDATA b>',
    ],
)
def test_entity_declarations_of_every_kind_are_refused(declaration: str) -> None:
    with pytest.raises(XmltvError, match="entities"):
        read(f"<!DOCTYPE tv [{declaration}]><tv/>".encode())


def test_a_document_type_from_outside_is_not_fetched_and_does_no_harm() -> None:
    for doctype in (
        b'<!DOCTYPE tv SYSTEM "http://127.0.0.1:1/xmltv.dtd">',
        b'<!DOCTYPE tv PUBLIC "-//XMLTV//DTD" "file:///etc/passwd">',
        b"<!DOCTYPE tv [<!ELEMENT tv ANY><!ATTLIST programme channel CDATA 'b'>]>",
    ):
        values, parser = read(doctype + b"<tv>" + GOOD + b"</tv>")
        assert titles(values) == ["Good"]
        assert parser.damage is None


def test_defaults_of_attributes_are_not_multiplied() -> None:
    head = b"<!DOCTYPE tv [<!ATTLIST title lang CDATA 'xx'>]><tv>"
    [programme] = read(head + GOOD + b"</tv>")[0]
    assert isinstance(programme, Programme)
    assert programme.titles == (Text("Good"),)


def test_elements_may_not_lie_too_deep() -> None:
    inside = b'<tv><programme start="20260102" channel="a">'
    with pytest.raises(XmltvError, match="deep"):
        read(inside + b"<x>" * 200_000)
    deep = inside + b"<x>" * 30 + b"</x>" * 30 + b"</programme></tv>"
    assert read(deep)[1].damage is None


def test_new_names_without_end_are_refused() -> None:
    names = b"".join(b"<n%d/>" % number for number in range(10_000))
    with pytest.raises(XmltvError, match="kinds"):
        read(b"<tv>" + names, 1000)


# Size.


@pytest.mark.parametrize(
    ("head", "body", "tail"),
    [
        (b'<programme start="20260102" channel="a"><desc>', b"x", b"</desc></programme>"),
        (b'<programme start="20260102" channel="a"><desc>', b"&lt;", b"</desc></programme>"),
        (b'<programme start="20260102" channel="a">', b"<category>x</category>", b"</programme>"),
        (b'<programme start="20260102" channel="a">', b"\n", b"</programme>"),
        (b'<programme start="20260102" channel="a"><credits>', b"<actor>x</actor>", b"</credits></programme>"),
        (b'<channel id="b">', b"<display-name>x</display-name>", b"</channel>"),
        (b"<other>", b"text", b"</other>"),
        (b"", b"\n", b""),
        (b"<!-- ", b"comment", b" -->"),
        (b"<?pi ", b"instruction", b" ?>"),
        (b'<programme start="20260102" channel="', b"a", b'"></programme>'),
        (b'<programme start="20260102" channel="a"><icon src="', b"data", b'"/></programme>'),
        (b"<programme ", b" ", b"></programme>"),
    ],
)  # fmt: skip
def test_what_never_ends_is_left_out_and_never_held(
    head: bytes, body: bytes, tail: bytes
) -> None:
    document = endless(
        head=b"<tv>" + GOOD + head,
        body=body,
        tail=tail + GOOD + b"</tv>",
        size=12 * MEGABYTE,
    )
    values, parser, memory = peak(document)
    assert titles(values) == ["Good", "Good"]
    assert not any(isinstance(value, Channel) for value in values)
    assert memory < 8 * MEGABYTE
    kept = parser.damage is None and not parser.skipped
    assert kept or parser.skipped["too_long"] == 1


@pytest.mark.parametrize("start", [b"<!-- ", b"<tv ", b"<?pi ", b"<!DOCTYPE tv ["])
def test_a_document_that_never_begins_is_refused_in_time(start: bytes) -> None:
    pieces = endless(head=start, body=b"a ", tail=b"", size=12 * MEGABYTE)
    with pytest.raises(XmltvError):
        peak(pieces)


def test_a_document_that_is_all_broken_is_given_up_in_time() -> None:
    broken = b'<programme start="20260102" channel="a"><title>&</title></programme>'
    pieces = endless(
        head=b"<tv>" + GOOD, body=broken, tail=b"</tv>", size=12 * MEGABYTE
    )
    began = time.process_time()
    values, parser, memory = peak(pieces)
    assert titles(values) == ["Good"]
    assert parser.damage is not None
    assert memory < 8 * MEGABYTE
    assert time.process_time() - began < 10


def test_a_guide_in_which_every_other_programme_is_broken_is_read() -> None:
    broken = b'<programme start="20260102" channel="a"><title>&</title></programme>'
    values, parser = read(b"<tv>" + (GOOD + broken) * 3000 + b"</tv>", 65_536)
    assert len(values) == 3000
    assert parser.skipped["broken"] == 3000
