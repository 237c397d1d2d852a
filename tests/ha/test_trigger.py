"""Triggers: automations that run when somebody watches, and when a stream fails."""

from typing import Any

from homeassistant.components.websocket_api import TYPE_RESULT
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.fakes import faults
from tests.fakes.provider import Provider

from .automations import RAN, automate, telling
from .home import Home

STARTED = "telecast.session_started"
ENDED = "telecast.session_ended"
FAILED = "telecast.stream_failed"


async def ran(home: Home, runs: list[dict[str, Any]], count: int = 1) -> None:
    """Wait until automations have run so often; no more did."""
    await home.wait_for(lambda: len(runs) >= count or None, RAN)
    await home.hass.async_block_till_done()
    assert len(runs) == count


async def test_an_automation_runs_when_somebody_comes_and_when_he_goes(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await automate(home.hass, telling(STARTED), telling(ENDED))
    started = home.heard("telecast_session_started")
    ended = home.heard("telecast_session_ended")
    runs = home.heard(RAN)
    viewer = await home.watch()
    await ran(home, runs)
    (run,) = runs
    assert run["trigger"] == STARTED
    assert run["id"] == "mine"
    assert run["description"] == "session started on one"
    assert run["session"] == started[0]
    assert run["session"]["client"] == "127.0.0.1"
    assert (run["stream"], run["reason"]) == (None, None)
    viewer.close()
    await ran(home, runs, 2)
    assert runs[1]["trigger"] == ENDED
    assert runs[1]["description"] == "session ended on one"
    assert runs[1]["session"] | {"reason": runs[1]["reason"]} == ended[0]
    assert runs[1]["session"]["id"] == run["session"]["id"]


async def test_an_automation_runs_when_a_stream_fails(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    source = {"source": "provider"}
    await automate(home.hass, telling(FAILED, source), telling(FAILED, {"channel": 2}))
    provider.misbehave("one", faults.status(403))
    failures, runs = home.heard("telecast_stream_failed"), home.heard(RAN)
    channel = await home.engine.lineup.by_number("1")
    answer = await home.player.get(f"/telecast/stream/{channel.id}.ts")
    assert answer.status == 503
    await ran(home, runs)
    (run,), (failure,) = runs, failures
    assert run["description"] == "stream failed on one"
    assert run["stream"] | {"reason": run["reason"]} == failure
    assert (run["stream"]["source"], run["reason"]) == ("Provider", "cannot_connect")
    assert run["session"] is None


@pytest.mark.parametrize(
    ("options", "runs"),
    [
        ({"channel": "1"}, 1),
        ({"channel": ["ONE", "2"]}, 1),
        ({"channel": "2"}, 0),
        ({"client": "127.0.0.0/8"}, 1),
        ({"client": "192.168.1.5"}, 0),
        ({"account": "ann"}, 1),
        ({"account": "bob"}, 0),
        ({"channel": "one", "client": "127.0.0.1", "account": "ann"}, 1),
    ],
)
async def test_only_who_is_meant_makes_it_run(
    home: Home, provider: Provider, options: dict[str, Any], runs: int
) -> None:
    await home.add_playlist(provider)
    await home.add("account", username="ann", password="word")
    # The last one tells that the others have had their turn.
    await automate(home.hass, telling(STARTED, options), telling(ENDED))
    heard = home.heard(RAN)
    channel = await home.engine.lineup.by_number("1")
    viewer = await home.player.get(f"/live/ann/word/{channel.id}.ts")
    await viewer.content.readexactly(188)
    viewer.close()
    await ran(home, heard, runs + 1)
    assert [run["trigger"] for run in heard] == [STARTED] * runs + [ENDED]


async def test_it_goes_on_after_a_reload_and_rests_while_nothing_is_loaded(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    await automate(home.hass, telling(STARTED), telling(ENDED))
    runs = home.heard(RAN)
    await home.watch()
    await ran(home, runs)
    await home.unload()
    await ran(home, runs, 2)
    assert runs[1]["reason"] == "stopping"
    assert await home.hass.config_entries.async_setup(home.entry.entry_id)
    await home.until("binary_sensor.provider_connected", lambda one: one.state == "on")
    viewer = await home.watch()
    await ran(home, runs, 3)
    assert await home.hass.config_entries.async_reload(home.entry.entry_id)
    await ran(home, runs, 4)
    viewer.close()
    assert [run["trigger"] for run in runs] == [STARTED, ENDED] * 2


async def test_an_automation_can_be_there_before_telecast_is(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    await automate(hass, telling(STARTED), telling(ENDED), telling(FAILED))
    assert not hass.config_entries.async_loaded_entries("telecast")


async def test_what_an_automation_may_not_say_makes_it_unavailable(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = [
        telling(STARTED, {"client": "the telly"}),
        telling(FAILED, {"account": "ann"}),
        telling(STARTED, {"chanel": "1"}),
        telling("telecast.session_paused"),
    ]
    assert await async_setup_component(hass, "automation", {"automation": wrong})
    states = hass.states.async_all("automation")
    assert [state.state for state in states] == ["unavailable"] * len(wrong)
    assert "the telly is no address and no network" in caplog.text
    caplog.clear()


async def test_the_frontend_knows_the_triggers_and_their_fields(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator
) -> None:
    assert await async_setup_component(hass, "telecast", {})
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "trigger_platforms/subscribe"})
    assert (await client.receive_json())["type"] == TYPE_RESULT
    described = (await client.receive_json())["event"]
    ours = {
        name: set(about["fields"])
        for name, about in described.items()
        if name.startswith("telecast.")
    }
    session = {"channel", "client", "account"}
    assert ours == {STARTED: session, ENDED: session, FAILED: {"channel", "source"}}
