"""Playlists: what providers write comes in, and what goes out says exactly as much."""

from collections import Counter
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
import time
import tracemalloc

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import m3u
from custom_components.telecast.formats.lines import MAX_LINE
from custom_components.telecast.formats.m3u import Entry, Header

DATA = Path(__file__).parents[1] / "data" / "m3u"
FILES = sorted(DATA.iterdir())

# Whatever is told between these must be told of the same entries in the same order.
ONE = b"#EXTINF:-1,One\nhttp://h.example/1\n"
TWO = b"#EXTINF:-1,Two\nhttp://h.example/2\n"


def fed(data: bytes, step: int) -> tuple[list[Entry], m3u.Parser]:
    """Feed a document in pieces of `step` bytes."""
    parser = m3u.Parser()
    entries: list[Entry] = []
    for piece in batched(data, step, strict=False):
        entries += parser.feed(bytes(piece))
    return entries + parser.close(), parser


def read(data: bytes | str) -> tuple[list[Entry], Counter[str]]:
    """Read a document; answer the entries and what was skipped."""
    parser = m3u.Parser()
    data = data.encode() if isinstance(data, str) else data
    return parser.feed(data) + parser.close(), parser.skipped


def only(data: bytes | str) -> Entry:
    """Read a document of one entry, in which nothing is skipped."""
    entries, skipped = read(data)
    assert not skipped
    (entry,) = entries
    return entry


def titled(title: str) -> Entry:
    """Read one entry by its title line."""
    return only(f"#EXTM3U\n{title}\nhttp://h.example/1.ts\n")


def names(data: bytes | str) -> list[str]:
    """Answer the names of all entries."""
    return [entry.name for entry in read(data)[0]]


# Exactness.

_SAID = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff")
_TEXT = st.text(_SAID, max_size=20).map(str.strip)
_NAME = _TEXT.filter(lambda name: name and not name.startswith(("tvg-", "a-")))
_KEY = st.from_regex(r"[a-z][a-z0-9.-]{0,12}", fullmatch=True)
_OWN_PLACE = {
    "group-title",
    *("http-user-agent", "user-agent", "http-cookie", "http-origin"),
    *("http-referer", "http-referrer"),
}
_ATTRIBUTES = st.dictionaries(
    _KEY.filter(lambda key: key not in _OWN_PLACE),
    _TEXT.map(lambda text: text.replace('"', "")).map(str.strip),
    max_size=5,
)
_HEADERS = st.dictionaries(
    st.sampled_from(["User-Agent", "Referer", "Origin", "Cookie", "X-Token", "Dnt"]),
    _TEXT.filter(bool),
)
_PROPERTIES = st.dictionaries(
    st.sampled_from(
        ["program", "network-caching", "inputstream", "mimetype", "inputstream.x.y"]
    ),
    _TEXT,
)
_URL = st.builds(
    "{}://{}".format,
    st.sampled_from(["http", "https", "udp", "rtp", "rtsp", "acestream", "plugin"]),
    st.text(_SAID.filter(lambda char: char != "|"), max_size=30).map(str.strip),
)
ENTRIES = st.lists(
    st.builds(
        Entry,
        name=_NAME,
        url=_URL,
        duration=st.integers(-999_999_999, 999_999_999),
        attributes=_ATTRIBUTES,
        group=_TEXT.map(lambda text: text.replace('"', "")).map(str.strip),
        headers=_HEADERS,
        properties=_PROPERTIES,
    ),
    max_size=4,
)


@given(entries=ENTRIES, attributes=_ATTRIBUTES)
def test_what_is_rendered_reads_as_it_was(
    entries: list[Entry], attributes: dict[str, str]
) -> None:
    parser = m3u.Parser()
    text = "".join(m3u.render(entries, Header(attributes)))
    assert parser.feed(text.encode()) + parser.close() == entries
    assert parser.header.attributes == attributes
    assert (parser.entries, parser.skipped) == (len(entries), Counter())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_was_found_in_the_wild_reads_the_same_once_rendered(path: Path) -> None:
    once = "".join(m3u.render(m3u.parse(path.read_bytes())))
    assert "".join(m3u.render(m3u.parse(once.encode()))) == once


