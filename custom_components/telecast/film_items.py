"""Films and series as Home Assistant's media browser and players know them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homeassistant.components.media_player.const import MediaClass, MediaType
from homeassistant.components.media_source import BrowseMediaSource, PlayMedia
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .engine.engine import Engine
from .engine.errors import UnknownFilmError
from .engine.films.film import Details, Episode, Film
from .engine.films.posters import is_file
from .engine.model import FilmKind
from .formats.containers import content_type_of
from .media_items import thumbnail

PAGE = 500
"""How many films are shown at once; a folder with more is divided."""

_MOST_FOUND = 100
_ROOTS = {"films": FilmKind.MOVIE, "series": FilmKind.SERIES}
_PLAYED = {"film": FilmKind.MOVIE, "episode": FilmKind.SERIES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Films that are browsed together: all of a kind, or those of a group."""

    identifier: str
    title: str
    kind: FilmKind
    group_id: int | None = None


async def film_shelves(hass: HomeAssistant, engine: Engine) -> list[BrowseMediaSource]:
    """Answer a folder for films and one for series, where there are any."""
    words = await _words(hass)
    return [
        _folder(name, words[name])
        for name, kind in _ROOTS.items()
        if engine.films.counts[kind]
    ]


async def browse_films(
    hass: HomeAssistant, engine: Engine, identifier: str
) -> BrowseMediaSource | None:
    """Answer what is in a folder of films; None for what is none."""
    root, *rest = identifier.split("/")
    kind = _ROOTS.get(root)
    if kind is None or not all(map(_is_number, rest)):
        return None
    match [int(part) for part in rest]:
        case []:
            return await _open_root(hass, engine, root)
        case [group_id, *offset] if len(offset) < 2:
            return await _open_group(hass, engine, root, group_id, *offset)
        case [_, _, series_id, *season] if kind is FilmKind.SERIES and len(season) < 2:
            return await _open_series(hass, engine, identifier, series_id, *season)
    return None


async def search_films(
    hass: HomeAssistant, engine: Engine, text: str, identifier: str = ""
) -> list[BrowseMediaSource]:
    """Answer films and series by a part of their names; of one folder, if it is given."""
    root, group, *_ = (*identifier.split("/"), "")
    found: list[BrowseMediaSource] = []
    for name, kind in _ROOTS.items():
        if not text or root not in {"", name}:
            continue
        films = await engine.films.page(
            kind,
            group_id=int(group) if _is_number(group) else None,
            search=text,
            limit=_MOST_FOUND,
        )
        found += [_film(hass, engine, film) for film in films]
    return found


def is_film(identifier: str) -> bool:
    """Tell whether an identifier means films, whether there are such or not."""
    return identifier.partition("/")[0] in {*_ROOTS, *_PLAYED}


async def resolve_film(engine: Engine, identifier: str) -> PlayMedia | None:
    """Answer where a film or an episode is played; None for what is none."""
    name, _, number = identifier.partition("/")
    if not (kind := _PLAYED.get(name)) or not _is_number(number):
        return None
    try:
        film = await engine.films.playable(kind, int(number), None)
    except UnknownFilmError:
        return None
    return PlayMedia(engine.film_path(film), content_type_of(film.extension))


async def _open_root(
    hass: HomeAssistant, engine: Engine, root: str
) -> BrowseMediaSource | None:
    groups = await engine.films.groups(_ROOTS[root])
    if len(groups) == 1:
        return await _open_group(hass, engine, root, groups[0].id)
    title = (await _words(hass))[root]
    children = [_folder(f"{root}/{group.id}", group.name) for group in groups]
    return _folder(root, title, children)


async def _open_group(
    hass: HomeAssistant,
    engine: Engine,
    root: str,
    group_id: int,
    offset: int | None = None,
) -> BrowseMediaSource | None:
    kind, films = _ROOTS[root], engine.films
    names = {group.id: group.name for group in await films.groups(kind)}
    if group_id not in names:
        return None
    identifier, title = f"{root}/{group_id}", names[group_id]
    if offset is None:
        parts = await films.parts(kind, group_id=group_id, size=PAGE)
        if len(parts) > 1:
            return _folder(
                identifier,
                title,
                [
                    _folder(f"{identifier}/{place * PAGE}", f"{first} – {last}")
                    for place, (first, last) in enumerate(parts)
                ],
            )
    page = await films.page(kind, group_id=group_id, offset=offset or 0, limit=PAGE)
    return _folder(identifier, title, [_film(hass, engine, film) for film in page])


async def _open_series(
    hass: HomeAssistant,
    engine: Engine,
    identifier: str,
    series_id: int,
    season: int | None = None,
) -> BrowseMediaSource | None:
    try:
        series = await engine.films.series(series_id)
    except UnknownFilmError:
        return None
    details = await engine.films.details(series)
    seasons = list(dict.fromkeys(one.season for one in details.episodes))
    if season is None and len(seasons) > 1:
        words = await _words(hass)
        return _folder(
            identifier,
            series.name,
            [
                _folder(f"{identifier}/{number}", _title(details, number, words))
                for number in seasons
            ],
        )
    episodes = [one for one in details.episodes if season in (None, one.season)]
    if season is not None and not episodes:
        return None
    return _folder(
        identifier,
        series.name,
        [_episode(hass, engine, series, one) for one in episodes],
    )


def _title(details: Details, number: int, words: Mapping[str, str]) -> str:
    named = (one.name for one in details.seasons if one.number == number and one.name)
    return next(named, words["season"].format(number=number))


def _folder(
    identifier: str, title: str, children: Sequence[BrowseMediaSource] | None = None
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.VIDEO,
        title=title,
        can_play=False,
        can_expand=True,
        can_search=True,
        children=children,
    )


def _film(hass: HomeAssistant, engine: Engine, film: Film) -> BrowseMediaSource:
    is_series = film.kind is FilmKind.SERIES
    return BrowseMediaSource(
        domain=DOMAIN,
        # Below its group and the beginning of that: a number in each place.
        identifier=f"series/{film.group_id}/0/{film.id}"
        if is_series
        else f"film/{film.id}",
        media_class=MediaClass.TV_SHOW if is_series else MediaClass.MOVIE,
        media_content_type=MediaType.TVSHOW
        if is_series
        else content_type_of(film.extension),
        title=film.name,
        can_play=not is_series,
        can_expand=is_series,
        thumbnail=_poster(hass, engine, film),
    )


def _episode(
    hass: HomeAssistant, engine: Engine, series: Film, episode: Episode
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=f"episode/{episode.id}",
        media_class=MediaClass.EPISODE,
        media_content_type=content_type_of(episode.extension),
        title=f"{episode.number}. {episode.name}",
        can_play=True,
        can_expand=False,
        thumbnail=thumbnail(hass, episode.facts.get("cover", ""))
        or _poster(hass, engine, series),
    )


def _poster(hass: HomeAssistant, engine: Engine, film: Film) -> str | None:
    """Answer a film's poster as the browser may load it: one of our own by its path."""
    if is_file(film.poster):
        return engine.posters.address(film.kind, film.id, film.poster)
    return thumbnail(hass, film.poster)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


async def _words(hass: HomeAssistant) -> dict[str, str]:
    language, prefix = hass.config.language, f"component.{DOMAIN}.common."
    words = await async_get_translations(hass, language, "common", {DOMAIN})
    return {name.removeprefix(prefix): text for name, text in words.items()}
