"""Lists as state attributes, as far as a state may be large."""

from typing import Any

from homeassistant.helpers.json import json_bytes

# Home Assistant means states to be small: 16 KiB is what its recorder takes, of all of a
# state's attributes together.
_MAX_BYTES = 14_300


def listed(name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Answer the attribute `name` with as many items as there is room for.

    Where some are left out, `…_left_out` says how many.
    """
    shown: list[dict[str, Any]] = []
    room = _MAX_BYTES
    for item in items:
        room -= len(json_bytes(item)) + 1
        if room < 0:
            break
        shown.append(item)
    left_out = len(items) - len(shown)
    return {name: shown} | ({f"{name}_left_out": left_out} if left_out else {})
