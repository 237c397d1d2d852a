"""What of a playlist is taken, and what it is then."""

import json

import pytest

from custom_components.telecast.engine.errors import (
    EmptyPlaylistError,
    NotAPlaylistError,
)

from ..storage import numbered, playlist
from .intake import Intake


@pytest.mark.parametrize(
    ("document", "error"),
    [
        (b"", EmptyPlaylistError),
        (b"#EXTM3U\n", EmptyPlaylistError),
        (b"#EXTM3U\n#EXTINF:-1,A\nfile:///etc/passwd\n", EmptyPlaylistError),
        (b"abc", NotAPlaylistError),
        (b"\x00\x01\x02", NotAPlaylistError),
        (bytes(range(256)) * 99, NotAPlaylistError),
        (b"<!DOCTYPE html><p>http://192.0.2.1/x", NotAPlaylistError),
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts\n", NotAPlaylistError),
        (b"PK\x03\x04 and so on", NotAPlaylistError),
        (b"\x1f\x8b\x08 and so on", NotAPlaylistError),
    ],
)
def test_what_is_no_playlist_changes_nothing(
    document: bytes, error: type[Exception], intake: Intake
) -> None:
    intake.take(numbered(5))
    before, revision = intake.all(), intake.revision
    with pytest.raises(error):
        intake.take(document)
    assert (intake.all(), intake.revision) == (before, revision)


def test_what_is_refused_is_counted_by_its_reason(intake: Intake) -> None:
    text = playlist(
        "Good http://192.0.2.1/1", "Here http://127.0.0.1/1", "Also http://localhost/1"
    )
    text += "#EXTINF:-1,File\nfile:///etc/passwd\n#EXTINF:-1,No address\n"
    assert intake.take(text).skipped == {
        "address_not_allowed": 2,
        "scheme_not_allowed": 1,
        "no_url": 1,
    }
    assert [one.name for one in intake.all()] == ["Good"]


def test_a_document_of_this_machine_may_name_it(intake: Intake) -> None:
    intake.take(playlist("Here http://127.0.0.1/1"), local=True)
    assert intake.rows("local", 1) == [(1,)]
    intake.take(playlist("Here http://192.0.2.1/1"), local=False)
    assert intake.rows("local", 1) == [(0,)]


# What is taken of an entry.


def test_what_an_entry_says_is_kept(intake: Intake) -> None:
    intake.take(
        '#EXTM3U tvg-shift="2" url-tvg="http://192.0.2.1/a.xml,http://192.0.2.1/b.xml"\n'
        '#EXTINF:-1 tvg-id="R" tvg-logo="http://192.0.2.1/r.png" group-title="Radio;Music"'
        ' radio="true" catchup="default" catchup-days="7",R\n'
        "#EXTVLCOPT:http-referrer=http://192.0.2.1/\nhttp://192.0.2.1/r\n"
    )
    (channel,) = intake.all()
    assert (channel.group, channel.radio) == ("Radio", True)
    assert channel.archive_days == 0, "what we cannot play is not offered"
    assert (channel.logo, channel.guide_id) == ("http://192.0.2.1/r.png", "R@+2")
    assert channel.added > 1_700_000_000
    ((headers,),) = intake.rows("headers", 1)
    assert json.loads(headers) == {"Referer": "http://192.0.2.1/"}


def test_the_guides_that_a_playlist_names_are_told(intake: Intake) -> None:
    text = '#EXTM3U url-tvg="http://192.0.2.1/a.xml,http://192.0.2.1/b.xml"\n'
    urls = intake.take(text + playlist("A")).guide_urls
    assert urls == ("http://192.0.2.1/a.xml", "http://192.0.2.1/b.xml")


def test_the_sources_user_agent_goes_with_its_streams(intake: Intake) -> None:
    text = playlist("A", "B http://192.0.2.1/b|User-Agent=Own")
    intake.take(text, user_agent="TV/1")
    assert [json.loads(intake.rows("headers", n)[0][0]) for n in (1, 2)] == [
        {"User-Agent": "TV/1"},
        {"User-Agent": "Own"},
    ]


def test_odd_texts_come_in_whole_and_harmless(intake: Intake) -> None:
    odd = 'Fox <&" Friends 🦊'
    long = "long " * 1000
    intake.take(
        f'#EXTM3U\n#EXTINF:-1 tvg-logo="javascript:alert(1)",{odd}\nhttp://192.0.2.1/1\n'
        f"#EXTINF:-1,{long}\nhttp://192.0.2.1/2\n"
        "#EXTINF:-1,Bell\x07 and\x00 more\nhttp://192.0.2.1/3\n"
    )
    first, second, third = intake.all()
    assert (first.name, first.logo) == (odd, "")
    assert len(second.name) <= 300
    assert third.name.isprintable() and third.name.startswith("Bell")
    assert {one.group for one in intake.all()} == {"Uncategorised"}
