"""The form of a virtual channel: the user's own files as television that is always on."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any, override

from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    DateTimeSelector,
    ObjectSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)
from homeassistant.util import dt as dt_util
import probatio

from .const import (
    CONF_FILES,
    CONF_FILLER,
    CONF_FOLDERS,
    CONF_GROUP,
    CONF_LOOP,
    CONF_NUMBER,
    CONF_ORDER,
    CONF_SCHEDULE,
    CONF_STARTS_AT,
)
from .engine.errors import CircleError, InvalidTimelineError, TelecastError
from .engine.settings import VirtualSettings
from .engine.timeline import EARLIEST, LATEST, Order
from .formats import names
from .settings import milliseconds, plan_text
from .subentry_flow import OneFormFlow

# What the form has words for; whatever else may go wrong is `unknown`.
CODES = frozenset({"ingestion_failed", "no_media", "path_not_allowed", "too_large"})

_TEXTS = (CONF_NAME, CONF_NUMBER, CONF_GROUP)
_PLACES = (CONF_FOLDERS, CONF_FILES, CONF_FILLER)
_PATHS = TextSelector(TextSelectorConfig(multiple=True))

SCHEMA = probatio.Schema(
    {
        probatio.Optional(CONF_NAME): TextSelector(),
        probatio.Optional(CONF_NUMBER): TextSelector(),
        probatio.Optional(CONF_GROUP): TextSelector(),
        probatio.Optional(CONF_FOLDERS): _PATHS,
        probatio.Optional(CONF_FILES): _PATHS,
        probatio.Required(CONF_ORDER, default=Order.SEQUENTIAL.value): SelectSelector(
            SelectSelectorConfig(
                options=[order.value for order in Order],
                translation_key=CONF_ORDER,
                mode=SelectSelectorMode.DROPDOWN,
            )
        ),
        probatio.Optional(CONF_STARTS_AT): DateTimeSelector(),
        probatio.Required(CONF_LOOP, default=True): BooleanSelector(),
        probatio.Optional(CONF_SCHEDULE): ObjectSelector(),
        probatio.Optional(CONF_FILLER): _PATHS,
    }
)


class VirtualFlow(OneFormFlow):
    """Adds and changes a virtual channel."""

    _free_number = ""
    _reason = ""
    """What is wrong with the schedule, or with which channel in it."""

    @override
    async def async_schema(self) -> probatio.Schema:
        self._free_number = await self.engine.lineup.free_number()
        return SCHEMA

    @property
    @override
    def shown(self) -> Mapping[str, Any]:
        """The channel as it is, in the time here; of a new one the next free number."""
        if not self.changed:
            return {CONF_NUMBER: self._free_number}
        return {**super().shown, CONF_STARTS_AT: _local(self.changed.data)}

    @property
    @override
    def placeholders(self) -> dict[str, str]:
        return {"reason": self._reason}

    @override
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        _tidy(user_input)
        errors = await self._wrong_number(user_input)
        errors |= self._wrong_start(user_input)
        errors |= await self._wrong_schedule(user_input)
        return errors | await self._wrong_places(user_input)

    @override
    def subentry(
        self, user_input: dict[str, Any]
    ) -> tuple[str, str | None, dict[str, Any]]:
        """Answer the channel; that it begins now is told as the time which that is."""
        data = dict(user_input)
        title = data.pop(CONF_NAME) or _name_of(data)
        data[CONF_STARTS_AT] = self._start(user_input).isoformat()
        return title, None, data

    async def _wrong_number(self, user_input: dict[str, Any]) -> dict[str, str]:
        wanted = user_input[CONF_NUMBER]
        if not wanted or wanted == self.shown[CONF_NUMBER]:
            return {}
        if not (number := names.parse_number(wanted)):
            return {CONF_NUMBER: "invalid_number"}
        user_input[CONF_NUMBER] = number
        own = self.changed.subentry_id if self.changed else ""
        if number in {one.data[CONF_NUMBER] for one in self.others} or (
            await self.engine.lineup.number_taken(number, but_by=own)
        ):
            return {CONF_NUMBER: "number_taken"}
        return {}

    def _wrong_start(self, user_input: dict[str, Any]) -> dict[str, str]:
        begins = milliseconds(self._start(user_input))
        return {} if EARLIEST <= begins < LATEST else {CONF_STARTS_AT: "invalid_start"}

    async def _wrong_schedule(self, user_input: dict[str, Any]) -> dict[str, str]:
        self._reason = ""
        own = self.changed.subentry_id if self.changed else ""
        try:
            if text := plan_text(user_input.get(CONF_SCHEDULE)):
                await self.engine.virtual.check_plan(
                    text, source_id=own, number=user_input[CONF_NUMBER]
                )
        except CircleError as err:
            self._reason = err.shown
            return {CONF_SCHEDULE: "circular_schedule"}
        except InvalidTimelineError as err:
            self._reason = str(err)
            return {CONF_SCHEDULE: "invalid_schedule"}
        return {}

    async def _wrong_places(self, user_input: dict[str, Any]) -> dict[str, str]:
        if not user_input[CONF_FOLDERS] and not user_input[CONF_FILES]:
            return {CONF_FOLDERS: "no_media"}
        errors = {}
        for field in _PLACES:
            paths = user_input[field]
            # What was there may not be mounted just now.
            if not paths or paths == self.shown.get(field):
                continue
            if code := await self._objection(field, paths):
                errors[field] = code if code in CODES else "unknown"
        return errors

    async def _objection(self, field: str, paths: list[str]) -> str | None:
        """Answer why nothing can be played of a field's paths; None where something can."""
        chosen: dict[str, Any] = {field: tuple(paths)}
        try:
            found = await self.engine.holds_media(
                VirtualSettings(id="", name="", starts_at=0, **chosen)
            )
        except TelecastError as err:
            return err.code
        # Gaps may be filled with what is yet to come.
        return None if found or field == CONF_FILLER else "no_media"

    def _start(self, user_input: dict[str, Any]) -> datetime:
        """Answer when the channel begins; what was not changed stays what it was."""
        text = user_input.get(CONF_STARTS_AT)
        if self.changed and text == self.shown[CONF_STARTS_AT]:
            return datetime.fromisoformat(self.changed.data[CONF_STARTS_AT])
        begins = dt_util.parse_datetime(text) if text else None
        begins = begins or dt_util.now().replace(microsecond=0)
        if begins.tzinfo:
            return begins
        return begins.replace(tzinfo=dt_util.get_default_time_zone())


def _tidy(user_input: dict[str, Any]) -> None:
    """Put something into each field but those that may be missing."""
    for field in _TEXTS:
        user_input[field] = user_input.get(field, "").strip()
    for field in _PLACES:
        plain = (path.strip().rstrip("/") for path in user_input.get(field, ()))
        user_input[field] = [path for path in dict.fromkeys(plain) if path]


def _local(data: Mapping[str, Any]) -> str:
    """Answer when a channel began, as the form's field has it."""
    begins = dt_util.as_local(datetime.fromisoformat(data[CONF_STARTS_AT]))
    return begins.strftime("%Y-%m-%d %H:%M:%S")


def _name_of(data: Mapping[str, Any]) -> str:
    """Answer a name for a channel: that of the folder that its files are in."""
    folders = [PurePath(folder) for folder in data[CONF_FOLDERS]]
    folders += [PurePath(file).parent for file in data[CONF_FILES]]
    return folders[0].name or "Virtual channel"
