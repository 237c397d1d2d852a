"""Conditions of automations: somebody watches."""

from typing import Unpack, cast, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import (
    Condition,
    ConditionCheckParams,
    ConditionConfig,
)
from homeassistant.helpers.typing import ConfigType
import probatio

from .coordinator import loaded_engine
from .wanted import SESSION_FIELDS, Wanted

_SCHEMA = probatio.Schema(
    {probatio.Required(CONF_OPTIONS, default=dict): SESSION_FIELDS}
)


class IsWatchingCondition(Condition):
    """Holds from a session's start to its end, as the triggers tell of them.

    Who still waits for the first picture does not watch. While the hub is not loaded
    nobody does.
    """

    @classmethod
    @override
    async def async_validate_config(
        cls, hass: HomeAssistant, config: ConfigType
    ) -> ConfigType:
        return cast(ConfigType, _SCHEMA(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        self._wanted = Wanted(config.options or {})

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        if not (engine := loaded_engine(self._hass)):
            return False
        return any(
            self._wanted.fits(session.as_dict())
            for session in engine.sessions.active
            if session.told
        )


CONDITIONS: dict[str, type[Condition]] = {"is_watching": IsWatchingCondition}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Answer the conditions by their names in automations."""
    return CONDITIONS
