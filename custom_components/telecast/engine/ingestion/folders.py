"""The folders of a library as they lie on disk: what is in them, and never what is outside."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
import os
from pathlib import Path
import stat
from typing import BinaryIO
from urllib.parse import quote

from ...formats.containers import is_video
from ...formats.film_names import holds_no_films, is_left_out, stem_of
from ..errors import PathNotAllowedError, TooLargeError

_MOST_DEPTH = 16
# Of any kind, in all folders together: no library of films has more.
_MOST_ENTRIES = 1_000_000
# By these, people have players leave a folder alone.
_KEEP_OUT = frozenset({".nomedia", ".ignore"})
_OPEN_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class FolderGoneError(Exception):
    """A folder is not there, is empty, or its disk fails: what was in it may come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A regular file."""

    name: str
    size: int
    modified_ns: int
    """In nanoseconds since 1970."""

    @property
    def stem(self) -> str:
        """Its name without the extension."""
        return stem_of(self.name)

    @property
    def extension(self) -> str:
        """In small letters, without the dot."""
        return self.name.rpartition(".")[2].casefold()

    @property
    def mark(self) -> str:
        """What is the same for as long as the file is, whatever it is called."""
        return f"{self.size}-{self.modified_ns}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """One folder with its files."""

    root: Path
    """The library's folder that it lies in, resolved."""
    path: str
    """Relative to that, with `/` between its parts; empty for that itself."""
    files: dict[str, File] = field(default_factory=dict)
    """By their names, case-folded; others that are spelt alike, by a slash and their name."""

    @property
    def films(self) -> list[File]:
        """The files that are films, extras left out."""
        return [one for one in self.videos if not is_left_out(one.name)]

    @property
    def videos(self) -> list[File]:
        """The files that are films, or extras."""
        return [one for one in self.files.values() if is_video(one.extension)]

    def add(self, file: File) -> None:
        """Have a file more, of a name that no other has."""
        folded = file.name.casefold()
        self.files[f"/{file.name}" if folded in self.files else folded] = file

    def named(self, name: str) -> File | None:
        """Answer the file of exactly that name."""
        found = (self.files.get(key) for key in (name.casefold(), f"/{name}"))
        return next((one for one in found if one and one.name == name), None)

    def key(self, file: File) -> str:
        """Answer a file's path, relative to the library's folder."""
        return f"{self.path}/{file.name}" if self.path else file.name

    def address(self, file: File | None = None) -> str:
        """Answer where a file is, or the folder itself, as a `file:` address."""
        return address_of(self.root / (self.key(file) if file else self.path))


def address_of(path: Path) -> str:
    """Answer a path as an address."""
    return f"file://{quote(str(path))}"


def resolved(folders: Iterable[str], allowed: Sequence[Path]) -> list[Path]:
    """Answer the folders of a library, each once; raise PathNotAllowedError."""
    found: list[Path] = []
    for folder in folders:
        path = Path(folder)
        if not path.is_absolute() or "\0" in folder:
            raise PathNotAllowedError("A folder is named by its whole path")
        path = path.resolve()
        if not _is_within(path, allowed):
            raise PathNotAllowedError("A folder lies outside the allowed folders")
        found.append(path)
    return [
        one
        for place, one in enumerate(found)
        if one not in found[:place]
        and not any(one != other and one.is_relative_to(other) for other in found)
    ]


def placed(path: str, allowed: Sequence[Path]) -> Path:
    """Answer where a file lies, with links resolved but for its own; it may be gone.

    Its address is `address_of` that, however its path is written. Raises
    PathNotAllowedError for what is no whole path, or leads outside.
    """
    told = Path(path)
    if not told.is_absolute() or "\0" in path:
        raise PathNotAllowedError("A file is named by its whole path")
    try:
        found = told.parent.resolve() / told.name
        leads_outside = not _is_within(found.resolve(), allowed)
    except (OSError, RuntimeError) as err:
        raise PathNotAllowedError("This is not a path") from err
    if leads_outside or not _is_within(found, allowed):
        raise PathNotAllowedError("A file lies outside the allowed folders")
    return found


