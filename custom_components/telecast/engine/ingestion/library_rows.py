"""What is found in a library's folders, as rows of the catalogue."""

from collections.abc import Iterable
from dataclasses import dataclass
import json
from typing import Any

from ...formats.film_names import EpisodeName, FilmName
from ...formats.nfo import Nfo
from ...formats.release_names import Titled
from .folders import File, Folder
from .naming import Find, Named

_PICTURES = ("jpg", "jpeg", "png", "webp")
_OF_ALONE = ("poster", "folder", "movie", "cover")
_OF_SERIES = ("poster", "folder", "cover", "show")

type Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series as far as it is known."""

    titled: Titled
    group: str
    address: str
    """Of its folder, or the library's one."""
    poster: str = ""
    told: Nfo | None = None


def film_row(find: Find, place: int, name: FilmName, told: Nfo | None) -> Row:
    """Answer a film as films.add takes it; its NFO knows better than its name."""
    if told:
        name = FilmName(
            title=told.title or name.title, year=told.year or name.year, disc=name.disc
        )
    return (
        find.key,
        place,
        find.group,
        name.text,
        name.text.casefold(),
        film_poster(find),
        told.rating if told else 0.0,
        find.added,
        find.file.extension,
        find.address,
        _facts(told, year=name.year, file=find.file),
    )


def series_row(key: str, place: int, series: Series, altered: int) -> Row:
    """Answer a series as films.add takes it; `altered` is that of its last episode."""
    told = series.told
    title = (told and told.title) or series.titled.title or key
    name = Titled(title=title, year=series.titled.year).text
    return (
        key,
        place,
        series.group,
        name,
        name.casefold(),
        series.poster,
        told.rating if told else 0.0,
        altered,
        "",
        series.address,
        _facts(told, year=series.titled.year),
    )


def episode_row(
    find: Find, place: int, series_key: str, named: Named, name: EpisodeName
) -> Row:
    """Answer an episode as library_merge lists it."""
    return (
        series_key,
        find.key,
        place,
        *named.place,
        episode_title(find, name, named.told),
        find.added,
        find.file.extension,
        find.address,
        _facts(named.told, file=find.file),
    )


def episode_title(find: Find, name: EpisodeName, told: Nfo | None) -> str:
    """Answer what an episode is called, if only by its number."""
    return (told and told.title) or name.title or _numbered(name, find.file)


def film_poster(find: Find) -> str:
    """Answer the address of the picture beside a film; empty for none."""
    beside = (f"{find.file.stem}-poster", find.file.stem)
    return picture(find.folder, (*beside, *(_OF_ALONE if find.alone else ())))


def series_poster(folder: Folder) -> str:
    """Answer the address of the picture in a series' folder; empty for none."""
    return picture(folder, _OF_SERIES)


def picture(folder: Folder, names: Iterable[str]) -> str:
    """Answer the address of the first picture by one of the names; empty for none."""
    for name in names:
        for extension in _PICTURES:
            if file := folder.files.get(f"{name}.{extension}".casefold()):
                return folder.address(file)
    return ""


def _facts(told: Nfo | None, *, year: int = 0, file: File | None = None) -> str:
    facts = told.facts if told else {}
    if year:
        facts.setdefault("released", str(year))
    if file:
        facts["file"] = file.mark
    return json.dumps(facts)


def _numbered(name: EpisodeName, file: File) -> str:
    if not name.numbers:
        return file.stem
    first, last = name.numbers[0], name.numbers[-1]
    if name.season > 1000 and first > 100:
        return f"{name.season}-{first // 100:02}-{first % 100:02}"
    return f"Episode {first}" if first == last else f"Episodes {first}–{last}"
