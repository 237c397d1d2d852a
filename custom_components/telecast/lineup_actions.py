"""Actions: ask for channels and programmes, change a channel."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
from homeassistant.util import dt as dt_util
import probatio

from .channel_names import async_find_channel
from .const import (
    ATTR_CHANNEL,
    DOMAIN,
    SERVICE_GET_CHANNELS,
    SERVICE_GET_PROGRAMMES,
    SERVICE_UPDATE_CHANNEL,
)
from .engine.engine import Engine
from .engine.errors import TelecastError, UnknownChannelError
from .engine.guide.matching import Found
from .engine.lineup.lineup import InvalidNumberError
from .engine.lineup.overrides import NumberTakenError
from .engine.model import Channel
from .formats.xmltv import Programme, Text

_ATTR_FROM = "from"
_ATTR_GROUP = "group"
_ATTR_LIMIT = "limit"
_ATTR_OFFSET = "offset"
_ATTR_SEARCH = "search"
_ATTR_TO = "to"
_USUAL_PERIOD = timedelta(hours=24)
# What an action answers is one message, made and sent at once.
_USUAL_LIMIT = 100
_MAX_LIMIT = 1000
_MAX_LENGTH = 255
_MAX_URL_LENGTH = 2048
_DAY_MINUTES = 24 * 60
# More are no id, and no number that the database knows.
_MAX_DIGITS = 10

type RunningEngine = Callable[[HomeAssistant], Engine]
"""Answers the engine; raises HomeAssistantError where it is not running."""


def _line(text: str) -> str:
    return " ".join(text.split())


_LINE = probatio.All(cv.string, _line, probatio.Length(max=_MAX_LENGTH))
_URL = probatio.All(
    cv.string, _line, probatio.Length(max=_MAX_URL_LENGTH), probatio.Any("", cv.url)
)
_CHANNEL = probatio.All(_LINE, probatio.NonEmpty())
_LIMIT = probatio.All(probatio.Coerce(int), probatio.Range(min=1, max=_MAX_LIMIT))
_MINUTES = probatio.Any(
    "",
    probatio.All(
        probatio.Coerce(int), probatio.Range(min=-_DAY_MINUTES, max=_DAY_MINUTES)
    ),
)
_OFFSET = probatio.All(probatio.Coerce(int), probatio.Range(min=0))

GET_CHANNELS_SCHEMA = probatio.Schema(
    {
        probatio.Optional(_ATTR_SEARCH, default=""): _LINE,
        probatio.Optional(_ATTR_GROUP, default=""): _LINE,
        probatio.Optional(_ATTR_LIMIT, default=_USUAL_LIMIT): _LIMIT,
        probatio.Optional(_ATTR_OFFSET, default=0): _OFFSET,
    }
)
GET_PROGRAMMES_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_CHANNEL): _CHANNEL,
        probatio.Optional(_ATTR_FROM): cv.datetime,
        probatio.Optional(_ATTR_TO): cv.datetime,
        probatio.Optional(_ATTR_SEARCH, default=""): _LINE,
        probatio.Optional(_ATTR_LIMIT, default=_USUAL_LIMIT): _LIMIT,
    }
)
UPDATE_CHANNEL_SCHEMA = probatio.Schema(
    {
        probatio.Required(ATTR_CHANNEL): _CHANNEL,
        probatio.Optional("number"): _LINE,
        probatio.Optional("name"): _LINE,
        probatio.Optional("group"): _LINE,
        probatio.Optional("logo"): _URL,
        probatio.Optional("guide_id"): _LINE,
        probatio.Optional("guide_offset"): _MINUTES,
        probatio.Optional("enabled"): cv.boolean,
    }
)


@callback
def async_setup_lineup_actions(
    hass: HomeAssistant, running_engine: RunningEngine
) -> None:
    """Register the actions, for good; only administrators may change a channel."""

    async def get_channels(call: ServiceCall) -> ServiceResponse:
        return await _get_channels(running_engine(hass), **call.data)

    async def get_programmes(call: ServiceCall) -> ServiceResponse:
        return await _get_programmes(running_engine(hass), call.data)

    async def update_channel(call: ServiceCall) -> ServiceResponse:
        return await _update_channel(running_engine(hass), **call.data)

    for name, action, schema in (
        (SERVICE_GET_CHANNELS, get_channels, GET_CHANNELS_SCHEMA),
        (SERVICE_GET_PROGRAMMES, get_programmes, GET_PROGRAMMES_SCHEMA),
    ):
        hass.services.async_register(
            DOMAIN, name, action, schema, supports_response=SupportsResponse.ONLY
        )
    service.async_register_admin_service(
        hass,
        DOMAIN,
        SERVICE_UPDATE_CHANNEL,
        update_channel,
        UPDATE_CHANNEL_SCHEMA,
        supports_response=SupportsResponse.OPTIONAL,
    )


async def _get_channels(
    engine: Engine, *, search: str, group: str, limit: int, offset: int
) -> ServiceResponse:
    """Answer a part of the line-up, and whether there is more after it."""
    found = await engine.lineup.channels(
        group_id=await _group_id(engine, group) if group else None,
        search=search,
        offset=offset,
        limit=limit + 1,
    )
    return {
        "channels": await _channels(engine, found[:limit]),
        "more": len(found) > limit,
    }


async def _get_programmes(engine: Engine, asked: dict[str, Any]) -> ServiceResponse:
    """Answer what is on at any time of a period, from now for a day unless told."""
    channel = await async_find_channel(engine, asked[ATTR_CHANNEL])
    start = dt_util.as_utc(asked.get(_ATTR_FROM, dt_util.utcnow()))
    stop = dt_util.as_utc(asked.get(_ATTR_TO, start + _USUAL_PERIOD))
    if stop <= start:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="invalid_period"
        )
    search, limit = asked[_ATTR_SEARCH].casefold(), asked[_ATTR_LIMIT]
    programmes = [
        programme
        for programme in await engine.guide.between(
            channel,
            start=int(start.timestamp()),
            stop=int(stop.timestamp()),
            ask=True,
        )
        if search in _words(programme)
    ]
    return {
        "channel": await _described(engine, channel),
        "programmes": [_programme(engine, one) for one in programmes[:limit]],
        "more": len(programmes) > limit,
    }


async def _update_channel(
    engine: Engine, *, channel: str, **changes: Any
) -> ServiceResponse:
    """Change what is given about a channel, and answer how it is now."""
    try:
        updated = await engine.lineup.update(await _id(engine, channel), **changes)
    except UnknownChannelError as err:
        raise _refusal(err, channel=channel) from err
    except (InvalidNumberError, NumberTakenError) as err:
        raise _refusal(err, number=changes["number"]) from err
    if changes.keys() & {"name", "guide_id", "enabled"}:
        await engine.importer.match(channel_id=updated.id)
    engine.sources.lineup_came_in()
    return await _described(engine, updated)


async def _id(engine: Engine, text: str) -> int:
    """Find a channel; one that is disabled, and so in no line-up, by its id alone."""
    try:
        return (await async_find_channel(engine, text)).id
    except ServiceValidationError as err:
        unknown = err.translation_key == UnknownChannelError.code
        if unknown and text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS:
            return int(text)
        raise


async def _group_id(engine: Engine, name: str) -> int:
    for group in await engine.lineup.groups():
        if group.name.casefold() == name.casefold():
            return group.id
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="unknown_group",
        translation_placeholders={"group": name},
    )


def _refusal(err: TelecastError, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=err.code,
        translation_placeholders=placeholders,
    )


async def _channels(engine: Engine, channels: Sequence[Channel]) -> list[Any]:
    found = await engine.guide.found(channels)
    return [_channel(channel, found[channel.id]) for channel in channels]


async def _described(engine: Engine, channel: Channel) -> dict[str, Any]:
    found = await engine.guide.found([channel])
    return _channel(channel, found[channel.id])


def _channel(channel: Channel, found: Found) -> dict[str, Any]:
    return {
        "id": channel.id,
        "number": channel.number,
        "name": channel.name,
        "group": channel.group,
        "logo": channel.logo,
        "guide_id": channel.guide_id,
        "guide": asdict(found),
        "enabled": channel.enabled,
    }


def _programme(engine: Engine, programme: Programme) -> dict[str, Any]:
    """Answer a programme; its times are those of Home Assistant's clock, ISO 8601.

    A picture of the user's own is told by its path, which Home Assistant's pages load.
    """
    pictures = filter(None, map(engine.posters.icon, programme.icons))
    return {
        "start": _local(programme.start),
        "stop": None if programme.stop is None else _local(programme.stop),
        "title": _first(programme.titles),
        "subtitle": _first(programme.subtitles),
        "description": _first(programme.descriptions),
        "categories": [category.value for category in programme.categories],
        "picture": next(pictures, ""),
    }


def _words(programme: Programme) -> str:
    texts = (*programme.titles, *programme.subtitles, *programme.descriptions)
    return "\n".join(text.value for text in texts).casefold()


def _first(texts: tuple[Text, ...]) -> str:
    return texts[0].value if texts else ""


def _local(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, dt_util.get_default_time_zone()).isoformat()
