"""A schedule is made of settings, files and edits, and says what the user meant."""

from dataclasses import replace
import json
from typing import Any
from urllib.parse import quote

from custom_components.telecast.engine.model import Channel
from custom_components.telecast.engine.timeline import (
    MAIN,
    Appointment,
    Item,
    Live,
    Order,
    Schedule,
    begun,
    read_timeline,
)
from custom_components.telecast.engine.timeline.writing import as_dict
from custom_components.telecast.engine.virtual.edits import Booking, Edits
from custom_components.telecast.engine.virtual.media import Medium
from custom_components.telecast.engine.virtual.plan import read_plan
from custom_components.telecast.engine.virtual.scheduling import Wishes, schedule_of
from tests.fakes.lineup import channel

from .world import HOUR, START, settings


def medium(key: int, path: str = "", **how: Any) -> Medium:
    return Medium(
        id=key,
        address=f"file://{path or f'/media/{key}.mkv'}",
        title=f"Title {key}",
        **({"duration": HOUR, "facts": {}, "streams": {}} | how),
    )


def made(
    *media: Medium,
    plan: dict[str, Any] | None = None,
    edits: Edits | None = None,
    before: Schedule | None = None,
    channels: dict[str, Channel] | None = None,
    **how: Any,
) -> Schedule:
    wishes = Wishes(
        settings=settings(**how),
        plan=read_plan(json.dumps(plan) if plan else ""),
        media=media,
        edits=edits or Edits(),
        channels=channels or {},
    )
    return schedule_of(wishes, before)


def keys(schedule: Schedule, name: str = MAIN) -> list[str]:
    return [item.key for item in schedule.rotations[name].items]


def block(plays: str, **how: Any) -> dict[str, Any]:
    return {"blocks": [{"from": "18:00", "to": "20:00", "plays": plays, **how}]}


def played(schedule: Schedule) -> list[str]:
    """Answer what the first block plays."""
    plays = schedule.blocks[0].plays
    assert isinstance(plays, str)
    return keys(schedule, plays)


def test_all_that_can_be_played_is_in_one_rotation() -> None:
    broken = medium(3, duration=0, error="unreadable")
    unknown = medium(4, duration=0)
    refused = medium(5, error="no_data")
    schedule = made(medium(1), medium(2), broken, unknown, refused)
    assert (keys(schedule), schedule.otherwise) == (["1", "2"], MAIN)
    rotation = schedule.rotations[MAIN]
    assert (rotation.order, rotation.loop) == (Order.SEQUENTIAL, True)
    assert schedule.zone.key == "Europe/Berlin"


def test_order_and_loop_are_those_of_the_settings() -> None:
    rotation = made(medium(1), order="episodes", loop=False).rotations[MAIN]
    assert (rotation.order, rotation.loop) == (Order.EPISODES, False)


def test_a_shuffle_is_the_same_for_ever_and_another_for_another_channel() -> None:
    first, again = (made(medium(1)).rotations[MAIN].seed for _ in range(2))
    other = made(medium(1), id="cellar").rotations[MAIN].seed
    assert first == again != other


def test_items_say_what_episode_they_are() -> None:
    schedule = made(medium(1, series="A", season=2, number=3))
    assert schedule.rotations[MAIN].items == (
        Item(key="1", duration=HOUR, series="A", season=2, number=3),
    )


def test_a_zone_that_there_is_not_is_none() -> None:
    assert made(medium(1), zone="Mars/Olympus").zone.key == "UTC"


