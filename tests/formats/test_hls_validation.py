"""Playlists are judged by RFC 8216, a sentence for each thing that is wrong."""

import re

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import hls

from .hls_playlists import CASES, text, wild

HEADER = (
    "#EXT-X-VERSION:7",
    "#EXT-X-TARGETDURATION:6",
    "#EXT-X-MEDIA-SEQUENCE:0",
)
SEGMENT = ("#EXTINF:6.0,", "1.ts")
OTHER = ("#EXTINF:6.0,", "2.ts")
BREAK = "#EXT-X-DISCONTINUITY"
VARIANT = ("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=16x9", "v.m3u8")
KEY = '#EXT-X-KEY:METHOD=AES-128,URI="k"'
AUDIO = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="A"'
TIME = "#EXT-X-PROGRAM-DATE-TIME:2026-01-02T03:04:05.678Z"
RANGE = '#EXT-X-DATERANGE:ID="1",START-DATE="2026-01-02T03:04:05Z"'


def media(*lines: str) -> list[str]:
    """What is said of a media playlist that would be right without these lines."""
    return hls.validate_media(text(*HEADER, *lines))


def master(*lines: str) -> list[str]:
    """What is said of a master playlist that would be right without these lines."""
    return hls.validate_master(text("#EXT-X-VERSION:7", *lines))


def sections(sentences: list[str]) -> list[str]:
    """The sections of the RFC that the sentences name."""
    return [re.findall(r"\(RFC 8216 (§[\d.]+)\)$", said)[0] for said in sentences]


# What is right.


@pytest.mark.parametrize(
    "lines",
    [
        SEGMENT,
        ("#EXTINF:6,no decimals", "1.ts", "#EXT-X-ENDLIST"),
        ("#EXTINF:6.499,", "1.ts"),
        ("# a comment", "", *SEGMENT, "#EXT-X-SOMETHING-NEW:a b c"),
        ("#EXT-X-DISCONTINUITY-SEQUENCE:3", "#EXT-X-DISCONTINUITY", *SEGMENT),
        ("#EXT-X-PLAYLIST-TYPE:VOD", *SEGMENT, "#EXT-X-ENDLIST"),
        ("#EXT-X-PLAYLIST-TYPE:EVENT", *SEGMENT),
        ("#EXT-X-START:TIME-OFFSET=-18.5,PRECISE=YES", *SEGMENT),
        (KEY + ",IV=0x0000A1", *SEGMENT, "#EXT-X-KEY:METHOD=NONE", *SEGMENT),
        (KEY + ',KEYFORMAT="x",KEYFORMATVERSIONS="1/2"', *SEGMENT),
        (KEY, "#EXT-X-KEY:METHOD=NONE", '#EXT-X-MAP:URI="m"', *SEGMENT),
        ('#EXT-X-MAP:URI="m",BYTERANGE="7@0"', *SEGMENT),
        ("#EXT-X-BYTERANGE:9@0", *SEGMENT, "#EXT-X-BYTERANGE:9", *SEGMENT),
        (TIME, *SEGMENT, RANGE + ',END-DATE="2026-01-02T03:04:06Z",X-OWN="1"'),
        (TIME, *SEGMENT, RANGE + ',CLASS="a",END-ON-NEXT=YES'),
    ],
)
def test_a_media_playlist_that_keeps_to_the_rules_hears_nothing(
    lines: tuple[str, ...],
) -> None:
    assert media(*lines) == []


@pytest.mark.parametrize(
    "lines",
    [
        VARIANT,
        ("#EXT-X-INDEPENDENT-SEGMENTS", "# a comment", *VARIANT),
        ('#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2"', "radio.m3u8"),
        (AUDIO, '#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=1x1,AUDIO="a"', "v.m3u8"),
        ("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=1x1,CLOSED-CAPTIONS=NONE", "v"),
        (*VARIANT, AUDIO.replace("AUDIO", "SUBTITLES") + ',URI="s",FORCED=YES'),
        (*VARIANT, AUDIO, AUDIO.replace('"A"', '"B"')),
        (*VARIANT, '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,RESOLUTION=1x1,URI="i"'),
        (*VARIANT, '#EXT-X-SESSION-DATA:DATA-ID="t",VALUE="x"'),
        (*VARIANT, '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"'),
    ],
)
def test_a_master_that_keeps_to_the_rules_hears_nothing(lines: tuple[str, ...]) -> None:
    assert master(*lines) == []


