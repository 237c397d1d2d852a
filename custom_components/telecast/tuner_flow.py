"""The form of an HDHomeRun tuner."""

from typing import Any, override

from homeassistant.components import network
from homeassistant.const import CONF_HOST, CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio

from .const import CONF_TUNER_COUNT
from .engine.errors import EmptyPlaylistError, TelecastError
from .engine.sources.tuner_device import TunerLineup, host_of
from .engine.sources.tuner_search import FoundTuner, Place
from .formats.hdhomerun import discovery, packets
from .subentry_flow import OneFormFlow

# What the form has words for; whatever else may go wrong is `unknown`.
CODES = frozenset({"cannot_connect", "no_channels", "own_tuner", "timeout"})


class TunerFlow(OneFormFlow):
    """Adds and changes a tuner with its channels."""

    _lineup: TunerLineup | None = None
    _found: list[FoundTuner] | None = None

    @override
    async def async_schema(self) -> probatio.Schema:
        """Answer the form's fields; offers the tuners that are found, once."""
        if self._found is None:
            places = await async_places(self.hass)
            self._found = await self.engine.find_tuners(places)
        return make_schema(self._found)

    @override
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        self._lineup = None
        try:
            user_input[CONF_HOST] = host_of(user_input[CONF_HOST])
        except ValueError:
            return {CONF_HOST: "cannot_connect"}
        if user_input[CONF_HOST] == self.shown.get(CONF_HOST):
            # A tuner that was there may be away just now.
            return {}
        read = await self._read(user_input[CONF_HOST])
        if isinstance(read, str):
            return {CONF_HOST: read if read in CODES else "unknown"}
        if read.facts.device_id in {one.unique_id for one in self.others}:
            return {CONF_HOST: "already_configured"}
        self._lineup = read
        return {}

    @override
    def subentry(self, user_input: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        host, name = user_input[CONF_HOST], user_input.get(CONF_NAME, "").strip()
        if self._lineup:
            facts = self._lineup.facts
            data = {CONF_HOST: host, CONF_TUNER_COUNT: facts.tuner_count}
            return name or facts.name, facts.device_id, data
        assert self.changed
        unique_id = self.changed.unique_id or host
        return name or self.changed.title, unique_id, dict(self.changed.data)

    async def _read(self, host: str) -> TunerLineup | str:
        """Answer the tuner's line-up, or why it cannot be read."""
        try:
            return await self.engine.check_tuner(host)
        except EmptyPlaylistError:
            return "no_channels"
        except TelecastError as err:
            return err.code


def make_schema(found: list[FoundTuner]) -> probatio.Schema:
    """Answer the fields of a form that offers the tuners found."""
    options = [
        SelectOptionDict(
            value=one.host, label=f"HDHomeRun {one.device_id} ({one.host})"
        )
        for one in found
    ]
    selector = SelectSelector(
        SelectSelectorConfig(
            options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN
        )
    )
    return probatio.Schema(
        {
            probatio.Optional(CONF_NAME): TextSelector(),
            probatio.Required(CONF_HOST): selector,
        }
    )


async def async_places(hass: HomeAssistant) -> list[Place]:
    """Answer where tuners are asked for: on all of Home Assistant's network adapters."""
    places: list[Place] = [
        (str(address), packets.PORT)
        for address in await network.async_get_ipv4_broadcast_addresses(hass)
    ]
    for adapter in await network.async_get_adapters(hass):
        if adapter["enabled"] and adapter["ipv6"]:
            places += [
                (group, packets.PORT, 0, adapter["index"] or 0)
                for group in discovery.GROUPS
            ]
    return places
