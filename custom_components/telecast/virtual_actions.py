"""What all actions on virtual channels share: how they name one, and what they are refused."""

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
from .const import ATTR_CHANNEL, DOMAIN
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
