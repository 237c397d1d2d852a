"""Lines: in any encoding, with any ends, and never held when they are too long."""

from collections import Counter
import tracemalloc

import pytest

from custom_components.telecast.formats import m3u
from custom_components.telecast.formats.lines import MAX_LINE

from .playlists import ONE, TWO, fed, names, read

# Encodings and line ends.

TEXT = '#EXTM3U\n#EXTINF:-1 tvg-id="é",Télé Ü\nhttp://h.example/é\n'


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r\n", "\r\r\n"])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"],
)
@pytest.mark.parametrize("step", [1, 3, 10_000])
def test_encodings_and_line_ends_make_no_difference(
    end: str, encoding: str, step: int
) -> None:
    entries, parser = fed(TEXT.replace("\n", end).encode(encoding), step)
    assert entries == m3u.parse(TEXT.encode())
    assert (parser.entries, parser.skipped) == (1, Counter())


def test_each_line_may_have_its_own_encoding() -> None:
    lines = ["#EXTINF:-1,Dvořák", "http://h/1", "#EXTINF:-1,Télé", "http://h/2"]
    data = b"\n".join(
        line.encode("latin-1" if "é" in line else "utf-8") for line in lines
    )
    assert names(data) == ["Dvořák", "Télé"]


def test_bytes_that_no_encoding_knows_do_no_harm() -> None:
    assert names(b"#EXTINF:-1,One \x81\xff\nhttp://h/1\n") == ["One \x81ÿ"]


def test_zeros_and_marks_in_the_middle_are_left_out() -> None:
    glued = b"\xef\xbb\xbf#EXTM3U\n" + ONE + b"\0\0\xef\xbb\xbf#EXTM3U\n" + TWO
    assert names(glued.replace(b"EXTINF", b"EX\0TINF")) == ["One", "Two"]


def test_the_first_header_that_says_something_counts() -> None:
    parser = m3u.Parser()
    parser.feed(b'#EXTM3U\n#EXTM3U url-tvg="http://a"\n#EXTM3U url-tvg="http://b"\n')
    assert parser.header.guide_urls == ("http://a",)


# Bounds.


@pytest.mark.parametrize("step", [7, 1000, MAX_LINE, 10**6])
@pytest.mark.parametrize("over", [0, 1, 2 * MAX_LINE])
def test_lines_up_to_the_bound_are_read_and_longer_ones_counted(
    over: int, step: int
) -> None:
    line = b"#EXTINF:-1,Long "
    line += b"x" * (MAX_LINE + over - len(line))
    data = b"#EXTM3U\r\n" + ONE + line + b"\r\nhttp://h.example/long\r\n" + TWO
    entries, parser = fed(data, step)
    expected = ["One", "Two"] if over else ["One", line[11:].decode(), "Two"]
    assert [entry.name for entry in entries] == expected
    assert parser.skipped == ({"line_too_long": 1} if over else {})


def test_an_address_too_long_takes_only_its_own_title_along() -> None:
    data = b"#EXTINF:-1,Long\nhttp://h/" + b"x" * MAX_LINE + b"\n" + ONE
    entries, skipped = read(data)
    assert [entry.name for entry in entries] == ["One"]
    assert skipped == {"line_too_long": 1}


def test_a_comment_too_long_costs_nothing_else() -> None:
    data = b"#EXTINF:-1,Kept\n# " + b"x" * MAX_LINE + b"\nhttp://h.example/0\n" + ONE
    entries, skipped = read(data)
    assert [entry.name for entry in entries] == ["Kept", "One"]
    assert skipped == {"line_too_long": 1}


def test_a_line_of_50_mb_is_never_held() -> None:
    parser = m3u.Parser()
    piece = b"x" * 50_000
    parser.feed(b"#EXTM3U\n#EXTINF:-1,")
    tracemalloc.start()
    try:
        for _ in range(1000):
            assert parser.feed(piece) == []
        assert tracemalloc.get_traced_memory()[1] < 10 * MAX_LINE
    finally:
        tracemalloc.stop()
    assert [entry.name for entry in parser.feed(b"\nhttp://h/0\n" + ONE)] == ["One"]
    assert parser.skipped == {"line_too_long": 1}