# What is wrong with any playlist.


@pytest.mark.parametrize(
    ("document", "section"),
    [
        (" #EXTM3U", "§4.3.1.1"),
        ("#EXTM3U8", "§4.3.1.1"),
        ("# comment\n#EXTM3U", "§4.3.1.1"),
        ("#EXTM3U\n#EXTM3U", "§4.3.1.1"),
        ("\ufeff#EXTM3U", "§4.1"),
        ("#EXTM3U\n#EXTINF:6,\t\n1.ts", "§4.1"),
        ("#EXTM3U\n#EXTINF:6,\n 1.ts", "§4.1"),
        ("#EXTM3U\n#EXTINF:6,\n1 2.ts", "§4.1"),
        ("#EXTM3U\n#EXTINF:6,e\u0301\n1.ts", "§4.1"),
        ("#EXTM3U\n#EXTINF:6,\r1.ts", "§4.1"),
        ("#EXTM3U", "§4.3.1.2"),
        ("#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-VERSION:3", "§4.3.1.2"),
        ("#EXTM3U\n#EXT-X-VERSION:three", "§4.3.1.2"),
        ("#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n" * 2, "§4.3.5.1"),
        ("#EXTM3U\n#EXT-X-START:PRECISE=YES", "§4.3.5.2"),
        ("#EXTM3U\n#EXT-X-START:TIME-OFFSET=soon", "§4.3.5.2"),
        ("#EXTM3U\n#EXT-X-START:TIME-OFFSET=1, PRECISE=NO", "§4.2"),
        ("#EXTM3U\n#EXT-X-START:TIME-OFFSET=1,TIME-OFFSET=1", "§4.2"),
        ("#EXTM3U\n#EXT-X-START:TIME-OFFSET=1,", "§4.2"),
        ("#EXTM3U\n#EXT-X-START", "§4.2"),
    ],
)
def test_what_no_playlist_may_be(document: str, section: str) -> None:
    for validate in (hls.validate_media, hls.validate_master):
        assert section in sections(validate(document))


def test_line_ends_of_windows_are_right() -> None:
    assert hls.validate_media(text(*HEADER, *SEGMENT).replace("\n", "\r\n")) == []


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("#EXTINF:6,", 1),
        (KEY + ",IV=0x1", 2),
        ("#EXTINF:6.0,", 3),
        ("#EXT-X-BYTERANGE:1@0", 4),
        ("#EXT-X-I-FRAMES-ONLY", 4),
        (KEY + ',KEYFORMAT="identity"', 5),
        (KEY + ',KEYFORMATVERSIONS="1"', 5),
        ('#EXT-X-I-FRAMES-ONLY\n#EXT-X-MAP:URI="m"', 5),
        ('#EXT-X-MAP:URI="m"', 6),
    ],
)
def test_a_version_has_to_know_what_is_used(line: str, version: int) -> None:
    for said in range(1, 8):
        sentences = hls.validate_media(text(f"#EXT-X-VERSION:{said}", line))
        assert ("§7" in sections(sentences)) == (said < version)


def test_the_highest_need_is_told_and_by_what_it_is() -> None:
    lines = ("#EXT-X-VERSION:2", *HEADER[1:], "#EXT-X-BYTERANGE:1@0", *SEGMENT)
    assert hls.validate_media(text(*lines)) == [
        "The playlist says version 2, but #EXT-X-BYTERANGE needs version 4 (RFC 8216 §7)"
    ]


def test_a_service_needs_version_7() -> None:
    line = (
        '#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",NAME="C",INSTREAM-ID="SERVICE9"'
    )
    document = text("#EXT-X-VERSION:6", line, *VARIANT)
    assert sections(hls.validate_master(document)) == ["§7"]


