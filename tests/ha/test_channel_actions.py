"""The actions on channels: play one on media players, stop its stream."""

import asyncio
from typing import Any, override

from homeassistant.components import media_source
from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    async_process_play_media_url,
)
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import area_registry as ar, entity_registry as er
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import setup_test_component_platform
from yarl import URL

from tests.fakes.provider import Provider

from .home import Home

HERE = "http://192.168.1.2:8123"
PLAYLIST = """#EXTM3U
#EXTINF:-1 tvg-chno="5.1",Ünë
{one}
#EXTINF:-1 tvg-chno="7",Twice
http://192.0.2.1/7.ts
#EXTINF:-1 tvg-chno="8" group-title="Other",twice
http://192.0.2.1/8.ts
#EXTINF:-1 tvg-chno="9",24
http://192.0.2.1/9.ts
"""


class Player(MediaPlayerEntity):
    """A media player that resolves what it is given as the players of others do."""

    _attr_should_poll = False

    def __init__(self, name: str, *, able: bool = True, there: bool = True) -> None:
        self._attr_name = self._attr_unique_id = name
        self._attr_available = there
        if able:
            self._attr_supported_features = MediaPlayerEntityFeature.PLAY_MEDIA
        self.company: asyncio.Barrier | None = None
        """Who has to be asked to play at the same time."""
        self.played: list[tuple[str, str]] = []
        self.title = ""

    @override
    async def async_play_media(
        self, media_type: str, media_id: str, **kwargs: Any
    ) -> None:
        """Remember what is played."""
        self.title = kwargs["extra"]["title"]
        if self.company:
            await self.company.wait()
        assert media_source.is_media_source_id(media_id)
        media = await media_source.async_resolve_media(
            self.hass, media_id, self.entity_id
        )
        url = async_process_play_media_url(self.hass, media.url)
        self.played.append((url, media.mime_type))


@pytest.fixture(autouse=True)
async def players(hass: HomeAssistant) -> dict[str, Player]:
    """Two players in the kitchen, with an amplifier, and one that is switched off."""
    await hass.config.async_update(internal_url=HERE)
    players = [
        Player("one"),
        Player("two"),
        Player("amplifier", able=False),
        Player("off", there=False),
    ]
    setup_test_component_platform(hass, "media_player", players)
    setting = {"media_player": {"platform": "test"}}
    assert await async_setup_component(hass, "media_player", setting)
    assert await async_setup_component(hass, "media_source", {})
    await hass.async_block_till_done()
    kitchen = ar.async_get(hass).async_create("Kitchen")
    registry = er.async_get(hass)
    for player in players[:3]:
        registry.async_update_entity(player.entity_id, area_id=kitchen.id)
    return {player.name: player for player in players}


@pytest.fixture
async def channels(home: Home, provider: Provider) -> None:
    """A line-up in which two channels have one name."""
    provider.playlist(PLAYLIST.format(one=provider.stream_url("one")))
    await home.add_playlist(provider)


async def play(home: Home, channel: object, **target: Any) -> None:
    """Perform the action."""
    await home.hass.services.async_call(
        "telecast", "play", {"channel": channel}, target=target, blocking=True
    )


async def stop(home: Home, channel: object) -> None:
    """Perform the action."""
    await home.hass.services.async_call(
        "telecast", "stop_stream", {"channel": channel}, blocking=True
    )


@pytest.mark.usefixtures("channels")
async def test_a_channel_is_played_on_several_players_at_once(
    home: Home, players: dict[str, Player]
) -> None:
    both = players["one"], players["two"]
    company = asyncio.Barrier(2)
    for player in both:
        player.company = company
    async with asyncio.timeout(60):
        await play(home, "5.1", entity_id=[player.entity_id for player in both])
    channel = await home.engine.lineup.by_number("5.1")
    for player in both:
        ((url, mime_type),) = player.played
        assert mime_type == "application/x-mpegURL"
        assert url.startswith(f"{HERE}/telecast/hls/")
        assert URL(url).path.endswith(f"/{channel.id}/master.m3u8")
        assert player.title == "Ünë"
    assert both[0].played != both[1].played


@pytest.mark.usefixtures("channels")
async def test_an_area_plays_on_what_can_play_there(
    home: Home, players: dict[str, Player]
) -> None:
    await play(home, "ünË", area_id="kitchen")
    played = {name for name, player in players.items() if player.played}
    assert played == {"one", "two"}


@pytest.mark.usefixtures("channels")
async def test_without_a_player_there_is_an_error(home: Home) -> None:
    assert home.hass.states.get("media_player.off").state == STATE_UNAVAILABLE
    for target in (
        {"entity_id": "media_player.off"},
        {"entity_id": "media_player.nobody"},
        {"entity_id": "sensor.telecast_channels"},
        {"entity_id": "all"},
        {"area_id": "cellar"},
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await play(home, "5.1", **target)
        assert refused.value.translation_key == "no_player", target
    with pytest.raises(probatio.Invalid):
        await play(home, "5.1")


@pytest.mark.usefixtures("channels")
async def test_a_channel_is_known_by_its_number_its_id_and_its_name(
    home: Home,
) -> None:
    channel = await home.engine.lineup.by_number("5.1")
    by_number = await home.engine.lineup.by_number("9")
    for name in ("5.1", 5.1, " 5.1 ", channel.id, "ünë", "Ünë"):
        viewer = await home.watch("5.1")
        await stop(home, name)
        await viewer.content.read()
        await home.until(
            "sensor.telecast_active_streams", lambda state: state.state == "0"
        )
    # Well, too: there is nothing to stop.
    await stop(home, 24)
    await stop(home, by_number.id)
    await stop(home, "5.1")


@pytest.mark.usefixtures("channels")
async def test_a_number_goes_before_an_id(home: Home) -> None:
    channel = await home.engine.lineup.by_number("5.1")
    await home.engine.lineup.update(channel.id, number="7.7")
    other = await home.engine.lineup.by_number("8")
    await home.engine.lineup.update(other.id, number=str(channel.id))
    viewer = await home.watch("7.7")
    await stop(home, channel.id)
    assert list(home.engine.streams.streams) == [channel.id]
    await stop(home, "7.7")
    await viewer.content.read()


@pytest.mark.usefixtures("channels")
async def test_what_names_no_channel_or_several_is_refused(home: Home) -> None:
    for name, key in (
        ("nobody", "unknown_channel"),
        ("6", "unknown_channel"),
        ("Twi", "unknown_channel"),
        ("TWICE", "ambiguous_channel"),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            await stop(home, name)
        assert refused.value.translation_key == key
        with pytest.raises(ServiceValidationError) as refused:
            await play(home, name, entity_id="media_player.one")
        assert refused.value.translation_key == key
    assert "7, 8" in str(refused.value)
    for nothing in ("", "  ", None, ["5.1"]):
        with pytest.raises(probatio.Invalid):
            await stop(home, nothing)


async def test_without_the_hub_the_actions_say_so(
    home: Home, players: dict[str, Player]
) -> None:
    home.coordinator.async_engine_failed()
    for action in (stop(home, "1"), play(home, "1", entity_id="media_player.one")):
        with pytest.raises(HomeAssistantError) as refused:
            await action
        assert refused.value.translation_key == "not_loaded"
    await home.unload()
    for action in (stop(home, "1"), play(home, "1", entity_id="media_player.one")):
        with pytest.raises(ServiceValidationError):
            await action
