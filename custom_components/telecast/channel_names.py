"""Channels as people name them in actions."""

from contextlib import suppress

from homeassistant.exceptions import ServiceValidationError

from .const import DOMAIN
from .engine.engine import Engine
from .engine.errors import UnknownChannelError
from .engine.model import Channel
from .servers.channels import channel_by_id

_MAX_NUMBERS_TOLD = 5


async def async_find_channel(engine: Engine, text: str) -> Channel:
    """Answer the channel with this number, or else this id, or else this name.

    Upper and lower case are the same in names. Raises ServiceValidationError where there
    is no such channel, and where several have the name.
    """
    with suppress(UnknownChannelError):
        return await engine.lineup.by_number(text)
    with suppress(UnknownChannelError):
        return await channel_by_id(engine, text)
    found = await _with_name(engine, text)
    if len(found) == 1:
        return found[0]
    numbers = ", ".join(channel.number for channel in found[:_MAX_NUMBERS_TOLD])
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="ambiguous_channel" if found else "unknown_channel",
        translation_placeholders={"channel": text, "numbers": numbers},
    )


async def _with_name(engine: Engine, name: str) -> list[Channel]:
    # What holds the name is few channels, but for names that are next to nothing.
    some = await engine.lineup.channels(search=name, limit=engine.lineup.count)
    wanted = name.casefold()
    return [channel for channel in some if channel.name.casefold() == wanted]
