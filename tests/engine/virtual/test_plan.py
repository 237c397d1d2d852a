"""What the user writes as a plan is read, or refused in words that help."""

from contextlib import suppress
from datetime import time
import json
from typing import Any

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.engine.errors import InvalidTimelineError
from custom_components.telecast.engine.timeline import WEEKDAYS, Fit
from custom_components.telecast.engine.virtual.plan import (
    Hours,
    Number,
    Plan,
    Selection,
    read_plan,
)

EVENING = {"from": "18:00", "to": "20:00", "plays": "Series A"}


def refusal(document: Any, **how: str) -> str:
    """Answer in which words a plan is refused."""
    with pytest.raises(InvalidTimelineError) as caught:
        read_plan(json.dumps(document), **how)
    return str(caught.value)


def test_no_plan_plays_everything_at_all_times() -> None:
    assert read_plan("") == Plan() == read_plan("{}")
    assert Plan().otherwise == Selection("all")


def test_a_plan_is_read_as_it_is_written() -> None:
    block = {
        "days": ["Mon", "fri"],
        "from": "8:05",
        "to": "24:00",
        "plays": " Series A ",
        "fit": "run_over",
        "grid": 30,
    }
    match = {"from": "20:45:30", "to": "22:45", "channel": 5.1, "fit": "cut"}
    plan = read_plan(
        json.dumps({"blocks": [block, match], "otherwise": None, "fit": "cut"})
    )
    assert plan == Plan(
        blocks=(
            Hours(
                days=frozenset({"mon", "fri"}),
                begin=time(8, 5),
                end=time(0, 0),
                plays=Selection("series a"),
                fit=Fit.RUN_OVER,
                grid=30,
            ),
            Hours(
                days=frozenset(WEEKDAYS),
                begin=time(20, 45, 30),
                end=time(22, 45),
                plays=Number("5.1"),
                fit=Fit.CUT,
                grid=0,
            ),
        ),
        otherwise=None,
        fit=Fit.CUT,
    )
    assert plan.numbers == {"5.1"}
    assert plan.selections == {Selection("series a")}


def test_another_channel_can_be_on_otherwise() -> None:
    plan = read_plan('{"otherwise": {"channel": "05"}}')
    assert plan.numbers == {"5"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"days": ["mo"]}, "Block 2: no day is called 'mo'; use mon, tue"),
        ({"days": []}, "Block 2: 'days' is a list of days"),
        ({"days": "mon"}, "Block 2: 'days' is a list of days"),
        ({"from": "25:00"}, "Block 2: 'from' is no time as '18:00': '25:00'"),
        ({"from": 1080}, "Block 2: 'from' is no time as '18:00': 1080"),
        ({"to": None}, "Block 2: 'to' is missing"),
        ({"to": "24:01"}, "Block 2: 'to' is no time"),
        ({"plays": 5}, "Block 2: 'plays' is the name of a series or a folder"),
        ({"plays": " "}, "Block 2: 'plays' is the name of a series or a folder"),
        ({"channel": "5"}, "Block 2: it has either 'plays' or 'channel'"),
        ({"fit": "tight"}, "Block 2: 'fit' is one of wait, run_over, cut: 'tight'"),
        ({"fit": ["cut"]}, "Block 2: 'fit' is one of"),
        ({"grid": 7}, "Block 2: 'grid' is one of 0, 5, 10, 15, 20, 30, 60 minutes: 7"),
        ({"grid": True}, "Block 2: 'grid' is one of"),
        ({"form": "x"}, "Block 2: nothing is called 'form'"),
    ],
)
def test_what_is_wrong_with_a_block_is_said(change: dict[str, Any], words: str) -> None:
    assert refusal({"blocks": [EVENING, EVENING | change]}).startswith(words)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "The schedule has to be a list of names and values"),
        ({"blocks": {}}, "The schedule's 'blocks' are no list"),
        ({"blocks": ["x"]}, "Block 1 has to be a list of names and values"),
        ({"block": []}, "The schedule: nothing is called 'block'"),
        ({"otherwise": 5}, "The schedule: 'otherwise' is the name of a series"),
        ({"otherwise": {"channel": "x"}}, "'otherwise': 'channel' is a channel's num"),
        ({"otherwise": {"channel": True}}, "'otherwise': 'channel' is a channel's"),
        ({"otherwise": {}}, "'otherwise': 'channel' is a channel's number"),
        ({"otherwise": {"channel": 5, "x": 1}}, "'otherwise': nothing is called 'x'"),
        ({"fit": None}, "The schedule: 'fit' is one of"),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(document: Any, words: str) -> None:
    assert refusal(document).startswith(words)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "no"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(InvalidTimelineError, match="no JSON"):
        read_plan(text)


def test_a_channel_cannot_play_itself() -> None:
    plan = {"blocks": [{"from": "20:00", "to": "21:00", "channel": "5"}]}
    assert refusal(plan, number="05") == "A channel cannot play itself"
    assert read_plan(json.dumps(plan), number="5.1").numbers == {"5"}
    assert read_plan(json.dumps(plan)).numbers == {"5"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("blocks", "from", "to", "plays", "channel", "otherwise", "fit", "days")
            ),
            inner,
            max_size=5,
        )
    ),
)


@given(JSON)
def test_nothing_but_a_refusal_comes_of_nonsense(document: Any) -> None:
    with suppress(InvalidTimelineError):
        assert isinstance(read_plan(json.dumps(document)), Plan)
