"""AceStream's words: links and lists as found in the wild, answers as engines give them."""

import json

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import acestream, m3u
from custom_components.telecast.formats.acestream import (
    AnswerError,
    Kind,
    Link,
    Named,
    Swarm,
)

ID = "94c2fd8fb9bc8f2fc71a2cbe9d4b866f227a0209"
OTHER = "dd1e67078381739d14beca697356ab76d49d1a2d"
BY_ID = Link(id=ID)
BY_HASH = Link(id=ID, kind=Kind.INFOHASH)

LINKS = {
    ID: BY_ID,
    f"  {ID.upper()}\t": BY_ID,
    f"acestream://{ID}": BY_ID,
    f"ACESTREAM://{ID.upper()}": BY_ID,
    f"acestream:{ID}": BY_ID,
    f"acestream://{ID}/": BY_ID,
    f"acestream://{ID}?name=Sport%201": BY_ID,
    f"acestream:?content_id={ID}": BY_ID,
    f"acestream://?infohash={ID}&autoplay=true": BY_HASH,
    f"acestream:?infohash={ID}&content_id={OTHER}": Link(id=OTHER),
    f"acestream:?magnet=magnet%3A%3Fxt%3Durn%3Abtih%3A{ID}": BY_HASH,
    f"magnet:?xt=urn:btih:{ID.upper()}&tr=udp%3A%2F%2Ftracker.example": BY_HASH,
    f"http://127.0.0.1:6878/ace/getstream?id={ID}": BY_ID,
    f"http://192.168.1.200:6879/ace/getstream?id={ID}&pid=0": BY_ID,
    f"http://localhost:6878/ace/getstream?content_id={ID}&.mp4": BY_ID,
    f"https://ace.example/ace/manifest.m3u8?infohash={ID}&transcode_audio=1": BY_HASH,
    f"http://user:pass@host:6878/ace/getstream/?format=json&id={ID}": BY_ID,
}
NO_LINKS = (
    "",
    "acestream://",
    "acestream://Sport",
    f"acestream://{ID}0",
    f"acestream://{ID[:-1]}",
    f"acestream://{ID[:-1]}g",
    f"acestreams://{ID}",
    "acestream:?content_id=",
    f"acestream:?content_id=nonsense&infohash={ID}",
    "acestream:?url=http://127.0.0.1/list.acelive",
    f"acestream:?url=http://127.0.0.1/x&magnet=magnet:?xt=urn:btih:{ID}",
    f"http://127.0.0.1:6878/ace/r/{ID}/session",
    f"http://127.0.0.1:6878/other?id={ID}",
    "http://127.0.0.1:6878/ace/getstream",
    f"http://[/ace/getstream?id={ID}",
    f"ftp://127.0.0.1/ace/getstream?id={ID}",
    f"file:///ace/getstream?id={ID}",
    f"magnet:?xt=urn:btih:{ID[:-1]}",
    f"http://host/ace/getstream?id={ID}&x={'y' * 9000}",
    ID[:-1],
    f"{ID[:-1]}g",
    f"{ID}0",
    ID[:-1] + "٣",
)


@pytest.mark.parametrize(("text", "link"), LINKS.items())
def test_a_link_is_read_however_it_is_written(text: str, link: Link) -> None:
    assert acestream.parse(text) == link


@pytest.mark.parametrize("text", NO_LINKS)
def test_anything_else_is_no_link(text: str) -> None:
    assert acestream.parse(text) is None


@pytest.mark.parametrize("link", [BY_ID, BY_HASH])
def test_an_address_is_read_back(link: Link) -> None:
    assert acestream.parse(link.address) == link


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    for prefix in ("", "acestream:", "http://h/ace/getstream?", "magnet:?xt=urn:btih:"):
        link = acestream.parse(prefix + text)
        assert link is None or len(link.id) == 40


LIST = f"""\ufeff# My channels

{ID} Sport 1
{OTHER.upper()}\t Sport 2 HD
  Sport 3 ; acestream://{"a" * 40}
{"b" * 40}, News, and more
http://127.0.0.1:6878/ace/getstream?id={"c" * 40} | Films
{"d" * 40}
acestream:?infohash={"e" * 40} Hash
{ID} Sport 1 again
Nothing here
{ID[:-1]} Too short
"""


