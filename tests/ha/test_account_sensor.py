"""The device of an account: how many watch with it, and what its limits are."""

from homeassistant.helpers.json import json_bytes

from tests.fakes.provider import Provider

from .home import Home

SENSOR = "sensor.ann_sessions"


async def test_an_account_is_a_device_behind_the_hub(home: Home) -> None:
    subentry = await home.add("account", username="ann", password="canary-word")
    device, hub = home.device(subentry.subentry_id), home.device()
    assert device is not None and hub is not None
    assert (device.name, device.model) == ("ann", "Account")
    assert device.via_device_id == hub.id
    assert device.config_subentry_id == subentry.subentry_id


async def test_its_sensor_tells_its_limits_and_no_secret(home: Home) -> None:
    await home.hass.config.async_set_time_zone("Europe/Berlin")
    subentry = await home.add(
        "account",
        username="ann",
        password="canary-word",
        max_connections=3,
        expires="2030-01-31",
    )
    state = await home.until(SENSOR)
    assert state.state == "0"
    limits = {
        "max_connections": 3,
        "expires": "2030-02-01T00:00:00+01:00",
        "enabled": True,
    }
    assert limits.items() <= dict(state.attributes).items()
    assert b"canary" not in json_bytes(state.as_dict())
    await home.change(
        "account",
        subentry,
        username="ann",
        password="canary-other",
        max_connections=0,
        enabled=False,
    )
    state = await home.until(SENSOR, lambda one: not one.attributes["enabled"])
    assert state.attributes["max_connections"] == 0
    assert state.attributes["expires"] is None
    assert b"canary" not in json_bytes(state.as_dict())


async def test_it_counts_each_viewer_of_its_own(home: Home, provider: Provider) -> None:
    await home.add_playlist(provider)
    for name in ("ann", "bob"):
        await home.add("account", username=name, password="word", max_connections=0)
    channel = await home.engine.lineup.by_number("1")
    viewers = [
        await home.player.get(
            f"/live/{name}/word/{channel.id}.ts", headers={"User-Agent": agent}
        )
        for name, agent in (("ann", "a"), ("ann", "b"), ("bob", "c"))
    ]
    await home.until(SENSOR, lambda state: state.state == "2")
    await home.until("sensor.bob_sessions", lambda state: state.state == "1")
    for viewer in viewers:
        viewer.close()
    await home.until(SENSOR, lambda state: state.state == "0")
    await home.until("sensor.bob_sessions", lambda state: state.state == "0")


async def test_it_follows_its_account_to_another_name(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    subentry = await home.add("account", username="ann", password="word")
    await home.change("account", subentry, username="eve", password="word")
    channel = await home.engine.lineup.by_number("1")
    viewer = await home.player.get(f"/live/eve/word/{channel.id}.ts")
    state = await home.until(SENSOR, lambda state: state.state == "1")
    assert state.name == "eve Sessions"
    viewer.close()
    await home.until(SENSOR, lambda state: state.state == "0")