# What is wrong with a media playlist.


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        (("1.ts",), "§4.3.2.1"),
        (("#EXTINF:6", "1.ts"), "§4.3.2.1"),
        (("#EXTINF:-1,", "1.ts"), "§4.3.2.1"),
        (("#EXTINF:nan,", "1.ts"), "§4.3.2.1"),
        (("#EXTINF:6.5,", "1.ts"), "§4.3.3.1"),
        (("#EXTINF:" + "9" * 400 + ",", "1.ts"), "§4.3.3.1"),
        ((*SEGMENT, "#EXTINF:6.0,"), "§4.3.2"),
        (("#EXTINF:6.0,", *SEGMENT), "§4.3.2"),
        ((TIME, TIME, *SEGMENT), "§4.3.2"),
        ((*SEGMENT, "#EXT-X-DISCONTINUITY"), "§4.3.2"),
        (("#EXT-X-DISCONTINUITY:1", *SEGMENT), "§4.3.2.3"),
        (("#EXT-X-BYTERANGE:1-2", *SEGMENT), "§4.3.2.2"),
        (("#EXT-X-BYTERANGE:9", *SEGMENT), "§4.3.2.2"),
        (("#EXT-X-BYTERANGE:9@0", *SEGMENT, "#EXT-X-BYTERANGE:9", *OTHER), "§4.3.2.2"),
        ((*SEGMENT, "#EXT-X-BYTERANGE:9", *SEGMENT), "§4.3.2.2"),
        (("#EXT-X-KEY:METHOD=AES-128", *SEGMENT), "§4.3.2.4"),
        (('#EXT-X-KEY:URI="k"', *SEGMENT), "§4.3.2.4"),
        (('#EXT-X-KEY:METHOD=ROT-13,URI="k"', *SEGMENT), "§4.3.2.4"),
        (("#EXT-X-KEY:METHOD=AES-128,URI=k", *SEGMENT), "§4.3.2.4"),
        (('#EXT-X-KEY:METHOD=NONE,URI="k"', *SEGMENT), "§4.3.2.4"),
        ((KEY + ",IV=0xabc", *SEGMENT), "§4.3.2.4"),
        ((KEY + ",IV=ABC", *SEGMENT), "§4.3.2.4"),
        ((KEY + ",IV=0x" + "F" * 33, *SEGMENT), "§4.3.2.4"),
        ((KEY + ',KEYFORMATVERSIONS="1,2"', *SEGMENT), "§4.3.2.4"),
        (('#EXT-X-MAP:BYTERANGE="1@0"', *SEGMENT), "§4.3.2.5"),
        (('#EXT-X-MAP:URI="m",BYTERANGE="1-2"', *SEGMENT), "§4.3.2.5"),
        ((KEY, '#EXT-X-MAP:URI="m"', *SEGMENT), "§4.3.2.5"),
        (("#EXT-X-PROGRAM-DATE-TIME:yesterday", *SEGMENT), "§4.3.2.6"),
        ((RANGE, *SEGMENT), "§4.3.2.7"),
        ((TIME, RANGE + ",END-ON-NEXT=YES", *SEGMENT), "§4.3.2.7"),
        ((TIME, RANGE + ',CLASS="a",DURATION=1,END-ON-NEXT=YES', *SEGMENT), "§4.3.2.7"),
        ((TIME, RANGE + ',END-DATE="2026-01-01T00:00:00"', *SEGMENT), "§4.3.2.7"),
        ((TIME, '#EXT-X-DATERANGE:ID="1",START-DATE="now"', *SEGMENT), "§4.3.2.7"),
        ((TIME, '#EXT-X-DATERANGE:ID="1"', *SEGMENT), "§4.3.2.7"),
        (("#EXT-X-TARGETDURATION:6", *SEGMENT), "§4.3.3.1"),
        ((*SEGMENT, "#EXT-X-MEDIA-SEQUENCE:0"), "§4.3.3.2"),
        ((*SEGMENT, "#EXT-X-DISCONTINUITY-SEQUENCE:0"), "§4.3.3.3"),
        ((BREAK, "#EXT-X-DISCONTINUITY-SEQUENCE:0", *SEGMENT), "§4.3.3.3"),
        ((*SEGMENT, "#EXT-X-ENDLIST", "#EXT-X-ENDLIST"), "§4.3.3.4"),
        (("#EXT-X-PLAYLIST-TYPE:LIVE", *SEGMENT), "§4.3.3.5"),
        (("#EXT-X-PLAYLIST-TYPE:VOD", *SEGMENT), "§4.3.3.5"),
        ((*SEGMENT, AUDIO), "§4.3.4"),
        ((*VARIANT,), "§4.3.4"),
    ],
)
def test_what_a_media_playlist_may_not_be(lines: tuple[str, ...], section: str) -> None:
    assert section in sections(media(*lines))