def test_a_list_is_read_line_by_line() -> None:
    listing = acestream.parse_list(LIST)
    assert [(one.link.id, one.name) for one in listing.entries] == [
        (ID, "Sport 1"),
        (OTHER, "Sport 2 HD"),
        ("a" * 40, "Sport 3"),
        ("b" * 40, "News, and more"),
        ("c" * 40, "Films"),
        ("d" * 40, "dddddddd"),
        ("e" * 40, "Hash"),
    ]
    assert listing.entries[-1].link.kind is Kind.INFOHASH
    assert listing.invalid == (11, 12)


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\r\n", "  \t\n"])
def test_an_empty_list_has_nothing(text: str) -> None:
    assert acestream.parse_list(text) == acestream.Listing()
    assert m3u.parse(acestream.as_playlist(text).encode()) == []


@pytest.mark.parametrize("line", [",", ";;", "| |", f"x{ID}"])
def test_a_line_without_an_id_is_counted(line: str) -> None:
    assert acestream.parse_list(f"\n{line}") == acestream.Listing(invalid=(2,))


NAMES = st.lists(
    st.text(st.characters(categories=("L", "N"), codec="utf-8"), min_size=1),
    min_size=1,
    max_size=4,
).map(" ".join)
ENTRIES = st.lists(
    st.builds(
        Named,
        link=st.builds(
            Link,
            id=st.binary(min_size=20, max_size=20).map(bytes.hex),
            kind=st.sampled_from(Kind),
        ),
        name=NAMES,
    ),
    unique_by=lambda one: one.link,
)


@given(ENTRIES)
def test_a_list_is_read_back(entries: list[Named]) -> None:
    text = acestream.render_list(entries)
    assert acestream.parse_list(text) == acestream.Listing(entries=tuple(entries))


@given(ENTRIES)
def test_a_list_comes_in_as_a_playlist(entries: list[Named]) -> None:
    playlist = acestream.as_playlist(acestream.render_list(entries))
    found = m3u.parse(playlist.encode())
    assert [acestream.parse(entry.url) for entry in found] == [
        one.link for one in entries
    ]
    assert [entry.name for entry in found] == [one.name for one in entries]


@given(st.text())
def test_no_list_is_too_odd(text: str) -> None:
    listing = acestream.parse_list(text)
    assert all(one.name for one in listing.entries)
    assert len(m3u.parse(acestream.as_playlist(text).encode())) == len(listing.entries)


PLAYBACK = {
    "response": {
        "playback_url": "http://127.0.0.1:6878/ace/r/abc/def",
        "stat_url": "http://127.0.0.1:6878/ace/stat/abc/def",
        "command_url": "http://127.0.0.1:6878/ace/cmd/abc/def",
        "infohash": "abc",
        "playback_session_id": "def",
        "is_live": 1,
        "is_encrypted": 0,
        "client_session_id": -1,
    },
    "error": None,
}
STATISTICS = {
    "response": {
        "status": "dl",
        "peers": 14,
        "speed_down": 1250,
        "speed_up": 42,
        "downloaded": 77_234_176,
        "uploaded": 1_015_808,
        "total_progress": 0,
        "is_live": 1,
        "livepos": {"first": "1", "last": "9", "pos": "8", "buffer_pieces": "15"},
    },
    "error": None,
}


def test_a_start_is_asked_for_as_documented() -> None:
    assert acestream.start_path(BY_ID, 7) == f"/ace/getstream?id={ID}&format=json&pid=7"
    assert acestream.start_path(BY_HASH, 7).startswith(f"/ace/getstream?infohash={ID}&")


@pytest.mark.parametrize("sign", ["", "?x=1"])
def test_a_stop_is_asked_for_as_documented(sign: str) -> None:
    told = acestream.stop_address(f"http://h/ace/cmd/a/b{sign}")
    assert told == f"http://h/ace/cmd/a/b{sign}{'&' if sign else '?'}method=stop"


