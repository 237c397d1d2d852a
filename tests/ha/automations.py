"""Automations as tests write them."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

RAN = "ran"
"""The event that an automation fires when it runs."""


def telling(trigger: str, options: dict[str, Any] | None = None) -> dict[str, Any]:
    """An automation that tells of each run, and of its trigger's variables."""
    return {
        "alias": trigger,
        "mode": "queued",
        "triggers": [{"trigger": trigger, "id": "mine", "options": options or {}}],
        "actions": [
            {
                "event": RAN,
                "event_data": {
                    "trigger": "{{ trigger.platform }}",
                    "id": "{{ trigger.id }}",
                    "description": "{{ trigger.description }}",
                    "session": "{{ trigger.session | default(none) }}",
                    "stream": "{{ trigger.stream | default(none) }}",
                    "reason": "{{ trigger.reason | default(none) }}",
                },
            }
        ],
    }


async def automate(hass: HomeAssistant, *automations: dict[str, Any]) -> None:
    """Set automations up; all of them are valid, and on."""
    setting = {"automation": list(automations)}
    assert await async_setup_component(hass, "automation", setting)
    await hass.async_block_till_done()
    states = hass.states.async_all("automation")
    assert [state.state for state in states] == ["on"] * len(automations)
