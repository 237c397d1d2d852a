"""The form of an account."""

import re
import secrets
from typing import Any, override

from homeassistant.const import CONF_PASSWORD, CONF_USERNAME
from homeassistant.helpers.network import NoURLAvailableError, get_url
from homeassistant.helpers.selector import (
    BooleanSelector,
    DateSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import probatio
from yarl import URL

from .const import (
    CONF_CREATED,
    CONF_ENABLED,
    CONF_EXPIRES,
    CONF_GROUPS,
    CONF_MAX_CONNECTIONS,
)
from .subentry_flow import OneFormFlow, whole_number

# Players put both into paths as they are, and Home Assistant refuses paths with `../`.
_URL_SAFE = re.compile(r"(?!\.)(?!.*\.\.)[A-Za-z0-9._~-]+(?<!\.)")
_PASSWORD_BYTES = 12
_USUAL_ADDRESS = URL("http://homeassistant.local:8123")


class AccountFlow(OneFormFlow):
    """Adds and changes an account."""

    @property
    @override
    def placeholders(self) -> dict[str, str]:
        """Where players log in."""
        settings = self.engine.settings
        if settings.public_url:
            return {"server": settings.public_url}
        try:
            here = URL(get_url(self.hass, allow_cloud=False))
        except NoURLAvailableError:
            here = _USUAL_ADDRESS
        if settings.http_port:
            here = here.with_scheme("http").with_port(settings.http_port)
        return {"server": str(here.origin())}

    @override
    async def async_schema(self) -> probatio.Schema:
        groups = [group.name for group in await self.engine.lineup.groups()]
        return probatio.Schema(
            {
                probatio.Required(CONF_USERNAME): TextSelector(),
                probatio.Optional(probatio.Secret(CONF_PASSWORD)): TextSelector(
                    TextSelectorConfig(
                        type=TextSelectorType.PASSWORD, autocomplete="off"
                    )
                ),
                probatio.Required(CONF_MAX_CONNECTIONS, default=1): whole_number(
                    0, 1000
                ),
                probatio.Optional(CONF_EXPIRES): DateSelector(),
                probatio.Optional(CONF_GROUPS): SelectSelector(
                    SelectSelectorConfig(
                        options=groups,
                        multiple=True,
                        custom_value=True,
                        mode=SelectSelectorMode.DROPDOWN,
                    )
                ),
                probatio.Required(CONF_ENABLED, default=True): BooleanSelector(),
            }
        )

    @override
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        errors = {}
        if not _URL_SAFE.fullmatch(user_input[CONF_USERNAME]):
            errors[CONF_USERNAME] = "invalid_characters"
        elif user_input[CONF_USERNAME] in {
            one.data[CONF_USERNAME] for one in self.others
        }:
            errors[CONF_USERNAME] = "username_taken"
        password = user_input.get(CONF_PASSWORD)
        if password and not _URL_SAFE.fullmatch(password):
            errors[CONF_PASSWORD] = "invalid_characters"
        return errors

    @override
    def subentry(self, user_input: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        username = user_input[CONF_USERNAME]
        data = {
            **user_input,
            # The form shows it to whoever changes the account.
            CONF_PASSWORD: user_input.get(CONF_PASSWORD)
            or secrets.token_urlsafe(_PASSWORD_BYTES),
            CONF_CREATED: self.shown.get(
                CONF_CREATED, int(dt_util.utcnow().timestamp())
            ),
        }
        return username, f"account {username}", data
