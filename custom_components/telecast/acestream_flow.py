"""The form of an AceStream engine."""

from collections.abc import Mapping
import hashlib
from typing import Any, override

from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
)
import probatio
from yarl import URL

from .const import (
    CONF_CONTENT_IDS,
    CONF_ENGINE_URL,
    CONF_MAX_STREAMS,
    CONF_PLAYLIST_URL,
    CONF_SHARE,
)
from .engine.errors import TelecastError
from .formats import acestream
from .playlist_flow import CODES
from .settings import read_acestream
from .subentry_flow import OneFormFlow, whole_number

_USUAL_ENGINE = "http://127.0.0.1:6878"

SCHEMA = probatio.Schema(
    {
        probatio.Optional(CONF_NAME): TextSelector(),
        probatio.Required(CONF_ENGINE_URL, default=_USUAL_ENGINE): TextSelector(),
        probatio.Optional(CONF_PLAYLIST_URL): TextSelector(),
        probatio.Optional(CONF_CONTENT_IDS): TextSelector(
            TextSelectorConfig(multiline=True)
        ),
        probatio.Required(CONF_SHARE, default=True): BooleanSelector(),
        probatio.Required(CONF_MAX_STREAMS, default=4): whole_number(0, 1000),
    }
)


class AceStreamFlow(OneFormFlow):
    """Adds and changes an AceStream engine with its channels."""

    _invalid_line = 0

    @property
    @override
    def placeholders(self) -> dict[str, str]:
        """Which line of the ids is wrong."""
        return {"line": str(self._invalid_line)}

    @override
    async def async_schema(self) -> probatio.Schema:
        return SCHEMA

    @override
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        user_input[CONF_ENGINE_URL] = user_input[CONF_ENGINE_URL].strip().rstrip("/")
        for field in (CONF_PLAYLIST_URL, CONF_CONTENT_IDS):
            if not user_input.setdefault(field, "").strip():
                del user_input[field]
        errors = self._wrong_ids(user_input)
        if not await self._is_engine(user_input[CONF_ENGINE_URL]):
            errors[CONF_ENGINE_URL] = "engine_not_found"
        if code := await self._unreadable(user_input):
            errors[CONF_PLAYLIST_URL] = code if code in CODES else "unknown"
        if not errors and _identity(user_input) in {
            one.unique_id for one in self.others
        }:
            errors[CONF_ENGINE_URL] = "already_configured"
        return errors

    @override
    def subentry(self, user_input: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        data = dict(user_input)
        title = data.pop(CONF_NAME, "").strip() or _name_of(data[CONF_ENGINE_URL])
        return title, _identity(data), data

    def _wrong_ids(self, user_input: dict[str, Any]) -> dict[str, str]:
        listing = acestream.parse_list(user_input.get(CONF_CONTENT_IDS, ""))
        if listing.invalid:
            self._invalid_line = listing.invalid[0]
            return {CONF_CONTENT_IDS: "invalid_content_id"}
        if not listing.entries and not user_input.get(CONF_PLAYLIST_URL):
            return {CONF_CONTENT_IDS: "no_channels"}
        return {}

    async def _is_engine(self, url: str) -> bool:
        """Tell whether there is an engine; one that was there may be away just now."""
        if url == self.shown.get(CONF_ENGINE_URL):
            return True
        try:
            await self.engine.check_acestream(url)
        except TelecastError:
            return False
        return True

    async def _unreadable(self, user_input: dict[str, Any]) -> str | None:
        """Answer why the playlist cannot be read, or None; what was read is not again."""
        if CONF_PLAYLIST_URL not in user_input:
            return None
        url = user_input[CONF_PLAYLIST_URL] = user_input[CONF_PLAYLIST_URL].strip()
        if url == self.shown.get(CONF_PLAYLIST_URL):
            return None
        alone = {**user_input, CONF_CONTENT_IDS: ""}
        try:
            await self.engine.check_playlist(read_acestream("", "", alone))
        except TelecastError as err:
            return err.code
        return None


def _name_of(engine_url: str) -> str:
    """Answer a name for an engine: its host's."""
    return URL(engine_url).host or "AceStream"


def _identity(data: Mapping[str, Any]) -> str:
    """Tell engines and their channels apart; addresses may hold a password."""
    fields = (CONF_ENGINE_URL, CONF_PLAYLIST_URL, CONF_CONTENT_IDS)
    text = "\n".join(data.get(field, "") for field in fields)
    return hashlib.sha256(f"acestream {text}".encode()).hexdigest()
