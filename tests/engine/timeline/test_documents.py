"""Timelines as documents: what is written is read again, and nothing else is."""

from copy import deepcopy
from dataclasses import replace
import json
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.telecast.engine.errors import InvalidTimelineError
from custom_components.telecast.engine.timeline import (
    Appointment,
    Live,
    Order,
    Rotation,
    Schedule,
    as_dict,
    begun,
    read_timeline,
)
from tests.engine.timeline.plans import BERLIN, DAY, HOUR, items, schedules
from tests.engine.timeline.test_blocks import SERIES

NIGHT = 1_774_652_400_000


def document() -> dict[str, Any]:
    """Answer a document with everything in it."""
    schedule = Schedule(
        zone=BERLIN,
        rotations={
            "series": Rotation(items=items("12", series="x"), order=Order.EPISODES),
            "films": Rotation(items=items("ab"), order=Order.SHUFFLE, seed=5),
        },
        blocks=(SERIES,),
        appointments=(
            Appointment(
                start=NIGHT, stop=NIGHT + 1, plays=Live(channel=4, title="Final")
            ),
            Appointment(
                start=NIGHT + 2,
                stop=NIGHT + 3,
                plays=replace(items("z")[0], title="Premiere"),
            ),
        ),
        otherwise="films",
    )
    return as_dict(begun(schedule, NIGHT - DAY).skipped(NIGHT - HOUR))


def test_a_document_tells_everything_once() -> None:
    told = document()
    assert len(told["items"]) == 4
    assert len(told["schedules"]) == 1
    assert [it["schedule"] for it in told["revisions"]] == [0, 0]
    assert told["items"][0] == {
        "key": "x1",
        "duration": 1_800_000,
        "series": "x",
        "number": 1,
    }
    assert told["schedules"][0]["blocks"] == [
        {
            "days": ["mon", "tue", "wed", "thu", "fri"],
            "begin": "18:00:00",
            "end": "20:00:00",
            "plays": "series",
            "fit": "wait",
            "grid": 0,
        }
    ]


def test_what_has_a_title_is_told_with_it_and_all_else_as_ever() -> None:
    (schedule,) = document()["schedules"]
    live, item = schedule["appointments"]
    assert live["plays"] == {"channel": 4, "title": "Final"}
    assert item["plays"]["title"] == "Premiere"
    told = document()
    for one in told["schedules"][0]["appointments"]:
        del one["plays"]["title"]
    was, wanted = read_timeline(told), read_timeline(document())
    assert [one.plays.title for one in was.schedule.appointments] == ["", ""]
    assert [one.plays.title for one in wanted.schedule.appointments] == [
        *("Final", "Premiere")
    ]
    assert as_dict(was) == told
    assert as_dict(wanted) == document()


@settings(deadline=None)
@given(st.data(), st.lists(st.integers(0, 2 * DAY), max_size=3))
def test_what_is_written_is_read_again(data: st.DataObject, moments: list[int]) -> None:
    timeline = begun(data.draw(schedules(near=NIGHT)), NIGHT - DAY)
    for moment in sorted(moments):
        timeline = timeline.edited(
            data.draw(schedules(near=NIGHT)), NIGHT - DAY + moment
        )
    again = read_timeline(json.loads(json.dumps(as_dict(timeline))))
    assert again.revisions == timeline.revisions
    wanted = list(timeline.between(NIGHT - 2 * DAY, NIGHT + 2 * DAY))
    assert list(again.between(NIGHT - 2 * DAY, NIGHT + 2 * DAY)) == wanted


def spoilt(told: Any) -> list[Any]:
    """Answer all documents in which one thing is not as it was."""
    found: list[Any] = []
    if isinstance(told, dict):
        found += [{k: v for k, v in told.items() if k != key} for key in told]
        found += [
            told | {key: other}
            for key, value in told.items()
            for other in spoilt(value)
        ]
        found.append(told | {"more": 1})
    elif isinstance(told, list):
        found += [
            [*told[:at], other, *told[at + 1 :]]
            for at, value in enumerate(told)
            for other in spoilt(value)
        ]
        found.append([*told, {}])
    return [*found, None, {}, [None], 1.5, "no such", -1, 10**9, True]


def test_what_is_not_ours_is_refused_and_nothing_else_happens() -> None:
    told = document()
    refused = 0
    for wrong in spoilt(told):
        try:
            timeline = read_timeline(deepcopy(wrong))
        except InvalidTimelineError:
            refused += 1
        else:
            assert as_dict(timeline) == json.loads(json.dumps(as_dict(timeline)))
    assert refused > 400


@pytest.mark.parametrize(
    "path",
    [
        ("version",),
        ("items", 0, "key"),
        ("items", 0, "duration"),
        ("schedules", 0, "zone"),
        ("schedules", 0, "otherwise"),
        ("schedules", 0, "fit"),
        ("schedules", 0, "rotations", "films"),
        ("schedules", 0, "rotations", "films", "order"),
        ("schedules", 0, "rotations", "films", "items"),
        ("schedules", 0, "blocks", 0, "begin"),
        ("schedules", 0, "blocks", 0, "days"),
        ("schedules", 0, "appointments", 0, "plays"),
        ("schedules", 0, "appointments", 0, "plays", "channel"),
        ("revisions", 0, "start"),
        ("revisions", 0, "places", "films"),
        ("revisions", 0, "schedule"),
    ],
)
@pytest.mark.parametrize("wrong", [None, True, 1.5, [None], {"a": 1}, "\0", "../etc"])
def test_each_field_is_of_its_own_type(path: tuple[Any, ...], wrong: Any) -> None:
    if path[-1] == "key" and isinstance(wrong, str):
        return
    if path[-1] == "otherwise" and wrong is None:
        return
    told = document()
    inner: Any = told
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = wrong
    with pytest.raises(InvalidTimelineError):
        read_timeline(told)


def test_a_document_without_a_field_or_with_another_is_refused() -> None:
    told = document()
    for wrong in (
        {key: value for key, value in told.items() if key != "items"},
        told | {"more": 1},
        told | {"version": 2},
        told | {"revisions": []},
    ):
        with pytest.raises(InvalidTimelineError):
            read_timeline(wrong)


def test_zones_come_from_whoever_has_them() -> None:
    asked: list[str] = []

    def zones(name: str) -> ZoneInfo:
        asked.append(name)
        return BERLIN

    read_timeline(document(), zones)
    assert asked == ["Europe/Berlin"]