def test_a_quote_inside_an_attribute_is_rendered_so_that_every_player_reads_it() -> (
    None
):
    (entry,) = m3u.parse(b'#EXTINF:-1 tvg-name="The "One"",The "One"\nhttp://h/1\n')
    assert entry.attributes == {"tvg-name": 'The "One"'}
    assert (
        list(m3u.render([entry]))[1] == '#EXTINF:-1 tvg-name="The \'One\'",The "One"\n'
    )


def test_every_line_is_rendered_with_its_end() -> None:
    entry = Entry(
        name="One", url="http://h/1", headers={"Referer": "r", "Cookie": "c=1"}
    )
    assert list(m3u.render([entry], Header({"url-tvg": "http://g"}))) == [
        '#EXTM3U url-tvg="http://g"\n',
        "#EXTINF:-1,One\n",
        "#EXTVLCOPT:http-referrer=r\n",
        "http://h/1|Cookie=c=1\n",
    ]
    assert list(m3u.render([])) == ["#EXTM3U\n"]


@given(text=st.text(max_size=30))
def test_no_text_can_smuggle_a_line_or_an_attribute_in(text: str) -> None:
    entry = Entry(
        name=text, url=f"http://h/{text}", attributes={"tvg-id": text}, group=text
    )
    lines = "".join(m3u.render([entry])).encode().split(b"\n")
    assert len(lines) == 4
    (again,) = m3u.parse(b"\n".join(lines))
    assert again.attributes.keys() == {"tvg-id"}


@given(
    pieces=st.lists(
        st.sampled_from(
            [
                *(
                    '"',
                    "'",
                    ",",
                    " ",
                    "=",
                    "-",
                    ":",
                    "|",
                    "#",
                    "\n",
                    "\r",
                    "\0",
                    "\t",
                    "<",
                    "\xa0",
                ),
                *(
                    "#EXTINF:",
                    "#EXTM3U",
                    "#EXTGRP:",
                    "#EXTVLCOPT:",
                    "#KODIPROP:",
                    "-1",
                    "tvg-id=",
                ),
                *(
                    "http://",
                    "name",
                    "group-title=",
                    "http-user-agent=",
                    "%0d%0a",
                    "é",
                    "\ufeff",
                ),
            ]
        ),
        max_size=60,
    ),
    tail=st.binary(max_size=6),
    step=st.integers(1, 9),
)
def test_anything_is_read_and_the_same_in_whatever_pieces_it_comes(
    pieces: list[str], tail: bytes, step: int
) -> None:
    data = "".join(pieces).encode() + tail
    whole, parser = fed(data, len(data) or 1)
    assert len(whole) == parser.entries
    assert all(entry.name and entry.url for entry in whole)
    in_pieces, other = fed(data, step)
    assert in_pieces == whole
    assert (other.skipped, other.looks_like) == (parser.skipped, parser.looks_like)
    assert other.header == parser.header


@given(st.binary(max_size=200))
def test_random_bytes_do_no_harm(data: bytes) -> None:
    assert fed(data, 1)[0] == m3u.parse(data)


# As found in the wild.


def test_a_providers_playlist_tells_all_it_says() -> None:
    parser = m3u.Parser()
    data = (DATA / "xtream_plus.m3u").read_bytes()
    one, separator, fox, film = parser.feed(data) + parser.close()
    assert not parser.skipped
    assert parser.header.guide_urls == (
        "http://tv.example/xmltv.php?username=u&password=p",
        "http://guide.example/a.xml.gz",
        "http://guide.example/b.xml",
    )
    assert one == Entry(
        name="UK: BBC One FHD",
        url="http://tv.example:8080/live/u/p/101.ts",
        group="UK | Entertainment",
        attributes={
            m3u.TVG_ID: "bbcone.uk",
            m3u.TVG_NAME: "UK: BBC One FHD",
            m3u.TVG_LOGO: "http://logos.example/bbc one.png",
        },
    )
    assert separator.name == "##### SPORT #####"
    assert (fox.name, fox.group) == ('Fox "News", the HD one', "US, News")
    assert fox.attributes[m3u.TVG_NAME] == 'Fox "News" HD'
    assert (film.group, film.groups) == ("UK;Drama", ("UK", "Drama"))
    assert film.attributes == {
        m3u.TVG_ID: "a.uk",
        m3u.CATCHUP: "xc",
        m3u.CATCHUP_DAYS: "7",
        m3u.TIMESHIFT: "7",
        m3u.TVG_REC: "7",
        m3u.TVG_CHNO: "5.1",
        m3u.TVG_SHIFT: "-1.5",
    }


