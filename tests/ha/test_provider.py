"""An Xtream provider in Home Assistant: its forms, its entities, when its account ends."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from homeassistant.const import STATE_ON, STATE_UNKNOWN
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from custom_components.telecast.diagnostics import async_get_config_entry_diagnostics
from tests.engine.sources.providers import EXPIRES, fill
from tests.fakes.panel import Panel, Quirk

from .home import Home

KIND = "provider"


@pytest.fixture(name="panel")
async def _panel(socket_enabled: None) -> AsyncIterator[Panel]:
    async with Panel(max_connections=2, expires=EXPIRES) as panel:
        fill(panel)
        yield panel


def login(panel: Panel, **others: Any) -> dict[str, Any]:
    """What is filled in."""
    return {
        "name": "Provider",
        "url": panel.url,
        "username": panel.username,
        "password": panel.password,
        **others,
    }


async def choose(home: Home, step: dict[str, Any], *categories: str) -> dict[str, Any]:
    """Fill in the second form."""
    assert (step["type"], step["step_id"]) == (FlowResultType.FORM, "categories")
    answer = {"categories": list(categories)} if categories else {}
    flows = home.hass.config_entries.subentries
    step = dict(await flows.async_configure(step["flow_id"], answer))
    await home.hass.async_block_till_done()
    return step


async def add(home: Home, panel: Panel, *categories: str, **others: Any) -> Any:
    """Add the provider, and wait until its channels are there."""
    step = await home.fill_in(KIND, login(panel, **others))
    step = await choose(home, step, *categories)
    assert step["type"] is FlowResultType.CREATE_ENTRY, step
    await home.until(
        "binary_sensor.provider_connected", lambda one: one.state == STATE_ON
    )
    (subentry,) = home.entry.subentries.values()
    await home.engine.sources.refresh(subentry.subentry_id)
    return subentry


async def test_a_provider_is_added_with_the_categories_that_are_wanted(
    home: Home, panel: Panel
) -> None:
    step = await home.fill_in(KIND, login(panel))
    counts = {"live": "2", "vod": "0", "series": "0"}
    assert step["description_placeholders"] == counts
    selector = step["data_schema"].schema["categories"]
    assert selector.config["options"] == ["News", "Sport"]
    assert not panel.asked("get_live_streams")
    await choose(home, step, "News")
    (subentry,) = home.entry.subentries.values()
    assert subentry.title == "Provider"
    assert subentry.data == {
        "url": panel.url,
        "username": panel.username,
        "password": panel.password,
        "live": True,
        "vod": True,
        "series": True,
        "max_streams": 0,
        "refresh_hours": 12,
        "categories": ["News"],
    }
    assert panel.username not in str(subentry.unique_id)
    state = await home.until("sensor.provider_channels", lambda one: one.state == "2")
    assert state
    used = home.hass.states.get("sensor.provider_streams_in_use")
    assert used.attributes["max_streams"] == 2
    expires = home.hass.states.get("sensor.provider_expires")
    assert expires.state == EXPIRES.isoformat()
    assert expires.attributes["trial"] is False


async def test_categories_of_films_and_series_are_chosen_beside(
    home: Home, panel: Panel
) -> None:
    for number, category in enumerate(("Drama", "Comedy"), 45):
        panel.movie(number, f"Film {number}", category=category)
        panel.show(number, f"Show {number}", episodes={}, category=category)
    flows = home.hass.config_entries.subentries
    step = await home.fill_in(KIND, login(panel))
    assert list(step["data_schema"].schema) == [
        *("categories", "vod_categories", "series_categories")
    ]
    chosen = {"vod_categories": ["Drama"], "series_categories": []}
    await flows.async_configure(step["flow_id"], chosen)
    (subentry,) = home.entry.subentries.values()
    assert subentry.data["vod_categories"] == ["Drama"]
    assert not subentry.data.keys() & {"categories", "series_categories"}
    await home.until("sensor.provider_channels", lambda one: one.state == "3")
    await home.engine.sources.refresh(subentry.subentry_id)
    assert list(home.engine.films.counts.values()) == [1, 2]

    step = await home.fill_in(KIND, login(panel, live=False), subentry)
    suggested = {str(one): one.description for one in step["data_schema"].schema}
    assert suggested == {
        "vod_categories": {"suggested_value": ["Drama"]},
        "series_categories": {"suggested_value": []},
    }
    chosen = {"vod_categories": ["Comedy", "Drama"], "series_categories": ["Comedy"]}
    step = dict(await flows.async_configure(step["flow_id"], chosen))
    assert step["reason"] == "reconfigure_successful"
    await home.hass.async_block_till_done()
    await home.engine.sources.refresh(subentry.subentry_id)
    assert list(home.engine.films.counts.values()) == [2, 1]

    panel.quirks, panel.quirky_actions = {Quirk.ERROR_500}, {"get_vod_categories"}
    step = await home.fill_in(KIND, login(panel, live=False), subentry)
    step = dict(await flows.async_configure(step["flow_id"], {}))
    assert subentry.data["vod_categories"] == ["Comedy", "Drama"], "not asked, kept"
    assert "series_categories" not in subentry.data
    diagnosed = await async_get_config_entry_diagnostics(home.hass, home.entry)
    (source,) = diagnosed["sources"]
    assert source["vod_categories_chosen"] == 2
    assert source["series_categories_chosen"] == 0


async def test_without_a_choice_all_categories_come_in(
    home: Home, panel: Panel
) -> None:
    subentry = await add(home, panel)
    assert "categories" not in subentry.data
    assert home.engine.lineup.count == 3
    response = await home.watch("1")
    assert panel.count().now == 1
    response.close()


async def test_a_provider_without_categories_is_added_at_once(
    home: Home, panel: Panel
) -> None:
    for number in (101, 102, 103):
        panel.remove("live", number)
    panel.catalogue._categories.clear()
    step = await home.fill_in(KIND, login(panel, name=" "))
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "127.0.0.1"


@pytest.mark.parametrize(
    "copied",
    [
        " {url}/ ",
        "{host}",
        "{url}/get.php?username=u&password=p&type=m3u_plus&output=ts",
        "{url}/player_api.php",
    ],
)
async def test_an_address_is_taken_however_it_was_copied(
    home: Home, panel: Panel, copied: str
) -> None:
    host = panel.url.partition("://")[2]
    url = copied.format(url=panel.url, host=host)
    step = await home.fill_in(KIND, login(panel, url=url, live=False))
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["data"]["url"] == panel.url


@pytest.mark.parametrize(
    ("filled_in", "errors"),
    [
        ({"url": "ftp://x"}, {"url": "invalid_url"}),
        ({"url": "http://u:p@x"}, {"url": "invalid_url"}),
        ({"url": "http://["}, {"url": "invalid_url"}),
        ({"fallback_urls": ["/etc"]}, {"fallback_urls": "invalid_url"}),
        ({"accounts": ["alone"]}, {"accounts": "invalid_account"}),
        ({"accounts": ["nobody:x"]}, {"accounts": "account_refused"}),
        (
            {"live": False, "vod": False, "series": False},
            {"live": "nothing_chosen"},
        ),
        ({"password": "wrong"}, {"password": "invalid_auth"}),
        ({"url": "http://127.0.0.1:1"}, {"url": "cannot_connect"}),
    ],
)
async def test_what_is_wrong_is_named_at_its_field(
    home: Home, panel: Panel, filled_in: dict[str, Any], errors: dict[str, str]
) -> None:
    step = await home.fill_in(KIND, login(panel, **filled_in))
    assert step["type"] is FlowResultType.FORM
    assert step["errors"] == errors
    assert not home.entry.subentries
    flows = home.hass.config_entries.subentries
    step = dict(await flows.async_configure(step["flow_id"], login(panel)))
    assert (await choose(home, step))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("quirk", "errors"),
    [
        (Quirk.EXPIRED, {"username": "account_expired"}),
        (Quirk.BANNED, {"password": "invalid_auth"}),
        (Quirk.WRONG_LOGIN, {"password": "invalid_auth"}),
        (Quirk.HTML, {"url": "not_a_playlist"}),
        (Quirk.ERROR_500, {"url": "cannot_connect"}),
        (Quirk.TRUNCATED, {"url": "not_a_playlist"}),
    ],
)
async def test_what_the_provider_refuses_is_named(
    home: Home, panel: Panel, quirk: Quirk, errors: dict[str, str]
) -> None:
    panel.quirks.add(quirk)
    step = await home.fill_in(KIND, login(panel))
    assert step["errors"] == errors
    assert not home.entry.subentries


async def test_one_login_of_a_provider_is_not_added_twice(
    home: Home, panel: Panel
) -> None:
    await add(home, panel)
    step = await home.fill_in(KIND, login(panel, password="other"))
    assert step["errors"] == {"url": "already_configured"}
    panel.login("second", "secret")
    step = await home.fill_in(
        KIND, login(panel, username="second", password="secret", live=False)
    )
    assert step["type"] is FlowResultType.CREATE_ENTRY


async def test_further_logins_add_to_the_slots(home: Home, panel: Panel) -> None:
    panel.login("second", "sec:ret")
    subentry = await add(home, panel, accounts=[" second:sec:ret "])
    assert subentry.data["accounts"] == ["second:sec:ret"]
    state = home.hass.states.get("sensor.provider_streams_in_use")
    assert state.attributes["max_streams"] == 3


async def test_categories_can_be_changed_also_where_the_provider_is_away(
    home: Home, panel: Panel
) -> None:
    subentry = await add(home, panel, "Sport")
    step = await home.fill_in(KIND, login(panel), subentry)
    (marker,) = step["data_schema"].schema
    assert marker.description == {"suggested_value": ["Sport"]}
    step = await choose(home, step, "News", "Sport")
    assert step["reason"] == "reconfigure_successful"
    await home.until("sensor.provider_channels", lambda one: one.state == "3")
    panel.quirks.add(Quirk.ERROR_500)
    await home.change(KIND, subentry, **login(panel, name="Other"))
    assert (subentry.title, subentry.data["categories"]) == ("Other", ["News", "Sport"])
    step = await home.fill_in(KIND, login(panel, password="new"), subentry)
    assert step["errors"] == {"url": "cannot_connect"}


async def test_diagnostics_hold_neither_login_nor_address(
    home: Home, panel: Panel
) -> None:
    panel.login("second", "secret-two")
    await add(home, panel, accounts=["second:secret-two"])
    found = await async_get_config_entry_diagnostics(home.hass, home.entry)
    (source,) = found["sources"]
    assert (source["kind"], source["scheme"]) == (KIND, "http")
    assert (source["further_accounts"], source["fallback_addresses"]) == (1, 0)
    assert (source["expires"], source["is_trial"]) == (EXPIRES, False)
    for secret in (panel.url, panel.username, panel.password, "second", "secret-two"):
        assert secret not in str(found)
        assert secret not in str(home.hass.states.async_all())


def issues(home: Home) -> dict[str, dict[str, str] | None]:
    """What users are asked to look at, with the texts' blanks."""
    return {
        one.translation_key: one.translation_placeholders
        for one in ir.async_get(home.hass).issues.values()
        if one.domain == "telecast" and one.translation_key
    }


