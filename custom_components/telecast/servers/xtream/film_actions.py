"""Films and series, as `player_api.php` lists and describes them."""

from aiohttp import web

from ...engine.errors import UnknownFilmError
from ...engine.films.film import Details, Film
from ...engine.model import FilmKind
from ...formats import xtream
from ..answers import JSON, document, json_answer
from .query import Action, Query

_MAX_ID = 2**31 - 1


async def vod_streams(query: Query) -> web.StreamResponse:
    """Answer the films that the account may see, of one category or of all."""
    category = query.category
    if not query.active or category == 0:
        return json_answer([])
    path = await query.engine.documents.vod_streams(
        category_id=category, groups=query.account.groups, posters=query.posters
    )
    return document(path, JSON)


async def series_list(query: Query) -> web.StreamResponse:
    """Answer the series that the account may see, of one category or of all."""
    category = query.category
    if not query.active or category == 0:
        return json_answer([])
    path = await query.engine.documents.series(
        category_id=category, groups=query.account.groups, posters=query.posters
    )
    return document(path, JSON)


async def vod_info(query: Query) -> web.StreamResponse:
    """Answer all that is known of a film, its source asked where that is needed."""
    found = await _asked_for(query, FilmKind.MOVIE, "vod_id")
    if found is None:
        return json_answer(xtream.NO_MOVIE)
    film, details = found
    return json_answer(
        xtream.vod_info(
            name=film.name,
            id=film.id,
            icon=query.posters.address(film.kind, film.id, film.poster),
            rating=film.rating,
            added=film.added,
            category_id=film.group_id,
            extension=film.extension,
            facts=details.facts,
        )
    )


async def series_info(query: Query) -> web.StreamResponse:
    """Answer all that is known of a series: its seasons and episodes, by our own ids."""
    found = await _asked_for(query, FilmKind.SERIES, "series_id")
    if found is None:
        return json_answer(xtream.NO_SERIES)
    series, details = found
    cover = query.posters.address(series.kind, series.id, series.poster)
    return json_answer(
        xtream.series_info(
            name=series.name,
            cover=cover,
            rating=series.rating,
            modified=series.added,
            category_id=series.group_id,
            facts=details.facts,
            seasons=details.seasons,
            episodes=(
                xtream.episode(
                    id=one.id,
                    season=one.season,
                    number=one.number,
                    name=one.name,
                    icon=cover,
                    added=one.added,
                    extension=one.extension,
                    facts=one.facts,
                )
                for one in details.episodes
            ),
        )
    )


def _categories(kind: FilmKind) -> Action:
    async def answer(query: Query) -> web.StreamResponse:
        if not query.active:
            return json_answer([])
        groups = await query.engine.films.groups(kind, query.account.groups)
        return json_answer([xtream.category(one.id, one.name) for one in groups])

    return answer


async def _asked_for(
    query: Query, kind: FilmKind, field: str
) -> tuple[Film, Details] | None:
    """Answer the film that a field names; None where the account may see none."""
    film_id = query.number(field, 0, most=_MAX_ID)
    if not query.active or not film_id:
        return None
    films = query.engine.films
    find = films.film if kind is FilmKind.MOVIE else films.series
    try:
        film = await find(film_id, allowed=query.account.groups)
    except UnknownFilmError:
        return None
    return film, await films.details(film)


ACTIONS: dict[str, Action] = {
    "get_vod_categories": _categories(FilmKind.MOVIE),
    "get_vod_streams": vod_streams,
    "get_vod_info": vod_info,
    "get_series_categories": _categories(FilmKind.SERIES),
    "get_series": series_list,
    "get_series_info": series_info,
}
