"""An archive that holds what a test says; sessions are the real ones."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC

from custom_components.telecast.engine.archive import Broadcast, Recording
from custom_components.telecast.engine.errors import UnknownRecordingError
from custom_components.telecast.engine.model import Account, Candidate, Client
from custom_components.telecast.engine.pipe import Supply
from custom_components.telecast.engine.sessions import Sessions
from custom_components.telecast.engine.streams.viewing import HangUp
from custom_components.telecast.formats.byte_ranges import Range


class FakeArchive:
    """Answers one address for whatever is asked of a channel that has an archive."""

    def __init__(self, sessions: Sessions, supply: Supply | None = None) -> None:
        self.url = ""
        """Where recordings are."""
        self.blocks: list[bytes] | None = None
        """What a recording without ranges brings, in place of what is at `url`."""
        self.supply = supply
        self.asked: list[Broadcast] = []
        """What was wanted, oldest first."""
        self._sessions = sessions

    async def candidates(self, broadcast: Broadcast) -> tuple[Candidate, ...]:
        if not broadcast.channel.archive_days:
            raise UnknownRecordingError("The channel's archive holds no such time")
        self.asked.append(broadcast)
        return (Candidate(url=self.url, source="provider", local=True),)

    @asynccontextmanager
    async def watch(
        self,
        broadcast: Broadcast,
        *,
        client: Client,
        protocol: str,
        cut_off: Callable[[], None],
        account: Account | None = None,
        wanted: Range | None = None,
        if_range: str = "",
    ) -> AsyncIterator[Recording]:
        (candidate,) = await self.candidates(broadcast)
        hang_up = HangUp()
        hang_up.add(cut_off)
        with self._sessions.open(
            broadcast.channel,
            client,
            protocol=protocol,
            account=account,
            hang_up=hang_up,
            metadata={
                "kind": "timeshift",
                "start": broadcast.start.astimezone(UTC).isoformat(),
            },
        ) as session:
            if self.blocks is not None:
                blocks = iter(self.blocks)

                async def read() -> bytes:
                    return next(blocks, b"")

                yield Recording(read, None, session=session, sessions=self._sessions)
                return
            assert self.supply
            async with self.supply.open(
                candidate, wanted, name="recording", if_range=if_range
            ) as pipe:
                yield Recording(
                    pipe.read, pipe, session=session, sessions=self._sessions
                )
