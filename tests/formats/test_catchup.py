"""Catch-up: what playlists say of it, and the addresses that follow."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as some
import pytest

from custom_components.telecast.formats import catchup
from custom_components.telecast.formats.catchup import Catchup, Kind, Moment

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
START = int(datetime(2025, 11, 27, 8, 0, tzinfo=UTC).timestamp())
MOMENT = Moment(start=START, duration=5400, now=START + 86_400)


def addresses(
    kind: str, url: str = "", source: str = "", *, moment: Moment = MOMENT
) -> tuple[str, ...]:
    described = Catchup(kind=Kind(kind), source=source)
    return catchup.addresses(described, url, moment, BERLIN)


# What playlists say


@pytest.mark.parametrize(
    ("facts", "kind", "days"),
    [
        ({"catchup": "shift", "catchup-days": "3"}, "shift", 3),
        ({"catchup": "SHIFT"}, "shift", 5),
        ({"catchup-type": "append", "catchup-source": "?t={utc}"}, "append", 5),
        ({"catchup": "fs", "catchup-days": "7"}, "flussonic-ts", 7),
        ({"catchup": "flussonic-ts"}, "flussonic-ts", 5),
        ({"catchup": "flussonic-hls"}, "flussonic", 5),
        ({"catchup": "flussonic", "tvg-rec": "2"}, "flussonic", 2),
        ({"catchup": "xc", "catchup-days": "14"}, "xtream", 14),
        ({"catchup": "xtream"}, "xtream", 5),
        ({"catchup": "vod", "catchup-source": "http://a/{utc}"}, "vod", 5),
        ({"timeshift": "3"}, "shift", 3),
        ({"tvg-rec": "4"}, "shift", 4),
        ({"timeshift": "3", "catchup": "xc"}, "xtream", 3),
        ({"catchup-source": "http://a/{utc}"}, "default", 5),
        ({"catchup": "yes", "catchup-source": "http://a/{utc}"}, "default", 5),
        ({"catchup": "1", "catchup-days": "2"}, "shift", 2),
        ({"catchup": "shift", "catchup-days": "999999"}, "shift", 365),
        ({"catchup": "shift", "catchup-days": "many"}, "shift", 5),
    ],
)
def test_a_channel_is_caught_up_with_as_its_entry_says(
    facts: dict[str, str], kind: str, days: int
) -> None:
    told = catchup.parse(facts)
    assert told is not None
    described, kept = told
    assert (described.kind, kept) == (Kind(kind), days)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"catchup-days": "3"},
        {"catchup": "none", "catchup-source": "http://a/{utc}"},
        {"catchup": "0", "catchup-days": "3"},
        {"catchup": "disabled", "timeshift": "3"},
        {"catchup": "shift", "catchup-days": "0"},
        {"timeshift": "0"},
        {"tvg-rec": "0"},
        {"tvg-rec": "-1"},
        {"catchup": "what-nobody-knows"},
        {"catchup": "default", "catchup-source": "http://a/" + "a" * 5000},
    ],
)
def test_a_channel_that_says_nothing_of_use_is_not_caught_up_with(
    facts: dict[str, str],
) -> None:
    assert catchup.parse(facts) is None


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [("-4.5", -270), ("+2", 120), ("14", 840), ("99", 0), ("soon", 0), ("", 0)],
)
def test_a_correction_is_in_hours(hours: str, minutes: int) -> None:
    told = catchup.parse({"catchup": "shift", "catchup-correction": hours})
    assert told is not None
    assert told[0].correction == minutes


def test_options_for_players_are_no_part_of_the_source() -> None:
    told = catchup.parse(
        {"catchup": "default", "catchup-source": "http://a/{utc}|User-Agent=TV"}
    )
    assert told is not None
    assert told[0].source == "http://a/{utc}"


@given(
    some.builds(
        Catchup,
        kind=some.sampled_from(Kind),
        source=some.text(),
        correction=some.integers(-1440, 1440),
    )
)
def test_what_is_kept_is_read_again_as_it_was(described: Catchup) -> None:
    assert Catchup.from_json(described.as_json()) == described


def test_the_least_that_can_be_kept_is_a_kind() -> None:
    assert Catchup(kind=Kind.XTREAM).as_json() == '{"kind": "xtream"}'
    assert Catchup.from_json('{"kind": "xtream"}') == Catchup(kind=Kind.XTREAM)
    assert Catchup.from_json("") is None


def test_a_source_is_not_shown_where_it_is_logged() -> None:
    assert "secret" not in repr(Catchup(kind=Kind.DEFAULT, source="http://a/secret"))


@given(
    some.dictionaries(
        some.sampled_from(
            [
                *("catchup", "catchup-type", "catchup-days", "catchup-source"),
                *("catchup-correction", "timeshift", "tvg-rec"),
            ]
        ),
        some.text(),
    )
)
def test_whatever_an_entry_says_can_be_kept_and_asked_for(
    facts: dict[str, str],
) -> None:
    if told := catchup.parse(facts):
        described, days = told
        assert 0 < days <= 365
        assert Catchup.from_json(described.as_json()) == described
        catchup.addresses(described, "http://192.0.2.1/live/u/p/1.ts", MOMENT, BERLIN)


# The addresses of recordings


@pytest.mark.parametrize(
    ("kind", "url", "source", "expected"),
    [
        (
            "default",
            "http://h/live.m3u8",
            "http://h/a-${start}-${duration}.m3u8",
            ["http://h/a-1764230400-5400.m3u8"],
        ),
        ("default", "http://h/a", "?utc={utc}", ["http://h/a?utc=1764230400"]),
        (
            "append",
            "http://h/c.ts?token=t",
            "&cutv={Y}-{m}-{d}T{H}:{M}:{S}",
            ["http://h/c.ts?token=t&cutv=2025-11-27T09:00:00"],
        ),
        (
            "append",
            "http://h/c.ts?token=t",
            "?utc={utc}",
            ["http://h/c.ts?token=t&utc=1764230400"],
        ),
        ("shift", "http://h/d", "", ["http://h/d?utc=1764230400&lutc=1764316800"]),
        (
            "shift",
            "http://h/d?k=v",
            "",
            ["http://h/d?k=v&utc=1764230400&lutc=1764316800"],
        ),
        (
            "flussonic",
            "http://h:8888/325/index.m3u8?token=s",
            "",
            [
                "http://h:8888/325/index-1764230400-5400.m3u8?token=s",
                "http://h:8888/325/timeshift_rel-86400.m3u8?token=s",
            ],
        ),
        (
            "flussonic",
            "http://h:8888/325/mono.m3u8",
            "",
            [
                "http://h:8888/325/mono-1764230400-5400.m3u8",
                "http://h:8888/325/mono-timeshift_rel-86400.m3u8",
            ],
        ),
        (
            "flussonic",
            "http://h/151/mpegts?token=s",
            "",
            [
                "http://h/151/archive-1764230400-5400.ts?token=s",
                "http://h/151/timeshift_abs-1764230400.ts?token=s",
            ],
        ),
        (
            "flussonic-ts",
            "http://h/some/325/live",
            "",
            [
                "http://h/some/325/archive-1764230400-5400.ts",
                "http://h/some/325/timeshift_abs-1764230400.ts",
            ],
        ),
        (
            "xtream",
            "http://h:8080/me@x.com/pw/1477",
            "",
            ["http://h:8080/timeshift/me@x.com/pw/90/2025-11-27:09-00/1477.ts"],
        ),
        (
            "xtream",
            "http://h:8080/live/me/pw/1477.m3u8",
            "",
            ["http://h:8080/timeshift/me/pw/90/2025-11-27:09-00/1477.m3u8"],
        ),
        (
            "xtream",
            "http://h/live/me/pw/1477.ts",
            "",
            ["http://h/timeshift/me/pw/90/2025-11-27:09-00/1477.ts"],
        ),
        (
            "xtream",
            "xtream:live/123.ts",
            "",
            ["xtream:timeshift/90/2025-11-27:09-00/123.ts"],
        ),
        (
            "vod",
            "http://h/j.ts",
            "http://h/j.ts?s={utc}",
            ["http://h/j.ts?s=1764230400"],
        ),
    ],
)
def test_each_kind_has_addresses_of_its_own(
    kind: str, url: str, source: str, expected: list[str]
) -> None:
    assert list(addresses(kind, url, source)) == expected


@pytest.mark.parametrize(
    ("kind", "url", "source"),
    [
        ("default", "http://h/a", ""),
        ("default", "http://h/a", "http://h/always-the-same"),
        ("append", "http://h/a", ""),
        ("flussonic", "http://h", ""),
        ("flussonic", "udp://239.0.0.1:1234", ""),
        ("xtream", "http://h/a", ""),
        ("xtream", "http://h/a/b/c/d/e.ts", ""),
        ("vod", "http://h/a", ""),
        ("vod", "http://h/a", "http://h/{catchup-id}"),
    ],
)
def test_what_leads_to_no_recording_has_no_address(
    kind: str, url: str, source: str
) -> None:
    assert addresses(kind, url, source) == ()


def test_a_programme_that_has_an_id_is_found_by_it() -> None:
    moment = Moment(start=START, duration=60, now=START + 3600, id="34534590")
    assert addresses("vod", "", "http://h/{catchup-id}.ts", moment=moment) == (
        "http://h/34534590.ts",
    )
    assert addresses("vod", moment=moment) == ("34534590",)


@pytest.mark.parametrize(
    ("kind", "source", "asks"),
    [
        ("vod", "", True),
        ("vod", "http://h/{catchup-id}.ts", True),
        ("append", "?id=${catchup-id}", True),
        ("default", "http://h/{catchup-id}?utc={utc}", True),
        ("default", "http://h/{utc}", False),
        ("shift", "", False),
        ("flussonic", "", False),
    ],
)
def test_an_id_is_asked_for_only_where_an_address_needs_it(
    kind: str, source: str, asks: bool
) -> None:
    described = Catchup(kind=Kind(kind), source=source)
    assert catchup.asks_id(described, "http://h/a/b.m3u8") is asks


def test_an_id_goes_in_as_it_is_and_nothing_in_it_is_filled() -> None:
    moment = Moment(start=START, duration=60, now=START + 60, id="{utc}/a b?c=\\1")
    found = addresses("append", "http://h/", "{catchup-id}", moment=moment)
    assert found == ("http://h/{utc}/a b?c=\\1",)


def test_a_correction_is_taken_off_every_start() -> None:
    described = Catchup(kind=Kind.SHIFT, correction=-240)
    (address,) = catchup.addresses(described, "http://h/d", MOMENT, UTC)
    assert address == f"http://h/d?utc={START + 4 * 3600}&lutc={START + 86_400}"


@pytest.mark.parametrize("url", ["http://h/live/u/p/1.ts", "xtream:live/1.ts"])
def test_an_archive_of_minutes_is_asked_for_all_that_was_wanted(url: str) -> None:
    odd = Moment(start=START + 59, duration=3600, now=START + 86_400)
    (address,) = addresses("xtream", url, moment=odd)
    # From the minute on, and until no sooner than the end.
    assert address.endswith("/61/2025-11-27:09-00/1.ts")


# Placeholders


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{utc} ${utc} {start} ${start}", " ".join(["1764230430"] * 4)),
        ("{utcend} ${end}", "1764235830 1764235830"),
        ("{lutc} ${now} ${timestamp}", "1764316800 1764316800 1764316800"),
        ("{duration} ${duration} {duration:60} {duration:1}", "5400 5400 90 5400"),
        ("{duration:3600}", "2"),
        ("{offset:1} ${offset} {offset:60} {offset:10}", "86370 86370 1440 8637"),
        ("{Y}{m}{d}{H}{M}{S}", "20251127090030"),
        ("${Y}-${m}-${d}", "2025-11-27"),
        ("{Y}/{Y}", "2025/2025"),
        ("{utc:Y-m-d_H-M}", "2025-11-27_09-00"),
        ("?s={utc:YmdHM}&e=${end:YmdHM}", "?s=202511270900&e=202511271030"),
        ("{lutc:Y-m-d H:M:S}", "2025-11-28%2009:00:00"),
        ("{catchup-id}", "{catchup-id}"),
        (
            "{duration:0} {duration:x} {duration:-1}",
            "{duration:0} {duration:x} {duration:-1}",
        ),
        ("{Y:60} {foo} {} {utc {utc:} $x", "{Y:60} {foo} {} {utc {utc:} $x"),
        ("no placeholder at all", "no placeholder at all"),
    ],
)
def test_placeholders_are_filled(template: str, filled: str) -> None:
    moment = Moment(start=START + 30, duration=5400, now=START + 86_400)
    assert catchup.fill(template, moment, BERLIN) == filled


@pytest.mark.parametrize(
    ("template", "seconds"),
    [
        ("{utc}", 1),
        ("${start}", 1),
        ("{Y}{S}", 1),
        ("{utc:YmdHMS}", 1),
        ("{offset:1}", 1),
        ("${offset}", 1),
        ("{utc:YmdHM}", 60),
        ("{Y}-{m}-{d}:{H}-{M}", 60),
        ("{offset:60}", 60),
        ("{utcend}", 60),
    ],
)
def test_a_template_is_as_exact_as_it_can_say(template: str, seconds: int) -> None:
    assert catchup.granularity(template) == seconds


@given(some.text(), some.integers(0, 4_000_000_000), some.integers(0, 100_000))
def test_any_template_can_be_filled(template: str, start: int, duration: int) -> None:
    moment = Moment(start=start, duration=duration, now=start + 1000)
    filled = catchup.fill(template, moment, KOLKATA)
    if "{" not in template:
        assert filled == template


@given(some.integers(1, 10**9), some.integers(1, 100_000))
def test_units_are_never_too_few(seconds: int, unit: int) -> None:
    moment = Moment(start=0, duration=seconds, now=0)
    units = int(catchup.fill(f"{{duration:{unit}}}", moment, UTC))
    assert (units - 1) * unit < seconds <= units * unit