def test_blocks_play_what_their_words_mean() -> None:
    media = (
        medium(1, "/media/Old/1.mkv"),
        medium(2, "/media/Show/1.mkv", series="The Show"),
        medium(3, "/media/Show/Specials/2.mkv", series="The Show"),
        medium(4, "/other/Lone/4.mkv"),
    )
    found = {
        plays: played(made(*media, plan=block(plays)))
        for plays in (
            *("films", "Series", "all", "the show", "show", "specials", "old"),
            *("media", "lone", "other", "nothing", "main"),
        )
    }
    assert found == {
        "films": ["1", "4"],
        "Series": ["2", "3"],
        "all": ["1", "2", "3", "4"],
        "the show": ["2", "3"],
        "show": ["2", "3"],
        "specials": ["3"],
        "old": ["1"],
        "media": ["1", "2", "3"],
        "lone": ["4"],
        "other": [],
        "nothing": [],
        "main": [],
    }


def test_a_name_is_the_same_however_its_marks_are_written() -> None:
    whole, parted = "Élise Ü", "E\u0301lise U\u0308"
    for written, plays in ((whole, parted.upper()), (parted, whole.lower())):
        media = (
            medium(1, f"/media/{quote(written)}/1.mkv"),
            medium(2, series=written),
            medium(3),
        )
        assert played(made(*media, plan=block(plays))) == ["1", "2"]


def test_blocks_of_the_same_word_go_on_where_the_other_left_off() -> None:
    plan = {
        "blocks": [
            {"days": ["mon"], "from": "18:00", "to": "20:00", "plays": "films"},
            {"days": ["tue"], "from": "8:00", "to": "9:00", "plays": "FILMS"},
        ],
        "otherwise": None,
    }
    schedule = made(medium(1), plan=plan)
    assert schedule.blocks[0].plays == schedule.blocks[1].plays
    assert schedule.otherwise is None


def test_a_channel_is_named_by_its_number_and_kept_by_its_id() -> None:
    plan = {
        "blocks": [{"from": "20:45", "to": "22:45", "channel": "5"}],
        "otherwise": {"channel": "6"},
    }
    schedule = made(medium(1), plan=plan, channels={"5": channel(105)})
    assert schedule.blocks[0].plays == Live(channel=105)
    # The other one is not there, and may come.
    assert isinstance(schedule.otherwise, str)
    assert keys(schedule, schedule.otherwise) == []


def test_edits_order_and_leave_out() -> None:
    edits = Edits(order=(3, 1), left_out=frozenset({2}))
    assert keys(made(*map(medium, range(1, 5)), edits=edits)) == ["3", "1", "4"]


def test_appointments_are_made_of_what_is_there() -> None:
    edits = Edits(
        bookings=(
            Booking(start=START, stop=START + 5 * HOUR, item=1),
            Booking(start=START + 5 * HOUR, stop=START + 6 * HOUR, item=99),
            Booking(start=START + 6 * HOUR, stop=START + 7 * HOUR, channel=7),
        )
    )
    schedule = made(medium(1), edits=edits)
    item = schedule.rotations[MAIN].items[0]
    assert schedule.appointments == (
        # It ends with the item.
        Appointment(start=START, stop=START + HOUR, plays=item),
        Appointment(
            start=START + 6 * HOUR, stop=START + 7 * HOUR, plays=Live(channel=7)
        ),
    )


def test_a_schedule_that_is_the_same_is_the_one_there_was() -> None:
    plan = block("films", grid=30)
    first = made(medium(1), medium(2), plan=plan)
    assert made(medium(1), medium(2), plan=plan, before=first) is first
    stored = read_timeline(as_dict(begun(first, START))).schedule
    assert made(medium(1), medium(2), plan=plan, before=stored) is stored


def test_schedules_share_what_they_have_in_common() -> None:
    plan = block("series")
    media = (medium(1), medium(2, series="A"))
    first = made(*media, plan=plan)
    second = made(*media, medium(3), plan=plan, before=first)
    assert second is not first
    assert second.rotations["= series"] is first.rotations["= series"]
    assert second.rotations[MAIN].items[0] is first.rotations[MAIN].items[0]


def test_another_word_of_a_file_is_another_schedule() -> None:
    first = made(medium(1))
    assert made(replace(medium(1), duration=HOUR + 1), before=first) != first
