"""Lists as state attributes: small enough for a state, and in no database."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
import pytest

from custom_components.telecast.attributes import listed
from tests.fakes.provider import Provider

from .home import Home

RECORDER_TAKES = 16_384
LISTS = {
    "sensor.telecast_active_sessions": "sessions",
    "sensor.telecast_active_streams": "streams",
    "sensor.telecast_active_encoders": "encoders",
}


def session(number: int, letter: str) -> dict[str, object]:
    """A session as an attribute shows it, with the longest user agent that is kept."""
    return {
        "id": f"{number:016x}",
        "pid": number,
        "channel": letter * 300,
        "number": str(number),
        "client": "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        "user_agent": letter * 200,
        "account": letter * 50,
        "protocol": "hdhomerun",
        "state": "streaming",
        "started_at": "2026-11-27T03:00:00.123456+00:00",
        "bytes": 123_456_789_012,
        "bitrate": 12_345_678,
    }


@pytest.mark.parametrize("letter", ["x", "ü", "📺", '"', "\\"])
async def test_a_hundred_sessions_leave_room_for_the_rest_of_the_state(
    letter: str,
) -> None:
    sessions = [session(number, letter) for number in range(100)]
    found = listed("sessions", sessions)
    assert found["sessions"] == sessions[: len(found["sessions"])]
    assert len(found["sessions"]) + found["sessions_left_out"] == 100
    # A failure of a channel with the longest name may stand beside them.
    failure = {"last_failure": {"channel": "📺" * 300, "source": "x" * 100}}
    assert len(json_bytes(found | failure)) < RECORDER_TAKES - 500


async def test_one_that_is_larger_than_a_state_is_left_out() -> None:
    found = listed("sessions", [{"user_agent": "x" * 20_000}])
    assert found == {"sessions": [], "sessions_left_out": 1}


async def test_a_hundred_real_viewers_fit_and_are_not_recorded(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    channel = await home.engine.lineup.by_number("1")
    viewers = [
        await home.player.get(
            f"/telecast/stream/{channel.id}.ts",
            headers={"User-Agent": f"{number} ".ljust(200, "x")},
        )
        for number in range(100)
    ]
    name = "sensor.telecast_active_sessions"
    state = await home.until(name, lambda state: state.state == "100")
    shown = state.attributes["sessions"]
    assert len(shown) + state.attributes["sessions_left_out"] == 100
    assert len({one["user_agent"] for one in shown}) == len(shown) > 15
    assert len(json_bytes(state.attributes)) < RECORDER_TAKES
    for viewer in viewers:
        viewer.close()
    await home.until(name, lambda state: state.state == "0")


@pytest.mark.usefixtures("home")
async def test_no_list_is_recorded(hass: HomeAssistant) -> None:
    for entity, attribute in LISTS.items():
        state = hass.states.get(entity)
        assert state is not None and state.state_info is not None
        assert state.attributes[attribute] == []
        kept_out = state.state_info["unrecorded_attributes"]
        assert {attribute, f"{attribute}_left_out"} <= kept_out
