"""Every text that users may see is there, and no other."""

import json
from pathlib import Path
from typing import Any

from homeassistant.helpers.selector import SelectSelector
import pytest

from custom_components.telecast import (
    config_flow,
    library_flow,
    playlist_flow,
    provider_flow,
    tuner_flow,
    virtual_actions,
    virtual_flow,
)
from custom_components.telecast.binary_sensor import CONNECTED
from custom_components.telecast.button import REFRESH, SKIP, TEST_ENCODERS
from custom_components.telecast.engine import errors
from custom_components.telecast.engine.encoders.proofs import Problem
from custom_components.telecast.engine.timeline import Order
from custom_components.telecast.event import EVENTS
from custom_components.telecast.formats.ffmpeg import PROFILES, Encoder
from custom_components.telecast.hub_sensors import HUB_SENSORS
from custom_components.telecast.sensor import ACCOUNT_SENSORS
from custom_components.telecast.source_sensors import (
    ACESTREAM_SENSORS,
    LIBRARY_SENSORS,
    ON_AIR,
    PROVIDER_SENSORS,
    SOURCE_SENSORS,
    VIRTUAL_SENSORS,
    tuner_sensors,
)

from .home import Home

COMPONENT = Path(config_flow.__file__).parent
TEXTS: dict[str, Any] = json.loads((COMPONENT / "translations/en.json").read_text())
ICONS: dict[str, Any] = json.loads((COMPONENT / "icons.json").read_text())

ENTITIES = {
    "binary_sensor": [CONNECTED],
    "button": [REFRESH, SKIP, TEST_ENCODERS],
    "event": EVENTS,
    "sensor": [
        *HUB_SENSORS,
        *SOURCE_SENSORS,
        *PROVIDER_SENSORS,
        *LIBRARY_SENSORS,
        *VIRTUAL_SENSORS,
        ON_AIR,
        *ACESTREAM_SENSORS,
        *tuner_sensors(0),
        *ACCOUNT_SENSORS,
    ],
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
    assert set(TEXTS["config_subentries"]) == {
        "playlist",
        "provider",
        "acestream",
        "tuner",
        "library",
        "virtual_channel",
        "account",
    }
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


def test_every_error_of_a_provider_has_words_in_its_form() -> None:
    texts = TEXTS["config_subentries"]["provider"]["error"]
    assert set(texts) == {
        *provider_flow.FIELDS,
        "account_refused",
        "already_configured",
        "invalid_account",
        "invalid_url",
        "nothing_chosen",
        "unknown",
    }
    asked_again = set(TEXTS["config"]["error"])
    assert asked_again == {*provider_flow.FIELDS, "not_loaded", "unknown"}


def test_every_error_of_an_acestream_engine_has_words_in_its_form() -> None:
    texts = TEXTS["config_subentries"]["acestream"]["error"]
    assert set(texts) == {
        *playlist_flow.CODES,
        "already_configured",
        "engine_not_found",
        "invalid_content_id",
        "no_channels",
        "unknown",
    }
    assert "{line}" in texts["invalid_content_id"]


def test_every_error_of_a_tuner_has_words_in_its_form() -> None:
    texts = TEXTS["config_subentries"]["tuner"]["error"]
    assert set(texts) == {*tuner_flow.CODES, "already_configured", "unknown"}


def test_every_error_of_a_library_has_words_in_its_form() -> None:
    texts = TEXTS["config_subentries"]["library"]["error"]
    assert set(texts) == {
        *library_flow.CODES,
        "already_configured",
        "no_media",
        "unknown",
    }


def test_every_error_of_a_virtual_channel_has_words_in_its_form() -> None:
    texts = TEXTS["config_subentries"]["virtual_channel"]["error"]
    assert set(texts) == {
        *virtual_flow.CODES,
        "circular_schedule",
        "invalid_number",
        "invalid_schedule",
        "invalid_start",
        "number_taken",
        "unknown",
    }
    assert "{reason}" in texts["invalid_schedule"]


def test_every_refusal_of_an_action_on_a_virtual_channel_has_words() -> None:
    for _, key in virtual_actions.REFUSALS:
        message = TEXTS["exceptions"][key]["message"]
        assert message.format(channel="5.1", reason="It is over")


def test_every_error_of_a_refresh_has_words() -> None:
    def codes(kind: type[errors.TelecastError]) -> set[str]:
        return {kind.code}.union(*map(codes, kind.__subclasses__()))

    # That FFmpeg is missing is no fault of any source; others say it, too.
    of_sources = codes(errors.SourceError) - {errors.FFmpegMissingError.code}
    for code in of_sources | {"unknown_source", "refresh_failed"}:
        assert "{source}" in TEXTS["exceptions"][code]["message"]


@pytest.mark.parametrize("platform", ENTITIES)
def test_every_entity_has_a_name_and_an_icon(platform: str) -> None:
    keys = {one.translation_key for one in ENTITIES[platform]}
    assert set(TEXTS["entity"][platform]) == keys
    without = {one.translation_key for one in ENTITIES[platform] if one.device_class}
    assert keys - without <= set(ICONS["entity"].get(platform, {})) <= keys


def test_every_choice_has_words() -> None:
    fields = {
        str(key): value
        for schema in (config_flow.OPTIONS_SCHEMA, virtual_flow.SCHEMA)
        for key, value in schema.schema.items()
    }
    choices = {
        field.config["translation_key"]: field.config["options"]
        for field in fields.values()
        if isinstance(field, SelectSelector)
    }
    assert choices == {
        "hardware_acceleration": ["auto", *Encoder],
        "default_profile": ["passthrough", *(one.name for one in PROFILES)],
        "order": [*Order],
    }
    told = {name: {*words["options"]} for name, words in TEXTS["selector"].items()}
    assert told == {name: {*options} for name, options in choices.items()}


def test_every_encoder_has_words() -> None:
    words = TEXTS["entity"]["sensor"]["encoder"]["state"]
    assert {*words} == {*Encoder}


def test_every_problem_of_ffmpeg_has_words() -> None:
    for problem in Problem:
        assert "{binary}" in TEXTS["issues"][problem]["description"]
        assert TEXTS["exceptions"][problem]["message"]


def test_every_attribute_of_a_sensor_has_words() -> None:
    words = TEXTS["entity"]["sensor"]
    told = {key: {*one.get("state_attributes", {})} for key, one in words.items()}
    for key in ("encoders", "sessions", "streams"):
        assert {key, f"{key}_left_out"} <= told[f"active_{key}"]
