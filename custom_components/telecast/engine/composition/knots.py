"""What parts ask of others that are made after them."""

from contextlib import AbstractAsyncContextManager
from datetime import tzinfo
from typing import Any

from ..engine import Engine
from ..model import Candidate, FilmKind
from ..sources.registry import Sources
from ..streams.audience import Audience, make_room
from ..streams.stream_manager import StreamManager
from ..upstreams import Upstream
from ..virtual.playing import Playing


class Knots:
    """Ties parts that need each other; all else is made of what was made before.

    Each of its attributes is set as soon as there is such a part. Nobody asks sooner.
    """

    sources: Sources
    audience: Audience
    streams: StreamManager
    playing: Playing
    engine: Engine

    async def film_details(
        self, source: str, kind: FilmKind, key: str
    ) -> dict[str, Any] | None:
        """Ask a source what it knows of a film; see Sources.film_details."""
        return await self.sources.film_details(source, kind, key)

    def play(self, candidate: Candidate) -> AbstractAsyncContextManager[Upstream]:
        """Open what we play ourselves; see Playing.open."""
        return self.playing.open(candidate)

    def make_room(self, candidate: Candidate) -> bool:
        """Begin to end a stream that a slot of a candidate is held for in vain."""
        return make_room(self.streams.all, self.audience, candidate.source)

    def upstream_of(self, channel_id: int) -> str:
        """Answer the name of the source that delivers a channel; empty for none."""
        return self.engine.upstream_of(channel_id)

    def time_zone(self) -> tzinfo:
        """Answer the zone in which players are told local times."""
        return self.engine.time_zone
