"""The form of an account."""

from typing import Any

from homeassistant.core_config import async_process_ha_core_config
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.telecast.engine.settings import Settings
from tests.fakes.provider import Provider

from .home import Home

UNSAFE = ("a b", "a/b", "a%2fb", "ü", "a+b", ".", "..", "a..b", ".a", "a.", " ")


async def open_form(home: Home) -> dict[str, Any]:
    """Open the form of a new account."""
    return dict(
        await home.hass.config_entries.subentries.async_init(
            (home.entry.entry_id, "account"), context={"source": "user"}
        )
    )


async def test_an_account_has_a_password_that_no_one_guesses_and_every_player_takes(
    home: Home,
) -> None:
    first, second = [
        (await home.add("account", username=name)).data for name in ("ann", "bob")
    ]
    assert first["password"] != second["password"]
    assert len(first["password"]) >= 12
    assert not set(first["password"]) & set("/+=% ")
    assert (first["max_connections"], first["enabled"]) == (1, True)
    account = home.engine.accounts.authenticate("ann", first["password"])
    assert account is not None
    assert (account.groups, account.expires) == (None, None)
    assert account.created > 1_700_000_000


async def test_an_account_takes_all_that_can_be_chosen(home: Home) -> None:
    await home.hass.config.async_set_time_zone("Europe/Berlin")
    await home.add(
        "account",
        username="tv.room-1",
        password="p~ss_W0rd",
        max_connections=2,
        expires="2026-12-31",
        groups=["News", "Sports"],
        enabled=False,
    )
    account = home.engine.accounts.authenticate("tv.room-1", "p~ss_W0rd")
    assert account is not None
    assert account.max_connections == 2
    assert account.expires is not None
    assert account.expires.isoformat() == "2027-01-01T00:00:00+01:00"
    assert account.groups == {"News", "Sports"}
    assert not account.enabled
    await home.hass.config.async_set_time_zone("UTC")


async def test_the_groups_of_the_line_up_are_offered(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    schema = (await open_form(home))["data_schema"].schema
    (groups,) = [selector for key, selector in schema.items() if key == "groups"]
    assert groups.config["options"] == ["Test"]
    assert groups.config["custom_value"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        *((field, text) for field in ("username", "password") for text in UNSAFE),
        ("username", ""),
    ],
)
async def test_what_no_address_can_hold_is_refused_and_can_be_corrected(
    home: Home, field: str, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    good = {"username": "ann", "password": "pass-word"}
    step = await home.fill_in("account", good | {field: text})
    assert step["type"] is FlowResultType.FORM
    assert step["errors"] == {field: "invalid_characters"}
    assert "pass-word" not in caplog.text
    flows = home.hass.config_entries.subentries
    step = dict(await flows.async_configure(step["flow_id"], good))
    await home.hass.async_block_till_done()
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "ann"


def suggested(step: dict[str, Any], field: str) -> Any:
    """Answer what a form shows in a field."""
    (key,) = [key for key in step["data_schema"].schema if key == field]
    return (key.description or {}).get("suggested_value")


@pytest.mark.parametrize("empty", [{}, {"password": ""}])
async def test_a_password_that_is_left_empty_is_made_and_can_be_looked_up(
    home: Home, empty: dict[str, str]
) -> None:
    subentry = await home.add("account", username="ann", **empty)
    made = subentry.data["password"]
    assert home.engine.accounts.authenticate("ann", made)
    assert suggested(await open_form(home), "password") is None
    step = dict(
        await home.hass.config_entries.subentries.async_init(
            (home.entry.entry_id, "account"),
            context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
        )
    )
    assert suggested(step, "password") == made


async def test_a_password_that_is_emptied_is_made_anew(home: Home) -> None:
    subentry = await home.add("account", username="ann", password="first")
    await home.change("account", subentry, username="ann")
    made = subentry.data["password"]
    assert len(made) >= 12
    assert not home.engine.accounts.authenticate("ann", "first")
    assert home.engine.accounts.authenticate("ann", made)


async def test_a_username_is_given_once(home: Home) -> None:
    await home.add("account", username="ann")
    step = await home.fill_in("account", {"username": "ann"})
    assert step["errors"] == {"username": "username_taken"}
    flows = home.hass.config_entries.subentries
    step = dict(await flows.async_configure(step["flow_id"], {"username": "bob"}))
    await home.hass.async_block_till_done()
    assert step["type"] is FlowResultType.CREATE_ENTRY


async def test_an_account_can_be_changed_and_keeps_its_age(home: Home) -> None:
    subentry = await home.add("account", username="ann", password="first")
    created = subentry.data["created"]
    await home.change("account", subentry, username="anna", password="second")
    assert subentry.title == "anna"
    assert subentry.data["created"] == created
    assert not home.engine.accounts.authenticate("ann", "first")
    assert home.engine.accounts.authenticate("anna", "second")


async def test_the_form_says_where_players_log_in(home: Home) -> None:
    await async_process_ha_core_config(
        home.hass, {"internal_url": "https://10.0.0.2:8123"}
    )
    step = await open_form(home)
    assert step["description_placeholders"] == {"server": "https://10.0.0.2:8123"}
    home.engine.settings = Settings(http_port=8080)
    step = await open_form(home)
    assert step["description_placeholders"] == {"server": "http://10.0.0.2:8080"}
    home.engine.settings = Settings(public_url="https://tv.example")
    step = await open_form(home)
    assert step["description_placeholders"] == {"server": "https://tv.example"}


async def test_the_form_says_the_usual_address_where_none_is_known(home: Home) -> None:
    home.hass.config.api = None
    step = await open_form(home)
    server = step["description_placeholders"]["server"]
    assert server == "http://homeassistant.local:8123"


async def test_without_the_hub_nothing_can_be_added(home: Home) -> None:
    await home.unload()
    step = await open_form(home)
    assert step["type"] is FlowResultType.ABORT
    assert step["reason"] == "not_loaded"
