"""Reads the folders and files of a virtual channel: what there is, and in which order."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from ...formats.containers import is_video
from ...formats.names import natural_key
from .folders import File, Folder, FolderGoneError, Walk, address_of, placed, resolved
from .library import MOST_FILES, Library, holds_media as holds_films
from .media_rows import Row, row_of, series_name
from .naming import Find, Named, Names
from .notes import Notes

# A file that is listed by itself is told apart by its folder, and the one above that:
# a season's and its series'.
_FOLDERS_ABOVE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What a virtual channel is made of, as paths that are allowed."""

    source: str
    folders: Sequence[Path] = ()
    files: Sequence[Path] = ()
    filler: Sequence[Path] = ()
    """Folders, and files."""
    allowed: Sequence[Path]
    """Where links may lead, resolved."""

    @classmethod
    def of(cls, job: dict[str, Any]) -> Collection:
        """Make the one that a job tells of; raise PathNotAllowedError."""
        allowed = [Path(folder) for folder in job["allowed"]]
        return cls(
            source=job["source"],
            folders=resolved(job["folders"], allowed),
            files=[placed(path, allowed) for path in job.get("files", ())],
            filler=[placed(path, allowed) for path in job.get("filler", ())],
            allowed=allowed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A folder or file that is not there now, and may come back: its rows stay."""

    address: str
    is_filler: bool
    closeness: int
    """How many parts its path has: what is named more closely counts."""

    def covers(self, address: str) -> bool:
        """Tell whether that is where a file was."""
        return address == self.address or address.startswith(f"{self.address}/")


@dataclass(slots=True, kw_only=True)
class Shelf:
    """What was found, in order: items first, then filler."""

    listed: list[Row | Gone] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """The names of the folders that are not there."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Reason → count of what was left out."""


def read_media(
    about: Collection, notes: Notes, progress: Callable[[int], None]
) -> Shelf:
    """Look through all folders, and for all files; raises TooLargeError.

    Folders come in the order given, what is in them as people sort it, then files. What
    is named twice is listed where it is named more closely: a file before its folder, a
    folder before one that it lies in.
    """
    reader = _Reader(about.allowed, notes, progress)
    walk = reader.walk()
    for folder in about.folders:
        reader.take_folder(walk, folder)
    for file in about.files:
        reader.take_file(file)
    walk = reader.walk(with_extras=True)
    for path in about.filler:
        if path.is_file() or (is_video(path.suffix[1:]) and not path.is_dir()):
            reader.take_file(path, is_filler=True)
        else:
            reader.take_folder(walk, path.resolve(), is_filler=True)
    return reader.finish()


def holds_media(about: Collection) -> bool:
    """Tell whether there is anything that may be played; raises TooLargeError."""
    folders = dict.fromkeys(about.folders, "")
    library = Library(source=about.source, folders=folders, allowed=about.allowed)
    return holds_films(library) or any(file.is_file() for file in about.files)


class _Around(NamedTuple):
    """What is known of the folder that a single file is in."""

    names: Names
    folder: Folder
    holds_one: bool
    """Whether there is only one film in it."""


class _Reader:
    """Makes rows of folders and files."""

    def __init__(
        self,
        allowed: Sequence[Path],
        notes: Notes,
        progress: Callable[[int], None],
    ) -> None:
        self._allowed = allowed
        self._notes = notes
        self._progress = progress
        self._shelf = Shelf()
        self._listed: dict[str, tuple[int, Row | Gone]] = {}
        """By address, each with how closely it is named."""
        self._series: dict[str, str] = {}
        """What series are called: one for all ways to write it."""
        self._around: dict[Path, _Around | None] = {}
        """What is known of the folders of single files."""

    def walk(self, *, with_extras: bool = False) -> Walk:
        """Begin to go through folders, each once."""
        return Walk(self._allowed, self._shelf.skipped, with_extras=with_extras)

    def take_folder(self, walk: Walk, root: Path, *, is_filler: bool = False) -> None:
        """List all that is in a folder, or that it is not there."""
        closeness = len(root.parts)
        try:
            folders = {one.path: one for one in walk.through(root)}
        except FolderGoneError:
            self._is_gone(root, root.name, is_filler=is_filler)
            return
        names = Names(folders, self._notes)
        for find in _in_order(folders.values(), with_extras=is_filler):
            self._take(find, names, closeness, is_filler=is_filler)

    def take_file(self, path: Path, *, is_filler: bool = False) -> None:
        """List a file, or that its folder is not there."""
        if (around := self._look_around(path.parent)) is None:
            self._is_gone(path, path.parent.name, is_filler=is_filler)
            return
        folder = around.folder
        if (file := folder.named(path.name)) is None:
            self._shelf.skipped["missing"] += 1
            return
        find = Find(folder=folder, file=file, alone=around.holds_one)
        self._take(find, around.names, len(path.parts), is_filler=is_filler)

    def finish(self) -> Shelf:
        """Answer all that was found."""
        self._shelf.listed = [one for _, one in self._listed.values()]
        self._shelf.missing = list(dict.fromkeys(self._shelf.missing))
        return self._shelf

    def _take(
        self, find: Find, names: Names, closeness: int, *, is_filler: bool
    ) -> None:
        address = find.address
        if not self._has_room(address, closeness):
            return
        if not find.file.size:
            self._shelf.skipped["empty"] += 1
            return
        named = names.of(find)
        row = row_of(
            *(find, named, names),
            series=self._series_of(named, names),
            is_filler=is_filler,
        )
        self._put(address, closeness, row)
        self._progress(len(self._listed))

    def _has_room(self, address: str, closeness: int) -> bool:
        """Tell whether a file is to be listed, here and not elsewhere."""
        if address in self._listed:
            return self._listed[address][0] < closeness
        if len(self._listed) >= MOST_FILES:
            self._shelf.skipped["too_many"] += 1
            return False
        return True

    def _put(self, address: str, closeness: int, one: Row | Gone) -> None:
        # At the end, also where it was listed before.
        self._listed.pop(address, None)
        self._listed[address] = closeness, one

    def _is_gone(self, path: Path, name: str, *, is_filler: bool) -> None:
        self._shelf.missing.append(name)
        address, closeness = address_of(path), len(path.parts)
        if self._has_room(address, closeness):
            gone = Gone(address=address, is_filler=is_filler, closeness=closeness)
            self._put(address, closeness, gone)

    def _series_of(self, named: Named, names: Names) -> str:
        if named.is_film:
            return ""
        return self._series.setdefault(named.key, series_name(named, names))

    def _look_around(self, folder: Path) -> _Around | None:
        """Answer a single file's folder, and what those around it say; None if it is gone."""
        if folder not in self._around:
            self._around[folder] = self._looked_around(folder)
        return self._around[folder]

    def _looked_around(self, folder: Path) -> _Around | None:
        # Folders may say what a file is, but for those that all lies in.
        roots = [one for one in self._allowed if folder.is_relative_to(one)]
        if not roots:
            nothing = Folder(root=folder, path="")
            return _Around(Names({}, self._notes), nothing, holds_one=False)
        root = max(roots, key=lambda one: len(one.parts))
        found: dict[str, Folder] = {}
        for path in (folder, *folder.parents)[:_FOLDERS_ABOVE]:
            if not path.is_relative_to(root):
                break
            walk = Walk(self._allowed, Counter())
            try:
                looked = walk.look(path)
            except FolderGoneError:
                return None
            told = "/".join(path.relative_to(root).parts)
            found[told] = replace(looked, root=root, path=told)
        own = next(iter(found.values()))
        # Found out once: whoever lists a thousand files has them in one folder.
        return _Around(Names(found, self._notes), own, len(own.films) == 1)


def _in_order(folders: Iterable[Folder], *, with_extras: bool) -> Iterator[Find]:
    """Yield the files of folders as people sort them, by their paths."""
    found: list[tuple[Folder, File, bool]] = []
    for folder in folders:
        files = folder.videos if with_extras else folder.films
        found += [(folder, file, len(files) == 1) for file in files]
    found.sort(key=lambda one: _order(one[0].key(one[1])))
    for folder, file, alone in found:
        yield Find(folder=folder, file=file, alone=alone)


def _order(path: str) -> Any:
    return [natural_key(part) for part in path.split("/")]
