"""The actions on the line-up: ask for channels and programmes, change a channel."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.helpers.json import json_bytes
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import probatio
import pytest

from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.formats.xmltv import Programme, Text, render_programme
from tests.fakes.provider import Provider

from .home import Home

PLAYLIST = """#EXTM3U
#EXTINF:-1 tvg-chno="5.1" tvg-id="one.uk" group-title="News" tvg-logo="http://192.0.2.1/1.png",Ünë
http://192.0.2.1/1.ts
#EXTINF:-1 tvg-chno="7" group-title="Sport",Twice
http://192.0.2.1/7.ts
#EXTINF:-1 tvg-chno="8" group-title="News",twice
http://192.0.2.1/8.ts
#EXTINF:-1 tvg-chno="24" group-title="News",News 24
http://192.0.2.1/24.ts
"""
NOW = datetime(2026, 12, 24, 18, tzinfo=UTC)
UNKNOWN = {"id": "", "score": 0, "reason": "none", "feed": ""}


@pytest.fixture
async def lineup(home: Home, provider: Provider) -> None:
    """A line-up of four channels in two groups."""
    provider.playlist(PLAYLIST)
    await home.add_playlist(provider)


async def act(
    home: Home, action: str, context: Context | None = None, **fields: Any
) -> Any:
    """Perform an action; answer what it does."""
    answer = await home.hass.services.async_call(
        "telecast", action, fields, blocking=True, return_response=True, context=context
    )
    assert json_bytes(answer)
    return answer


async def refresh(home: Home) -> None:
    """Read the playlist and its guide again; both are there after it."""
    await home.hass.services.async_call(
        "telecast", "refresh", {"source": "Provider"}, blocking=True
    )


async def names(home: Home, **fields: Any) -> list[str]:
    """Ask for channels; answer their names."""
    answer = await act(home, "get_channels", **fields)
    return [channel["name"] for channel in answer["channels"]]


@pytest.mark.usefixtures("lineup")
async def test_channels_are_listed_in_the_order_of_their_numbers(home: Home) -> None:
    answer = await act(home, "get_channels")
    assert answer["more"] is False
    channel = await home.engine.lineup.by_number("5.1")
    first, *others = answer["channels"]
    assert first == {
        "id": channel.id,
        "number": "5.1",
        "name": "Ünë",
        "group": "News",
        "logo": "http://192.0.2.1/1.png",
        "guide_id": channel.guide_id,
        "guide": UNKNOWN,
        "enabled": True,
    }
    assert [one["number"] for one in others] == ["7", "8", "24"]


@pytest.mark.usefixtures("lineup")
async def test_channels_are_found_by_name_number_and_group(home: Home) -> None:
    assert await names(home, search="TWI") == ["Twice", "twice"]
    assert await names(home, search="ünË") == ["Ünë"]
    assert await names(home, search="8") == ["twice"]
    assert await names(home, search=24) == ["News 24"]
    assert await names(home, group="news") == ["Ünë", "twice", "News 24"]
    assert await names(home, group="Sport", search="twice") == ["Twice"]
    assert await names(home, search="nothing") == []
    with pytest.raises(ServiceValidationError) as refused:
        await names(home, group="Weather")
    assert refused.value.translation_key == "unknown_group"


@pytest.mark.usefixtures("lineup")
async def test_channels_come_in_pages(home: Home) -> None:
    first = await act(home, "get_channels", limit=3)
    rest = await act(home, "get_channels", limit=3, offset=3)
    assert (first["more"], rest["more"]) == (True, False)
    listed = [one["number"] for one in first["channels"] + rest["channels"]]
    assert listed == ["5.1", "7", "8", "24"]
    assert (await act(home, "get_channels", limit=4))["more"] is False
    for wrong in ({"limit": 0}, {"limit": 1001}, {"offset": -1}, {"search": None}):
        with pytest.raises(probatio.Invalid):
            await act(home, "get_channels", **wrong)


def programme(
    title: str,
    begins: float,
    ends: float | None,
    subtitle: str = "",
    *,
    icons: tuple[str, ...] = (),
) -> str:
    """Write a programme of channel 5.1; times are hours after six in the evening, UTC."""
    start = int(NOW.timestamp())
    return render_programme(
        Programme(
            channel="one.uk",
            start=start + int(begins * 3600),
            stop=None if ends is None else start + int(ends * 3600),
            titles=(Text(title, "en"), Text(f"{title} (fr)", "fr")),
            subtitles=(Text(subtitle),) if subtitle else (),
            descriptions=(Text(f"All about {title}"),),
            categories=(Text("Music"), Text("Live")),
            icons=icons,
        )
    )


@pytest.fixture
async def guide(home: Home, provider: Provider) -> None:
    """What is on channel 5.1 on Christmas Eve."""
    await home.hass.config.async_set_time_zone("Europe/Berlin")
    provider.guide(
        "<tv>"
        + programme("Carols", 0, 1, "From King's")
        + programme("News", 1, 1.5)
        + programme("Late Carols", 30, 31)
        + "</tv>"
    )
    provider.playlist(
        PLAYLIST.replace("#EXTM3U", f'#EXTM3U url-tvg="{provider.url}/guide.xml"')
    )
    await home.add_playlist(provider)
    await refresh(home)


@pytest.mark.usefixtures("guide")
async def test_programmes_of_a_period_are_listed(home: Home) -> None:
    channel = await home.engine.lineup.by_number("5.1")
    # As people say it here, and as machines do.
    for begin in ("2026-12-24 19:30:00", "2026-12-24T18:30:00+00:00"):
        answer = await act(home, "get_programmes", channel="ünë", **{"from": begin})
        assert answer["channel"]["id"] == channel.id
        carols, news = answer["programmes"]
        assert carols == {
            "start": "2026-12-24T19:00:00+01:00",
            "stop": "2026-12-24T20:00:00+01:00",
            "title": "Carols",
            "subtitle": "From King's",
            "description": "All about Carols",
            "categories": ["Music", "Live"],
            "picture": "",
        }
        assert (news["title"], news["subtitle"]) == ("News", "")
        assert answer["more"] is False


@pytest.mark.usefixtures("guide")
async def test_programmes_have_pictures_that_a_page_can_load(home: Home) -> None:
    own, web = icon_of(7, "file:///media/a.jpg"), "https://x.example/b.jpg"

    async def document() -> AsyncIterator[bytes]:
        yield b"<tv>"
        yield programme("Own", 0, 1, icons=(own, web)).encode()
        yield programme("Web", 1, 2, icons=("file:///b.jpg", web)).encode()
        yield programme("None", 2, 3, icons=("file:///c.jpg",)).encode()
        yield b"</tv>"

    (source,) = home.entry.subentries
    (feed,) = home.engine.guide.feeds(source)
    path = home.engine.posters.icon(own)
    assert path.startswith("/telecast/poster/media/7?key=")
    for is_own, first in ((True, path), (False, web)):
        await home.engine.importer.guide(feed, source, document(), own=is_own)
        answer = await act(
            home, "get_programmes", channel=5.1, **{"from": "2026-12-24T18:00:00Z"}
        )
        pictures = [one["picture"] for one in answer["programmes"]]
        assert pictures == [first, web, ""]


@pytest.mark.usefixtures("guide")
async def test_programmes_are_found_by_their_words(home: Home) -> None:
    period = {"from": NOW.isoformat(), "to": (NOW + timedelta(days=2)).isoformat()}

    async def titles(**fields: Any) -> list[str]:
        answer = await act(home, "get_programmes", channel=5.1, **period | fields)
        return [one["title"] for one in answer["programmes"]]

    assert await titles() == ["Carols", "News", "Late Carols"]
    assert await titles(search="CAROLS") == ["Carols", "Late Carols"]
    assert await titles(search="king's") == ["Carols"]
    assert await titles(search="about news") == ["News"]
    assert await titles(search="(fr)") == ["Carols", "News", "Late Carols"]
    assert await titles(search="weather") == []
    assert await titles(to="2026-12-24T19:10:00Z") == ["Carols", "News"]
    answer = await act(home, "get_programmes", channel=5.1, limit=2, **period)
    assert [one["title"] for one in answer["programmes"]] == ["Carols", "News"]
    assert answer["more"] is True


@pytest.mark.usefixtures("guide")
async def test_without_a_period_it_is_the_next_day(
    home: Home, provider: Provider
) -> None:
    now = (dt_util.utcnow() - NOW).total_seconds() / 3600
    provider.guide(
        "<tv>"
        + programme("Over", now - 2, now - 1)
        + programme("On", now - 1, now + 1)
        + programme("Soon", now + 23, now + 24)
        + programme("Not yet", now + 25, now + 26)
        + "</tv>"
    )
    await refresh(home)
    answer = await act(home, "get_programmes", channel="5.1")
    assert [one["title"] for one in answer["programmes"]] == ["On", "Soon"]


@pytest.mark.usefixtures("guide")
async def test_what_cannot_be_asked_is_refused(home: Home) -> None:
    for fields, key in (
        ({"channel": "nobody"}, "unknown_channel"),
        ({"channel": "twice"}, "ambiguous_channel"),
        (
            {"channel": "7", "from": NOW.isoformat(), "to": NOW.isoformat()},
            "invalid_period",
        ),
        ({"channel": "7", "to": "2026-01-01 00:00:00"}, "invalid_period"),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await act(home, "get_programmes", **fields)
        assert refused.value.translation_key == key, fields
    for wrong in ({}, {"channel": "7", "from": "tomorrow"}, {"channel": " "}):
        with pytest.raises(probatio.Invalid):
            await act(home, "get_programmes", **wrong)
    assert (await act(home, "get_programmes", channel="7"))["programmes"] == []


@pytest.mark.usefixtures("lineup")
async def test_a_channel_is_changed_for_good(home: Home) -> None:
    changed = await act(
        home,
        "update_channel",
        channel="5.1",
        number=1,
        name="  Première \n Chaîne ",
        group="Favourites",
        logo="https://192.0.2.1/new.png",
        guide_id="premiere.fr",
    )
    channel = await home.engine.lineup.by_number("1")
    assert changed == {
        "id": channel.id,
        "number": "1",
        "name": "Première Chaîne",
        "group": "Favourites",
        "logo": "https://192.0.2.1/new.png",
        "guide_id": channel.guide_id,
        "guide": UNKNOWN,
        "enabled": True,
    }
    await refresh(home)
    assert (await act(home, "get_channels", search="1"))["channels"] == [changed]
    back = await act(
        home, "update_channel", channel="1", number="", name="", group="", logo=""
    )
    assert (back["number"], back["name"], back["group"]) == ("5.1", "Ünë", "News")
    assert back["logo"] == "http://192.0.2.1/1.png"


@pytest.mark.usefixtures("guide")
async def test_channels_say_which_guide_they_have_and_why(home: Home) -> None:
    first, *others = (await act(home, "get_channels"))["channels"]
    (feed,) = home.engine.guide.feeds(home.engine.sources.all[0].id)
    assert first["guide"] == {
        "id": "one.uk",
        "score": 100,
        "reason": "id",
        "feed": feed,
    }
    assert {one["guide"]["reason"] for one in others} == {"none"}
    chosen = await act(home, "update_channel", channel="24", guide_id="one.uk")
    assert chosen["guide"] == first["guide"] | {"reason": "chosen"}
    await refresh(home)
    (again,) = (await act(home, "get_channels", search="24"))["channels"]
    assert again["guide"] == chosen["guide"]
    back = await act(home, "update_channel", channel="24", guide_id="")
    assert back["guide"] == UNKNOWN


@pytest.mark.usefixtures("guide")
async def test_the_guide_of_a_channel_is_moved_for_good(home: Home) -> None:
    async def starts() -> list[str]:
        answer = await act(
            home,
            "get_programmes",
            **{"channel": "5.1", "from": "2026-12-01", "to": "2027-02-01"},
        )
        return [one["start"] for one in answer["programmes"]]

    before = await starts()
    moved = await act(home, "update_channel", channel="5.1", guide_offset=-90)
    assert moved["guide_id"] == "one.uk@-1.5"
    await refresh(home)
    earlier = timedelta(minutes=90)
    assert before
    assert [datetime.fromisoformat(start) + earlier for start in await starts()] == [
        datetime.fromisoformat(start) for start in before
    ]
    await act(home, "update_channel", channel="5.1", guide_offset="")
    assert await starts() == before
    for wrong in ("soon", 1441, -1441):
        with pytest.raises(probatio.Invalid):
            await act(home, "update_channel", channel="5.1", guide_offset=wrong)


@pytest.mark.usefixtures("lineup")
async def test_a_channel_leaves_the_line_up_and_comes_back(home: Home) -> None:
    gone = await act(home, "update_channel", channel="24", enabled=False)
    assert gone["enabled"] is False
    await home.until("sensor.telecast_channels", lambda state: state.state == "3")
    assert await names(home, search="24") == []
    for name in ("24", "News 24"):
        with pytest.raises(ServiceValidationError) as refused:
            await act(home, "update_channel", channel=name, enabled=True)
        assert refused.value.translation_key == "unknown_channel"
    back = await act(home, "update_channel", channel=gone["id"], enabled=True)
    assert back == gone | {"enabled": True}
    await home.until("sensor.telecast_channels", lambda state: state.state == "4")


@pytest.mark.usefixtures("lineup")
async def test_a_change_that_cannot_be_is_refused(home: Home) -> None:
    before = await act(home, "get_channels")
    for fields, key, placeholders in (
        ({"channel": "7", "number": "5.1"}, "number_taken", {"number": "5.1"}),
        ({"channel": "7", "number": "five"}, "invalid_number", {"number": "five"}),
        ({"channel": "99", "name": "x"}, "unknown_channel", {"channel": "99"}),
        ({"channel": "9" * 30, "name": "x"}, "unknown_channel", None),
        ({"channel": "-1", "name": "x"}, "unknown_channel", None),
        ({"channel": "twice", "name": "x"}, "ambiguous_channel", None),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await act(home, "update_channel", **fields)
        assert refused.value.translation_key == key, fields
        told = refused.value.translation_placeholders or {}
        assert (placeholders or {}).items() <= told.items()
    for wrong in (
        {"name": "x"},
        {"channel": "7", "logo": "javascript:alert(1)"},
        {"channel": "7", "logo": "file:///etc/passwd"},
        {"channel": "7", "name": "x" * 256},
        {"channel": "7", "name": None},
        {"channel": "7", "url": "http://192.0.2.1/"},
    ):
        with pytest.raises(probatio.Invalid):
            await act(home, "update_channel", **wrong)
    assert await act(home, "get_channels") == before


@pytest.mark.usefixtures("lineup")
async def test_only_administrators_change_channels(
    home: Home, hass_read_only_user: User, hass_admin_user: User
) -> None:
    guest = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await act(home, "update_channel", guest, channel="7", name="Mine")
    assert await names(home, search="mine") == []
    admin = Context(user_id=hass_admin_user.id)
    await act(home, "update_channel", admin, channel="7", name="Mine")
    assert await names(home, search="mine") == ["Mine"]


async def test_without_the_hub_the_actions_say_so(home: Home) -> None:
    asks = (
        ("get_channels", {}),
        ("get_programmes", {"channel": "1"}),
        ("update_channel", {"channel": "1"}),
    )
    home.coordinator.async_engine_failed()
    for action, fields in asks:
        with pytest.raises(HomeAssistantError) as refused:
            await act(home, action, **fields)
        assert refused.value.translation_key == "not_loaded"
    await home.unload()
    for action, fields in asks:
        with pytest.raises(ServiceValidationError):
            await act(home, action, **fields)


async def test_they_are_there_before_the_hub_is(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, "telecast", {})
    for action in ("get_channels", "get_programmes", "update_channel"):
        assert hass.services.has_service("telecast", action)
