"""Reads a library's folders: which films, series and episodes there are."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...formats import nfo
from ...formats.film_names import EpisodeName, FilmName, parse
from ...formats.nfo import Nfo
from ...formats.release_names import Titled, titled
from .folders import Folder, FolderGoneError, Walk, read_file
from .library_rows import (
    Find,
    Row,
    Series,
    episode_row,
    film_row,
    series_poster,
    series_row,
)

MOST_FILES = 20_000
_NAMELESS = Titled(title="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """Whose folders are read, and what they are called."""

    source: str
    folders: dict[Path, str]
    """The folders, resolved, each with the name of the group that its films come into."""
    allowed: Sequence[Path]
    """Where links may lead, resolved."""


@dataclass(slots=True, kw_only=True)
class Shelves:
    """What was found, as library_rows makes them."""

    films: list[Row] = field(default_factory=list)
    series: list[Row] = field(default_factory=list)
    episodes: list[Row] = field(default_factory=list)
    missing: list[Path] = field(default_factory=list)
    """The folders that are not there."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Reason → count of what was left out."""


def read_library(library: Library, progress: Callable[[int], None]) -> Shelves:
    """Look through all folders; raises TooLargeError."""
    reader = _Reader(library.allowed, progress)
    for root, group in library.folders.items():
        reader.read(root, group)
    return reader.finish()


def holds_media(library: Library) -> bool:
    """Tell whether there is any film in the folders; raises TooLargeError."""
    walk = Walk(library.allowed, Counter())
    for root in library.folders:
        try:
            if any(folder.films for folder in walk.through(root)):
                return True
        except FolderGoneError:
            continue
    return False


class _Reader:
    """Makes rows of folders."""

    def __init__(
        self, allowed: Sequence[Path], progress: Callable[[int], None]
    ) -> None:
        self._allowed = allowed
        self._progress = progress
        self._shelves = Shelves()
        self._walk = Walk(allowed, self._shelves.skipped)
        self._folders: dict[str, Folder] = {}
        self._shows: dict[str, Nfo] = {}
        """The folders of series that say so themselves, by their paths."""
        self._series: dict[str, Series] = {}
        self._altered: dict[str, int] = {}
        self._count = 0

    def read(self, root: Path, group: str) -> None:
        """Read one of the library's folders: all that is in it, or nothing."""
        try:
            self._folders = {one.path: one for one in self._walk.through(root)}
        except FolderGoneError:
            self._shelves.missing.append(root)
            return
        self._shows.clear()
        for folder in self._folders.values():
            if told := self._nfo(folder, "tvshow.nfo", "tvshow"):
                self._shows[folder.path] = told
            films = folder.films
            for file in films:
                self._take(
                    Find(folder=folder, file=file, group=group, alone=len(films) == 1)
                )

    def finish(self) -> Shelves:
        """Answer all that was found."""
        self._shelves.series = [
            series_row(key, place, one, self._altered[key])
            for place, (key, one) in enumerate(self._series.items())
        ]
        return self._shelves

    def _take(self, find: Find) -> None:
        if self._count >= MOST_FILES:
            self._shelves.skipped["too_many"] += 1
            return
        if not find.file.size:
            self._shelves.skipped["empty"] += 1
            return
        self._count += 1
        self._progress(self._count)
        names = (f"{find.file.stem}.nfo", *(("movie.nfo",) if find.alone else ()))
        notes = (self._nfo(find.folder, name) for name in names)
        self._sort(find, next(filter(None, notes), None))

    def _sort(self, find: Find, told: Nfo | None) -> None:
        """Put a file where it belongs, as its NFO, its folder and its name say."""
        name = parse(find.key, alone=find.alone)
        show = self._show_of(find.folder.path)
        films = self._shelves.films
        if told and told.kind == "movie":
            if isinstance(name, EpisodeName):
                name = _as_film(find)
            films.append(film_row(find, len(films), name, told))
        elif isinstance(name, EpisodeName):
            self._take_episode(find, name, show, told)
        elif show is not None:
            extra = EpisodeName(
                series=_NAMELESS, season=0, numbers=(), title=name.title
            )
            self._take_episode(find, extra, show, told)
        else:
            films.append(film_row(find, len(films), name, None))

    def _take_episode(
        self, find: Find, name: EpisodeName, show: str | None, told: Nfo | None
    ) -> None:
        if told and told.kind != "episodedetails":
            told = None
        key = self._series_of(find, name, show)
        self._altered[key] = max(self._altered.get(key, 0), find.added)
        episodes = self._shelves.episodes
        episodes.append(episode_row(find, len(episodes), key, name, told))

    def _series_of(self, find: Find, name: EpisodeName, show: str | None) -> str:
        """Answer the key of an episode's series, which is known then."""
        folder, path, whose = find.folder, show, name.series
        if show is not None:
            named = titled(show.rpartition("/")[2] or folder.root.name)
            whose = named if named.title else whose
        elif name.folders:
            path = "/".join(folder.path.split("/")[: name.folders])
        if not whose.title:
            whose = titled(folder.root.name)
        # However it is written, and whatever an NFO will say: ids hang on it.
        key = Titled(title=whose.folded or whose.title.casefold(), year=whose.year).text
        if key not in self._series:
            own = self._folders.get(path) if path is not None else None
            self._series[key] = Series(
                titled=whose,
                group=find.group,
                address=(own or Folder(root=folder.root, path="")).address(),
                poster=series_poster(own) if own else "",
                told=self._shows.get(path) if path is not None else None,
            )
        return key

    def _show_of(self, path: str) -> str | None:
        """Answer the nearest folder with a `tvshow.nfo`: that, or one that it lies in."""
        while path not in self._shows:
            if not path:
                return None
            path = path.rpartition("/")[0]
        return path

    def _nfo(self, folder: Folder, name: str, kind: str = "") -> Nfo | None:
        file = folder.files.get(name.casefold())
        if not file or not 0 < file.size <= nfo.MAX_BYTES:
            return None
        path = folder.root / folder.key(file)
        told = nfo.read(read_file(path, self._allowed, nfo.MAX_BYTES))
        return told if told and kind in ("", told.kind) else None


def _as_film(find: Find) -> FilmName:
    plain = titled(find.file.stem)
    return FilmName(title=plain.title or find.file.stem, year=plain.year)
