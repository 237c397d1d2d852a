"""Plays HLS: the best variant, and its audio where that is apart."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

from yarl import URL

from ....formats import hls, id3
from ....formats.containers import Container
from ....formats.mpegts import Aligner
from ...errors import NoDataError
from ...fetch import Fetcher
from ...model import Candidate
from ...processes.process import Programs
from ..basin import Pour, open_basin
from ..remux import Input, remux
from ..splice import Splice
from ..upstream import Upstream
from .follower import Follower
from .loading import AnyLoaded, Loaded, Loader
from .parts import Part, Parts
from .renditions import Place, Rendition, audio_apart, best
from .run import Run


@asynccontextmanager
async def open_hls(
    fetcher: Fetcher,
    candidate: Candidate,
    programs: Programs,
    *,
    playlist: bytes,
    url: URL,
) -> AsyncIterator[Upstream]:
    """Play `playlist`, for which the candidate's address was asked, and `url` answered.

    What is wrong is raised by reading: NoDataError for what is no playlist, any
    SourceError, UnsupportedStreamError, and what making MPEG-TS of segments raises.
    """
    loader = Loader(fetcher, candidate)
    playing = _Playing(loader, programs)
    here = Place(url=candidate.url, local=candidate.local)

    async def work(pour: Pour) -> None:
        loaded = await loader.parse(playlist, asked=here.url, url=url, local=here.local)
        await playing.run(here, loaded, pour)

    async with open_basin(work) as basin:
        yield basin


class _Playing:
    """One stream of one or two renditions."""

    def __init__(self, loader: Loader, programs: Programs) -> None:
        self._loader = loader
        self._programs = programs
        self._now = asyncio.get_running_loop().time

    async def run(self, here: Place, loaded: AnyLoaded, pour: Pour) -> None:
        """Play to the end what was loaded `here`."""
        async with AsyncExitStack() as stack:
            followers = await self._followers(here, loaded)
            all_parts = [
                await stack.enter_async_context(
                    aclosing(Parts(follower, self._loader, now=self._now))
                )
                for follower in followers
            ]
            splice = Splice(pour)
            while firsts := await _firsts(all_parts):
                splice.cut()
                if len(firsts) == 1 and _is_direct(firsts[0][1]):
                    await _pass_on(firsts[0][0], splice)
                else:
                    await self._remux(firsts, splice)

    async def _followers(self, here: Place, loaded: AnyLoaded) -> list[Follower]:
        playlist = loaded.playlist
        if isinstance(playlist, hls.MediaPlaylist):
            rendition = Rendition(self._loader, here, master=None, pick=best)
            media = Loaded(playlist=playlist, local=loaded.local)
            return [self._follower(media, rendition)]
        followers = []
        for pick in (best, audio_apart):
            if url := pick(playlist):
                place = Place(url=url, local=loaded.local)
                rendition = Rendition(self._loader, place, master=here, pick=pick)
                followers.append(self._follower(await rendition.load(), rendition))
        return followers

    def _follower(
        self, loaded: Loaded[hls.MediaPlaylist], rendition: Rendition
    ) -> Follower:
        return Follower(loaded, rendition.load, now=self._now)

    async def _remux(self, firsts: list[tuple[Parts, Part]], splice: Splice) -> None:
        """Have FFmpeg take in all renditions up to their next breaks."""
        runs = [Run(parts, first) for parts, first in firsts]
        for run in runs:
            run.beside([other for other in runs if other is not run])
        inputs = [
            Input(
                read=run.read,
                container=first.container or Container.MPEGTS,
                # Packed audio has no clock, but a tag that tells when it begins.
                offset_seconds=(id3.begins_at(first.data) or 0.0)
                if len(firsts) > 1
                else 0.0,
            )
            for run, (_, first) in zip(runs, firsts, strict=True)
        ]
        await remux(self._programs, inputs, splice.pour)


async def _firsts(all_parts: list[Parts]) -> list[tuple[Parts, Part]]:
    """Answer the renditions that go on, each with its next part."""
    found = [(parts, await parts.peek()) for parts in all_parts]
    return [(parts, part) for parts, part in found if part]


def _is_direct(part: Part) -> bool:
    return part.container in {None, Container.MPEGTS}


async def _pass_on(parts: Parts, splice: Splice) -> None:
    """Pass segments of MPEG-TS on as they are, up to one that is something else.

    Raises NoDataError for a segment in which there is not one packet.
    """
    aligner, packets = Aligner(), True
    while (part := await parts.peek()) and (not part.begins or _is_direct(part)):
        parts.take()
        if part.begins:
            if not packets:
                raise NoDataError("A segment holds no transport stream")
            aligner, packets = Aligner(), False
            if part.broken:
                splice.cut()
        if block := aligner.feed(part.data):
            packets = True
            await splice.pour(block)