def test_the_options_of_players_become_headers_and_properties() -> None:
    parser = m3u.Parser()
    data = (DATA / "kodi.m3u8").read_bytes()
    radio, own, plain = parser.feed(data) + parser.close()
    assert not parser.skipped
    assert parser.header.attributes == {
        "tvg-shift": "-4.5",
        "catchup-correction": "-2.5",
    }
    assert radio.headers == {
        "User-Agent": "Mozilla/5.0 (X11; Linux) X/1",
        "Referer": "https://radio.example/?a=b",
    }
    assert radio.properties == {"program": "745"}
    assert radio.attributes[m3u.RADIO] == "true"
    assert own.url == "https://y.example/live.m3u8"
    assert own.headers == {
        "Origin": "https://o.example",
        "X-Token": "a&b",
        "User-Agent": "VLC/3.0",
        "X-Own": "1",
    }
    assert own.properties == {"inputstream": "inputstream.adaptive"}
    assert own.group == "Entertainment"
    assert plain == Entry(name="Channel Z", url="udp://@239.0.0.1:1234", duration=0)


def test_a_group_line_before_a_title_is_a_heading_for_what_follows() -> None:
    entries = m3u.parse((DATA / "headings.m3u").read_bytes())
    assert [entry.group for entry in entries] == ["News", "News", "Sport", "Own"]


def test_a_group_line_after_a_title_is_for_this_entry_alone() -> None:
    own = b"#EXTINF:-1,Own\n#EXTGRP: A;B \nhttp://h.example/3\n"
    entries, _ = read(b"#EXTM3U\n" + ONE + own + TWO)
    assert [entry.group for entry in entries] == ["", "A;B", ""]
    assert entries[1].groups == ("A", "B")


def test_sloppy_lines_are_understood_as_far_as_they_can_be() -> None:
    entries, skipped = read((DATA / "sloppy.m3u").read_bytes())
    assert [(entry.name, entry.group) for entry in entries] == [
        ("spaces everywhere", ""),
        ("Two", "A, B"),
        ("Three", "G"),
        ("Four", "G"),
        ("Five without a comma", ""),
        ("Télé Six €", ""),
        ("Seven Up.ts", ""),
        ("8.ts", ""),
        ("Nine", ""),
    ]
    assert entries[1].attributes == {"tvg-id": "two", "tvg-name": "Channel Two"}
    assert entries[2].attributes == {"tvg-id": "three"}
    assert entries[3].attributes == {
        "tvg-id": "four",
        "tvg-logo": "http://l.example/4.png",
    }
    assert skipped == {"no_url": 1, "not_a_url": 2}


