"""Actions on sessions: ask who watches and who has, send somebody away."""

import asyncio
from collections.abc import Callable
from itertools import batched
from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
import probatio

from .const import ATTR_SESSION, DOMAIN, SERVICE_END_SESSION, SERVICE_GET_SESSIONS
from .engine.engine import Engine

_ATTR_HISTORY = "history"
# What an action answers is one message, made and sent at once.
_MOST_LISTED = 1000
_SLICE = 100

type RunningEngine = Callable[[HomeAssistant], Engine]
"""Answers the engine; raises HomeAssistantError where it is not running."""

END_SESSION_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_SESSION): probatio.All(
            cv.string, probatio.Strip, probatio.NonEmpty()
        )
    }
)
GET_SESSIONS_SCHEMA = probatio.Schema(
    {
        probatio.Optional(_ATTR_HISTORY, default=0): probatio.All(
            probatio.Coerce(int), probatio.Range(min=0, max=_MOST_LISTED)
        )
    }
)


@callback
def async_setup_session_actions(hass: HomeAssistant, running: RunningEngine) -> None:
    """Register the actions, for good."""

    async def end_session(call: ServiceCall) -> None:
        _end(running(hass), call.data[ATTR_SESSION])

    async def get_sessions(call: ServiceCall) -> ServiceResponse:
        return await _sessions(running(hass), call.data[_ATTR_HISTORY])

    hass.services.async_register(
        DOMAIN, SERVICE_END_SESSION, end_session, END_SESSION_SCHEMA
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_SESSIONS,
        get_sessions,
        GET_SESSIONS_SCHEMA,
        supports_response=SupportsResponse.ONLY,
    )


@callback
def _end(engine: Engine, session_id: str) -> None:
    if not engine.sessions.end(session_id, "closed"):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="unknown_session",
            translation_placeholders={"session": session_id},
        )


async def _sessions(engine: Engine, most: int) -> dict[str, Any]:
    """Answer all that are not over, those who watch now first; then the history."""
    found: list[dict[str, Any]] = []
    for some in batched(engine.sessions.alive[:_MOST_LISTED], _SLICE, strict=False):
        found += [one.as_dict() | {"connected": one.connected} for one in some]
        await asyncio.sleep(0)
    return {
        "sessions": found,
        "history": await engine.sessions.visits(most) if most else [],
    }
