"""Reads a library's folders: which films, series and episodes there are."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...formats.film_names import EpisodeName, FilmName
from .folders import Folder, FolderGoneError, Walk
from .library_rows import Row, Series, episode_row, film_row, series_poster, series_row
from .naming import Find, Named, Names
from .notes import Notes

MOST_FILES = 20_000


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
        self._notes = Notes(allowed)
        self._progress = progress
        self._shelves = Shelves()
        self._walk = Walk(allowed, self._shelves.skipped)
        self._names = Names({}, self._notes)
        self._series: dict[str, Series] = {}
        self._altered: dict[str, int] = {}
        self._count = 0

    def read(self, root: Path, group: str) -> None:
        """Read one of the library's folders: all that is in it, or nothing."""
        try:
            folders = {one.path: one for one in self._walk.through(root)}
        except FolderGoneError:
            self._shelves.missing.append(root)
            return
        self._names = Names(folders, self._notes)
        for folder in folders.values():
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
        named = self._names.of(find)
        if isinstance(named.name, FilmName):
            films = self._shelves.films
            films.append(film_row(find, len(films), named.name, named.told))
        else:
            self._take_episode(find, named, named.name)

    def _take_episode(self, find: Find, named: Named, name: EpisodeName) -> None:
        # However it is written, and whatever an NFO will say: ids hang on it.
        key = named.key
        if key not in self._series:
            self._series[key] = self._series_of(find, named)
        self._altered[key] = max(self._altered.get(key, 0), find.added)
        episodes = self._shelves.episodes
        episodes.append(episode_row(find, len(episodes), key, named, name))

    def _series_of(self, find: Find, named: Named) -> Series:
        own = self._names.folder(named.home)
        root = find.folder.root
        return Series(
            titled=named.series,
            group=find.group,
            address=(own or Folder(root=root, path="")).address(),
            poster=series_poster(own) if own else "",
            told=self._names.show(named.home),
        )
