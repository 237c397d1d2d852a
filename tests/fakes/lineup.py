"""Channels as a line-up would hold them."""

from custom_components.telecast.engine.model import Channel


def channel(number: int) -> Channel:
    """Answer a channel whose id is its number."""
    return Channel(
        id=number,
        number=str(number),
        name=f"Channel {number}",
        group="All",
        group_id=1,
        guide_id=f"c{number}",
        source="s",
    )
