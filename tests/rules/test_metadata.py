"""What Home Assistant and HACS read about us: the parts that their checkers would refuse."""

import json
import re
from typing import Any

from .tree import COMPONENT, ROOT


def read(path: str) -> dict[str, Any]:
    """One of our JSON documents."""
    return json.loads((ROOT / path).read_text())


MANIFEST = read("custom_components/telecast/manifest.json")


def test_the_manifest_is_in_the_order_that_hassfest_wants() -> None:
    """Domain and name first, then the alphabet."""
    keys = list(MANIFEST)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]


def test_the_manifest_says_who_we_are() -> None:
    """One hub, set up in the interface, that is told rather than asks."""
    assert MANIFEST["domain"] == COMPONENT.name
    assert MANIFEST["codeowners"]
    assert MANIFEST["config_flow"] is MANIFEST["single_config_entry"] is True
    assert (MANIFEST["integration_type"], MANIFEST["iot_class"]) == (
        "hub",
        "local_push",
    )
    assert {"ffmpeg", "frontend", "http"} <= set(MANIFEST["dependencies"])
    for key in ("documentation", "issue_tracker"):
        assert MANIFEST[key].startswith("https://")
    assert re.fullmatch(r"\d+\.\d+\.\d+(-\w+(\.\d+)?)?", MANIFEST["version"])


def test_components_that_are_used_are_dependencies() -> None:
    """Home Assistant sets up ours only after those; entity platforms need no naming."""
    platforms = {"binary_sensor", "button", "event", "media_player", "sensor"}
    always_there = {"diagnostics", "homeassistant", "media_source", "repairs"}
    named = {*MANIFEST["dependencies"], *MANIFEST.get("after_dependencies", [])}
    used = {
        component
        for path in COMPONENT.glob("*.py")
        for component in re.findall(
            r"^(?:from|import) homeassistant\.components\.(\w+)",
            path.read_text(),
            re.MULTILINE,
        )
    }
    assert used <= named | platforms | always_there


def test_hacs_installs_the_archive_that_a_release_holds() -> None:
    """HACS refuses keys that it does not know."""
    hacs = read("hacs.json")
    assert set(hacs) == {"name", "filename", "homeassistant", "zip_release"}
    assert hacs["name"] == MANIFEST["name"]
    assert hacs["zip_release"] is True
    release = (ROOT / ".github/workflows/release.yml").read_text()
    assert hacs["filename"] in release


def test_the_brand_has_its_pictures() -> None:
    """Home Assistant shows them in these sizes."""
    for name, height in (
        *(("icon.png", 256), ("icon@2x.png", 512)),
        *(("logo.png", 256), ("logo@2x.png", 512)),
    ):
        head = (COMPONENT / "brand" / name).read_bytes()[:24]
        assert head.startswith(b"\x89PNG")
        width, actual = (int.from_bytes(head[at : at + 4]) for at in (16, 20))
        assert actual == height, name
        assert width == height or name.startswith("logo"), name
