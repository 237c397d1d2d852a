"""The form of a playlist."""

import hashlib
from pathlib import PurePath
from typing import Any, override

from homeassistant.const import CONF_NAME, CONF_URL
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig
import probatio
from yarl import URL

from .const import (
    CONF_EPG_OFFSET,
    CONF_EPG_URLS,
    CONF_MAX_STREAMS,
    CONF_REFRESH_HOURS,
    CONF_USER_AGENT,
)
from .engine.errors import TelecastError
from .settings import read_playlist
from .subentry_flow import REFRESH_HOURS, OneFormFlow, whole_number

# What the form has words for; whatever else may go wrong is `unknown`.
CODES = frozenset(
    {
        "address_not_allowed",
        "cannot_connect",
        "empty_playlist",
        "ingestion_failed",
        "not_a_playlist",
        "path_not_allowed",
        "timeout",
        "too_large",
    }
)

SCHEMA = probatio.Schema(
    {
        probatio.Optional(CONF_NAME): TextSelector(),
        probatio.Required(CONF_URL): TextSelector(),
        probatio.Optional(CONF_EPG_URLS): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
        probatio.Optional(CONF_EPG_OFFSET): whole_number(-1440, 1440),
        probatio.Optional(CONF_USER_AGENT): TextSelector(),
        probatio.Required(CONF_MAX_STREAMS, default=1): whole_number(0, 1000),
        probatio.Required(CONF_REFRESH_HOURS, default=12): REFRESH_HOURS,
    }
)


class PlaylistFlow(OneFormFlow):
    """Adds and changes a playlist."""

    @override
    async def async_schema(self) -> probatio.Schema:
        return SCHEMA

    @override
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        url = user_input[CONF_URL] = user_input[CONF_URL].strip()
        if guides := user_input.get(CONF_EPG_URLS):
            user_input[CONF_EPG_URLS] = [guide.strip() for guide in guides]
        if any(one.data[CONF_URL] == url for one in self.others):
            return {CONF_URL: "already_configured"}
        if not all(map(_is_readable, user_input.get(CONF_EPG_URLS, ()))):
            return {CONF_EPG_URLS: "invalid_url"}
        if code := await self._unreadable(user_input):
            return {CONF_URL: code if code in CODES else "unknown"}
        return {}

    @override
    def subentry(self, user_input: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        data = dict(user_input)
        url = data[CONF_URL]
        title = data.pop(CONF_NAME, "").strip() or _name_of(url)
        # The frontend shows unique ids; an address may hold a password.
        return title, hashlib.sha256(url.encode()).hexdigest(), data

    async def _unreadable(self, user_input: dict[str, Any]) -> str | None:
        """Answer why the playlist cannot be read, or None; what was read is not again."""
        if all(
            self.shown.get(field) == user_input.get(field)
            for field in (CONF_URL, CONF_USER_AGENT)
        ):
            return None
        try:
            await self.engine.check_playlist(read_playlist("", "", user_input))
        except TelecastError as err:
            return err.code
        return None


def _is_readable(address: str) -> bool:
    """Tell whether this is a web address or an absolute path."""
    try:
        url = URL(address)
    except ValueError:
        return False
    return PurePath(address).is_absolute() or bool(
        url.scheme in {"http", "https"} and url.host
    )


def _name_of(address: str) -> str:
    """Answer a name for a playlist: its host's, or its file's."""
    return URL(address).host or PurePath(address).stem
