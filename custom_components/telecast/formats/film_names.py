"""Which film or episode a file is, by its own name and its folders'.

As people and programs name them in the wild: Kodi's and Plex's ways, and those of releases.
"""

from dataclasses import dataclass
import re
from typing import override

from .release_names import Titled, before_release, plain_name, titled, trimmed

_EPISODE = re.compile(
    r"(?<![^\W_])s([0-9]{1,4})[ ._-]{0,3}e(?:p|pisode)?[ ._]?([0-9]{1,4})"
    r"(-[0-9]{1,3}|(?:[ ._-]{0,3}e(?:p|pisode)?[ ._]?[0-9]{1,4})*)(?![0-9a-z])",
    re.IGNORECASE,
)
_CROSSED = re.compile(
    r"(?<![^\W_])([0-9]{1,2})x([0-9]{2,3})"
    r"(-[0-9]{2,3}|(?:[ ._-]{0,3}[0-9]{1,2}x[0-9]{2,3})*)(?![0-9a-z])",
    re.IGNORECASE,
)
_WRITTEN_OUT = re.compile(
    r"(?<![^\W_])(?:season|staffel|series|saison)[ ._-]*([0-9]{1,3})[ ._,-]*"
    r"(?:episode|folge|ep)[ ._-]*([0-9]{1,4})()(?![0-9a-z])",
    re.IGNORECASE,
)
_NUMBERED = (_EPISODE, _CROSSED, _WRITTEN_OUT)
_DATED = re.compile(
    r"(?<![0-9])((?:19|20)[0-9]{2})([ ._-])(0[1-9]|1[0-2])\2(0[1-9]|[12][0-9]|3[01])"
    r"(?![0-9])"
)
_FANSUB = re.compile(
    r"^\[[^\]]+\][ _.]*(.+?)[ _]-[ _]([0-9]{1,4})(?:v[0-9])?(?=[ _.\[(]|$)"
)
_SEASON = re.compile(
    r"(?:(.+?)[ ._-]+)?(?:s|(?:season|staffel|series|saison|temporada|stagione|seizoen)"
    r"[ ._-]*)([0-9]{1,4})(?:[ ._(\[-].*)?",
    re.IGNORECASE,
)
_SPECIALS = re.compile(r"(?:(.+?)[ ._-]+)?specials?", re.IGNORECASE)
# In a season's folder a number is enough.
_FIRST = re.compile(
    r"(?:(?:episode|folge|ep|e)[ ._-]*)?([0-9]{1,4})(?![0-9a-z])(.*)", re.IGNORECASE
)
_NAMED = re.compile(
    r"(?<![^\W_])(?:(?:episode|folge|ep|e)[ ._-]*|- )([0-9]{1,4})(?![0-9a-z])(.*)",
    re.IGNORECASE,
)
_MOST_IN_A_FILE = 20
_DISC = re.compile(r"[ ._([-]+(?:cd|dis[ck])[ ._-]?([1-9])[)\]]?$", re.IGNORECASE)
_GENERIC = frozenset({"", "film", "main", "main feature", "movie", "video"})