async def test_an_account_that_ends_within_two_weeks_is_told_of(
    home: Home, panel: Panel
) -> None:
    await add(home, panel)
    assert issues(home) == {}
    soon = dt_util.utcnow() + timedelta(days=13)
    account = panel.logins[panel.username]
    account.expires = soon
    (source,) = home.engine.sources.all
    await home.engine.sources.refresh(source.id)
    day = dt_util.as_local(soon).date().isoformat()
    assert issues(home) == {"provider_expires": {"name": "Provider", "day": day}}
    account.status = "Expired"
    await home.hass.services.async_call(
        "button", "press", {"entity_id": "button.provider_refresh"}, blocking=False
    )
    state = await home.until(
        "binary_sensor.provider_connected", lambda one: one.state != STATE_ON
    )
    assert state.attributes["last_error"] == "account_expired"
    assert list(issues(home)) == ["provider_expired"]
    account.status, account.expires = "Active", None
    await home.engine.sources.refresh(source.id)
    assert issues(home) == {}
    await home.until("sensor.provider_expires", lambda one: one.state == STATE_UNKNOWN)


async def test_with_the_hub_goes_what_was_said_of_providers(
    home: Home, panel: Panel
) -> None:
    panel.logins[panel.username].expires = dt_util.utcnow() + timedelta(days=1)
    await add(home, panel)
    assert list(issues(home)) == ["provider_expires"]
    await home.unload()
    assert issues(home) == {}
