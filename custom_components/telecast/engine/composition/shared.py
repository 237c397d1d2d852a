"""What viewers of a channel watch together: its stream, and what is made of that."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import chain

from ..hls.hls import Hls, make_hls
from ..hls.shape import Shape
from ..model import Candidate, Channel
from ..processes.process import Programs
from ..streams.audience import SessionAudience
from ..streams.qualities import Qualities
from ..streams.slate import SlateMaker
from ..streams.stream_manager import StreamManager
from ..sweep import sweep
from ..transcoding.profiles import ProfileStreams
from ..transcoding.transcoder import Transcoder
from ..virtual.playing import TERM_SECONDS as PLAYING_TERM_SECONDS, Playing
from ..virtual.relaying import Relaying
from .foundation import Foundation
from .knots import Knots
from .means import Means
from .supplies import Supplies


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The streams, as they are, transcoded, and as HLS."""

    streams: StreamManager
    profiles: ProfileStreams
    hls: Hls


@asynccontextmanager
async def open_shared(
    base: Foundation, supplies: Supplies, means: Means, knots: Knots
) -> AsyncIterator[Shared]:
    """Run streams until the block has ended them all; leaving it waits for that."""
    settings = base.premises.settings

    def transcoder(channel: Channel) -> Transcoder:
        return Transcoder(
            channel=channel, programs=base.programs, encoders=means.encoders
        )

    async with asyncio.TaskGroup() as tasks:
        knots.audience = SessionAudience(means.sessions)
        knots.streams = streams = _streams(base, supplies, knots, tasks)
        knots.playing = _playing(base, supplies, means, knots)
        sweeping = tasks.create_task(
            sweep(streams, means.storage, every=settings.cleanup_interval)
        )
        try:
            yield Shared(
                streams=streams,
                profiles=ProfileStreams(
                    tasks=tasks,
                    watch=streams.watch,
                    transcoder=transcoder,
                    grace_period=settings.grace_period,
                ),
                hls=make_hls(
                    tasks=tasks,
                    storage=means.storage,
                    shape=Shape(
                        seconds=settings.segment_duration,
                        list_size=settings.playlist_size,
                    ),
                    sessions=means.sessions,
                    watch=streams.watch,
                    transcoder=transcoder,
                ),
            )
        finally:
            sweeping.cancel()


def _streams(
    base: Foundation, supplies: Supplies, knots: Knots, tasks: asyncio.TaskGroup
) -> StreamManager:
    sources = supplies.sources

    async def candidates(channel: Channel) -> tuple[Candidate, ...]:
        known = await base.lineup.candidates(channel)
        return tuple(chain.from_iterable(map(sources.placed, known)))

    return StreamManager(
        tasks=tasks,
        open_upstream=base.open_upstream,
        slates=SlateMaker(base.programs),
        qualities=Qualities(base.store),
        audience=knots.audience,
        candidates=candidates,
        slots=sources.slots,
        acestream=sources.engine,
        is_private=sources.is_private,
        grace_period=base.premises.settings.grace_period,
        emit=base.premises.events.emit,
    )


def _playing(
    base: Foundation, supplies: Supplies, means: Means, knots: Knots
) -> Playing:
    return Playing(
        channels=supplies.sources.virtual,
        programs=Programs(
            binary=base.premises.ffmpeg,
            owner=base.identity.owner,
            term_seconds=PLAYING_TERM_SECONDS,
        ),
        encoders=means.encoders,
        relaying=Relaying(watch=knots.streams.watch, channel=base.lineup.channel),
        allowed_folders=base.premises.settings.allowed_folders,
        zone=knots.time_zone,
        is_watched=knots.streams.is_watched,
    )
