"""Has users look at AceStream engines that are gone, for as long as they are."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.core import HomeAssistant, callback

from .engine.engine import Engine
from .engine.errors import EngineNotFoundError
from .engine.events import Event, SourceChanged
from .repairs import async_clear_acestream, async_report_acestream


@contextmanager
def reporting_engines(hass: HomeAssistant, engine: Engine) -> Iterator[None]:
    """Say inside the block which engines do not answer, as soon as that is known."""
    reported: set[str] = set()

    @callback
    def heard(event: Event) -> None:
        if not isinstance(event, SourceChanged):
            return
        gone = {
            source.id: source.name
            for source in engine.sources.all
            if source.error == EngineNotFoundError.code
        }
        for source_id in gone.keys() - reported:
            async_report_acestream(hass, source_id, gone[source_id])
        for source_id in reported - gone.keys():
            async_clear_acestream(hass, source_id)
        reported.clear()
        reported.update(gone)

    unsubscribe = engine.events.subscribe(heard)
    try:
        yield
    finally:
        unsubscribe()
        # What was ignored before a restart stays so after it.
        if not hass.is_stopping:
            for source_id in reported:
                async_clear_acestream(hass, source_id)
