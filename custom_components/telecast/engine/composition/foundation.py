"""What everything else in the engine rests on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
import ssl

from ..accounts import Accounts
from ..events import Events
from ..fetch import Fetcher, open_fetcher
from ..films.films import Films
from ..films.probing import Prober, prober_beside
from ..guide.guide import Guide, open_guide
from ..identity import Identity, read_identity
from ..lineup.lineup import Lineup
from ..processes.orphans import end_orphans
from ..processes.process import Programs
from ..settings import Settings
from ..store.store import Store, open_store
from ..upstreams import OpenUpstream, open_upstream
from .knots import Knots


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    """What the engine is given."""

    folder: Path
    """For what must be kept."""
    cache_folder: Path
    """For what can be made anew."""
    settings: Settings
    ssl_context: ssl.SSLContext
    ffmpeg: str
    """The program of that name."""
    events: Events


@dataclass(frozen=True, slots=True, kw_only=True)
class Foundation:
    """What is kept, and the ways out: to the network and to FFmpeg."""

    premises: Premises
    store: Store
    guide: Guide
    lineup: Lineup
    films: Films
    identity: Identity
    fetcher: Fetcher
    programs: Programs
    open_upstream: OpenUpstream
    accounts: Accounts = field(default_factory=Accounts)


@asynccontextmanager
async def open_foundation(
    premises: Premises, knots: Knots
) -> AsyncIterator[Foundation]:
    """Open what is kept, and end what an earlier run left behind.

    No task group is entered here: what fails must not come as a group of errors. Raises
    StorageError.
    """
    cache_folder = premises.cache_folder
    await asyncio.to_thread(cache_folder.mkdir, parents=True, exist_ok=True)
    async with (
        open_store(premises.folder / "telecast.db") as store,
        open_guide(store=store, folder=cache_folder / "guides") as guide,
        open_fetcher(premises.ssl_context) as fetcher,
    ):
        lineup = Lineup(store)
        await lineup.reload()
        identity = await read_identity(store)
        films = Films(
            store=store,
            ask=knots.film_details,
            probe=_prober(premises, identity).probe,
        )
        await films.reload()
        await end_orphans(identity.owner)
        programs = Programs(binary=premises.ffmpeg, owner=identity.owner)
        yield Foundation(
            premises=premises,
            store=store,
            guide=guide,
            lineup=lineup,
            films=films,
            identity=identity,
            fetcher=fetcher,
            programs=programs,
            open_upstream=partial(
                open_upstream, fetcher, programs=programs, virtual=knots.play
            ),
        )


def _prober(premises: Premises, identity: Identity) -> Prober:
    return Prober(
        programs=Programs(binary=prober_beside(premises.ffmpeg), owner=identity.owner),
        allowed_folders=premises.settings.allowed_folders,
    )
