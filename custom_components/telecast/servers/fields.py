"""The fields of a request, wherever the client put them: query or form."""

from urllib.parse import parse_qsl

from aiohttp import web

from .login import Credentials

# Read before anybody has logged in.
_MAX_BODY = 64 * 1024
_MAX_FIELDS = 100


async def fields_of(request: web.Request) -> dict[str, str]:
    """Answer all fields; the form's win over the query's, and the last over the first.

    A body that is too large, or of another kind, is as good as none.
    """
    fields = dict(request.query.items())
    if request.method == "POST":
        fields.update(await _form(request))
    return {_text(name): _text(value) for name, value in fields.items()}


def credentials_of(fields: dict[str, str]) -> Credentials:
    """Answer the login that the fields hold, or an empty one."""
    return Credentials(
        username=fields.get("username", ""), password=fields.get("password", "")
    )


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type != "application/x-www-form-urlencoded":
        return {}
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > _MAX_BODY:
            return {}
    text = body.decode(errors="replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)


def _text(text: str) -> str:
    """Answer text that can be encoded again, whatever bytes it came from."""
    return text.encode(errors="replace").decode()
