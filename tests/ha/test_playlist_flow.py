"""The form of a playlist, against a real provider."""

import asyncio
from datetime import timedelta
import gzip
from pathlib import Path
import re
from typing import Any

from homeassistant.data_entry_flow import FlowResultType
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.fakes import faults
from tests.fakes.provider import PLAYLIST, Provider

from .home import Home

SECRET = "s3cr3t-of-the-provider"
CHANNEL = "#EXTM3U\n#EXTINF:-1,One\nhttp://127.0.0.1:1/one.ts\n"

FAULTS = {
    "dead": (None, "cannot_connect"),
    "forbidden": (faults.status(403), "cannot_connect"),
    "page": (faults.html(), "not_a_playlist"),
    "empty": (faults.empty(), "empty_playlist"),
    "three bytes": (faults.instead(b"\x00\x01\x02"), "not_a_playlist"),
    "no channel": (faults.instead(b"#EXTM3U\n"), "empty_playlist"),
    "truncated archive": (
        faults.instead(gzip.compress(CHANNEL.encode() * 50, mtime=0)[:-20]),
        "not_a_playlist",
    ),
}


async def fill_in(home: Home, **answer: Any) -> dict[str, Any]:
    """Open the form and fill it in."""
    flows = home.hass.config_entries.subentries
    step = await flows.async_init(
        (home.entry.entry_id, "playlist"), context={"source": "user"}
    )
    return dict(await flows.async_configure(step["flow_id"], answer))


async def correct(home: Home, step: dict[str, Any], **answer: Any) -> dict[str, Any]:
    """Fill in the form again."""
    flows = home.hass.config_entries.subentries
    step = dict(await flows.async_configure(step["flow_id"], answer))
    await home.hass.async_block_till_done()
    return step


async def test_a_playlist_is_added_with_what_holds_unless_said_otherwise(
    home: Home, provider: Provider
) -> None:
    step = await fill_in(home, url=f" {provider.playlist_url} ")
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "127.0.0.1"
    assert step["data"] == {
        "url": provider.playlist_url,
        "max_streams": 1,
        "refresh_hours": 12,
    }


async def test_a_playlist_takes_all_that_can_be_chosen(
    home: Home, provider: Provider
) -> None:
    step = await fill_in(
        home,
        name=" My provider ",
        url=provider.playlist_url,
        epg_urls=[f" {provider.guide_url} ", "/config/www/guide.xml"],
        epg_offset=-60.0,
        user_agent="VLC",
        max_streams=3.0,
        refresh_hours=0.5,
    )
    assert step["title"] == "My provider"
    assert step["data"] == {
        "url": provider.playlist_url,
        "epg_urls": [provider.guide_url, "/config/www/guide.xml"],
        "epg_offset": -60,
        "user_agent": "VLC",
        "max_streams": 3,
        "refresh_hours": 0.5,
    }
    assert provider.asked(PLAYLIST)[0].headers["User-Agent"] == "VLC"


@pytest.mark.parametrize("fault", FAULTS)
async def test_each_fault_is_named_changes_nothing_and_can_be_mended(
    home: Home, provider: Provider, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    misbehaviour, error = FAULTS[fault]
    url = f"{provider.playlist_url}?password={SECRET}"
    if misbehaviour:
        provider.misbehave(PLAYLIST, misbehaviour)
    else:
        url = f"http://127.0.0.1:1/list.m3u?password={SECRET}"
    step = await fill_in(home, url=url)
    assert step["type"] is FlowResultType.FORM
    assert step["errors"] == {"url": error}
    assert not home.entry.subentries
    assert SECRET not in caplog.text
    provider.behave(PLAYLIST)
    step = await correct(home, step, url=provider.playlist_url)
    assert step["type"] is FlowResultType.CREATE_ENTRY


async def test_a_silent_provider_is_a_timeout(home: Home, provider: Provider) -> None:
    provider.misbehave(PLAYLIST, faults.no_headers())
    filling_in = asyncio.create_task(fill_in(home, url=provider.playlist_url))
    await provider.until(lambda: bool(provider.asked(PLAYLIST)))
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(minutes=1))
    assert (await filling_in)["errors"] == {"url": "timeout"}