@pytest.mark.parametrize("value", ["", "6.0", "-6", " 6", "99999999999999999999"])
def test_a_target_duration_is_a_whole_number(value: str) -> None:
    lines = ("#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{value}", "#EXT-X-ENDLIST")
    assert hls.validate_media(text(*lines)) == [
        "Line 3: the value of #EXT-X-TARGETDURATION cannot be (RFC 8216 §4.3.3.1)"
    ]


def test_what_a_media_playlist_has_to_have() -> None:
    assert hls.validate_media("#EXTM3U\n") == [
        "The playlist has no #EXT-X-VERSION (RFC 8216 §4.3.1.2)",
        "The playlist has no #EXT-X-TARGETDURATION (RFC 8216 §4.3.3.1)",
        "The playlist is live and has no #EXT-X-MEDIA-SEQUENCE (RFC 8216 §6.2.2)",
    ]
    ended = text("#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:6", "#EXT-X-ENDLIST")
    assert hls.validate_media(ended) == []


# What is wrong with a master playlist.


@pytest.mark.parametrize(
    ("lines", "section"),
    [
        ((), "§4.3.4.2"),
        ((AUDIO,), "§4.3.4.2"),
        (("#EXT-X-STREAM-INF:RESOLUTION=16x9", "v.m3u8"), "§4.3.4.2"),
        (("#EXT-X-STREAM-INF:BANDWIDTH=0,RESOLUTION=16x9", "v.m3u8"), "§4.3.4.2"),
        (("#EXT-X-STREAM-INF:BANDWIDTH=1.5,RESOLUTION=16x9", "v.m3u8"), "§4.3.4.2"),
        (("#EXT-X-STREAM-INF:BANDWIDTH=1", "v.m3u8"), "§4.3.4.2"),
        (('#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1,mp4a"', "v.m3u8"), "§4.3.4.2"),
        (("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=16:9", "v.m3u8"), "§4.3.4.2"),
        (VARIANT[:1], "§4.3.4.2"),
        ((*VARIANT[:1], *VARIANT), "§4.3.4.2"),
        ((*VARIANT[:1], "#EXT-X-INDEPENDENT-SEGMENTS", "v.m3u8"), "§4.3.4.2"),
        ((*VARIANT, "stray.m3u8"), "§4.3.4.2"),
        ((VARIANT[0] + ',AUDIO="a"', "v.m3u8"), "§4.3.4.2"),
        ((VARIANT[0] + ',VIDEO="a"', "v.m3u8", AUDIO), "§4.3.4.2"),
        ((VARIANT[0] + ',SUBTITLES="s"', "v.m3u8"), "§4.3.4.2"),
        ((VARIANT[0] + ',CLOSED-CAPTIONS="c"', "v.m3u8"), "§4.3.4.2"),
        ((VARIANT[0] + ",CLOSED-CAPTIONS=SOME", "v.m3u8"), "§4.3.4.2"),
        ((VARIANT[0] + ",CLOSED-CAPTIONS=NONE", "v.m3u8", *VARIANT), "§4.3.4.2"),
        ((*VARIANT, '#EXT-X-MEDIA:TYPE=AUDIO,NAME="A"'), "§4.3.4.1"),
        ((*VARIANT, AUDIO.replace("=AUDIO", "=SMELL")), "§4.3.4.1"),
        ((*VARIANT, AUDIO + ",DEFAULT=TRUE"), "§4.3.4.1"),
        ((*VARIANT, AUDIO + ",DEFAULT=YES,AUTOSELECT=NO"), "§4.3.4.1"),
        ((*VARIANT, AUDIO + ",FORCED=YES"), "§4.3.4.1"),
        ((*VARIANT, AUDIO + ',INSTREAM-ID="CC1"'), "§4.3.4.1"),
        ((*VARIANT, AUDIO.replace("=AUDIO", "=SUBTITLES")), "§4.3.4.1"),
        ((*VARIANT, AUDIO.replace("=AUDIO", "=CLOSED-CAPTIONS")), "§4.3.4.1"),
        (
            (*VARIANT, AUDIO.replace("=AUDIO", "=CLOSED-CAPTIONS") + ',URI="c"'),
            "§4.3.4.1",
        ),
        ((*VARIANT, AUDIO + ',INSTREAM-ID="SERVICE64"'), "§4.3.4.1"),
        ((*VARIANT, AUDIO, AUDIO), "§4.3.4.1.1"),
        (
            (
                *VARIANT,
                AUDIO + ",DEFAULT=YES",
                AUDIO.replace('"A"', '"B"') + ",DEFAULT=YES",
            ),
            "§4.3.4.1.1",
        ),
        ((*VARIANT, "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1"), "§4.3.4.3"),
        ((*VARIANT, '#EXT-X-SESSION-DATA:DATA-ID="t"'), "§4.3.4.4"),
        ((*VARIANT, '#EXT-X-SESSION-DATA:DATA-ID="t",VALUE="x",URI="u"'), "§4.3.4.4"),
        ((*VARIANT, *['#EXT-X-SESSION-DATA:DATA-ID="t",VALUE="x"'] * 2), "§4.3.4.4"),
        ((*VARIANT, "#EXT-X-SESSION-KEY:METHOD=NONE"), "§4.3.4.5"),
        ((*VARIANT, "#EXT-X-SESSION-KEY:METHOD=AES-128"), "§4.3.4.5"),
        (
            (*VARIANT, *['#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k"'] * 2),
            "§4.3.4.5",
        ),
        ((*VARIANT, *SEGMENT), "§4.3.2"),
        ((*VARIANT, "#EXT-X-TARGETDURATION:6"), "§4.3.3"),
    ],
)
def test_what_a_master_may_not_be(lines: tuple[str, ...], section: str) -> None:
    assert section in sections(master(*lines))


