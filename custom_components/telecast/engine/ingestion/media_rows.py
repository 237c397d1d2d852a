"""What is found for a virtual channel, as rows of the table of media."""

from dataclasses import dataclass
import json

from ...formats.film_names import FilmName
from ...formats.nfo import Nfo
from ...formats.release_names import Titled
from .library_rows import episode_title, film_poster, picture, series_poster
from .naming import Find, Named, Names

_LONGEST_TITLE = 300
_LONGEST_PLOT = 1000
_LONGEST_NAME = 200
_MOST_NAMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A file as it is to be listed, but for its position."""

    address: str
    mark: str
    is_filler: bool
    title: str
    series: str = ""
    """What tells its series from others, and is shown of it; empty for a film."""
    season: int = 0
    number: int = 0
    facts: str = "{}"
    """A JSON object."""


def row_of(
    find: Find, named: Named, names: Names, *, series: str, is_filler: bool
) -> Row:
    """Answer a file; `series` is the name that all episodes of its series have."""
    season, number = named.place
    return Row(
        address=find.address,
        mark=find.file.mark,
        is_filler=is_filler,
        title=_title(find, named)[:_LONGEST_TITLE],
        series=series,
        season=season,
        number=number,
        facts=_facts(find, named, names),
    )


def series_name(named: Named, names: Names) -> str:
    """Answer what a series is called: as its own NFO says, or its folders; not empty."""
    told = names.show(named.home)
    title = (told and told.title) or named.series.title or named.key
    name = Titled(title=title, year=named.series.year).text[:_LONGEST_TITLE]
    return name or "?"


def _title(find: Find, named: Named) -> str:
    name, told = named.name, named.told
    if isinstance(name, FilmName):
        # The year is among the facts.
        title = (told and told.title) or name.title
        return FilmName(title=title, disc=name.disc).text
    return episode_title(find, name, told)


def _facts(find: Find, named: Named, names: Names) -> str:
    """Answer what a guide can use; what a series says is said of its episodes, too."""
    told, show = named.told or Nfo(kind=""), names.show(named.home) or Nfo(kind="")
    named_year = named.name.year if isinstance(named.name, FilmName) else 0
    facts = {
        "year": told.year or named_year,
        "plot": told.plot[:_LONGEST_PLOT],
        "genres": _listed(told.genre or show.genre),
        "poster": _poster(find, named, names) or told.poster or show.poster,
        "date": told.premiered,
        "rating": told.rating,
        "director": told.director[:_LONGEST_NAME],
        "cast": [one[:_LONGEST_NAME] for one in told.actors[:_MOST_NAMES]],
        "country": told.country[:_LONGEST_NAME],
        "mpaa": told.mpaa or show.mpaa,
        "original": told.original,
    }
    return json.dumps({name: value for name, value in facts.items() if value})


def _poster(find: Find, named: Named, names: Names) -> str:
    """Answer the address of the picture beside a file; empty for none."""
    if isinstance(named.name, FilmName):
        return film_poster(find)
    stem = find.file.stem
    beside = picture(find.folder, (f"{stem}-thumb", f"{stem}-poster", stem))
    home = names.folder(named.home)
    return beside or (series_poster(home) if home else "")


def _listed(text: str) -> list[str]:
    return [one[:_LONGEST_NAME] for one in text.split(", ") if one][:_MOST_NAMES]