# Titles.


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("#EXTINF:-1,One", "One"),
        ("#EXTINF:-1 ,One", "One"),
        ("#EXTINF: -1,One", "One"),
        ("#EXTINF:10.5,One", "One"),
        ("#EXTINF,One", "One"),
        ("#EXTINF:-1,One, Two, Three", "One, Two, Three"),
        ('#EXTINF:-1,The "One"', 'The "One"'),
        ('#EXTINF:-1 tvg-id="a",The "One", and "Only"', 'The "One", and "Only"'),
        ('#EXTINF:-1 tvg-id="a, b",One', "One"),
        ("#EXTINF:-1 tvg-id='a, b',One", "One"),
        ('#EXTINF:-1 tvg-id="a,One', "One"),
        ('#EXTINF:-1 tvg-id="a tvg-name="b",One', "One"),
        ('#EXTINF:-1 tvg-id="" tvg-name="" ,One', "One"),
        ("#EXTINF:-1 tvg-id= tvg-name=,One", "One"),
        ('#EXTINF:-1tvg-id="a",One', "One"),
        ("#EXTINF:99999999999999999999,One", "One"),
        ('#EXTINF:-1 tvg-id="a",E=mc2="yes"', 'E=mc2="yes"'),
        ('#EXTINF:-1 tvg-id="a" junk (x) tvg-name="b",One', "One"),
        ('#EXTINF:-1\ttvg-id="a",One\x07\x00', "One"),
        ('#EXTINF:-1,Fox <&" Friends 🦊', 'Fox <&" Friends 🦊'),
        ("#EXTINF:-1,", "1.ts"),
        ("#EXTINF:-1", "1.ts"),
        ('#EXTINF:-1 tvg-name="Named"', "Named"),
    ],
)
def test_a_title_is_found_however_it_is_written(title: str, name: str) -> None:
    assert titled(title).name == name


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('tvg-id="a" tvg-name="b"', {"tvg-id": "a", "tvg-name": "b"}),
        ("tvg-id=a tvg-name=b", {"tvg-id": "a", "tvg-name": "b"}),
        ("tvg-id='a' tvg-name=\"b\"", {"tvg-id": "a", "tvg-name": "b"}),
        ('TVG-ID="a" Tvg-Name=" b "', {"tvg-id": "a", "tvg-name": "b"}),
        ('tvg-id="a"tvg-name="b"', {"tvg-id": "a", "tvg-name": "b"}),
        ('tvg-id="a", tvg-name="b"', {"tvg-id": "a", "tvg-name": "b"}),
        ('tvg-id="a tvg-name="b"', {"tvg-id": "a", "tvg-name": "b"}),
        ('tvg-name="the "b" side"', {"tvg-name": 'the "b" side'}),
        ('tvg-name="it\'s"', {"tvg-name": "it's"}),
        ("tvg-name='5\" TV'", {"tvg-name": '5" TV'}),
        ("tvg-name=two words tvg-id=a", {"tvg-name": "two words", "tvg-id": "a"}),
        ('x="a=b&c=d" y="{utc}-${start}"', {"x": "a=b&c=d", "y": "{utc}-${start}"}),
        ("x= y=2", {"x": "", "y": "2"}),
    ],
)
def test_attributes_are_found_however_they_are_written(
    attributes: str, expected: dict[str, str]
) -> None:
    entry = titled(f"#EXTINF:-1 {attributes},One")
    assert entry.attributes == expected
    assert entry.name == "One"


@pytest.mark.parametrize(
    ("title", "duration"),
    [("-1", -1), ("0", 0), ("7200", 7200), ("12.75", 12), ("x", -1), ("9" * 30, None)],
)
def test_the_duration_is_whole_seconds(title: str, duration: int | None) -> None:
    found = titled(f"#EXTINF:{title},One").duration
    assert found == duration or duration is None


# Addresses.


@pytest.mark.parametrize(
    "url",
    [
        "http://h.example/1.ts",
        "https://u:p@h.example:8443/a b/1.ts?x=1|2",
        "file:///etc/passwd",
        "/etc/passwd",
        "concat:a|b",
        "subfile,,start,0,end,0,,:/etc/passwd",
        "pipe:0",
        "data:text/plain,x",
        "-i",
        "--",
        "\\\\host\\x",
        "udp://@239.0.0.1:1234",
        "rtp://@",
        "javascript:alert(1)",
        "acestream://0123456789abcdef0123456789abcdef01234567",
        "rtmp://h.example/app playpath=x live=1",
        "channel.ts",
    ],
)
def test_what_a_title_announces_is_its_address_whatever_the_scheme(url: str) -> None:
    assert only(f"#EXTM3U\n#EXTINF:-1,One\n{url}\n").url == url


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://h.example/live/News%201.m3u8?token=x#y", "News 1.m3u8"),
        ("http://u:secret@h.example", "h.example"),
        ("http://h.example:8080/", "h.example"),
        ("udp://@239.0.0.1:1234", "239.0.0.1"),
        ("rtp://@", "rtp"),
        ("http://[bad/1.ts", "http"),
        ("http://h.example/a%0d%0ab%00|User-Agent=x", "a b"),
    ],
)
def test_an_address_alone_is_named_after_the_end_of_its_path(
    url: str, name: str
) -> None:
    assert names(f"{url}\n") == [name]
    assert names(f"#EXTM3U\n{url}\n") == [name]


