"""Every name that Home Assistant shows has words, an icon where it needs one, and no more."""

import ast
from collections.abc import Iterator
import json
import re
from typing import Any

import pytest
import yaml

from .tree import COMPONENT

PLATFORMS = ("binary_sensor", "button", "event", "sensor")
SUBENTRIES = {
    "playlist": {
        *("cannot_connect", "timeout", "not_a_playlist", "empty_playlist"),
        *("path_not_allowed", "address_not_allowed", "already_configured"),
    },
    "provider": {
        *("cannot_connect", "timeout", "not_a_playlist", "address_not_allowed"),
        *("already_configured", "invalid_auth", "account_expired"),
    },
    "acestream": {"engine_not_found", "invalid_content_id"},
    "tuner": {"cannot_connect", "no_channels", "own_tuner", "already_configured"},
    "library": {"path_not_allowed", "no_media", "already_configured"},
    "virtual_channel": {"path_not_allowed", "no_media", "number_taken"},
    "account": {"username_taken", "invalid_characters"},
}


@pytest.fixture(name="words", scope="module")
def _words() -> dict[str, Any]:
    return json.loads((COMPONENT / "translations" / "en.json").read_text())


@pytest.fixture(name="flows", scope="module")
def _flows(words: dict[str, Any]) -> dict[str, Any]:
    own = {flow: words[flow] for flow in ("config", "options")}
    return own | words["config_subentries"]


@pytest.fixture(name="icons", scope="module")
def _icons() -> dict[str, Any]:
    return json.loads((COMPONENT / "icons.json").read_text())


def texts(tree: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text with the path that leads to it."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from texts(value, f"{path}.{key}".lstrip("."))
    else:
        yield path, tree


def sections(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A step of a flow, and the sections that its form is divided into."""
    yield step
    yield from step.get("sections", {}).values()


def translation_keys(source: str) -> set[str]:
    """The translation keys that a module names, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.keyword(arg="translation_key", value=value):
                pass
            case ast.Call(func=ast.Name(id="data_rate"), args=[value, *_]):
                pass
            case ast.Assign(
                targets=[ast.Name(id="_attr_translation_key")], value=value
            ):
                pass
            case ast.AnnAssign(
                target=ast.Name(id="_attr_translation_key"), value=ast.expr() as value
            ):
                pass
            case _:
                continue
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            found.add(value.value)
    return found


def test_texts_are_whole(words: dict[str, Any]) -> None:
    """No empty text, none of core's references (nobody resolves them here), no stray space."""
    for path, text in texts(words):
        assert isinstance(text, str), path
        assert text == text.strip() != "", path
        assert "[%key:" not in text, path
        assert "<" not in text, path
        assert text.count("{") == text.count("}"), path


def test_every_field_is_explained(flows: dict[str, Any]) -> None:
    """Each field of each form has a name and says what it is for."""
    for name, flow in flows.items():
        for step_id, step in flow.get("step", {}).items():
            for section in sections(step):
                fields = set(section.get("data", {}))
                assert fields == set(section.get("data_description", {})), (
                    name,
                    step_id,
                )


@pytest.mark.parametrize("kind", SUBENTRIES)
def test_a_subentry_has_all_its_words(kind: str, flows: dict[str, Any]) -> None:
    """It can be added and changed, and each error has a text."""
    flow = flows[kind]
    assert flow["entry_type"]
    assert flow["initiate_flow"]["user"]
    assert {"user", "reconfigure"} <= set(flow["step"])
    told = set(flow.get("error", {})) | set(flow.get("abort", {}))
    assert told >= SUBENTRIES[kind]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_entities_have_names_and_icons(
    platform: str, words: dict[str, Any], icons: dict[str, Any]
) -> None:
    """Each key in the code has a name; no name and no icon is left over."""
    named = words["entity"].get(platform, {})
    files = [COMPONENT / f"{platform}.py", *COMPONENT.glob(f"*_{platform}s.py")]
    source = "\n".join(path.read_text() for path in files)
    assert translation_keys(source) <= set(named)
    assert set(icons["entity"].get(platform, {})) <= set(named)
    assert not {key for key in named if f'"{key}"' not in source}
    assert all(entity["name"] for entity in named.values())


def test_actions_have_words_and_icons(
    words: dict[str, Any], icons: dict[str, Any]
) -> None:
    """Each action and field, in all three documents."""
    actions = yaml.safe_load((COMPONENT / "services.yaml").read_text())
    assert set(actions) == set(words["services"]) == set(icons["services"])
    for action, shape in actions.items():
        told = words["services"][action]
        assert told["name"], action
        assert told["description"], action
        fields = (shape or {}).get("fields", {})
        assert set(fields) == set(told.get("fields", {})), action
        for field, explained in told.get("fields", {}).items():
            assert set(explained) == {"name", "description"}, (action, field)
            assert fields[field].get("selector"), (action, field)


def test_errors_have_words(words: dict[str, Any]) -> None:
    """Each key that an error is raised with leads to a text, and no text is left over."""
    sources = [path.read_text() for path in COMPONENT.rglob("*.py")]
    told = set(words.get("exceptions", {}))
    raised = {
        keyword.value.value
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        for keyword in node.exc.keywords
        if keyword.arg == "translation_key" and isinstance(keyword.value, ast.Constant)
    }
    assert raised <= told
    assert not {key for key in told if not any(f'"{key}"' in s for s in sources)}


def test_repair_issues_have_words(words: dict[str, Any]) -> None:
    """Each says what is wrong and what to do, and none is left over."""
    source = (COMPONENT / "const.py").read_text()
    issues = words.get("issues", {})
    named = re.findall(r'^ISSUE_\w+(?:: Final)? = "(\w+)"', source, re.MULTILINE)
    assert set(named) == set(issues)
    for key, issue in issues.items():
        assert issue["title"], key
        assert issue.get("description") or issue["fix_flow"]["step"], key
