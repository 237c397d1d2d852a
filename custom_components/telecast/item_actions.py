"""The actions on what virtual channels play, and in which order."""

from typing import Any

from homeassistant.core import HomeAssistant, ServiceResponse, callback
from homeassistant.helpers import config_validation as cv
import probatio

from .const import (
    ATTR_CHANNEL,
    SERVICE_ADD_ITEMS,
    SERVICE_GET_ITEMS,
    SERVICE_MOVE_ITEM,
    SERVICE_REMOVE_ITEMS,
    SERVICE_SKIP,
)
from .engine.engine import Engine
from .engine.virtual.listing import ListedItem
from .virtual_actions import (
    CHANNEL,
    ITEM_ID,
    RunningEngine,
    async_register_change,
    async_register_question,
)

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
def async_setup_item_actions(
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
