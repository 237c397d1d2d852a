"""Channels as requests name them."""

from typing import TYPE_CHECKING

from ..engine.errors import UnknownChannelError
from ..engine.model import Account, Channel

if TYPE_CHECKING:
    from ..engine.engine import Engine

_MAX_ID = 2**31 - 1


async def channel_by_id(
    engine: Engine, text: str, *, account: Account | None = None
) -> Channel:
    """Answer the channel of this id that the account may see.

    Raises UnknownChannelError also for what is no id at all.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MAX_ID))):
        raise UnknownChannelError("That is no channel id")
    if (channel_id := int(text)) > _MAX_ID:
        raise UnknownChannelError("That is no channel id")
    channel = await engine.lineup.channel(channel_id)
    if account and account.groups is not None and channel.group not in account.groups:
        raise UnknownChannelError("The account may not see this channel")
    return channel
