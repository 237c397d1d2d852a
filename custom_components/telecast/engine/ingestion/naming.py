"""Which film or episode a file is: as its NFO, its folders and its name say."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...formats import nfo
from ...formats.film_names import EpisodeName, FilmName, parse
from ...formats.nfo import Nfo
from ...formats.release_names import Titled, titled
from .folders import File, Folder
from .notes import Notes

_NANOSECONDS = 10**9
_NAMELESS = Titled(title="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A film's file, and where it was found."""

    folder: Folder
    file: File
    group: str = ""
    alone: bool
    """Whether it is the only film in its folder."""

    @property
    def key(self) -> str:
        """What it is recognised by."""
        return self.folder.key(self.file)

    @property
    def address(self) -> str:
        """Where it is."""
        return self.folder.address(self.file)

    @property
    def added(self) -> int:
        """In seconds since 1970."""
        return self.file.modified_ns // _NANOSECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a file is."""

    name: FilmName | EpisodeName
    told: Nfo | None = None
    """What its NFO says, where that tells of the same kind."""
    series: Titled = _NAMELESS
    """Whose episode it is, as its folders or it itself say."""
    home: str | None = None
    """The path of the series' own folder, if it has one."""

    @property
    def is_film(self) -> bool:
        """Whether it is a film, and no episode."""
        return isinstance(self.name, FilmName)

    @property
    def place(self) -> tuple[int, int]:
        """An episode's season and number in it; its NFO knows better than its name."""
        if isinstance(self.name, FilmName):
            return 0, 0
        season, number = self.name.season, next(iter(self.name.numbers), 0)
        told = self.told or Nfo(kind="")
        return (
            season if told.season is None else told.season,
            number if told.episode is None else told.episode,
        )

    @property
    def key(self) -> str:
        """What a series is recognised by, however it is written."""
        series = self.series
        told = series.folded or series.title.casefold()
        return Titled(title=told, year=series.year).text


class Names:
    """Tells what files are, in some folders below one."""

    def __init__(self, folders: Mapping[str, Folder], notes: Notes) -> None:
        """Look into `folders`, by their paths, for series that say so themselves."""
        self._folders = folders
        self._notes = notes
        self._shows: dict[str, Nfo] = {}
        for path, folder in folders.items():
            if told := self._nfo(folder, "tvshow.nfo", "tvshow"):
                self._shows[path] = told

    def of(self, find: Find) -> Named:
        """Answer what a file is."""
        names = (f"{find.file.stem}.nfo", *(("movie.nfo",) if find.alone else ()))
        notes = (self._nfo(find.folder, name) for name in names)
        told = next(filter(None, notes), None)
        name = parse(find.key, alone=find.alone)
        show = self._show_of(find.folder.path)
        if told and told.kind == "movie":
            if isinstance(name, EpisodeName):
                name = _as_film(find)
            return Named(name=name, told=told)
        if isinstance(name, FilmName):
            if show is None:
                return Named(name=name)
            name = EpisodeName(series=_NAMELESS, season=0, numbers=(), title=name.title)
        if told and told.kind != "episodedetails":
            told = None
        series, home = self._series_of(find.folder, name, show)
        return Named(name=name, told=told, series=series, home=home)

    def folder(self, path: str | None) -> Folder | None:
        """Answer one of the folders."""
        return None if path is None else self._folders.get(path)

    def show(self, path: str | None) -> Nfo | None:
        """Answer what a series' own folder says of it."""
        return None if path is None else self._shows.get(path)

    def _series_of(
        self, folder: Folder, name: EpisodeName, show: str | None
    ) -> tuple[Titled, str | None]:
        """Answer what an episode's series is called, and its own folder."""
        path, whose = show, name.series
        if show is not None:
            named = titled(show.rpartition("/")[2] or folder.root.name)
            whose = named if named.title else whose
        elif name.folders:
            path = "/".join(folder.path.split("/")[: name.folders])
        return (whose if whose.title else titled(folder.root.name)), path

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
        told = self._notes.read(folder, file)
        return told if told and kind in ("", told.kind) else None


def _as_film(find: Find) -> FilmName:
    plain = titled(find.file.stem)
    return FilmName(title=plain.title or find.file.stem, year=plain.year)
