"""The form of a virtual channel."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.telecast.engine.settings import SourceSettings, VirtualSettings
from custom_components.telecast.settings import source_settings
from tests.fakes.media_folders import lay_out
from tests.fakes.provider import Provider
from tests.fakes.virtual_channels import Television

from .home import Home

KIND = "virtual_channel"
USUAL = {"order": "sequential", "loop": True}
BLOCKS = {
    "blocks": [{"from": "18:00", "to": "20:00", "plays": "Show"}],
    "otherwise": "films",
}


@pytest.fixture(name="television", autouse=True)
def _television(home: Home) -> Television:
    """What the engine plays, apart from where it looks for files."""
    television = Television()
    home.engine.virtual = television.as_engines
    return television


@pytest.fixture(name="media")
def _media(home: Home) -> Path:
    """A folder that Home Assistant may read, with two videos."""
    media = Path(home.hass.config.path("www")).resolve() / "films"
    lay_out(media, "One.mkv", "Show/1x01.mkv")
    return media


def settings_of(subentry: ConfigSubentry) -> VirtualSettings:
    """The channel as the engine is told of it."""
    settings = source_settings(subentry)
    assert isinstance(settings, VirtualSettings)
    return settings


def suggested(step: dict[str, Any]) -> dict[str, Any]:
    """What a form shows at first."""
    return {
        str(key): key.description["suggested_value"]
        for key in step["data_schema"].schema
        if key.description
    }


async def form(home: Home, subentry: ConfigSubentry | None = None) -> dict[str, Any]:
    """Open the form."""
    context: dict[str, Any] = {"source": "user"}
    if subentry:
        context = {"source": "reconfigure", "subentry_id": subentry.subentry_id}
    flows = home.hass.config_entries.subentries
    return dict(await flows.async_init((home.entry.entry_id, KIND), context=context))


async def test_a_folder_becomes_a_channel_that_begins_now(
    home: Home, media: Path
) -> None:
    await home.hass.config.async_set_time_zone("Asia/Tokyo")
    before = datetime.now(UTC).replace(microsecond=0)
    step = await home.fill_in(KIND, {"folders": [f" {media}/ ", str(media)], **USUAL})
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "films"
    data = dict(step["data"])
    starts_at = data.pop("starts_at")
    assert starts_at.endswith("+09:00")
    begins = datetime.fromisoformat(starts_at)
    assert before <= begins <= datetime.now(UTC)
    assert data == {
        "number": "",
        "group": "",
        "folders": [str(media)],
        "files": [],
        "filler": [],
        "order": "sequential",
        "loop": True,
    }
    (subentry,) = home.entry.subentries.values()
    assert settings_of(subentry) == VirtualSettings(
        id=subentry.subentry_id,
        name="films",
        folders=(str(media),),
        starts_at=int(begins.timestamp()) * 1000,
        zone="Asia/Tokyo",
    )


async def test_everything_that_is_chosen_reaches_the_engine(
    home: Home, media: Path
) -> None:
    subentry = await home.add(
        KIND,
        name=" Attic ",
        number=" 7 ",
        group=" Ours ",
        folders=[str(media)],
        order="episodes",
        starts_at="2026-01-01 00:00:00",
        loop=False,
        schedule=BLOCKS,
        filler=[str(media / "Show")],
    )
    assert subentry.title == "Attic"
    settings = settings_of(subentry)
    assert (settings.number, settings.group) == ("7", "Ours")
    assert (settings.order, settings.loop) == ("episodes", False)
    assert settings.filler == (str(media / "Show"),)
    assert settings.schedule == (
        '{"blocks": [{"from": "18:00", "to": "20:00", "plays": "Show"}],'
        ' "otherwise": "films"}'
    )


async def test_the_next_free_number_is_offered_and_may_be_left_out(
    home: Home, media: Path, provider: Provider
) -> None:
    assert suggested(await form(home)) == {"number": "1"}
    await home.add_playlist(provider)
    step = await form(home)
    assert suggested(step) == {"number": "3"}
    flows = home.hass.config_entries.subentries
    again = await flows.async_configure(step["flow_id"], USUAL)
    assert "number" in suggested(dict(again))
    assert suggested(dict(again))["number"] == ""
    done = await flows.async_configure(
        step["flow_id"], {"folders": [str(media)], **USUAL}
    )
    assert done["data"]["number"] == ""
    await home.hass.async_block_till_done()


@pytest.mark.parametrize("number", ["zero", "0", "1.2.3", "-4"])
async def test_what_is_no_number_is_refused(
    home: Home, media: Path, number: str
) -> None:
    step = await home.fill_in(
        KIND, {"number": number, "folders": [str(media)], **USUAL}
    )
    assert step["errors"] == {"number": "invalid_number"}


async def test_a_number_is_given_once(
    home: Home, media: Path, provider: Provider
) -> None:
    await home.add_playlist(provider)
    hidden = await home.engine.lineup.by_number("2")
    await home.engine.lineup.update(hidden.id, enabled=False)
    common = {"folders": [str(media)], **USUAL}
    first = await home.add(KIND, number="9.0", **common)
    assert first.data["number"] == "9"
    for taken in ("1", "2", "9", " 9.0"):
        step = await home.fill_in(KIND, {"number": taken, **common})
        assert step["errors"] == {"number": "number_taken"}, taken
    await home.change(KIND, first, number="9", **common)
    step = await home.fill_in(KIND, {"number": "1", **common}, first)
    assert step["errors"] == {"number": "number_taken"}
    second = await home.add(KIND, number="10", **common)
    assert second.unique_id is None


@pytest.mark.parametrize(
    ("folders", "error"),
    [
        (["/etc"], "path_not_allowed"),
        (["relative/path"], "path_not_allowed"),
        (["{media}/nothing"], "no_media"),
        (["{media}/texts"], "no_media"),
        (["  "], "no_media"),
        ([], "no_media"),
    ],
)
async def test_what_is_wrong_with_folders_is_said_and_can_be_mended(
    home: Home, media: Path, folders: list[str], error: str
) -> None:
    lay_out(media / "texts", "readme.txt")
    folders = [folder.format(media=media) for folder in folders]
    step = await home.fill_in(KIND, {"folders": folders, **USUAL})
    assert step["errors"] == {"folders": error}
    assert not home.entry.subentries
    flows = home.hass.config_entries.subentries
    done = await flows.async_configure(
        step["flow_id"], {"name": "Attic", "folders": [str(media)], **USUAL}
    )
    assert (done["type"], done["title"]) == (FlowResultType.CREATE_ENTRY, "Attic")
    await home.hass.async_block_till_done()


async def test_a_schedule_that_cannot_be_used_says_why(
    home: Home, media: Path, television: Television
) -> None:
    television.plan_error = "Block 1 has no beginning"
    answer = {"folders": [str(media)], "schedule": {"blocks": [{}]}, **USUAL}
    step = await home.fill_in(KIND, answer)
    assert step["errors"] == {"schedule": "invalid_schedule"}
    assert step["description_placeholders"] == {"reason": "Block 1 has no beginning"}
    assert television.asked == [("check_plan", '{"blocks": [{}]}', "", "")]
    television.plan_error = ""
    flows = home.hass.config_entries.subentries
    done = await flows.async_configure(step["flow_id"], answer)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await home.hass.async_block_till_done()


async def test_a_schedule_that_would_show_the_channel_itself_is_refused(
    home: Home, media: Path, television: Television
) -> None:
    common = {"folders": [str(media)], "number": "7", **USUAL}
    subentry = await home.add(KIND, name="Attic", **common)
    television.circle = "5.1"
    answer = {**common, "schedule": {"otherwise": {"channel": "5.1"}}}
    step = await home.fill_in(KIND, answer, subentry)
    assert step["errors"] == {"schedule": "circular_schedule"}
    assert step["description_placeholders"] == {"reason": "5.1"}
    own = subentry.subentry_id
    plan = '{"otherwise": {"channel": "5.1"}}'
    assert television.asked[-1] == ("check_plan", plan, own, "7")
    television.circle = ""
    await home.change(KIND, subentry, **answer)
    assert settings_of(subentry).schedule == plan


@pytest.mark.parametrize("text", ["1969-12-31 12:00:00", "9999-12-31 23:00:00"])
async def test_a_time_that_no_timeline_covers_is_refused(
    home: Home, media: Path, text: str
) -> None:
    answer = {"folders": [str(media)], "starts_at": text, **USUAL}
    step = await home.fill_in(KIND, answer)
    assert step["errors"] == {"starts_at": "invalid_start"}


async def test_the_beginning_stays_unless_it_is_changed(
    home: Home, media: Path
) -> None:
    await home.hass.config.async_set_time_zone("Europe/Berlin")
    common = {"folders": [str(media)], **USUAL}
    # Clocks show this time twice; it is the later one of the two.
    began = "2026-10-25T02:30:00+01:00"
    subentry = await home.add(KIND, starts_at=began, **common)
    assert subentry.data["starts_at"] == began
    await home.hass.config.async_set_time_zone("America/New_York")
    shown = suggested(await form(home, subentry))
    assert shown["starts_at"] == "2026-10-24 21:30:00"
    assert settings_of(subentry).zone == "America/New_York"
    await home.hass.config.async_set_time_zone("Europe/Berlin")
    shown = suggested(await form(home, subentry))["starts_at"]
    await home.change(KIND, subentry, starts_at=shown, **common)
    assert subentry.data["starts_at"] == began
    await home.change(KIND, subentry, starts_at="2026-12-24 18:00:00", **common)
    assert subentry.data["starts_at"] == "2026-12-24T18:00:00+01:00"
    before = datetime.now(UTC).replace(microsecond=0)
    await home.change(KIND, subentry, **common)
    anew = datetime.fromisoformat(subentry.data["starts_at"])
    assert before <= anew <= datetime.now(UTC)


async def test_a_channel_is_changed_even_while_its_folder_is_not_mounted(
    home: Home, media: Path
) -> None:
    common = {"folders": [str(media)], **USUAL}
    subentry = await home.add(KIND, name="Attic", schedule=BLOCKS, **common)
    media.rename(media.parent / "away")
    shown = suggested(await form(home, subentry))
    assert (shown["name"], shown["folders"]) == ("Attic", [str(media)])
    assert shown["schedule"] == BLOCKS
    await home.change(KIND, subentry, name="Cellar", **common)
    assert subentry.title == "Cellar"
    assert settings_of(subentry).schedule == ""
    elsewhere = {**common, "folders": [str(media / "Show")]}
    step = await home.fill_in(KIND, elsewhere, subentry)
    assert step["errors"] == {"folders": "no_media"}


async def test_another_time_zone_is_told_to_the_engine_at_once(
    home: Home, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await home.add(KIND, folders=[str(media)], **USUAL)
    told: list[SourceSettings] = []

    async def update(settings: SourceSettings) -> None:
        told.append(settings)

    monkeypatch.setattr(home.engine.sources, "update", update)
    await home.hass.config.async_update(time_zone="Asia/Tokyo")
    await home.hass.async_block_till_done()
    (settings,) = told
    assert isinstance(settings, VirtualSettings)
    assert settings.zone == "Asia/Tokyo"
    await home.hass.config.async_update(location_name="Elsewhere")
    await home.hass.async_block_till_done()
    assert len(told) == 1