class Walk:
    """Goes through folders from the top; whatever is left out is counted by its reason."""

    def __init__(
        self,
        allowed: Sequence[Path],
        skipped: Counter[str],
        *,
        with_extras: bool = False,
    ) -> None:
        """Follow links only where they stay inside the allowed folders, resolved.

        Folders of trailers and other extras are left out, but `with_extras`.
        """
        self._allowed = allowed
        self._with_extras = with_extras
        self._skipped = skipped
        self._left = _MOST_ENTRIES
        self._seen: set[tuple[int, int]] = set()

    def through(self, root: Path) -> Iterator[Folder]:
        """Yield a library's folder and all below it, each before those in it.

        Raises FolderGoneError, and TooLargeError for what has no end.
        """
        folders = [""]
        while folders:
            path, known = folders.pop(), len(self._seen)
            folder, below = self._look(root, path)
            # One that was gone through before, by a link, is not empty.
            is_new = len(self._seen) > known
            if not path and is_new and not folder.files and not below:
                raise FolderGoneError
            folders += reversed(below)
            if _KEEP_OUT.isdisjoint(folder.files):
                yield folder
            else:
                del folders[len(folders) - len(below) :]

    def look(self, root: Path) -> Folder:
        """Answer one folder, and nothing below it; raise FolderGoneError."""
        folder, below = self._look(root, "")
        if not folder.files and not below:
            raise FolderGoneError
        return folder

    def _look(self, root: Path, path: str) -> tuple[Folder, list[str]]:
        """Answer a folder, and the folders in it."""
        folder, below = Folder(root=root, path=path), list[str]()
        try:
            entries = self._entries(root / path)
        except FileNotFoundError, NotADirectoryError, PermissionError:
            if not path:
                raise FolderGoneError from None
            self._skipped["unreadable"] += 1
            return folder, below
        except OSError as err:
            # A disk that fails has not lost its films.
            raise FolderGoneError from err
        for entry in entries:
            told = f"{path}/{entry.name}" if path else entry.name
            match self._kind(entry, told):
                case os.stat_result() as about:
                    folder.add(
                        File(
                            name=entry.name,
                            size=about.st_size,
                            modified_ns=about.st_mtime_ns,
                        )
                    )
                case True:
                    below.append(told)
        return folder, below

    def _entries(self, path: Path) -> list[os.DirEntry[str]]:
        about = path.stat()
        if (about.st_dev, about.st_ino) in self._seen:
            return []  # a link led back to where we were
        self._seen.add((about.st_dev, about.st_ino))
        with os.scandir(path) as found:
            entries = sorted(found, key=lambda one: one.name)
        self._left -= len(entries)
        if self._left < 0:
            raise TooLargeError("The folders hold far more than films")
        return entries

    def _kind(self, entry: os.DirEntry[str], told: str) -> os.stat_result | bool:
        """Answer what is known of a file that counts, or whether it is such a folder."""
        if not _is_text(entry.name):
            self._skipped["bad_name"] += 1
            return False
        if entry.name.startswith(".") and entry.name not in _KEEP_OUT:
            return False
        try:
            if entry.is_symlink() and not _is_within(
                Path(entry.path).resolve(strict=True), self._allowed
            ):
                self._skipped["outside"] += 1
                return False
            if entry.is_dir():
                return told.count("/") < _MOST_DEPTH and not holds_no_films(
                    told, with_extras=self._with_extras
                )
            about = entry.stat()
        except OSError, RuntimeError:
            self._skipped["unreadable"] += 1
            return False
        return about if stat.S_ISREG(about.st_mode) else False


def read_file(path: Path, allowed: Sequence[Path], most: int) -> bytes:
    """Read a small file inside the allowed folders; nothing where that cannot be done."""
    try:
        with open_file(path, allowed) as file:
            fits = os.fstat(file.fileno()).st_size <= most
            return file.read(most) if fits else b""
    except OSError, RuntimeError, PathNotAllowedError:
        return b""


def open_file(path: Path, allowed: Sequence[Path]) -> BinaryIO:
    """Open a regular file inside the allowed folders.

    Raises PathNotAllowedError for anything else, and what the disk raises.
    """
    real = path.resolve(strict=True)
    if not _is_within(real, allowed):
        raise PathNotAllowedError("A file lies outside the allowed folders")
    file = os.fdopen(os.open(real, _OPEN_FLAGS), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise PathNotAllowedError("This is not a regular file")
    return file


def _is_within(path: Path, allowed: Sequence[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in allowed)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
