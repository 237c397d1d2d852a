"""A virtual channel of real files: from its form to what is on, and back again."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest

from tests.formats.clips import AAC, H264, clip

from .home import Home

KIND = "virtual_channel"
USUAL = {"order": "sequential", "loop": True}


@pytest.fixture(name="media")
async def _media(home: Home) -> Path:
    """A folder of three clips of a minute each, beside one that is to be added."""
    content = await asyncio.to_thread(
        clip,
        *(*H264, *AAC),
        size="64x36",
        rate=1,
        seconds=60,
        start=0,
        keys="0",
        container=("-f", "matroska"),
    )
    root = Path(home.hass.config.path("www")).resolve()
    for name in ("films/One.mkv", "films/Two.mkv", "films/Three.mkv", "Extra.mkv"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (root / "broken.mkv").write_bytes(b"no film")
    return root / "films"


@pytest.fixture(name="subentry")
async def _subentry(home: Home, media: Path) -> ConfigSubentry:
    """The channel, on the air."""
    subentry = await home.add(
        KIND, name="Attic", number="90", folders=[str(media)], **USUAL
    )
    # Joins the refresh that is under way, so that what follows has one of its own.
    await refresh(home)
    await home.until("sensor.attic_items", lambda one: one.state == "3")
    return subentry


async def refresh(home: Home) -> None:
    """Have the channel's folders looked through."""
    await home.hass.services.async_call(
        "telecast", "refresh", {"source": "Attic"}, blocking=True
    )


async def act(home: Home, action: str, **fields: Any) -> Any:
    """Perform an action on the channel."""
    return await home.hass.services.async_call(
        "telecast",
        action,
        {"channel": "90", **fields},
        blocking=True,
        return_response=action.startswith("get_"),
    )


async def titles(home: Home) -> list[str]:
    """Ask for the items; answer their titles."""
    return [one["title"] for one in (await act(home, "get_items"))["items"]]


async def test_a_channel_is_on_and_is_skipped(
    home: Home, subentry: ConfigSubentry
) -> None:
    assert await titles(home) == ["One", "Three", "Two"]
    on = await home.until("sensor.attic_on_air", lambda one: one.state == "One")
    assert on.attributes["next_title"] == "Three"
    assert on.attributes["started_at"] == subentry.data["starts_at"]
    assert (await home.engine.lineup.by_number("90")).name == "Attic"
    await home.until("binary_sensor.attic_connected", lambda one: one.state == STATE_ON)
    await act(home, "skip")
    await home.until("sensor.attic_on_air", lambda one: one.state == "Three")
    press = {"entity_id": "button.attic_skip"}
    await home.hass.services.async_call("button", "press", press, blocking=True)
    await home.until("sensor.attic_on_air", lambda one: one.state == "Two")


@pytest.mark.usefixtures("subentry")
async def test_items_are_added_moved_and_removed(home: Home, media: Path) -> None:
    extra = str(media.parent / "Extra.mkv")
    await act(home, "add_items", files=[extra], position=2)
    assert await titles(home) == ["One", "Extra", "Three", "Two"]
    listed = {one["title"]: one for one in (await act(home, "get_items"))["items"]}
    assert listed["Extra"]["file"] == extra
    assert abs(listed["Extra"]["duration"] - 60) < 2
    await act(home, "move_item", item=listed["Two"]["id"], position=1)
    assert await titles(home) == ["Two", "One", "Extra", "Three"]
    await act(home, "remove_items", items=[listed["Three"]["id"]])
    assert await titles(home) == ["Two", "One", "Extra"]
    await home.until(
        "sensor.attic_on_air", lambda one: one.attributes["next_title"] == "Extra"
    )


