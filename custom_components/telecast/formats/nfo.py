"""Kodi's NFO files: what people and programs note of a film beside its file.

https://kodi.wiki/view/NFO_files: `movie`, `tvshow` and `episodedetails`. What is broken, or
means harm, is no NFO; what follows the document (a link, the next episode) is not read.
"""

from dataclasses import dataclass, field
import html
import re
from typing import Any
from xml.parsers import expat

from .xmltv.encoding import Transcoder
from .xtream.scalars import date, integer, number, text, url

MAX_BYTES = 512 * 1024
"""More is no NFO."""

_MAX_DEPTH = 16
_MAX_ELEMENTS = 20_000
_MOST_ACTORS = 20
_MOST_NAMES = 10
_LONGEST_PLOT = 4000
_LONGEST_LIST = 1000
_ROOTS = frozenset({"movie", "tvshow", "episodedetails"})
_IMDB = re.compile(r"tt[0-9]{5,12}")
_DIGITS = re.compile(r"[0-9]{1,12}")
_MINUTES_OF_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Nfo:
    """What is noted; empty, or 0, for what is not."""

    kind: str
    """`movie`, `tvshow` or `episodedetails`."""
    title: str = ""
    year: int = 0
    plot: str = ""
    rating: float = 0
    """Of 10."""
    genre: str = ""
    director: str = ""
    actors: tuple[str, ...] = ()
    country: str = ""
    mpaa: str = ""
    original: str = ""
    tmdb: str = ""
    imdb: str = ""
    minutes: int = 0
    premiered: str = ""
    """A date, or a year."""
    season: int | None = None
    episode: int | None = None
    poster: str = ""
    """The address of a picture of it, on the web."""

    @property
    def facts(self) -> dict[str, Any]:
        """What is noted beside the title, as formats/xtream tells of films."""
        facts = {
            "plot": self.plot,
            "cast": ", ".join(self.actors)[:_LONGEST_LIST],
            "director": self.director,
            "genre": self.genre,
            "country": self.country,
            "mpaa": self.mpaa,
            "original": self.original,
            "released": self.premiered or (str(self.year) if self.year else ""),
            "tmdb": self.tmdb,
            "imdb": self.imdb,
            "rating": self.rating,
            "minutes": self.minutes if self.kind == "tvshow" else 0,
            "seconds": 0 if self.kind == "tvshow" else self.minutes * 60,
        }
        return {name: value for name, value in facts.items() if value}


def read(document: bytes) -> Nfo | None:
    """Read an NFO; None for what is none, is broken, or is too large. Never fails."""
    if len(document) > MAX_BYTES:
        return None
    reader = _Reader()
    transcoder = Transcoder()
    try:
        reader.parse(transcoder.feed(document) + transcoder.close())
    except _NoNfoError, expat.ExpatError:
        return None
    return _nfo(reader) if reader.ended else None


class _NoNfoError(Exception):
    """Not what is read here."""


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    texts: list[str] = field(default_factory=list)
    children: list[_Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def all(self, name: str) -> list[_Element]:
        return [one for one in self.children if one.name == name]

    def first(self, *names: str, longest: int = 300) -> str:
        """Answer the text of the first element by one of the names that has any."""
        told = (text(one.text, longest) for name in names for one in self.all(name))
        return next(filter(None, told), "")


class _Reader:
    """Reads the document element, and nothing after it."""

    def __init__(self) -> None:
        self.root = _Element("", {})
        self.ended = False
        self._open: list[_Element] = []
        self._elements = 0

    def parse(self, document: bytes) -> None:
        """Raise what keeps the document from being one."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        # Entities of HTML are met, and skipped, instead of ending it all.
        parser.UseForeignDTD(True)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.SkippedEntityHandler = self._entity
        parser.EntityDeclHandler = self._declaration
        try:
            parser.Parse(document, True)
        except expat.ExpatError:
            # Kodi takes a link after the document, or another episode's.
            if not self.ended:
                raise

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if len(self._open) >= _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise _NoNfoError
        element = _Element(name.casefold(), attributes)
        if self._open:
            self._open[-1].children.append(element)
        elif element.name in _ROOTS:
            self.root = element
        else:
            raise _NoNfoError
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()
        self.ended = not self._open

    def _text(self, told: str) -> None:
        if self._open:
            self._open[-1].texts.append(told)

    def _entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._text(html.unescape(f"&{name};"))

    def _declaration(self, *_facts: object) -> None:
        raise _NoNfoError


def _nfo(reader: _Reader) -> Nfo:
    root = reader.root
    premiered = date(
        *(root.first(name) for name in ("premiered", "aired", "releasedate", "year"))
    )
    return Nfo(
        kind=root.name,
        title=root.first("title", "name"),
        year=_year(root.first("year")) or _year(premiered),
        plot=root.first("plot", "outline", longest=_LONGEST_PLOT),
        rating=_rating(root),
        genre=_joined(root, "genre"),
        director=_joined(root, "director"),
        actors=tuple(
            filter(
                None, (one.first("name") for one in root.all("actor")[:_MOST_ACTORS])
            )
        ),
        country=_joined(root, "country"),
        mpaa=root.first("mpaa")[:20],
        original=root.first("originaltitle"),
        tmdb=_id(root, "tmdb", "tmdbid", _DIGITS),
        imdb=_id(root, "imdb", "imdbid", _IMDB),
        minutes=integer(root.first("runtime"), _MINUTES_OF_A_DAY),
        premiered=premiered,
        season=_place(root.first("season")),
        episode=_place(root.first("episode")),
        poster=_poster(root),
    )


def _year(told: str) -> int:
    year = integer(told[:4], 9999)
    return year if year > 1800 else 0


def _place(told: str) -> int | None:
    return integer(told, 100_000) if told[:1].isdecimal() else None


def _joined(root: _Element, name: str) -> str:
    told = [text(one.text) for one in root.all(name)[:_MOST_NAMES]]
    return ", ".join(dict.fromkeys(filter(None, told)))[:_LONGEST_LIST]


def _rating(root: _Element) -> float:
    """Answer the rating that is the default one, or the first, of 10."""
    found = [one for told in root.all("ratings") for one in told.all("rating")]
    found.sort(key=lambda one: one.attributes.get("default", "").casefold() != "true")
    for one in found:
        most = number(one.attributes.get("max")) or 10.0
        if value := number(one.first("value")):
            return _of_ten(value * 10 / most)
    return _of_ten(number(root.first("rating")))


def _of_ten(rating: float) -> float:
    return round(min(max(rating, 0.0), 10.0), 1)


def _poster(root: _Element) -> str:
    """Answer the first poster, or else the first picture that is of no other kind."""
    found = [one for one in root.all("thumb") if "season" not in one.attributes]
    for kind in ("poster", "thumb", ""):
        for one in found:
            if one.attributes.get("aspect", "") == kind and (told := url(one.text)):
                return told
    return ""


def _id(root: _Element, kind: str, name: str, pattern: re.Pattern[str]) -> str:
    """Answer an id at a place that knows films: where it belongs, or in the old ways."""
    unique = [
        one.text
        for one in root.all("uniqueid")
        if one.attributes.get("type", "").casefold() == kind
    ]
    older = [one.text for old in (name, "id") for one in root.all(old)]
    if kind == "tmdb":
        older = [one.text for one in root.all(name)]
    told = (one.strip() for one in (*unique, *older))
    return next((one for one in told if pattern.fullmatch(one)), "")
