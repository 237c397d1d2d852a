"""Which renditions of a stream are played, and where their playlists are."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ....formats import hls
from ...errors import NoDataError, UnsupportedStreamError
from .loading import GoneError, Loaded, Loader

type Pick = Callable[[hls.MasterPlaylist], str | None]
"""Answers the address of a rendition's playlist; None where there is no such rendition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a playlist is."""

    url: str = field(repr=False)
    local: bool
    """Whether that may lead to this machine."""


class Rendition:
    """A media playlist, wherever the master playlist says that it is."""

    def __init__(
        self, loader: Loader, place: Place, *, master: Place | None, pick: Pick
    ) -> None:
        """Prepare; `pick` finds it in the playlist at `master`, where there is one."""
        self._loader = loader
        self._place = place
        self._master = master
        self._pick = pick
        self._looked_up = False

    async def load(self) -> Loaded[hls.MediaPlaylist]:
        """Load the playlist; where it is gone, its address may just have been renewed.

        Raises GoneError when it is not, and what Loader.playlist raises.
        """
        try:
            loaded = await self._media(self._place)
        except GoneError:
            # Once: an address that is dead at its birth would be asked for without end.
            if self._master is None or self._looked_up:
                raise
            self._looked_up = True
            self._place = await self._look_up(self._master)
            loaded = await self._media(self._place)
        self._looked_up = False
        return loaded

    async def _look_up(self, master: Place) -> Place:
        loaded = await self._loader.playlist(master.url, local=master.local)
        playlist = loaded.playlist
        url = self._pick(playlist) if isinstance(playlist, hls.MasterPlaylist) else None
        if url is None:
            raise NoDataError("The rendition is no longer there")
        return Place(url=url, local=loaded.local)

    async def _media(self, place: Place) -> Loaded[hls.MediaPlaylist]:
        loaded = await self._loader.playlist(place.url, local=place.local)
        if isinstance(loaded.playlist, hls.MasterPlaylist):
            raise UnsupportedStreamError("A variant names no segments")
        return Loaded(playlist=loaded.playlist, local=loaded.local)


def best(master: hls.MasterPlaylist) -> str:
    """Answer the address of the best variant; raises NoDataError where there is none."""
    try:
        return hls.best_variant(master).uri
    except hls.EmptyVariantsError as err:
        raise NoDataError("The playlist names no stream") from err


def audio_apart(master: hls.MasterPlaylist) -> str | None:
    """Answer the address of the best variant's audio; None where that has its own."""
    variant = hls.best_variant(master)
    group = [
        alternative
        for alternative in master.alternatives
        if alternative.type is hls.AlternativeType.AUDIO
        and alternative.group_id == variant.audio
    ]
    chosen = max(group, key=lambda it: (it.default, it.autoselect), default=None)
    return chosen.uri if chosen and chosen.uri != variant.uri else None
