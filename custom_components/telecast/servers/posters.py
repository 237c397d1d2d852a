"""The pictures that lie beside the user's own films, and what virtual channels play."""

from typing import TYPE_CHECKING

from aiohttp import ETag, web

from ..engine.errors import UnknownFilmError
from ..engine.films.pictures import read_picture
from ..engine.films.posters import MEDIA
from ..engine.model import FilmKind
from .access import neighbours
from .answers import outsiders_error
from .routes import Route, read_only

if TYPE_CHECKING:
    from ..engine.engine import Engine

_MAX_ID = 2**31 - 1


def bearers(engine: Engine, request: web.Request, relayed: bool) -> bool:
    """Admit the allowed networks, and from anywhere whoever was told the address."""
    parts, key = request.match_info, request.query.get("key", "")
    return engine.posters.opens(parts["kind"], parts["film"], key) or neighbours(
        engine, request, relayed
    )


async def poster(engine: Engine, request: web.Request) -> web.StreamResponse:
    """Answer the picture of what has that id; who has it already is told so (304)."""
    text = request.match_info["film"]
    if len(text) > len(str(_MAX_ID)) or int(text) > _MAX_ID:
        raise UnknownFilmError("That is no film")
    address = await _address(engine, request.match_info["kind"], int(text))
    picture = await read_picture(address, engine.settings.allowed_folders)
    known = any(one.value in {picture.tag, "*"} for one in request.if_none_match or ())
    response = (
        web.Response(status=304)
        if known
        else web.Response(body=picture.content, content_type=picture.content_type)
    )
    response.etag = ETag(value=picture.tag)
    response.headers["Cache-Control"] = "private, max-age=3600"
    # Receivers and pages elsewhere read it by script; its address protects it.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


async def _address(engine: Engine, kind: str, film_id: int) -> str:
    """Answer where a poster is; raise UnknownFilmError where there is no such film."""
    if kind == MEDIA:
        return await engine.virtual.poster(film_id)
    is_movie = kind == FilmKind.MOVIE
    find = engine.films.film if is_movie else engine.films.series
    return (await find(film_id)).poster


ROUTES = (
    Route(
        path="/telecast/poster/{kind:(?:movie|series|media)}/{film:[0-9]+}",
        name="telecast:poster",
        handlers=read_only(poster),
        admits=bearers,
        answer=outsiders_error,
    ),
)
