"""What it takes to show anything: encoders, room for segments, and who watches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from ..encoders.encoders import Encoders, open_encoders
from ..hls.storage import Storage, open_storage
from ..limits import objection, open_limits
from ..sessions import Sessions, open_sessions
from .foundation import Foundation
from .knots import Knots


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What all share who watch."""

    encoders: Encoders
    storage: Storage
    sessions: Sessions


@asynccontextmanager
async def open_means(base: Foundation, knots: Knots) -> AsyncIterator[Means]:
    """Prove the encoders, make room for segments, and know who watches."""
    settings, emit = base.premises.settings, base.premises.events.emit
    async with (
        open_encoders(
            programs=base.programs,
            wanted=settings.hardware_acceleration,
            limit=settings.max_encoders,
            emit=emit,
        ) as encoders,
        open_storage(
            owner=base.identity.owner, spare=base.premises.cache_folder / "segments"
        ) as storage,
        open_sessions(
            base.premises.folder / "sessions.db",
            emit=emit,
            keep_days=settings.session_history_days,
            upstream_of=knots.upstream_of,
            objection=lambda account, channel: objection(
                base.accounts, account, channel, datetime.now(UTC)
            ),
        ) as sessions,
        open_limits(accounts=base.accounts, sessions=sessions),
    ):
        yield Means(encoders=encoders, storage=storage, sessions=sessions)
