"""Channels as Home Assistant's media browser and players know them."""

from collections.abc import Iterable

from homeassistant.components.media_player.const import MediaClass
from homeassistant.components.media_source import (
    BrowseMediaSource,
    generate_media_source_id,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import current_request
from homeassistant.helpers.network import is_cloud_connection
from homeassistant.util import dt as dt_util
from yarl import URL

from .const import DOMAIN, HLS_CONTENT_TYPE
from .engine.engine import Engine
from .engine.errors import NotVirtualError
from .engine.films.posters import is_own_icon
from .engine.model import Channel
from .settings import milliseconds

_CHANNEL = "channel/"

# HLS by its other name in RFC 8216 (section 4): players without a screen show only what
# is called audio.
_RADIO_CONTENT_TYPE = "audio/mpegurl"


def media_id(channel: Channel) -> str:
    """Answer the address by which Home Assistant's players ask for a channel."""
    return generate_media_source_id(DOMAIN, f"{_CHANNEL}{channel.id}")


def channel_id(identifier: str) -> str:
    """Answer the id of the channel that an identifier means; "" where it means none."""
    if not identifier.startswith(_CHANNEL):
        return ""
    return identifier.removeprefix(_CHANNEL)


def media_class(channel: Channel) -> MediaClass:
    """Answer as what the media browser shows a channel."""
    return MediaClass.MUSIC if channel.radio else MediaClass.CHANNEL


def content_type(channel: Channel) -> str:
    """Answer by what players tell whether a channel is for them."""
    return _RADIO_CONTENT_TYPE if channel.radio else HLS_CONTENT_TYPE


async def browse_items(
    hass: HomeAssistant, engine: Engine, channels: Iterable[Channel]
) -> list[BrowseMediaSource]:
    """Answer channels for the media browser, with what is on now."""
    return [
        _item(hass, one, await _on_air(engine, one), _picture(hass, engine, one))
        for one in channels
    ]


def _item(
    hass: HomeAssistant, channel: Channel, on_air: str, picture: str | None
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=f"{_CHANNEL}{channel.id}",
        media_class=media_class(channel),
        media_content_type=content_type(channel),
        title=" · ".join(filter(None, (channel.name, on_air))),
        can_play=True,
        can_expand=False,
        thumbnail=thumbnail(hass, channel.logo) or picture,
    )


def _picture(hass: HomeAssistant, engine: Engine, channel: Channel) -> str | None:
    """Answer the picture of what a virtual channel plays now; None for other channels."""
    try:
        on = engine.virtual.on(channel.source, milliseconds(dt_util.utcnow()))
    except NotVirtualError:
        return None
    if is_own_icon(on.icon):
        return engine.posters.icon(on.icon)
    return thumbnail(hass, on.icon)


async def _on_air(engine: Engine, channel: Channel) -> str:
    now = int(dt_util.utcnow().timestamp())
    programmes = await engine.guide.between(channel, start=now, stop=now + 1)
    titles = programmes[-1].titles if programmes else ()
    return titles[0].value if titles else ""


def thumbnail(hass: HomeAssistant, logo: str) -> str | None:
    """Answer a logo that the browser may load: in HTTPS, where its page came so."""
    try:
        scheme = URL(logo).scheme
    except ValueError:
        return None
    allowed = {"https"} if _is_secure(hass) else {"http", "https"}
    return logo if scheme in allowed else None


def _is_secure(hass: HomeAssistant) -> bool:
    request = current_request.get()
    return request is not None and (
        request.scheme == "https" or is_cloud_connection(hass)
    )
