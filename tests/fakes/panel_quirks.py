"""Every way to spoil what the panel answers."""

import asyncio
from collections.abc import Iterable, Iterator
from enum import StrEnum
import json
from typing import Any

from aiohttp import web

_SLOW_BYTES = 512
_SLOW_SECONDS = 0.005
# What the oldest panels leave out.
_OPTIONAL = frozenset(
    {
        *("num", "stream_icon", "epg_channel_id", "added", "is_adult", "category_ids"),
        *("category_id", "custom_sid", "tv_archive", "tv_archive_duration", "rating"),
        *("thumbnail", "direct_source", "rating_5based", "container_extension"),
        *("exp_date", "max_connections", "active_cons", "is_trial", "created_at"),
        *("allowed_output_formats", "server_info", "message", "status", "seasons"),
        *("cover", "plot", "cast", "director", "genre", "releaseDate", "parent_id"),
    }
)


class Quirk(StrEnum):
    """Ways in which panels spoil their answers."""

    NUMBERS_AS_STRINGS = "numbers_as_strings"
    STRINGS_AS_NUMBERS = "strings_as_numbers"
    LISTS_FOR_OBJECTS = "lists_for_objects"
    HTML = "html"
    ERROR_500 = "error_500"
    SLOW = "slow"
    SILENT = "silent"
    TRUNCATED = "truncated"
    MISSING_FIELDS = "missing_fields"
    EXPIRED = "expired"
    BANNED = "banned"
    WRONG_LOGIN = "wrong_login"


def pieces_of(answer: Any, quirks: frozenset[Quirk]) -> Iterator[bytes]:
    """Yield an answer as JSON, spoiled; a list entry by entry."""
    if isinstance(answer, dict):
        yield json.dumps(_spoiled(answer, quirks)).encode()
        return
    before = b"["
    for entry in answer:
        yield before + json.dumps(_spoiled(entry, quirks)).encode()
        before = b","
    yield b"]" if before == b"," else b"[]"


def _spoiled(value: Any, quirks: frozenset[Quirk]) -> Any:
    """Answer a value as PHP may have made it."""
    if isinstance(value, dict):
        if Quirk.LISTS_FOR_OBJECTS in quirks and all(map(str.isdecimal, value)):
            return [_spoiled(each, quirks) for each in value.values()]
        return {
            name: _spoiled(each, quirks)
            for name, each in value.items()
            if Quirk.MISSING_FIELDS not in quirks or name not in _OPTIONAL
        }
    if isinstance(value, list):
        return [_spoiled(each, quirks) for each in value]
    if Quirk.NUMBERS_AS_STRINGS in quirks and isinstance(value, int | float):
        return str(value) if not isinstance(value, bool) else "1" if value else ""
    if Quirk.STRINGS_AS_NUMBERS in quirks and isinstance(value, str):
        return int(value) if value.isdecimal() else value
    return value


async def send(
    request: web.BaseRequest,
    quirks: frozenset[Quirk],
    content_type: str,
    pieces: Iterable[bytes],
) -> web.StreamResponse:
    """Answer 200 with all pieces, or with what is left of them."""
    response = web.StreamResponse()
    response.content_type = content_type
    if Quirk.TRUNCATED in quirks:
        whole = b"".join(pieces)
        pieces = [whole[: max(1, len(whole) * 2 // 3)]]
    await response.prepare(request)
    for piece in pieces:
        if Quirk.SLOW in quirks:
            await _drip(response, piece)
        else:
            await response.write(piece)
            # A socket that takes all at once would never give the loop back.
            await asyncio.sleep(0)
    await response.write_eof()
    return response


async def _drip(response: web.StreamResponse, piece: bytes) -> None:
    for at in range(0, len(piece), _SLOW_BYTES):
        await response.write(piece[at : at + _SLOW_BYTES])
        await asyncio.sleep(_SLOW_SECONDS)
