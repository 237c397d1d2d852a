"""One source at work: refreshed when it is due, and when somebody asks."""

from collections.abc import Coroutine, Iterable
import logging
from typing import Any

from ...formats.xmltv import Programme
from ..errors import IngestionError, TelecastError
from ..events import SourceChanged, SourceFailed
from ..guide.library import Order
from ..model import Candidate, Channel, FilmKind, SourceStatus
from ..settings import SourceSettings
from ..streams.ring import BURST_SECONDS
from ..streams.slots import Slots
from .opening import Address
from .playlist import guide_addresses
from .record import Record, document_id
from .rounds import Rounds
from .schedule import Schedule
from .surroundings import Surroundings

_LOGGER = logging.getLogger(__name__)

# What stands for films among the documents of a round.
_FILMS = "films"


class Source:
    """Keeps one playlist and its guides up to date; what is stale stays in place."""

    burst = BURST_SECONDS
    """How many seconds of what was on a viewer gets at once who comes later."""
    has_its_name = False
    """Whether what it brings is called as it is: another name is brought in at once."""

    def __init__(
        self, settings: SourceSettings, record: Record, around: Surroundings
    ) -> None:
        """Prepare; run() does the work. `record` holds only what is still there."""
        self.settings = settings
        self.slots = Slots(settings.max_streams, self._changed)
        self._around = around
        self._record = record
        self._progress = 0
        self._connected: bool | None = None
        self._error: TelecastError | None = None
        self._guide_error: TelecastError | None = None
        self._films_error: TelecastError | None = None
        self._rounds = Rounds(Schedule(settings.refresh_hours))
        self._take_up()

    @property
    def status(self) -> SourceStatus:
        """What is known of the source right now."""
        return SourceStatus(
            id=self.settings.id,
            kind=self.settings.kind,
            name=self.settings.name,
            connected=self._connected,
            refreshing=self._rounds.under_way,
            progress=self._progress,
            channels=self._record.channels,
            streams_in_use=self.slots.in_use,
            max_streams=self.settings.max_streams,
            last_refresh=self._record.read_at,
            error=self._error.code if self._error else None,
            message=str(self._error) if self._error else None,
            skipped=self._record.skipped,
            guide_error=self._guide_error.code if self._guide_error else None,
            films_error=self._films_error.code if self._films_error else None,
        )

    @property
    def guides(self) -> Order:
        """The guide documents that the source has or is to have, with their offsets."""
        addresses = self._guides()
        return [(document, self.settings.epg_offset) for document in addresses]

    async def run(self) -> None:
        """Refresh whenever it is time, for ever; cancelled, it can be run again."""
        while True:
            await self._rounds.until_due()
            await self._refresh()

    async def refresh(self) -> None:
        """Refresh now, or join what is under way; raise what keeps the playlist out."""
        if error := await self._rounds.outcome():
            raise error

    async def film_details(self, kind: FilmKind, key: str) -> dict[str, Any] | None:
        """Answer what `get_vod_info` or `get_series_info` say of a film, by its own id.

        None where there is nobody who could be asked. Raises TelecastErrors.
        """
        return None

    async def listings(
        self, channel: Channel, candidates: Iterable[Candidate]
    ) -> list[Programme]:
        """Answer what the source itself says is on a channel, beside all guides.

        Nothing where there is nobody who could be asked. Raises TelecastErrors.
        """
        return []

    def alter(self, settings: SourceSettings) -> None:
        """Go on with other settings that name the same documents."""
        old, self.settings = self.settings, settings
        self.slots.limit = settings.max_streams
        self._rounds.every(settings.refresh_hours)
        self._changed()
        if self.has_its_name and old.name != settings.name:
            self._hurry()

    def renew(self, settings: SourceSettings) -> None:
        """Begin anew with other documents; run() must not be running."""
        self.alter(settings)
        self._rounds.anew()

    def places(self, candidate: Candidate) -> tuple[Candidate, ...]:
        """Answer the addresses that a candidate of the source stands for, best first."""
        return (candidate,)

    def slots_of(self, candidate: Candidate) -> Slots:
        """Answer the slots of which an upstream of a candidate takes one."""
        return self.slots

    def close(self, error: TelecastError) -> None:
        """Tell those who wait for a refresh that there will be none."""
        self._rounds.close(error)

    def _take_up(self) -> None:
        """Go on from where the record ends: what it brought is there until it is read."""
        playlist = document_id(self.settings.id, self.settings.document)
        if playlist in self._record.documents and self._record.read_at:
            self._connected = True

    def _guides(self) -> dict[str, Address]:
        """Answer the guides that are to be read, by their ids."""
        return guide_addresses(self.settings, self._record)

    def _hurry(self) -> None:
        """Have the source refreshed at once, or once more after what is under way."""
        self._rounds.hurry()

    async def _refresh(self) -> None:
        self._progress = 0
        try:
            with self._rounds.begun():
                self._changed()
                error = await self._read_playlist()
                await self._read_guides()
                if not error:
                    await self._read_films()
        finally:
            self._changed()
        is_complete = not (error or self._guide_error or self._films_error)
        self._rounds.end(error, is_complete=is_complete)

    async def _read_playlist(self) -> TelecastError | None:
        document = document_id(self.settings.id, self.settings.document)
        if self._rounds.is_done(document):
            return None
        error = await self._attempt(self._take_playlist())
        if error:
            self._is_down(error)
        else:
            self._rounds.done(document)
            self._is_up()
        return error

    async def _take_playlist(self) -> None:
        record, was_read = await self._around.intake.playlist(
            self.settings, self._record, self._progressed
        )
        self._record = record
        if was_read:
            self._around.lineup_came_in()
        await self._around.keep(self.settings.id, record)

    async def _read_films(self) -> None:
        if self._rounds.is_done(_FILMS):
            return
        failed = await self._attempt(self._take_films())
        if not failed:
            self._rounds.done(_FILMS)
        elif not self._films_error or self._films_error.code != failed.code:
            _LOGGER.info("The films of %s did not come in: %s", self._name, failed)
        self._films_error = failed

    async def _take_films(self) -> None:
        """Bring in the films that the source has; raise TelecastErrors."""

    async def _read_guides(self) -> None:
        addresses = self._guides()
        failed = await self._attempt(
            self._around.arrange_guides(self.settings.id, self.guides)
        )
        for document, address in addresses.items():
            if self._rounds.is_done(document):
                continue
            if error := await self._attempt(self._take_guide(address)):
                failed = failed or error
            else:
                self._rounds.done(document)
        if not failed:
            failed = await self._attempt(self._drop_others(set(addresses)))
        if failed and (not self._guide_error or self._guide_error.code != failed.code):
            _LOGGER.info("The guide of %s did not come in: %s", self._name, failed)
        self._guide_error = failed

    async def _take_guide(self, address: Address) -> None:
        record = await self._around.intake.guide(
            self.settings, address, self._record, self._progressed
        )
        if record is not self._record:
            self._record = record
            await self._around.keep(self.settings.id, record)

    async def _drop_others(self, guides: set[str]) -> None:
        """Forget the guides that are no longer named; only where all others are there."""
        playlist = document_id(self.settings.id, self.settings.document)
        record = self._record.only({playlist, *guides})
        if record != self._record:
            self._record = record
            await self._around.keep_guides(self.settings.id, guides)
            await self._around.keep(self.settings.id, record)

    async def _attempt(self, work: Coroutine[None, None, None]) -> TelecastError | None:
        """Do a piece of work; what goes wrong with it costs the others nothing."""
        try:
            await work
        except TelecastError as err:
            return err
        except Exception:
            _LOGGER.exception("A refresh of %s failed", self._name)
            return IngestionError("An unexpected fault; the log says more")
        return None

    def _is_down(self, error: TelecastError) -> None:
        was_down = self._connected is False
        self._connected, self._error = False, error
        if was_down:
            return
        _LOGGER.info("Source %s is down: %s", self._name, error)
        self._around.emit(
            SourceFailed(source=self.settings.id, name=self._name, reason=error.code)
        )

    def _is_up(self) -> None:
        if self._connected is False:
            _LOGGER.info("Source %s is back", self._name)
        self._connected, self._error = True, None

    @property
    def _name(self) -> str:
        return self.settings.name

    def _progressed(self, entries: int) -> None:
        self._progress = entries
        self._changed()

    def _changed(self) -> None:
        self._around.emit(SourceChanged(source=self.settings.id))
