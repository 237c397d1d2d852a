"""Guides in whatever encoding, and in another one than they say."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.xmltv import Channel, Text

from .guides import read

FILLING = b"<!-- " + b"x" * 2000 + b" -->"


def guide(name: bytes, declaration: bytes = b"", filling: bytes = b"") -> bytes:
    """A guide of one channel of that name."""
    return (
        declaration
        + b"<tv>"
        + filling
        + b'<channel id="a"><display-name>'
        + name
        + b"</display-name></channel></tv>"
    )


def name_in(document: bytes, piece: int | None = None) -> str:
    """What the only channel is called."""
    [channel] = read(document, piece)[0]
    assert isinstance(channel, Channel)
    [name] = channel.names
    assert isinstance(name, Text)
    return name.value


def declared(encoding: str) -> bytes:
    return f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode()


@pytest.mark.parametrize("filling", [b"", FILLING])
@pytest.mark.parametrize("piece", [None, 1, 1000])
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("Télé Zürich 🦊", "utf-8"),
        ("Télé Zürich", "iso-8859-1"),
        ("Télé – Zürich €", "windows-1252"),
        ("ČT Šport", "iso-8859-2"),
        ("Первый канал «СССР» Ё", "windows-1251"),
        ("Первый канал", "koi8-r"),
        ("中央电视台", "gb2312"),
        ("中央电视台", "gb18030"),
        ("民視", "big5"),
        ("テレビ東京", "shift_jis"),
        ("한국방송", "euc-kr"),
        ("ช่อง", "tis-620"),
    ],
)
def test_what_is_declared_is_believed(
    name: str, encoding: str, piece: int | None, filling: bytes
) -> None:
    document = guide(name.encode(encoding), declared(encoding), filling)
    assert name_in(document, piece) == name


@pytest.mark.parametrize("piece", [None, 1, 1000])
@pytest.mark.parametrize(
    "encoding",
    [
        *("iso-8859-1", "windows-1251", "utf-16", "us-ascii", "x-unheard-of", "utf8"),
        *(
            "UTF8MB4",
            "rot13",
            "hex",
            "idna",
            "cp037",
            "unicode_escape",
            "utf-7",
            "koi8-r",
        ),
    ],
)
def test_what_is_utf_8_is_read_as_that_whatever_is_declared(
    encoding: str, piece: int | None
) -> None:
    document = guide("Télé 🦊".encode(), declared(encoding))
    assert name_in(document, piece) == "Télé 🦊"


@pytest.mark.parametrize("piece", [None, 1, 1000])
@pytest.mark.parametrize(
    "declaration", [b"", declared("utf-8"), declared("unheard-of")]
)
def test_what_is_not_utf_8_is_taken_for_windows_1252(
    declaration: bytes, piece: int | None
) -> None:
    document = guide("Télé – €".encode("cp1252"), declaration)
    assert name_in(document, piece) == "Télé – €"


@pytest.mark.parametrize("piece", [None, 1, 3])
def test_one_wrong_byte_does_not_change_the_others(piece: int | None) -> None:
    assert (
        name_in(guide(b"Caf\xe9 \xc3\xa9t\xc3\xa9 \xf0\x9f\xa6"), piece)
        == "Café été ðŸ¦"
    )


@pytest.mark.parametrize("piece", [None, 1, 1000])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("filling", [b"", FILLING])
def test_utf_16_with_and_without_a_mark(
    encoding: str, mark: str, piece: int | None, filling: bytes
) -> None:
    document = guide("Télé 🦊".encode(), declared("utf-16"), filling).decode()
    assert name_in((mark + document).encode(encoding), piece) == "Télé 🦊"


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf",
        b"\xef\xbb\xbf\xef\xbb\xbf",
        b"\r\n\r\n",
        b" " * 5000,
        b"\xef\xbb\xbf\n",
    ],
)
@pytest.mark.parametrize("piece", [None, 1])
def test_what_stands_before_the_declaration(before: bytes, piece: int | None) -> None:
    document = before + guide("é".encode("latin-1"), declared("latin-1"))
    assert name_in(document, piece) == "é"


@pytest.mark.parametrize(
    "declaration",
    [
        b"<?xml version='1.0' encoding='ISO-8859-1' standalone='yes'?>",
        b'<?xml encoding="iso-8859-1" version="1.1"?>',
        b"<?xml version=1.0 encoding=iso-8859-1?>",
        b"<?xml version=\"1.0\" encoding = 'latin1' ?>\r\n",
    ],
)
def test_declarations_that_a_strict_parser_refuses(declaration: bytes) -> None:
    assert name_in(guide(b"caf\xe9&nbsp;x", declaration)) == "café\xa0x"


def test_characters_that_xml_cannot_hold_are_dropped() -> None:
    document = guide(b"a\x00b\x08c\x1bd\xef\xbf\xbee\xef\xbf\xbff\x7f\tg")
    for piece in (None, 1):
        assert name_in(document, piece) == "abcdef\x7f\tg"


@given(st.text(st.characters(codec="utf-8"), min_size=1), st.integers(1, 20))
def test_pieces_never_break_a_character(text: str, piece: int) -> None:
    document = guide(b"|" + text.replace("<", "").replace("&", "").encode() + b"|")
    assert name_in(document, piece) == name_in(document)
