"""An AceStream engine as a source: its channels come in as any playlist's do."""

from dataclasses import replace
import logging
from typing import Protocol, override

from ..events import SourceChanged, SourceFailed
from ..fetch import Fetcher
from ..model import SourceStatus
from ..settings import AceStreamSettings, SourceSettings
from ..tasks import open_tasks
from ..upstreams import AceStreamEngine
from .record import Record
from .source import Source
from .surroundings import Surroundings

_LOGGER = logging.getLogger(__name__)


class EngineSurroundings(Surroundings, Protocol):
    """What a source needs that has an engine."""

    fetcher: Fetcher


class AceStreamSource(Source):
    """Keeps the channels up to date, and an eye on the engine that plays them."""

    def __init__(
        self, settings: AceStreamSettings, record: Record, around: EngineSurroundings
    ) -> None:
        """Prepare; run() does the work. `record` holds only what is still there."""
        self.engine = AceStreamEngine(
            fetcher=around.fetcher,
            url=settings.engine_url,
            on_change=self._engine_changed,
        )
        self.share = settings.share
        super().__init__(settings, record, around)

    @property
    @override
    def status(self) -> SourceStatus:
        """What is known of the source, and of its engine, right now."""
        status = replace(super().status, swarm=self.engine.swarm)
        if down := self.engine.error:
            return replace(status, connected=False, error=down.code, message=str(down))
        return status

    @override
    async def run(self) -> None:
        """Look after the engine, and refresh whenever it is time, for ever."""
        async with open_tasks() as tasks:
            tasks.create_task(self.engine.run())
            await super().run()

    @override
    def alter(self, settings: SourceSettings) -> None:
        """Go on with other settings; another engine is asked for what starts next."""
        if isinstance(settings, AceStreamSettings):
            self.share = settings.share
            self.engine.url = settings.engine_url
            self.engine.look()
        super().alter(settings)

    def _engine_changed(self) -> None:
        name, error = self.settings.name, self.engine.error
        if error:
            _LOGGER.info("The engine of %s is down: %s", name, error)
            self._around.emit(
                SourceFailed(source=self.settings.id, name=name, reason=error.code)
            )
        else:
            _LOGGER.info("The engine of %s is back", name)
        self._around.emit(SourceChanged(source=self.settings.id))
