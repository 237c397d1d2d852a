"""The actions on virtual channels: what they play, in which order, and what at a fixed time."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, service
import probatio

from .channel_names import async_find_channel
from .const import (
    ATTR_CHANNEL,
    DOMAIN,
    SERVICE_ADD_ITEMS,
    SERVICE_GET_ITEMS,
    SERVICE_MOVE_ITEM,
    SERVICE_REMOVE_ITEMS,
    SERVICE_SKIP,
)
from .engine.engine import Engine
from .engine.errors import (
    CircleError,
    InvalidTimelineError,
    MissingFileError,
    NoMediaError,
    NotInOrderError,
    NotVirtualError,
    PathNotAllowedError,
    SourceError,
    TelecastError,
    UnknownItemError,
)
from .engine.model import SourceKind
from .engine.virtual.listing import ListedItem

_ATTR_FILES = "files"
_ATTR_ITEM = "item"
_ATTR_ITEMS = "items"
_ATTR_LIMIT = "limit"
_ATTR_OFFSET = "offset"
_ATTR_POSITION = "position"
# What an action answers is one message, made and sent at once.
_USUAL_LIMIT = 100
_MAX_LIMIT = 1000
_MAX_FILES = 1000
_MAX_LENGTH = 255

REFUSALS: tuple[tuple[type[TelecastError], str], ...] = (
    (CircleError, "circle"),
    (InvalidTimelineError, "invalid_timeline"),
    (MissingFileError, "missing_file"),
    (NoMediaError, "not_playable"),
    (NotInOrderError, "not_in_order"),
    (NotVirtualError, "not_virtual"),
    (PathNotAllowedError, "file_not_allowed"),
    (UnknownItemError, "unknown_item"),
)
"""What the user can mend, and the key of its words; what is more exact comes first."""

type RunningEngine = Callable[[HomeAssistant], Engine]
"""Answers the engine; raises HomeAssistantError where it is not running."""
type Action = Callable[..., Awaitable[ServiceResponse]]
"""Takes the engine, the id of the channel's source, and what else the call names."""


def _line(text: str) -> str:
    return " ".join(text.split())


LINE = probatio.All(cv.string, _line, probatio.Length(max=_MAX_LENGTH))
"""A name or a title; may be empty."""
CHANNEL = probatio.All(LINE, probatio.NonEmpty())
"""A channel as people name it."""
ITEM_ID = probatio.All(probatio.Coerce(int), probatio.Range(min=1))
_POSITION = probatio.All(probatio.Coerce(int), probatio.Range(min=1))
_PATH = probatio.All(cv.string, probatio.Strip, probatio.NonEmpty())
_LIMIT = probatio.All(probatio.Coerce(int), probatio.Range(min=1, max=_MAX_LIMIT))
_OFFSET = probatio.All(probatio.Coerce(int), probatio.Range(min=0))

_CHANNEL_ALONE = {probatio.Required(ATTR_CHANNEL): CHANNEL}
GET_ITEMS_SCHEMA = probatio.Schema(
    {
        **_CHANNEL_ALONE,
        probatio.Optional(_ATTR_LIMIT, default=_USUAL_LIMIT): _LIMIT,
        probatio.Optional(_ATTR_OFFSET, default=0): _OFFSET,
    }
)
ADD_ITEMS_SCHEMA = probatio.Schema(
    {
        **_CHANNEL_ALONE,
        probatio.Required(_ATTR_FILES): probatio.All(
            probatio.EnsureList(), [_PATH], probatio.Length(min=1, max=_MAX_FILES)
        ),
        probatio.Optional(_ATTR_POSITION): _POSITION,
    }
)
REMOVE_ITEMS_SCHEMA = probatio.Schema(
    {
        **_CHANNEL_ALONE,
        probatio.Required(_ATTR_ITEMS): probatio.All(
            probatio.EnsureList(), [ITEM_ID], probatio.NonEmpty()
        ),
    }
)
MOVE_ITEM_SCHEMA = probatio.Schema(
    {
        **_CHANNEL_ALONE,
        probatio.Required(_ATTR_ITEM): ITEM_ID,
        probatio.Required(_ATTR_POSITION): _POSITION,
    }
)
SKIP_SCHEMA = probatio.Schema(_CHANNEL_ALONE)