def test_a_line_alone_that_is_no_address_is_skipped_and_counted() -> None:
    entries, skipped = read(
        b"#EXTM3U\nrubbish\n/media/x.ts\na: b c\n" + ONE + b"more\n"
    )
    assert [entry.name for entry in entries] == ["One"]
    assert skipped == {"not_a_url": 4}


def test_a_title_without_address_is_counted_and_leaves_nothing_behind() -> None:
    lost = b"#EXTINF:-1,Lost\n#EXTGRP:G\n#EXTVLCOPT:http-user-agent=x\n"
    entries, skipped = read(b"#EXTM3U\n" + lost + ONE + lost)
    assert entries == [Entry(name="One", url="http://h.example/1")]
    assert skipped == {"no_url": 2}


# Headers.


@pytest.mark.parametrize(
    ("suffix", "headers"),
    [
        ("|User-Agent=VLC", {"User-Agent": "VLC"}),
        (
            "|user-agent=VLC%203&referer=http://r/%26",
            {"User-Agent": "VLC 3", "Referer": "http://r/&"},
        ),
        ("|Referrer=r", {"Referer": "r"}),
        (" | User-Agent=x", None),
        ("|User-Agent=", {}),
        ("|Host=evil&Content-Length=5&Transfer-Encoding=chunked&X-A=1", {"X-A": "1"}),
    ],
)
def test_headers_follow_the_address_after_a_bar(
    suffix: str, headers: dict[str, str] | None
) -> None:
    entry = only(f"#EXTINF:-1,One\nhttp://h.example/1{suffix}\n")
    if headers is not None:
        assert (entry.url, entry.headers) == ("http://h.example/1", headers)


@pytest.mark.parametrize(
    "option",
    [
        "User-Agent=a%0d%0aX-Injected: 1",
        "User-Agent=a%00",
        "X%0d%0aY=1",
        "X Y=1",
        "=1",
        "Ünsafe=1",
    ],
)
def test_headers_that_would_break_a_request_are_dropped_and_counted(
    option: str,
) -> None:
    data = f"#EXTINF:-1,One\nhttp://h.example/1|Referer=r&{option}\n"
    entries, skipped = read(data)
    assert [entry.headers for entry in entries] == [{"Referer": "r"}]
    assert skipped == {"header": 1}
    kodi = f"#KODIPROP:inputstream.adaptive.common_headers={option}\n"
    entries, skipped = read(kodi.encode() + ONE)
    assert [entry.headers for entry in entries] == [{}]
    assert skipped == {"header": 1}


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_header_holds_a_control_character(name: str, value: str) -> None:
    data = (
        f'#EXTINF:-1 http-user-agent="{value}",One\n#EXTVLCOPT:http-referrer={value}\n'
    )
    data += f"http://h.example/1|{name}={value}\n"
    for entry in read(data.encode(errors="replace"))[0]:
        for text in (*entry.headers, *entry.headers.values()):
            assert not any(char < " " or char == "\x7f" for char in text)


def test_attributes_that_are_headers_are_told_as_headers() -> None:
    entry = titled('#EXTINF:-1 http-user-agent="UA" http-referrer="r" tvg-id="a",One')
    assert entry.headers == {"User-Agent": "UA", "Referer": "r"}
    assert entry.attributes == {"tvg-id": "a"}


def test_what_stands_nearest_to_the_address_wins() -> None:
    entry = only(
        '#EXTINF:-1 http-user-agent="attribute" http-referrer="attribute",One\n'
        "#EXTVLCOPT:http-user-agent=option\n#EXTVLCOPT:http-referrer=option\n"
        "http://h.example/1|user-agent=suffix\n"
    )
    assert entry.headers == {"User-Agent": "suffix", "Referer": "option"}


def test_nothing_secret_shows_in_what_is_printed() -> None:
    entry = Entry(
        name="One",
        url="http://u:canary@h/canary",
        headers={"Cookie": "canary"},
        properties={"x": "canary"},
        attributes={m3u.CATCHUP_SOURCE: "http://h/canary"},
    )
    assert "canary" not in repr((entry, Header({"url-tvg": "http://h/canary"})))


