"""Triggers and conditions: code, descriptions, words and icons tell of the same things."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from custom_components.telecast import trigger
from custom_components.telecast.condition import CONDITIONS
from custom_components.telecast.trigger import TRIGGERS
from custom_components.telecast.wanted import SESSION_FIELDS, STREAM_FIELDS

COMPONENT = Path(trigger.__file__).parent
TEXTS: dict[str, Any] = json.loads((COMPONENT / "translations/en.json").read_text())
ICONS: dict[str, Any] = json.loads((COMPONENT / "icons.json").read_text())
FIELDS = {
    "session_started": SESSION_FIELDS,
    "session_ended": SESSION_FIELDS,
    "stream_failed": STREAM_FIELDS,
    "is_watching": SESSION_FIELDS,
}


@pytest.mark.parametrize(
    ("kind", "classes"), [("trigger", TRIGGERS), ("condition", CONDITIONS)]
)
def test_each_has_a_description_words_and_an_icon(
    kind: str, classes: dict[str, Any]
) -> None:
    described = yaml.safe_load((COMPONENT / f"{kind}s.yaml").read_text())
    described = {key: one for key, one in described.items() if key[0] != "."}
    words, icons = TEXTS[f"{kind}s"], ICONS[f"{kind}s"]
    assert set(described) == set(words) == set(icons) == set(classes)
    for name, about in described.items():
        fields = {str(field) for field in FIELDS[name]}
        assert set(about["fields"]) == set(words[name]["fields"]) == fields
        assert all(field["selector"] for field in about["fields"].values())
        assert set(words[name]) == {"name", "description", "fields"}
        for field in words[name]["fields"].values():
            assert set(field) == {"name", "description"}
        assert icons[name][kind].startswith("mdi:")