@callback
def async_setup_virtual_actions(
    hass: HomeAssistant, running_engine: RunningEngine
) -> None:
    """Register the actions, for good; only administrators may change a channel."""
    async_register_question(
        hass, SERVICE_GET_ITEMS, _get_items, GET_ITEMS_SCHEMA, running_engine
    )
    for name, action, schema in (
        (SERVICE_ADD_ITEMS, _add_items, ADD_ITEMS_SCHEMA),
        (SERVICE_REMOVE_ITEMS, _remove_items, REMOVE_ITEMS_SCHEMA),
        (SERVICE_MOVE_ITEM, _move_item, MOVE_ITEM_SCHEMA),
        (SERVICE_SKIP, _skip, SKIP_SCHEMA),
    ):
        async_register_change(hass, name, action, schema, running_engine)


@callback
def async_register_question(
    hass: HomeAssistant,
    name: str,
    action: Action,
    schema: probatio.Schema,
    running_engine: RunningEngine,
) -> None:
    """Register an action that answers something about a virtual channel."""
    hass.services.async_register(
        DOMAIN,
        name,
        _on_channel(running_engine, action),
        schema,
        supports_response=SupportsResponse.ONLY,
    )


@callback
def async_register_change(
    hass: HomeAssistant,
    name: str,
    action: Action,
    schema: probatio.Schema | probatio.All[Any],
    running_engine: RunningEngine,
) -> None:
    """Register an action that changes a virtual channel; for administrators."""
    service.async_register_admin_service(
        hass, DOMAIN, name, _on_channel(running_engine, action), schema
    )


@contextmanager
def refusals(channel: str) -> Iterator[None]:
    """Say in Home Assistant's way what is wrong with what is asked of a channel."""
    try:
        yield
    except TelecastError as err:
        for kind, key in REFUSALS:
            if isinstance(err, kind):
                raise ServiceValidationError(
                    translation_domain=DOMAIN,
                    translation_key=key,
                    translation_placeholders={"channel": channel, "reason": str(err)},
                ) from err
        if not isinstance(err, SourceError):
            raise
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=err.code,
            translation_placeholders={"source": channel},
        ) from err


def _on_channel(
    running_engine: RunningEngine, action: Action
) -> Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]]:
    async def perform(call: ServiceCall) -> ServiceResponse:
        engine = running_engine(call.hass)
        asked = dict(call.data)
        name = asked.pop(ATTR_CHANNEL)
        with refusals(name):
            return await action(engine, await _source_of(engine, name), **asked)

    return perform


async def _source_of(engine: Engine, name: str) -> str:
    """Answer the id of the source behind a virtual channel; raise NotVirtualError.

    One that has nothing to play yet, or is disabled, is in no line-up, and one that others
    are called as is one of several: such go by the name of their source.
    """
    try:
        source_id = (await async_find_channel(engine, name)).source
    except ServiceValidationError:
        named = [
            source.id
            for source in engine.sources.all
            if source.kind is SourceKind.VIRTUAL
            and source.name.casefold() == name.casefold()
        ]
        if len(named) != 1:
            raise
        return named[0]
    engine.virtual.of(source_id)
    return source_id


async def _get_items(
    engine: Engine, source_id: str, *, limit: int, offset: int
) -> ServiceResponse:
    """Answer a part of the items in the order of the list, and whether more follow."""
    listing = await engine.virtual.items(source_id, offset=offset, limit=limit)
    return {
        "items": [_item(one) for one in listing.items],
        "total": listing.total,
        "more": offset + len(listing.items) < listing.total,
    }


async def _add_items(
    engine: Engine, source_id: str, *, files: list[str], position: int | None = None
) -> None:
    """Add files and wait until they are looked into."""
    place = None if position is None else position - 1
    await engine.virtual.add_items(source_id, files, position=place)


async def _remove_items(engine: Engine, source_id: str, *, items: list[int]) -> None:
    await engine.virtual.remove_items(source_id, items)


async def _move_item(
    engine: Engine, source_id: str, *, item: int, position: int
) -> None:
    await engine.virtual.move_item(source_id, item, position - 1)


async def _skip(engine: Engine, source_id: str) -> None:
    await engine.virtual.skip(source_id)


def _item(item: ListedItem) -> dict[str, Any]:
    """Answer an item; how long it lasts is in seconds."""
    return {
        "id": item.id,
        "title": item.title,
        "series": item.series,
        "season": item.season,
        "number": item.number,
        "file": item.file,
        "duration": item.duration / 1000,
        "error": item.error,
    }
