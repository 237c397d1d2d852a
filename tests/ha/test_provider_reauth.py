"""A provider that refuses its login: the user is asked for another one."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.data_entry_flow import FlowResultType
import pytest

from tests.engine.sources.providers import fill
from tests.fakes.panel import Panel, Quirk

from .home import Home


@pytest.fixture(name="panel")
async def _panel(socket_enabled: None) -> AsyncIterator[Panel]:
    async with Panel() as panel:
        fill(panel)
        panel.login("second", "secret")
        yield panel


async def add(home: Home, panel: Panel, name: str, username: str = "") -> Any:
    """Add a provider of films and channels, and wait until it is there."""
    username = username or panel.username
    before = set(home.entry.subentries)
    answer = {
        "name": name,
        "url": panel.url,
        "username": username,
        "password": panel.logins[username].password,
    }
    step = await home.fill_in("provider", answer)
    flows = home.hass.config_entries.subentries
    await flows.async_configure(step["flow_id"], {})
    await home.hass.async_block_till_done()
    await home.until(
        f"binary_sensor.{name.lower()}_connected", lambda one: one.state == "on"
    )
    (new,) = set(home.entry.subentries) - before
    await home.engine.sources.refresh(new)
    return home.entry.subentries[new]


def flows(home: Home) -> list[dict[str, Any]]:
    """The flows that wait for the user."""
    return [dict(one) for one in home.hass.config_entries.flow.async_progress()]


async def refuse(home: Home, subentry: Any) -> None:
    """Refresh a provider that refuses its login."""
    with pytest.raises(Exception, match="does not know"):
        await home.engine.sources.refresh(subentry.subentry_id)
    await home.hass.async_block_till_done()


async def fill_in(home: Home, **answer: str) -> dict[str, Any]:
    """Fill in the form that waits."""
    (flow,) = flows(home)
    step = await home.hass.config_entries.flow.async_configure(flow["flow_id"], answer)
    await home.hass.async_block_till_done()
    return dict(step)


async def test_a_login_that_is_refused_is_asked_for_once(
    home: Home, panel: Panel
) -> None:
    subentry = await add(home, panel, "Provider")
    panel.login(panel.username, "new")
    await refuse(home, subentry)
    await refuse(home, subentry)
    (flow,) = flows(home)
    assert flow["step_id"] == "reauth_confirm"
    assert flow["context"]["source"] == "reauth"
    assert flow["context"]["title_placeholders"] == {"name": "Provider"}
    assert home.engine.lineup.count == 3


async def test_the_login_that_is_entered_is_checked_and_taken_over(
    home: Home, panel: Panel
) -> None:
    subentry = await add(home, panel, "Provider")
    panel.login(panel.username, "new")
    await refuse(home, subentry)
    step = await fill_in(home, username=panel.username, password="wrong")
    assert step["errors"] == {"password": "invalid_auth"}
    panel.quirks = {Quirk.ERROR_500}
    step = await fill_in(home, username=panel.username, password="new")
    assert step["errors"] == {"base": "cannot_connect"}
    panel.quirks = {Quirk.EXPIRED}
    step = await fill_in(home, username=panel.username, password="new")
    assert step["errors"] == {"username": "account_expired"}
    panel.quirks.clear()
    step = await fill_in(home, username=panel.username, password=" new ")
    assert (step["type"], step["reason"]) == (
        FlowResultType.ABORT,
        "reauth_successful",
    )
    assert subentry.data["password"] == "new"
    await home.until("binary_sensor.provider_connected", lambda one: one.state == "on")
    assert not flows(home)


async def test_a_provider_that_changes_its_mind_is_not_asked_about_any_more(
    home: Home, panel: Panel
) -> None:
    subentry = await add(home, panel, "Provider")
    panel.quirks.add(Quirk.WRONG_LOGIN)
    await refuse(home, subentry)
    assert len(flows(home)) == 1
    panel.quirks.clear()
    await home.engine.sources.refresh(subentry.subentry_id)
    assert not flows(home)


async def test_providers_are_asked_about_one_after_the_other(
    home: Home, panel: Panel
) -> None:
    first = await add(home, panel, "First")
    second = await add(home, panel, "Second", "second")
    panel.quirks.add(Quirk.WRONG_LOGIN)
    await refuse(home, first)
    await refuse(home, second)
    (flow,) = flows(home)
    assert flow["context"]["title_placeholders"] == {"name": "First"}
    home.remove(first)
    await home.hass.async_block_till_done()
    (flow,) = flows(home)
    assert flow["context"]["title_placeholders"] == {"name": "Second"}


async def test_a_hub_that_is_unloaded_asks_nothing(home: Home, panel: Panel) -> None:
    subentry = await add(home, panel, "Provider")
    panel.quirks.add(Quirk.WRONG_LOGIN)
    await refuse(home, subentry)
    await home.unload()
    assert not flows(home)
