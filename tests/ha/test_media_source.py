"""The line-up in the media browser."""

from http import HTTPStatus
from typing import Any

from aiohttp.test_utils import make_mocked_request
from homeassistant.components import media_source
from homeassistant.components.media_player import (
    BrowseError,
    MediaClass,
    SearchMediaQuery,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.http import current_request
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.engine.timeline import EARLIEST, LATEST
from custom_components.telecast.engine.virtual.channel import OnAir
from custom_components.telecast.formats import xmltv
from tests.fakes.provider import Provider
from tests.fakes.virtual_channels import Television

from .home import Home

ROOT = "media-source://telecast"
LOGO = "https://logos.example/one.png"


@pytest.fixture(autouse=True)
async def media(hass: HomeAssistant) -> None:
    """The integration behind the media browser."""
    assert await async_setup_component(hass, "media_source", {})


def listed(*entries: str) -> str:
    """Write a playlist: `attributes,name`, each of the stream `one`."""
    lines = ["#EXTM3U"]
    for number, entry in enumerate(entries, start=1):
        attributes, _, name = entry.rpartition(",")
        about = f'tvg-chno="{number}" {attributes}'
        lines += [f"#EXTINF:-1 {about},{name}", f"http://192.0.2.1/{number}.ts"]
    return "\n".join([*lines, ""])


def programme(channel: str, title: str, *, begins: int, ends: int) -> str:
    """Write a programme; the times are minutes from now."""
    now = int(dt_util.utcnow().timestamp())
    return xmltv.render_programme(
        xmltv.Programme(
            channel=channel,
            start=now + 60 * begins,
            stop=now + 60 * ends,
            titles=(xmltv.Text(title), xmltv.Text(f"{title} in French", "fr")),
        )
    )


def address(identifier: str) -> str:
    """Answer how Home Assistant names what the identifier means."""
    return f"{ROOT}/{identifier}" if identifier else ROOT


async def browse(home: Home, identifier: str = "") -> Any:
    """Open what the identifier means."""
    return await media_source.async_browse_media(home.hass, address(identifier))


async def search(home: Home, text: str, identifier: str = "", **how: Any) -> list[str]:
    """Answer the titles of what is found."""
    query = SearchMediaQuery(search_query=text, **how)
    found = await media_source.async_search_media(home.hass, address(identifier), query)
    return titles(found.result)


def titles(items: Any) -> list[str]:
    """Answer the titles of items."""
    return [item.title for item in items]


async def test_the_root_has_a_folder_for_each_group_and_one_for_all(
    home: Home, provider: Provider
) -> None:
    provider.playlist(
        listed('group-title="News",A', 'group-title="Sport",B', 'group-title="News",C')
    )
    await home.add_playlist(provider)
    root = await browse(home)
    assert root.title == "Telecast"
    assert root.can_search and root.can_expand and not root.can_play
    assert titles(root.children) == ["All channels", "News", "Sport"]
    everything, news, sport = root.children
    assert titles((await browse(home, everything.identifier)).children) == [
        "A",
        "B",
        "C",
    ]
    assert titles((await browse(home, news.identifier)).children) == ["A", "C"]
    opened = await browse(home, sport.identifier)
    assert (opened.title, titles(opened.children)) == ("Sport", ["B"])
    assert opened.media_content_id == sport.media_content_id


async def test_where_there_is_one_group_all_channels_are_in_it(
    home: Home, provider: Provider
) -> None:
    assert not (await browse(home)).children
    provider.playlist(listed('group-title="News",A', 'group-title="News",B'))
    await home.add_playlist(provider)
    assert titles((await browse(home)).children) == ["News"]


async def test_a_channel_shows_what_is_on_now(home: Home, provider: Provider) -> None:
    provider.guide(
        "<tv>"
        + programme("one", "Before", begins=-60, ends=-1)
        + programme("one", "Bars & Tone", begins=-1, ends=30)
        + programme("one", "After", begins=30, ends=60)
        + programme("two", "Later", begins=5, ends=60)
        + "</tv>"
    )
    subentry = await home.add_playlist(provider)
    # The guide comes after the channels.
    await home.engine.sources.refresh(subentry.subentry_id)
    assert home.engine.guide.revision
    (group,) = (await browse(home)).children
    opened = await browse(home, group.identifier)
    assert titles(opened.children) == ["one · Bars & Tone", "two"]
    one = opened.children[0]
    assert one.can_play and not one.can_expand
    assert one.media_class is MediaClass.CHANNEL
    assert one.media_content_type == "application/x-mpegURL"
    assert await search(home, "ON") == ["one · Bars & Tone"]


async def test_a_radio_channel_is_for_players_without_a_screen_too(
    home: Home, provider: Provider
) -> None:
    provider.playlist(listed('radio="true" group-title="Radio",Wave'))
    await home.add_playlist(provider)
    (group,) = (await browse(home)).children
    opened = await browse(home, group.identifier)
    (wave,) = opened.children
    assert wave.media_class is MediaClass.MUSIC
    assert wave.media_content_type.startswith("audio/")
    assert opened.as_dict()["children_media_class"] == MediaClass.MUSIC


async def test_a_large_folder_is_divided_by_numbers(
    home: Home, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.telecast.media_source.PAGE", 3)
    provider.playlist(
        listed(
            *(f'group-title="Large",L{number}' for number in range(7)),
            *(f'group-title="Small",S{number}' for number in range(3)),
        )
    )
    await home.add_playlist(provider)
    everything, large, small = (await browse(home)).children
    assert len((await browse(home, small.identifier)).children) == 3
    parts = (await browse(home, large.identifier)).children
    assert titles(parts) == ["1 – 3", "4 – 6", "7 – 7"]
    assert all(part.can_expand and not part.can_play for part in parts)
    found = [(await browse(home, part.identifier)).children for part in parts]
    assert list(map(len, found)) == [3, 3, 1]
    ids = [channel.identifier for part in found for channel in part]
    assert len(set(ids)) == 7
    parts = (await browse(home, everything.identifier)).children
    assert titles(parts) == ["1 – 3", "4 – 6", "7 – 9", "10 – 10"]
    assert len(await search(home, "L", large.identifier)) == 3


async def test_a_logo_is_shown_where_a_browser_may_load_it(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    channel = await home.engine.lineup.by_number("1")
    plain = "http://logos.example/one.png"
    for logo, page, shown in (
        (LOGO, "http", True),
        (LOGO, "https", True),
        (plain, "http", True),
        (plain, "https", False),
        (plain, None, True),
        ("data:image/png;base64,aaaa", "http", False),
        ("http://[logos", "http", False),
        ("logo.png", "http", False),
    ):
        await home.engine.lineup.update(channel.id, logo=logo)
        request = make_mocked_request("GET", "/api/websocket")
        current_request.set(request.clone(scheme=page) if page else None)
        (group,) = (await browse(home)).children
        one, two = (await browse(home, group.identifier)).children
        assert one.thumbnail == (logo if shown else None), (logo, page)
        assert two.thumbnail is None


async def test_a_virtual_channel_without_a_logo_shows_what_is_on(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    _, two = await home.engine.lineup.channels()
    television = Television()
    home.engine.virtual = television.as_engines

    async def pictures() -> list[str | None]:
        (group,) = (await browse(home)).children
        return [
            each.thumbnail for each in (await browse(home, group.identifier)).children
        ]

    own = icon_of(7, "file:///media/a.jpg")
    path = home.engine.posters.icon(own)
    await home.engine.lineup.update(two.id, logo=LOGO)
    for icon, page, shown in (
        (own, "https", path),
        (own, None, path),
        ("https://x.example/a.jpg", "https", "https://x.example/a.jpg"),
        ("http://x.example/a.jpg", "http", "http://x.example/a.jpg"),
        ("http://x.example/a.jpg", "https", None),
        ("", "http", None),
    ):
        television.shows = [
            OnAir(title="A", subtitle="", start=EARLIEST, stop=LATEST, icon=icon)
        ]
        request = make_mocked_request("GET", "/api/websocket")
        current_request.set(request.clone(scheme=page) if page else None)
        assert await pictures() == [shown, LOGO], (icon, page)
    television.sources = set()
    assert await pictures() == [None, LOGO]


async def test_a_search_finds_names_and_numbers_also_within_a_group(
    home: Home, provider: Provider
) -> None:
    provider.playlist(
        listed(
            'group-title="News",World News',
            'group-title="Sport",News of Sport',
            'radio="true" group-title="News",News Radio',
        )
    )
    await home.add_playlist(provider)
    _, news, sport = (await browse(home)).children
    everything = ["World News", "News of Sport", "News Radio"]
    assert await search(home, " news ") == everything
    assert await search(home, "3") == ["News Radio"]
    assert await search(home, "nothing") == []
    assert await search(home, "news", sport.identifier) == ["News of Sport"]
    music = await search(home, "news", news.identifier, media_filter_classes=["music"])
    assert music == ["News Radio"]


async def test_a_channel_is_played_as_hls_by_a_ticket_of_its_own(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    channel = await home.engine.lineup.by_number("1")
    found = [
        await media_source.async_resolve_media(
            home.hass, f"{ROOT}/channel/{channel.id}", None
        )
        for _ in range(2)
    ]
    assert {one.mime_type for one in found} == {"application/x-mpegURL"}
    assert found[0].url != found[1].url
    for one in found:
        _, _, hls, ticket, channel_id, name = one.url.split("/")
        assert (hls, channel_id, name) == ("hls", str(channel.id), "master.m3u8")
        assert home.engine.tickets.check(ticket, channel.id)


async def test_a_browser_is_given_a_whole_address_and_a_player_a_path(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    channel = await home.engine.lineup.by_number("1")
    for page, player, origin in (
        ("https://tv.example", None, "https://tv.example"),
        ("http://tv.example", None, "http://tv.example"),
        (None, None, "http://tv.example"),
        ("null", None, "http://tv.example"),
        ("https://cast.home-assistant.io", None, "http://tv.example"),
        ("https://tv.example", "media_player.one", ""),
    ):
        headers = {"Host": "tv.example"} | ({"Origin": page} if page else {})
        request = make_mocked_request("GET", "/api/websocket", headers=headers)
        current_request.set(request)
        found = await media_source.async_resolve_media(
            home.hass, address(f"channel/{channel.id}"), player
        )
        assert found.url.startswith(f"{origin}/telecast/hls/"), page


async def test_the_frontend_gets_an_address_on_its_own_server(
    home: Home, provider: Provider, hass_ws_client: WebSocketGenerator
) -> None:
    await home.add_playlist(provider)
    socket = await hass_ws_client(home.hass)
    await socket.send_json_auto_id({"type": "media_source/browse_media"})
    answer = await socket.receive_json()
    assert ROOT in {one["media_content_id"] for one in answer["result"]["children"]}
    (group,) = (await browse(home)).children
    await socket.send_json_auto_id(
        {
            "type": "media_source/browse_media",
            "media_content_id": group.media_content_id,
        }
    )
    answer = await socket.receive_json()
    one, _ = answer["result"]["children"]
    assert one["can_play"]
    await socket.send_json_auto_id(
        {
            "type": "media_source/resolve_media",
            "media_content_id": one["media_content_id"],
        }
    )
    answer = await socket.receive_json()
    assert answer["result"]["mime_type"] == "application/x-mpegURL"
    # Home Assistant has signed it; that does no harm.
    url = URL(answer["result"]["url"])
    assert url.path.startswith("/telecast/hls/")
    response = await home.player.head(url.relative())
    assert response.status == HTTPStatus.OK


async def test_what_is_not_there_cannot_be_browsed(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    for identifier in (
        *("nothing", "all", "all/0", "group", "group/", "group/999", "group/x"),
        *("group/1/2", "group/1/-1", "group/1/0/0", "group/1/" + "9" * 30),
        *("channel/", "channel/1", "channel/999/1"),
    ):
        with pytest.raises(BrowseError) as refused:
            await browse(home, identifier)
        assert refused.value.translation_key == "unknown_media"
        with pytest.raises(BrowseError) as refused:
            await search(home, "one", identifier)
        assert refused.value.translation_key == "unknown_media"


async def test_what_is_no_channel_cannot_be_played(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    for identifier in (
        *("", "1", "group/1", "channel", "channel/", "channel/x", "channel/99"),
    ):
        with pytest.raises(media_source.Unresolvable) as refused:
            await media_source.async_resolve_media(home.hass, address(identifier), None)
        assert refused.value.translation_key == "unknown_media"
        assert "line-up" in str(refused.value)


async def test_a_hub_that_is_not_loaded_says_so(home: Home) -> None:
    await home.unload()

    async def resolve() -> None:
        await media_source.async_resolve_media(home.hass, f"{ROOT}/channel/1", None)

    for attempt in (browse(home), search(home, "one"), resolve()):
        with pytest.raises(HomeAssistantError) as refused:
            await attempt
        assert isinstance(refused.value, BrowseError | media_source.Unresolvable)
        assert refused.value.translation_key == "not_loaded"
        assert str(refused.value) == "Telecast is not running"
