"""Has users look at virtual channels whose folders are gone, for as long as they are."""

from collections.abc import Iterator
from contextlib import contextmanager

from homeassistant.core import HomeAssistant, callback

from .engine.engine import Engine
from .engine.events import Event, SourceChanged
from .repairs import async_clear_missing, async_report_missing


@contextmanager
def reporting_folders(hass: HomeAssistant, engine: Engine) -> Iterator[None]:
    """Say inside the block which folders are not there, as soon as that is known."""
    reported: dict[str, tuple[str, tuple[str, ...]]] = {}

    @callback
    def heard(event: Event) -> None:
        if not isinstance(event, SourceChanged):
            return
        gone = {
            source.id: (source.name, source.missing)
            for source in engine.sources.all
            if source.missing
        }
        for source_id, (name, folders) in gone.items():
            if reported.get(source_id) != (name, folders):
                async_report_missing(hass, source_id, name, folders)
        for source_id in reported.keys() - gone.keys():
            async_clear_missing(hass, source_id)
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
                async_clear_missing(hass, source_id)