def test_the_answer_to_a_start_is_read() -> None:
    playback = acestream.parse_playback(json.dumps(PLAYBACK).encode())
    assert playback.playback_url.endswith("/ace/r/abc/def")
    assert playback.stat_url.endswith("/ace/stat/abc/def")
    assert playback.command_url.endswith("/ace/cmd/abc/def")
    assert (playback.infohash, playback.is_live) == ("abc", True)
    assert "6878" not in repr(playback)


def test_statistics_are_read_in_bytes_a_second() -> None:
    swarm = acestream.parse_swarm(json.dumps(STATISTICS).encode())
    assert swarm == Swarm(
        status="dl", peers=14, speed_down=1250 * 1024, speed_up=42 * 1024
    )
    assert not swarm.is_deserted


@pytest.mark.parametrize(
    ("said", "swarm"),
    [
        ({}, Swarm()),
        ({"status": None, "peers": None}, Swarm()),
        ({"status": "prebuf", "peers": "3"}, Swarm(status="prebuf", peers=3)),
        ({"peers": -1, "speed_down": -5}, Swarm()),
        ({"speed_down": 1.5}, Swarm(speed_down=1536)),
        ({"peers": "many", "speed_up": [1]}, Swarm()),
        ({"peers": float("nan"), "speed_down": float("inf")}, Swarm()),
        ({"speed_down": "1e308", "peers": "1e999"}, Swarm()),
        ({"status": "d\x00l"}, Swarm(status="d l")),
    ],
)
def test_odd_statistics_are_made_the_best_of(
    said: dict[str, object], swarm: Swarm
) -> None:
    answer = json.dumps({"response": said, "error": None}).encode()
    assert acestream.parse_swarm(answer) == swarm


@pytest.mark.parametrize(
    ("swarm", "deserted"),
    [
        (Swarm(status="dl"), True),
        (Swarm(status="dl", speed_up=9), True),
        (Swarm(status="dl", peers=1), False),
        (Swarm(status="dl", speed_down=1), False),
        (Swarm(status="prebuf"), False),
        (Swarm(), False),
    ],
)
def test_a_zombie_is_told_from_the_living(swarm: Swarm, deserted: bool) -> None:
    assert swarm.is_deserted is deserted


def test_swarms_add_up() -> None:
    one = Swarm(status="dl", peers=1, speed_down=2, speed_up=3)
    other = Swarm(status="prebuf", peers=10, speed_down=20, speed_up=30)
    assert acestream.total([]) == Swarm()
    assert acestream.total([one]) == one
    assert acestream.total([one, one]).status == "dl"
    assert acestream.total([one, other]) == Swarm(peers=11, speed_down=22, speed_up=33)


def test_a_version_is_read() -> None:
    answer = b'{"result": {"code": 3021100, "version": "3.2.11"}, "error": null}'
    assert acestream.parse_version(answer) == "3.2.11"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "no JSON"),
        (b"<html>", "no JSON"),
        (b"\xff\xfe\xff", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "has no re"),
        (b'{"response": null, "result": "x", "error": null}', "has no re"),
        (b'{"response": {}, "result": {}, "error": null}', "is missing|is named"),
        (b'{"response": null, "error": "failed to load content"}', "failed to load"),
        (b'{"response": null, "error": {"code": 3}}', "code"),
    ],
)
def test_what_makes_no_sense_is_an_error(answer: bytes, why: str) -> None:
    for parse in (acestream.parse_playback, acestream.parse_version):
        with pytest.raises(AnswerError, match=why):
            parse(answer)


def test_an_error_of_an_engine_is_fit_to_be_shown() -> None:
    answer = json.dumps({"response": None, "error": "a\nb\x1b" + "c" * 999}).encode()
    with pytest.raises(AnswerError) as raised:
        acestream.parse_swarm(answer)
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) <= 120


@given(st.binary())
def test_no_answer_is_too_odd(answer: bytes) -> None:
    for parse in (
        acestream.parse_playback,
        acestream.parse_swarm,
        acestream.parse_version,
    ):
        with pytest.raises(AnswerError):
            parse(answer)
