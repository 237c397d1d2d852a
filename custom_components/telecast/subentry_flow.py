"""What the flows of all subentries share."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
import probatio

from .coordinator import loaded_engine
from .engine.engine import Engine


def whole_number(minimum: int, maximum: int) -> probatio.All[int]:
    """Answer the field of a whole number."""
    config = NumberSelectorConfig(
        min=minimum, max=maximum, step=1, mode=NumberSelectorMode.BOX
    )
    return probatio.All(NumberSelector(config), probatio.Coerce(int))


REFRESH_HOURS = NumberSelector(
    NumberSelectorConfig(
        min=0.25,
        max=720,
        step="any",
        unit_of_measurement="h",
        mode=NumberSelectorMode.BOX,
    )
)
"""The field of how often a source is read."""


class OneFormFlow(ConfigSubentryFlow):
    """Adds and changes a subentry with one form."""

    engine: Engine
    """The running engine; set before any other method is called."""

    @abstractmethod
    async def async_schema(self) -> probatio.Schema:
        """Answer the form's fields."""

    @abstractmethod
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        """Answer what is wrong with what the user filled in, by field."""

    @abstractmethod
    def subentry(
        self, user_input: dict[str, Any]
    ) -> tuple[str, str | None, dict[str, Any]]:
        """Answer title, unique id and data of the subentry that was asked for.

        Without a unique id there may be any number of the same.
        """

    @property
    def changed(self) -> ConfigSubentry | None:
        """The subentry that is being changed; None where one is added."""
        if self.source != SOURCE_RECONFIGURE:
            return None
        return self._get_reconfigure_subentry()

    @property
    def others(self) -> list[ConfigSubentry]:
        """The other subentries of this type."""
        return [
            one
            for one in self._get_entry().subentries.values()
            if one.subentry_type == self._subentry_type and one is not self.changed
        ]

    @property
    def shown(self) -> Mapping[str, Any]:
        """What the form shows at first: the subentry as it is, with its name."""
        if not self.changed:
            return {}
        return {**self.changed.data, CONF_NAME: self.changed.title}

    @property
    def placeholders(self) -> dict[str, str]:
        """What the form's texts leave open."""
        return {}

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Add one."""
        return await self._async_step("user", user_input)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Change one."""
        return await self._async_step("reconfigure", user_input)

    async def _async_step(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> SubentryFlowResult:
        if not (engine := loaded_engine(self.hass)):
            return self.async_abort(reason="not_loaded")
        self.engine = engine
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self.async_errors(user_input)
            if not errors:
                return self._finish(user_input)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(
                await self.async_schema(), user_input or self.shown
            ),
            errors=errors,
            description_placeholders=self.placeholders,
        )

    def _finish(self, user_input: dict[str, Any]) -> SubentryFlowResult:
        title, unique_id, data = self.subentry(user_input)
        if changed := self.changed:
            return self.async_update_and_abort(
                self._get_entry(), changed, title=title, unique_id=unique_id, data=data
            )
        return self.async_create_entry(title=title, unique_id=unique_id, data=data)
