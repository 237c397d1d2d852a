"""Playlists: what providers write comes in, and what goes out says exactly as much."""

from collections import Counter
from itertools import batched
from pathlib import Path
import time

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import m3u
from custom_components.telecast.formats.lines import MAX_LINE
from custom_components.telecast.formats.m3u import Entry, Header

from .playlists import ONE, TWO, fed, read

DATA = Path(__file__).parents[1] / "data" / "m3u"
FILES = sorted(DATA.iterdir())

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


def test_bytes_that_are_no_text_are_no_empty_playlist() -> None:
    parser = m3u.Parser()
    assert parser.feed(b"\x00\x01\x02") + parser.close() == []
    assert parser.looks_like == "unknown"
    parser = m3u.Parser()
    assert parser.feed(b" \r\n") + parser.close() == []
    assert parser.looks_like == "empty"