def test_guide_addresses_may_hold_commas_and_are_told_once() -> None:
    header = Header(
        {
            "url-tvg": "http://g/a,b.xml, https://g/c.xml.gz ,",
            "x-tvg-url": "http://g/a,b.xml",
            "tvg-url": "",
        }
    )
    assert header.guide_urls == ("http://g/a,b.xml", "https://g/c.xml.gz")


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


# What came instead of a playlist.


@pytest.mark.parametrize(
    ("data", "looks_like"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n\n", "empty"),
        (b"#EXTM3U\n", "playlist"),
        (b"\n\n  #extm3u", "playlist"),
        (ONE, "playlist"),
        (b"http://h.example/1.ts", "playlist"),
        (b"# mine\n" + ONE, "playlist"),
        (b"# mine\n", "unknown"),
        (b"<!DOCTYPE html>\n<html>", "html"),
        (b"  <html><body>http://h.example/1\nhttp://h.example/2\n", "html"),
        (b"<pre>\n" + ONE, "playlist"),
        (b'{"user_info":{"auth":0}}', "unknown"),
        (b"abc", "unknown"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "unknown"),
        (b"<html>" + b"x" * MAX_LINE, "html"),
        (b"x" * (MAX_LINE + 1), "unknown"),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.0,\nseg1.ts\n", "hls"),
        (b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://h/low.m3u8\n", "hls"),
    ],
)
@pytest.mark.parametrize("step", [1, 1000, 10**6])
def test_the_beginning_says_what_it_is(data: bytes, looks_like: str, step: int) -> None:
    if step == 1 and len(data) > MAX_LINE:
        step = 7
    entries, parser = fed(data, step)
    assert parser.looks_like == looks_like
    assert bool(entries) == (b"h.example/1" in data and looks_like == "playlist")


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


def hostile() -> Iterator[str]:
    """Yield title lines as long as may be, each made to be slow to take apart."""
    for unit in (
        'a="b" ', 'a="b ', 'a-b="x,', "a=b ", "a= ", "a='b ", '" ', '"', " ", ",", "=",
        'a="b c=d ', "a", "a ", '" a', '"a=', "'a=\"", ', a-b="', '\t"\t', "a.-",
        "a=\"'", "-", "1", '=" ', '" ,"', 'a-b="" ', " a-", "\xa0", '"\xa0',
        "a='x'b=\"y ", 'a="x"b=\'y ', "a='x' b=\"y ", 'a-b="x,a-c=\'y,',
    ):  # fmt: skip
        for beginning in ("", ' x="', " x='", ' a-b="c",a-b="'):
            yield f"#EXTINF:-1{beginning}" + unit * (60_000 // len(unit.encode()))


@pytest.mark.parametrize("line", hostile(), ids=lambda line: repr(line[8:25]))
def test_no_line_takes_long_to_take_apart(line: str) -> None:
    data = f"#EXTM3U\n{line}\nhttp://h.example/1\n".encode()
    began = time.process_time()
    entries, _ = read(data)
    assert time.process_time() - began < 0.5
    assert len(entries) == 1


def test_ten_thousand_attributes_are_read() -> None:
    pairs = " ".join(f'a{number}=""' for number in range(6_000))
    assert len(titled(f"#EXTINF:-1 {pairs},One").attributes) == 6_000


def test_a_hundred_thousand_entries_take_about_a_second() -> None:
    lines = (
        f'#EXTINF:-1 tvg-id="c{n}.uk" tvg-name="UK: Channel {n} HD" '
        f'tvg-logo="http://logos.example/images/tv/{n}/large.png" '
        f'group-title="UK | Group {n % 100}",UK: Channel {n} HD\n'
        f"http://tv.example:8080/live/someusername/somepassword/{n}.ts\n"
        for n in range(100_000)
    )
    parser = m3u.Parser()
    began = time.process_time()
    for some in batched(lines, 300, strict=False):
        parser.feed("".join(some).encode())
    assert time.process_time() - began < 3  # 0.5 here; machines differ
    assert parser.entries == 100_000
