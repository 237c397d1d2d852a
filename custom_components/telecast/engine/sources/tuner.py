"""An HDHomeRun tuner as a source: its line-up, its tuners as slots, what they receive."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
import logging
from typing import Protocol, override

from ...formats.hdhomerun.reading import Signal
from ..errors import TelecastError
from ..events import SourceChanged
from ..fetch import Fetcher
from ..model import SourceStatus
from ..settings import SourceSettings, TunerSettings
from ..tasks import open_tasks
from .record import Record
from .source import Source
from .surroundings import Surroundings
from .tuner_device import TunerDevice

_LOGGER = logging.getLogger(__name__)

# A tuner locks within a second or two; what it receives changes with the weather.
FIRST_LOOK_SECONDS = 2.0
LOOK_SECONDS = 10.0


class TunerSurroundings(Surroundings, Protocol):
    """What a source needs that is a device in the house."""

    fetcher: Fetcher
    is_own_tuner: Callable[[str], bool]


class TunerSource(Source):
    """Keeps a tuner's channels up to date; knows what it receives while it streams."""

    settings: TunerSettings

    def __init__(
        self, settings: TunerSettings, record: Record, around: TunerSurroundings
    ) -> None:
        """Prepare; run() does the work. `record` holds only what is still there."""
        self._news = asyncio.Event()
        self._signals: tuple[Signal, ...] = ()
        self._fetcher = around.fetcher
        self._is_own = around.is_own_tuner
        super().__init__(settings, record, around)

    @property
    @override
    def status(self) -> SourceStatus:
        """What is known of the source, and of what its tuners receive, right now."""
        return replace(super().status, signals=self._signals)

    @override
    async def run(self) -> None:
        """Refresh whenever it is time, and follow the signal while it streams, for ever."""
        async with open_tasks() as tasks:
            tasks.create_task(self._follow_signal())
            await super().run()

    @override
    def alter(self, settings: SourceSettings) -> None:
        """Go on with other settings; the device itself said how many tuners it has."""
        known = self.settings
        if isinstance(settings, TunerSettings) and settings.host == known.host:
            settings = replace(settings, max_streams=known.max_streams)
        super().alter(settings)

    @override
    async def _take_playlist(self) -> None:
        lineup = await self._device.read()
        if lineup.facts.tuner_count != self.settings.max_streams:
            self.settings = replace(self.settings, max_streams=lineup.facts.tuner_count)
            self.slots.limit = lineup.facts.tuner_count
        record, was_read = await self._around.intake.playlist(
            replace(self.settings, entries=lineup.playlist),
            self._record,
            self._progressed,
        )
        self._record = replace(record, skipped={**record.skipped, **lineup.skipped})
        if was_read:
            self._around.lineup_came_in()
        await self._around.keep(self.settings.id, self._record)

    @override
    def _changed(self) -> None:
        super()._changed()
        self._news.set()

    @property
    def _device(self) -> TunerDevice:
        return TunerDevice(
            fetcher=self._fetcher, host=self.settings.host, is_own=self._is_own
        )

    async def _follow_signal(self) -> None:
        """Ask what is received for as long as anything is; a tuner tells nothing itself."""
        try:
            while True:
                await self._until(streaming=True)
                wait = FIRST_LOOK_SECONDS
                while not await self._stops_within(wait):
                    self._receives(await self._ask())
                    wait = LOOK_SECONDS
                self._receives(())
        finally:
            self._signals = ()

    async def _stops_within(self, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._until(streaming=False)
                return True
        return False

    async def _until(self, *, streaming: bool) -> None:
        while bool(self.slots.in_use) is not streaming:
            self._news.clear()
            await self._news.wait()

    async def _ask(self) -> tuple[Signal, ...]:
        try:
            return await self._device.signals()
        except TelecastError as err:
            # Old devices do not say; that others are gone, the stream itself tells.
            _LOGGER.debug("%s does not say what it receives: %s", self._name, err)
            return ()

    def _receives(self, signals: tuple[Signal, ...]) -> None:
        if signals != self._signals:
            self._signals = signals
            self._around.emit(SourceChanged(source=self.settings.id))