@pytest.mark.usefixtures("subentry")
@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("/etc/passwd", "file_not_allowed"),
        ("nothing.mkv", "missing_file"),
        ("broken.mkv", "not_playable"),
    ],
)
async def test_files_that_cannot_be_played_are_refused(
    home: Home, media: Path, file: str, key: str
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await act(home, "add_items", files=[str(media.parent / file)])
    assert refused.value.translation_key == key
    await refresh(home)
    assert await titles(home) == ["One", "Three", "Two"]


@pytest.mark.usefixtures("subentry")
async def test_an_item_is_scheduled_and_taken_back(home: Home) -> None:
    (first, *_) = (await act(home, "get_items"))["items"]
    start = dt_util.utcnow().replace(microsecond=0) + timedelta(hours=1)
    await act(home, "schedule", start=start, item=first["id"])
    (told,) = (await act(home, "get_schedule"))["appointments"]
    assert (told["item"], told["title"]) == (first["id"], "One")
    assert datetime.fromisoformat(told["start"]) == start
    own = {"live_channel": "90", "duration": {"minutes": 5}}
    for wrong, key in (
        ({"start": start, "item": first["id"]}, "invalid_timeline"),
        ({"start": start, **own}, "circle"),
        (
            {"start": start - timedelta(days=2), "item": first["id"]},
            "invalid_timeline",
        ),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await act(home, "schedule", **wrong)
        assert refused.value.translation_key == key
    with pytest.raises(ServiceValidationError) as refused:
        await act(home, "unschedule", start=start + timedelta(minutes=1))
    assert refused.value.translation_key == "unknown_appointment"
    await act(home, "unschedule", start=start)
    assert (await act(home, "get_schedule")) == {"appointments": []}


async def test_a_folder_that_vanishes_is_told_until_it_is_back(
    home: Home,
    media: Path,
    subentry: ConfigSubentry,
    issue_registry: ir.IssueRegistry,
) -> None:
    away = media.rename(media.parent / "away")
    with pytest.raises(HomeAssistantError) as failed:
        await refresh(home)
    assert failed.value.translation_key == "cannot_connect"
    issue_id = f"virtual_channel_missing_{subentry.subentry_id}"
    issue = issue_registry.async_get_issue("telecast", issue_id)
    assert issue
    assert issue.translation_placeholders == {"name": "Attic", "folders": "films"}
    await home.until(
        "binary_sensor.attic_connected", lambda one: one.state == STATE_OFF
    )
    items = await home.until(
        "sensor.attic_items", lambda one: one.attributes["missing"] == ["films"]
    )
    assert items.state == "3"
    away.rename(media)
    await refresh(home)
    assert not issue_registry.async_get_issue("telecast", issue_id)
    await home.until("binary_sensor.attic_connected", lambda one: one.state == STATE_ON)


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        ({"files": ["{root}/nothing.mkv"]}, {"files": "no_media"}),
        ({"files": ["/etc/passwd"]}, {"files": "path_not_allowed"}),
        (
            {"files": ["{root}/Extra.mkv"], "folders": ["/etc"]},
            {"folders": "path_not_allowed"},
        ),
        (
            {"files": ["{root}/Extra.mkv"], "filler": ["/etc"]},
            {"filler": "path_not_allowed"},
        ),
        (
            {"files": ["{root}/Extra.mkv"], "filler": ["{root}/nothing"]},
            {},
        ),
    ],
)
async def test_each_field_says_what_is_wrong_with_its_paths(
    home: Home, media: Path, answer: dict[str, list[str]], errors: dict[str, str]
) -> None:
    filled = {
        field: [path.format(root=media.parent) for path in paths]
        for field, paths in answer.items()
    }
    step = await home.fill_in(KIND, filled | USUAL)
    assert (step.get("errors") or {}) == errors
    assert len(home.entry.subentries) == (0 if errors else 1)


async def test_a_schedule_says_what_is_wrong_with_it(home: Home, media: Path) -> None:
    answer = {"folders": [str(media)], **USUAL}
    wrong = {"blocks": [{"from": "18:00", "to": "25:00", "plays": "films"}]}
    step = await home.fill_in(KIND, answer | {"schedule": wrong})
    assert step["errors"] == {"schedule": "invalid_schedule"}
    assert "Block 1" in step["description_placeholders"]["reason"]
    own = {"blocks": [{"from": "18:00", "to": "20:00", "channel": "7"}]}
    step = await home.fill_in(KIND, answer | {"number": "7", "schedule": own})
    assert step["errors"] == {"schedule": "circular_schedule"}
    assert step["description_placeholders"] == {"reason": "7"}
    right = {"blocks": [{"from": "18:00", "to": "20:00", "plays": "films"}]}
    step = await home.fill_in(KIND, answer | {"schedule": right})
    assert step["type"] == "create_entry"