# How it is said.


def test_sentences_say_the_line_and_what_is_there() -> None:
    too_long, stray = media("#EXTINF:7.5,", "1.ts", "stray.ts")
    what = "Line 5: the segment is longer than the target duration of 6 s"
    assert too_long == f"{what} (RFC 8216 §4.3.3.1)"
    assert stray == "Line 7: the address has no #EXTINF before it (RFC 8216 §4.3.2.1)"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("panel_live", []),
        ("one_file", []),
        ("low_latency", []),
        ("advertising", ["§4.3.2.4"]),
        ("rotating_keys", ["§4.3.2.4"]),
        ("sloppy", None),
    ],
)
def test_media_playlists_of_the_wild(name: str, found: list[str] | None) -> None:
    said = sections(hls.validate_media(wild(name)))
    assert said if found is None else said == found


@pytest.mark.parametrize(
    ("name", "right"),
    [("session_master", True), ("broadcaster_master", True), ("sloppy_master", False)],
)
def test_masters_of_the_wild(name: str, right: bool) -> None:
    assert (hls.validate_master(wild(name)) == []) == right


@given(st.lists(st.sampled_from([
    *("#EXTM3U", "#EXT-X-VERSION:", "#EXTINF:", "#EXT-X-KEY:", "#EXT-X-MAP:", "#EXT-X-"),
    *("METHOD=", "URI=", '"', ",", "=", "@", ".", ":", "\n", "\r", " ", "secret", "\ufeff"),
    *("#EXT-X-STREAM-INF:", "BANDWIDTH=", "#EXT-X-MEDIA:", "0x", "9", "-", "\0", "é"),
    *("#EXT-X-DATERANGE:", "#EXT-X-BYTERANGE:", "#EXT-X-ENDLIST", "START-DATE=", "ID="),
]), max_size=40))  # fmt: skip
def test_anything_can_be_judged_and_nothing_is_given_away(pieces: list[str]) -> None:
    document = "".join(pieces)
    for validate in (hls.validate_media, hls.validate_master):
        for sentence in validate(document):
            assert sections([sentence])
            assert "secret" not in sentence


def test_there_is_an_end_to_what_is_said() -> None:
    assert len(hls.validate_media("#EXTM3U\n" + "x\n" * 5000)) == 1000


def test_a_line_that_is_too_long_is_said_to_be() -> None:
    assert media(*SEGMENT, "x" * 70_000) == ["Line 7: it is too long to be judged"]


def test_our_own_cases_hear_nothing_of_the_other_sort() -> None:
    film, ladder = CASES["a film"][1], CASES["a ladder"][1]
    assert {"§4.3.2", "§4.3.3"} <= set(sections(hls.validate_master(film)))
    assert "§4.3.4" in sections(hls.validate_media(ladder))
