"""The issue of a database that could not be read."""

from http import HTTPStatus
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator


async def break_database(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up once, then write nonsense over the database and set up again."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    path = Path(entry.runtime_data.engine.store.path)
    assert await hass.config_entries.async_unload(entry.entry_id)
    path.write_bytes(b"no database" * 1000)
    assert await hass.config_entries.async_setup(entry.entry_id)


async def test_a_database_that_was_set_aside_is_named_until_that_is_read(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await break_database(hass, entry)
    issue = issue_registry.async_get_issue("telecast", "database_set_aside")
    assert issue is not None
    assert issue.is_fixable
    assert issue.translation_placeholders is not None
    assert Path(issue.translation_placeholders["path"]).exists()

    client = await hass_client()
    flows = "/api/repairs/issues/fix"
    opened = await client.post(
        flows, json={"handler": "telecast", "issue_id": "database_set_aside"}
    )
    step = await opened.json()
    assert step["step_id"] == "confirm"
    assert step["description_placeholders"] == issue.translation_placeholders
    done = await client.post(f"{flows}/{step['flow_id']}", json={})
    assert done.status == HTTPStatus.OK
    assert not issue_registry.async_get_issue("telecast", "database_set_aside")


async def test_removing_telecast_takes_its_issues_along(
    hass: HomeAssistant, entry: MockConfigEntry, issue_registry: ir.IssueRegistry
) -> None:
    await break_database(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    assert not issue_registry.issues
