"""Real showings of films that lie anywhere, this machine included."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
import ssl
from typing import override

from custom_components.telecast.engine.encoders.encoders import open_encoders
from custom_components.telecast.engine.errors import UnknownFilmError
from custom_components.telecast.engine.fetch import open_fetcher
from custom_components.telecast.engine.films.conversion import FilmConverter
from custom_components.telecast.engine.films.showings import Showings, open_showings
from custom_components.telecast.engine.model import Candidate, FilmKind, Playable
from custom_components.telecast.engine.pipe import Supply
from custom_components.telecast.engine.processes.process import Programs
from custom_components.telecast.engine.sessions import Sessions
from custom_components.telecast.engine.streams.slots import Slots

from .films import FakeFilms


def film_at(
    url: str,
    id: int = 45,
    *,
    kind: FilmKind = FilmKind.MOVIE,
    title: str = "A Film",
    extension: str = "mkv",
    source: str = "provider",
    group: str = "Drama",
) -> Playable:
    """Make a film that may lie on this machine."""
    return Playable(
        kind=kind,
        id=id,
        title=title,
        extension=extension,
        candidate=Candidate(url=url, source=source, local=True),
        group=group,
    )


@dataclass
class PlayableFilms(FakeFilms):
    """Films that can be played."""

    offered: dict[tuple[FilmKind, int], Playable] = field(default_factory=dict)

    def offer(self, film: Playable) -> None:
        """Offer a film in the place of any other one with its id."""
        self.offered[film.kind, film.id] = film

    @override
    async def playable(
        self, kind: FilmKind, id: int, groups: frozenset[str] | None
    ) -> Playable:
        film = self.offered.get((kind, id))
        if film is None or (groups is not None and film.group not in groups):
            raise UnknownFilmError("There is no such film")
        return film


@asynccontextmanager
async def open_fake_showings(
    sessions: Sessions,
    slots: Slots,
    *,
    folders: Sequence[Path] = (),
    ffmpeg: str = "no-ffmpeg",
) -> AsyncIterator[Showings]:
    """Run showings, all in the slots of one account."""
    programs = Programs(binary=ffmpeg, owner="test")
    async with (
        open_fetcher(ssl.create_default_context()) as fetcher,
        open_encoders(
            programs=programs, wanted="none", limit=1, emit=lambda _: None
        ) as encoders,
        open_showings(
            supply=Supply(
                fetcher=fetcher,
                placed=lambda candidate: (candidate,),
                slots=lambda _: slots,
                allowed_folders=folders,
            ),
            converter=FilmConverter(programs=programs, encoders=encoders),
            sessions=sessions,
        ) as showings,
    ):
        yield showings
