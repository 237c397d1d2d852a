"""Asks for a provider's login anew where the one that is known is refused."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult, ConfigSubentry
from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.helpers.selector import TextSelector
import probatio

from .const import CONF_SUBENTRY
from .coordinator import loaded_engine
from .engine.errors import TelecastError
from .provider_flow import FIELDS, PASSWORD
from .settings import read_provider

_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_USERNAME): TextSelector(),
        probatio.Required(CONF_PASSWORD): PASSWORD,
    }
)


class ProviderReauth(ConfigFlow):
    """The steps of the hub's flow that ask for the login of one of its providers."""

    _subentry_id: str

    async def async_step_reauth(
        self, entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Begin: `entry_data` names the provider's subentry."""
        self._subentry_id = entry_data[CONF_SUBENTRY]
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Take the login over once the provider has accepted it."""
        entry = self._get_reauth_entry()
        if not (subentry := entry.subentries.get(self._subentry_id)):
            return self.async_abort(reason="provider_removed")
        errors: dict[str, str] = {}
        if user_input is not None:
            login = {name: text.strip() for name, text in user_input.items()}
            if not (errors := await self._async_errors(subentry, login)):
                self.hass.config_entries.async_update_subentry(
                    entry, subentry, data={**subentry.data, **login}
                )
                return self.async_abort(reason="reauth_successful")
        known = {CONF_USERNAME: subentry.data[CONF_USERNAME]}
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(
                _SCHEMA, user_input or known
            ),
            errors=errors,
            description_placeholders={"name": subentry.title},
        )

    async def _async_errors(
        self, subentry: ConfigSubentry, login: dict[str, Any]
    ) -> dict[str, str]:
        if not (engine := loaded_engine(self.hass)):
            return {"base": "not_loaded"}
        settings = read_provider("", "", {**subentry.data, **login})
        try:
            await engine.check_provider(settings)
        except TelecastError as err:
            if (field := FIELDS.get(err.code)) in {CONF_USERNAME, CONF_PASSWORD}:
                return {field: err.code}
            return {"base": err.code if field else "unknown"}
        return {}
