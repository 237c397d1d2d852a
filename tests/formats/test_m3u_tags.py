"""The lines of a playlist: understood however they are written, and never for long."""

from collections.abc import Iterator
import time

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import m3u
from custom_components.telecast.formats.m3u import Entry, Header

from .playlists import ONE, names, only, read, titled

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


# Bounds.


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
