"""The form of a library: folders of the user's own films."""

from collections.abc import Iterable
import hashlib
from pathlib import PurePath
from typing import Any, override

from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import TextSelector, TextSelectorConfig
import probatio

from .const import CONF_FOLDERS
from .engine.errors import TelecastError
from .settings import read_library
from .subentry_flow import OneFormFlow

# What the form has words for; whatever else may go wrong is `unknown`.
CODES = frozenset({"ingestion_failed", "path_not_allowed", "too_large"})

SCHEMA = probatio.Schema(
    {
        probatio.Optional(CONF_NAME): TextSelector(),
        probatio.Required(CONF_FOLDERS): TextSelector(
            TextSelectorConfig(multiple=True)
        ),
    }
)


class LibraryFlow(OneFormFlow):
    """Adds and changes a library."""

    @override
    async def async_schema(self) -> probatio.Schema:
        return SCHEMA

    @override
    async def async_errors(self, user_input: dict[str, Any]) -> dict[str, str]:
        folders = list(dict.fromkeys(map(_plain, user_input[CONF_FOLDERS])))
        user_input[CONF_FOLDERS] = [folder for folder in folders if folder]
        if not user_input[CONF_FOLDERS]:
            return {CONF_FOLDERS: "no_media"}
        if _identity(user_input[CONF_FOLDERS]) in {
            one.unique_id for one in self.others
        }:
            return {CONF_FOLDERS: "already_configured"}
        if user_input[CONF_FOLDERS] == self.shown.get(CONF_FOLDERS):
            # What was there may not be mounted just now.
            return {}
        try:
            settings = read_library("", "", user_input)
            found = await self.engine.holds_media(settings)
        except TelecastError as err:
            return {CONF_FOLDERS: err.code if err.code in CODES else "unknown"}
        return {} if found else {CONF_FOLDERS: "no_media"}

    @override
    def subentry(self, user_input: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        folders: list[str] = user_input[CONF_FOLDERS]
        title = user_input.get(CONF_NAME, "").strip() or PurePath(folders[0]).name
        return title, _identity(folders), {CONF_FOLDERS: folders}


def _plain(folder: str) -> str:
    return folder.strip().rstrip("/")


def _identity(folders: Iterable[str]) -> str:
    """Tell libraries apart; the frontend shows what does."""
    text = "\n".join(sorted(folders))
    return hashlib.sha256(f"library {text}".encode()).hexdigest()
