"""The documents of HDHomeRun tuners, as real ones and emulated ones write them."""

from contextlib import suppress
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import hdhomerun, m3u
from custom_components.telecast.formats.hdhomerun import Code, reading
from custom_components.telecast.formats.hdhomerun.reading import (
    AnswerError,
    DeviceFacts,
    Listed,
    Listing,
    Signal,
)

# As an HDHomeRun FLEX 4K answers.
FLEX = b"""{"FriendlyName":"HDHomeRun FLEX 4K","ModelNumber":"HDFX-4K",
"FirmwareName":"hdhomerun_dvr_atsc3","FirmwareVersion":"20231020","DeviceID":"1080ABCD",
"DeviceAuth":"x","BaseURL":"http://192.168.1.20",
"LineupURL":"http://192.168.1.20/lineup.json","TunerCount":4}"""
LINEUP = b"""[{"GuideNumber":"2.1","GuideName":"WCBS-HD","VideoCodec":"MPEG2",
"AudioCodec":"AC3","HD":1,"SignalStrength":100,"SignalQuality":97,
"URL":"http://192.168.1.20:5004/auto/v2.1"},
{"GuideNumber":"104.1","GuideName":"WNBC","VideoCodec":"HEVC","AudioCodec":"AC4",
"HD":1,"ATSC3":1,"DRM":1,"URL":"http://192.168.1.20:5004/auto/v104.1"},
{"GuideNumber":"88.1","GuideName":"WRAD","AudioCodec":"AC3",
"URL":"http://192.168.1.20:5004/auto/v88.1"},
{"GuideNumber":"5","GuideName":"Not yet tuned","Tags":"favorite","Favorite":1,
"URL":"http://192.168.1.20:5004/auto/v5"}]"""
STATUS = b"""[{"Resource":"tuner0","VctNumber":"2.1","VctName":"WCBS-HD",
"Frequency":533000000,"SignalStrengthPercent":84,"SignalQualityPercent":79,
"SymbolQualityPercent":100,"TargetIP":"192.168.1.7","NetworkRate":15834112},
{"Resource":"tuner1"},{"Resource":"scan0"}]"""


def test_what_a_device_says_of_itself_is_read() -> None:
    assert reading.parse_discover(FLEX) == DeviceFacts(
        device_id="1080ABCD",
        name="HDHomeRun FLEX 4K",
        tuner_count=4,
        base_url="http://192.168.1.20",
        lineup_url="http://192.168.1.20/lineup.json",
    )


def test_what_our_own_tuner_says_is_read_as_it_is_meant() -> None:
    said = hdhomerun.discover(
        name="Telecast",
        device_id="1040A5B2",
        base_url="http://h",
        tuner_count=6,
        device_auth="x",
    )
    facts = reading.parse_discover(json.dumps(said).encode())
    assert (facts.device_id, facts.name, facts.tuner_count) == (
        "1040A5B2",
        "Telecast",
        6,
    )


@pytest.mark.parametrize(
    ("count", "tuners"), [("2", 2), (0, 1), (-3, 1), (None, 1), ("x", 1), (1e9, 1)]
)
def test_a_device_has_one_tuner_at_least(count: object, tuners: int) -> None:
    said = json.loads(FLEX) | {"TunerCount": count}
    assert reading.parse_discover(json.dumps(said).encode()).tuner_count == tuners


def test_channels_are_read_and_encrypted_ones_counted() -> None:
    listing = reading.parse_lineup(LINEUP)
    at = "http://192.168.1.20:5004/auto/v"
    assert listing == Listing(
        channels=(
            Listed(number="2.1", name="WCBS-HD", url=f"{at}2.1"),
            Listed(number="88.1", name="WRAD", url=f"{at}88.1", radio=True),
            Listed(number="5", name="Not yet tuned", url=f"{at}5"),
        ),
        skipped={"drm": 1},
    )


def test_what_emulated_devices_get_wrong_is_borne_with() -> None:
    said: list[Any] = [
        {"GuideNumber": 7, "GuideName": 'A\n "B"', "URL": "http://h/7", "DRM": "0"},
        {"GuideNumber": "7", "GuideName": "Twice", "URL": "http://h/8"},
        {"GuideNumber": "9", "GuideName": "", "URL": "http://h/9"},
        {"GuideName": "Nameless", "URL": "http://h/9"},
        {"GuideNumber": "10", "URL": None},
        "nonsense",
    ]
    listing = reading.parse_lineup(json.dumps(said).encode())
    assert [(one.number, one.name) for one in listing.channels] == [
        ("7", "A B"),
        ("9", "9"),
    ]
    assert listing.skipped == {"malformed": 3}


def test_a_line_up_becomes_a_playlist_with_its_numbers() -> None:
    listing = reading.parse_lineup(LINEUP)

    def address(url: str) -> str | None:
        return None if url.endswith("v5") else url.replace("192.168.1.20", "tuner")

    text, skipped = reading.as_playlist(listing, group="FLEX", address=address)
    assert skipped == {"drm": 1, "other_host": 1}
    first, radio = m3u.parse(text.encode())
    assert (first.name, first.url) == ("WCBS-HD", "http://tuner:5004/auto/v2.1")
    assert first.group == "FLEX"
    assert first.attributes == {"tvg-id": "2.1", "tvg-chno": "2.1"}
    assert radio.attributes == {"tvg-id": "88.1", "tvg-chno": "88.1", "radio": "true"}


def test_what_tuners_receive_is_read_in_per_cent() -> None:
    assert reading.parse_status(STATUS) == (
        Signal(tuner=0, strength=84, quality=79, symbol_quality=100),
        Signal(tuner=1),
    )
    odd = [{"Resource": "tuner3", "SignalStrengthPercent": 140}]
    assert reading.parse_status(json.dumps(odd).encode()) == (
        Signal(tuner=3, strength=100),
    )


def test_a_status_of_our_own_is_read() -> None:
    said = [
        hdhomerun.tuner_status(index=0, number="5", name="Five"),
        hdhomerun.tuner_status(index=1),
    ]
    assert reading.parse_status(json.dumps(said).encode()) == (
        Signal(tuner=0, strength=100, quality=100, symbol_quality=100),
        Signal(tuner=1),
    )


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("805 All Tuners In Use", Code.ALL_TUNERS_IN_USE),
        ("805", Code.ALL_TUNERS_IN_USE),
        ("806 Tune Failed", Code.TUNE_FAILED),
        ("811 Content Protection Required", None),
        ("8050", None),
        ("busy", None),
        ("", None),
    ],
)
def test_the_reason_of_a_refusal_is_read(header: str, code: Code | None) -> None:
    assert reading.parse_code(header) is code


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=9),
        lambda one: (
            st.lists(one, max_size=4)
            | st.dictionaries(
                st.sampled_from(["DeviceID", "LineupURL", "GuideNumber", "URL", "DRM"]),
                one,
            )
        ),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for parse in (reading.parse_discover, reading.parse_lineup, reading.parse_status):
        with suppress(AnswerError):
            parse(data)