async def test_a_redirect_to_this_machine_is_refused_unless_it_starts_there(
    home: Home, provider: Provider
) -> None:
    provider.misbehave(PLAYLIST, faults.redirect("file:///etc/passwd"))
    step = await fill_in(home, url=provider.playlist_url)
    assert step["errors"] == {"url": "address_not_allowed"}


async def test_a_file_is_read_where_home_assistant_may_read(home: Home) -> None:
    config = Path(home.hass.config.config_dir)
    for folder in ("www", "secret"):
        (config / folder).mkdir(exist_ok=True)
        (config / folder / "list.m3u").write_text(CHANNEL)
    step = await fill_in(home, url=str(config / "secret" / "list.m3u"))
    assert step["errors"] == {"url": "path_not_allowed"}
    step = await correct(home, step, url=str(config / "www" / "list.m3u"))
    assert step["type"] is FlowResultType.CREATE_ENTRY
    assert step["title"] == "list"


async def test_the_same_playlist_is_not_added_twice(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    step = await fill_in(home, name="Again", url=provider.playlist_url)
    assert step["errors"] == {"url": "already_configured"}
    step = await correct(home, step, name="Other", url=provider.playlist_url + "?b=1")
    assert step["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("guide", ["guide.xml", "ftp://a.example/b", "http://[/", ""])
async def test_what_is_no_address_of_a_guide_is_said(
    home: Home, provider: Provider, guide: str
) -> None:
    step = await fill_in(home, url=provider.playlist_url, epg_urls=[guide])
    assert step["errors"] == {"epg_urls": "invalid_url"}
    step = await correct(home, step, url=provider.playlist_url)
    assert step["type"] is FlowResultType.CREATE_ENTRY


async def test_a_playlist_can_be_changed(home: Home, provider: Provider) -> None:
    subentry = await home.add_playlist(provider)
    await home.change(
        "playlist",
        subentry,
        name="Renamed",
        url=provider.playlist_url + "?v=2",
        max_streams=5,
        refresh_hours=24,
    )
    assert subentry.title == "Renamed"
    assert subentry.data["max_streams"] == 5
    assert subentry.data["url"].endswith("?v=2")
    assert re.fullmatch("[0-9a-f]{64}", subentry.unique_id or "")


async def test_the_form_of_a_change_shows_what_holds(
    home: Home, provider: Provider
) -> None:
    subentry = await home.add_playlist(provider, user_agent="VLC")
    step = await home.hass.config_entries.subentries.async_init(
        (home.entry.entry_id, "playlist"),
        context={"source": "reconfigure", "subentry_id": subentry.subentry_id},
    )
    shown = {
        str(key): key.description["suggested_value"]
        for key in step["data_schema"].schema
        if key.description
    }
    assert shown == {
        "name": "Provider",
        "url": provider.playlist_url,
        "user_agent": "VLC",
        "max_streams": 0,
        "refresh_hours": 12,
    }


async def test_a_provider_that_is_down_does_not_keep_the_rest_from_being_changed(
    home: Home, provider: Provider
) -> None:
    subentry = await home.add_playlist(provider)
    provider.misbehave(PLAYLIST, faults.status(503))
    url = provider.playlist_url
    await home.change("playlist", subentry, name="Provider", url=url, max_streams=2)
    assert subentry.data["max_streams"] == 2
    step = await home.fill_in("playlist", {"url": url + "?v=2"}, subentry)
    assert step["errors"] == {"url": "cannot_connect"}


async def test_without_the_hub_nothing_can_be_added(home: Home) -> None:
    await home.unload()
    step = await home.fill_in("playlist", {})
    assert step["type"] is FlowResultType.ABORT
    assert step["reason"] == "not_loaded"