_NO_FILMS = frozenset(
    {
        *("subs", "subtitles", "proof", "screens", "screenshots", "metadata"),
        *("bdmv", "certificate", "video ts", "audio ts", "eadir", "lost found"),
        *("recycle", "recycle bin", "recycler", "system volume information"),
    }
)
_EXTRAS = frozenset(
    {
        *("sample", "samples", "trailers", "behind the scenes", "deleted scenes"),
        "featurettes",
    }
)
# What may well be what a shelf is called, unless it lies beside a film.
_BESIDE_FILMS = frozenset(
    {"extra", "extras", "interviews", "other", "scenes", "shorts", "trailer"}
)
_NO_FILM = re.compile(
    r"(?:.*[ ._-])?(?:sample|trailer)[0-9]?"
    r"|.+-(?:behindthescenes|deleted|featurette|interview|scene|short|other|extra)[0-9]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmName(Titled):
    """What a film's file is called."""

    disc: int = 0
    """Which part of a film that comes in several; 0 for a whole one."""

    @property
    @override
    def text(self) -> str:
        """The name as people write it."""
        told = Titled(title=self.title, year=self.year).text
        return f"{told} CD{self.disc}" if self.disc else told


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeName:
    """What an episode's file is called."""

    series: Titled
    """Whose title is empty where neither file nor folder say it."""
    season: int
    """0 for specials; the year for what is named by its date."""
    numbers: tuple[int, ...]
    """Of all that the file holds, in order; month and day, as 1127, for a date. Empty
    where it has none."""
    title: str = ""
    folders: int = 0
    """How many of the path's folders lead to the series' own one; 0 where it has none."""

    @property
    def text(self) -> str:
        """The name as people write it."""
        place = "".join(
            f"{'E' if number else 'S'}{told:02}"
            for number, told in enumerate((self.season, *self.numbers))
        )
        return " - ".join(filter(None, (self.series.text, place, self.title)))


def parse(path: str, *, alone: bool = False) -> FilmName | EpisodeName:
    """Read what a file is; never fails.

    `path` is relative to the folder that all films lie in, with `/` between its parts,
    and has an extension. `alone` says that the file is the only film in its own folder,
    which then may say better what it is.
    """
    *folders, name = path.split("/")
    stem = stem_of(name)
    season, place = _season_of(folders)
    if found := _numbered(stem) or _in_season(stem, season):
        told, its_season, numbers, title = found
    elif season:
        told, its_season, numbers, title = "", season[1], (), stem
    else:
        return _film(folders, stem, alone=alone)
    series, depth = _series(told, folders, season, place)
    return EpisodeName(
        series=series,
        season=its_season,
        numbers=numbers,
        title=before_release(plain_name(title)),
        folders=depth,
    )


def is_left_out(path: str) -> bool:
    """Tell whether a file is a sample, a trailer or another extra, by its name."""
    return _NO_FILM.fullmatch(stem_of(path.rpartition("/")[2])) is not None


def holds_no_films(folder: str, *, with_extras: bool = False) -> bool:
    """Tell whether a folder, by its path, holds extras or what belongs to a system.

    Extras are films, too, where they are wanted.
    """
    *above, name = folder.split("/")
    if name.startswith((".", "@", "#", "$")):
        return True
    folded = Titled(title=name).folded
    is_extra = folded in _EXTRAS or (bool(above) and folded in _BESIDE_FILMS)
    return folded in _NO_FILMS or (is_extra and not with_extras)


def stem_of(name: str) -> str:
    """Answer a file's name without its extension."""
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


type _Found = tuple[str, int, tuple[int, ...], str]
"""What comes before, the season, the numbers, and what comes after."""
type _Season = tuple[str, int]
"""The series' name, where a season's folder has it, and the season."""


def _numbered(stem: str) -> _Found | None:
    for pattern in _NUMBERED:
        if found := pattern.search(stem):
            season, first, more = int(found[1]), int(found[2]), found[3]
            numbers = (first, *_further(first, more))
            return stem[: found.start()], season, numbers, stem[found.end() :]
    if (found := _DATED.search(stem)) and trimmed(plain_name(stem[: found.start()])):
        day = int(found[3]) * 100 + int(found[4])
        return stem[: found.start()], int(found[1]), (day,), stem[found.end() :]
    if found := _FANSUB.match(stem):
        return found[1], 1, (int(found[2]),), stem[found.end() :]
    return None


def _further(first: int, more: str) -> tuple[int, ...]:
    """Answer the numbers after the first: each one, or all up to the last one."""
    numbers = [int(one) for one in re.findall(r"[0-9]+(?![0-9x])", more)]
    if "-" in more and len(numbers) == 1:
        (last,) = numbers
        return (
            tuple(range(first + 1, last + 1)) if last < first + _MOST_IN_A_FILE else ()
        )
    return tuple(one for one in dict.fromkeys(numbers) if one != first)


def _in_season(stem: str, season: _Season | None) -> _Found | None:
    if not season:
        return None
    plain = plain_name(stem)
    found = _FIRST.match(plain) or _NAMED.search(plain)
    if not found:
        return None
    return "", season[1], (int(found[1]),), found[2]


def _season_of(folders: list[str]) -> tuple[_Season | None, int]:
    """Answer the season of the folders, and the place of the one that says so."""
    for place in range(len(folders) - 1, max(-1, len(folders) - 3), -1):
        name = folders[place]
        if found := _SEASON.fullmatch(name):
            return (found[1] or "", int(found[2])), place
        if found := _SPECIALS.fullmatch(name):
            return (found[1] or "", 0), place
    return None, 0


def _series(
    told: str, folders: list[str], season: _Season | None, place: int
) -> tuple[Titled, int]:
    """Answer whose episode it is, and how many folders lead to the series' own."""
    from_file = titled(told)
    if season and place:
        return _fuller(titled(folders[place - 1]), from_file), place
    if season:
        from_folder = titled(season[0])
        return (from_folder if from_folder.title else from_file), 0
    for depth in range(len(folders), 0, -1):
        from_folder = titled(folders[depth - 1])
        if from_folder.folded == from_file.folded and from_file.title:
            return _fuller(from_folder, from_file), depth
    if not from_file.title and folders:
        return titled(folders[-1]), len(folders)
    return from_file, 0


def _fuller(one: Titled, other: Titled) -> Titled:
    """Answer a title, with the year that another way to write the same has."""
    if one.title and not one.year and one.folded == other.folded:
        return Titled(title=one.title, year=other.year)
    return one if one.title else other


def _film(folders: list[str], stem: str, *, alone: bool) -> FilmName:
    disc = _DISC.search(stem)
    whole = stem[: disc.start()] if disc else stem
    told = titled(whole)
    if folders and (folder := titled(folders[-1])).title:
        same = folder.folded == told.folded
        better = folder.year and not told.year and (alone or same)
        generic = told.folded in _GENERIC and (alone or folder.year)
        if better or generic:
            told = folder
    return FilmName(
        title=told.title or trimmed(whole) or stem,
        year=told.year,
        disc=int(disc[1]) if disc else 0,
    )
