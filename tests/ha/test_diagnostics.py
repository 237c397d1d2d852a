"""Diagnostics: enough to help, nothing to hide."""

from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads_object
import pytest

from custom_components.telecast.diagnostics import async_get_config_entry_diagnostics
from tests.fakes import faults
from tests.fakes.provider import Provider

from .home import Home

CANARY = "canary"


async def diagnose(home: Home) -> str:
    """The download's text."""
    found = await async_get_config_entry_diagnostics(home.hass, home.entry)
    return json_bytes(found).decode()


async def test_nothing_that_a_user_has_typed_is_in_it(
    home: Home, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    url = provider.playlist_url
    await home.add_playlist(
        provider,
        "Canary",
        url=f"{url}?username={CANARY}&password={CANARY}",
        epg_urls=[f"{url}/{CANARY}.xml"],
        user_agent=CANARY,
    )
    await home.add(
        "account",
        username=f"{CANARY}-user",
        password=f"{CANARY}-word",
        groups=[CANARY, "Test"],
    )
    provider.misbehave("two", faults.status(403))
    headers = {"User-Agent": CANARY}
    login = f"{CANARY}-user/{CANARY}-word"
    dead = await home.engine.lineup.by_number("2")
    assert (await home.player.get(f"/live/{login}/{dead.id}.ts")).status == 503
    alive = await home.engine.lineup.by_number("1")
    viewer = await home.player.get(f"/live/{login}/{alive.id}.ts", headers=headers)
    await home.until("sensor.telecast_active_sessions", lambda one: one.state == "1")
    text = await diagnose(home)
    assert CANARY not in text.casefold()
    assert "127.0.0.1" not in text
    assert provider.url not in text
    assert home.engine.identity.token not in text
    assert home.engine.identity.device_auth not in text
    viewer.close()
    ours = [one for one in caplog.records if "telecast" in one.name]
    for record in ours:
        assert f"{CANARY}-word" not in record.getMessage()
        assert "password=" not in record.getMessage()


async def test_what_helps_is_in_it(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider, max_streams=3)
    await home.add("account", username="ann", groups=["a", "b"], expires="2030-01-01")
    provider.misbehave("two", faults.status(403))
    viewer = await home.watch("1")
    channel = await home.engine.lineup.by_number("2")
    await home.player.get(f"/telecast/stream/{channel.id}.ts")
    await home.engine.encoders.ready()
    await home.until(
        "sensor.telecast_active_streams",
        lambda state: state.attributes["last_failure"] is not None,
    )
    found = json_loads_object(await diagnose(home))
    assert found["settings"]["tuner_count"] == 4
    assert found["settings"]["default_networks"] is True
    assert found["database_was_set_aside"] is False
    assert found["statistics"]["channels"] == 2
    (source,) = found["sources"]
    assert (source["kind"], source["scheme"], source["channels"]) == (
        "playlist",
        "http",
        2,
    )
    assert (source["connected"], source["max_streams"]) == (True, 3)
    (account,) = found["accounts"]
    assert (account["groups"], account["enabled"]) == (2, True)
    (session,) = found["sessions"]
    assert (session["protocol"], session["state"]) == ("http", "streaming")
    assert found["last_failure"]["reason"] == "cannot_connect"
    assert found["settings"]["hardware_acceleration"] == "none"
    (stream,) = found["streams"]
    assert (stream["number"], stream["state"]) == ("1", "active")
    assert stream["qualities"] == []
    assert "channel" not in stream and "source" not in stream
    encoders = found["encoders"]
    assert (encoders["in_use"], encoders["problem"]) == ("none", None)
    assert encoders["tested"] == [{"encoder": "none", "works": True, "reason": ""}]
    assert encoders["running"] == []
    viewer.close()
