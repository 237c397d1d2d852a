"""Every text that users may see is there, and no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast import config_flow, playlist_flow
from custom_components.telecast.binary_sensor import CONNECTED
from custom_components.telecast.button import REFRESH
from custom_components.telecast.engine import errors
from custom_components.telecast.event import EVENTS
from custom_components.telecast.sensor import (
    ACCOUNT_SENSORS,
    HUB_SENSORS,
    SOURCE_SENSORS,
)

from .home import Home

COMPONENT = Path(config_flow.__file__).parent
TEXTS: dict[str, Any] = json.loads((COMPONENT / "translations/en.json").read_text())
ICONS: dict[str, Any] = json.loads((COMPONENT / "icons.json").read_text())

ENTITIES = {
    "binary_sensor": [CONNECTED],
    "button": [REFRESH],
    "event": EVENTS,
    "sensor": [*HUB_SENSORS, *SOURCE_SENSORS, *ACCOUNT_SENSORS],
}


def assert_named(step: dict[str, Any], schema: Any) -> None:
    """Check that a form has words for its fields, and for no others."""
    fields = {str(key) for key in schema.schema}
    assert set(step["data"]) == set(step["data_description"]) == fields
    assert step["title"] and step["description"]


async def test_every_field_of_every_form_is_named_and_described(home: Home) -> None:
    options = TEXTS["options"]["step"]["init"]
    assert_named(options, config_flow.OPTIONS_SCHEMA)
    types = home.hass.config_entries.subentries
    assert set(TEXTS["config_subentries"]) == {"playlist", "account"}
    for kind, texts in TEXTS["config_subentries"].items():
        step = await types.async_init(
            (home.entry.entry_id, kind), context={"source": "user"}
        )
        for name in ("user", "reconfigure"):
            assert_named(texts["step"][name], step["data_schema"])
            texts["step"][name]["description"].format(
                **(step["description_placeholders"] or {})
            )


def test_every_error_of_a_playlist_has_words_in_its_form() -> None:
    texts = TEXTS["config_subentries"]["playlist"]["error"]
    assert set(texts) == {
        *playlist_flow.CODES,
        "already_configured",
        "invalid_url",
        "unknown",
    }


def test_every_error_of_a_refresh_has_words() -> None:
    def codes(kind: type[errors.TelecastError]) -> set[str]:
        return {kind.code}.union(*map(codes, kind.__subclasses__()))

    for code in codes(errors.SourceError) | {"unknown_source", "refresh_failed"}:
        assert "{source}" in TEXTS["exceptions"][code]["message"]


@pytest.mark.parametrize("platform", ENTITIES)
def test_every_entity_has_a_name_and_an_icon(platform: str) -> None:
    keys = {one.translation_key for one in ENTITIES[platform]}
    assert set(TEXTS["entity"][platform]) == keys
    without = {one.translation_key for one in ENTITIES[platform] if one.device_class}
    assert keys - without <= set(ICONS["entity"].get(platform, {})) <= keys
