"""Counts, inside Home Assistant, what cannot be seen from outside."""

import asyncio
from collections import Counter
from pathlib import Path

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
)
from homeassistant.helpers.typing import ConfigType

_TELECAST = "/custom_components/telecast/"


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Answer the tasks of Telecast, by what they run, as `census.tasks`."""

    async def tasks(call: ServiceCall) -> ServiceResponse:
        return dict(Counter(filter(None, map(_of_telecast, asyncio.all_tasks()))))

    hass.services.async_register(
        "census", "tasks", tasks, supports_response=SupportsResponse.ONLY
    )
    return True


def _of_telecast(task: asyncio.Task[object]) -> str:
    """Answer what a task runs; nothing where that is not Telecast's."""
    code = getattr(task.get_coro(), "cr_code", None)
    # The folder of the repository, and so of all libraries, may be called so as well.
    if code is None or _TELECAST not in Path(code.co_filename).as_posix():
        return ""
    return str(code.co_qualname)
