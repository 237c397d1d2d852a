"""Pushes what goes on in the engine to Home Assistant; nothing is polled."""

from asyncio import TimerHandle
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
from homeassistant.util import dt as dt_util

from .const import (
    DOMAIN,
    EVENT_SESSION_ENDED,
    EVENT_SESSION_STARTED,
    EVENT_SOURCE_FAILED,
    EVENT_STREAM_FAILED,
)
from .engine.engine import Engine, Statistics
from .engine.events import (
    Event,
    SessionEnded,
    SessionStarted,
    SourceFailed,
    StreamFailed,
)
from .engine.model import SourceStatus
from .held import Held
from .settings import hub_settings, needs_reload
from .subentries import Subentries

_LOGGER = logging.getLogger(__name__)

# Events come in bursts (an import's progress, twenty viewers at once); each push writes
# every entity's state.
_BURST_SECONDS = 0.5
# While streams run their rates change all the time; each push is a row in the database.
_RATES_SECONDS = 10.0
# An engine that fails sooner than this after its start would fail again.
_STABLE_AFTER = timedelta(minutes=1)

_BUS_EVENTS: Mapping[type[Event], str] = {
    SessionStarted: EVENT_SESSION_STARTED,
    SessionEnded: EVENT_SESSION_ENDED,
    StreamFailed: EVENT_STREAM_FAILED,
    SourceFailed: EVENT_SOURCE_FAILED,
}

type TelecastConfigEntry = ConfigEntry[TelecastCoordinator]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A stream that failed: what its event says, and when."""

    facts: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The engine at one moment."""

    statistics: Statistics
    sessions: list[dict[str, Any]]
    streams: list[dict[str, Any]]
    sources: dict[str, SourceStatus]
    last_failure: Failure | None
    encoder: str
    encoder_reason: str | None
    """Why it is not the one that is wanted; None where it is."""
    unusable_encoders: dict[str, str]
    """Those that do not work on this machine, and why."""
    encoders: list[dict[str, Any]]
    """The FFmpegs that run."""


class TelecastCoordinator(DataUpdateCoordinator[Snapshot]):
    """Turns the engine's events into snapshots for entities, and into bus events."""

    config_entry: TelecastConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: TelecastConfigEntry,
        engine: Engine,
        held: Held[Engine],
    ) -> None:
        super().__init__(hass, _LOGGER, config_entry=entry, name=DOMAIN)
        self.engine = engine
        self.device_id = _register_device(hass, entry)
        self._held = held
        self.subentries = Subentries(hass, entry, engine)
        self._failed = False
        self._last_failure: Failure | None = None
        self._timer: TimerHandle | None = None
        self._pushed_at = 0.0
        self.data = self._snapshot()
        entry.async_on_unload(engine.events.subscribe(self._heard))

    @property
    def running_engine(self) -> Engine | None:
        """The engine, unless it has failed."""
        return None if self._failed else self.engine

    @callback
    def async_engine_failed(self) -> None:
        """Make all entities unavailable; start the engine anew if it had been well."""
        self._failed = True
        self.async_set_update_error(RuntimeError("the engine has failed"))
        if dt_util.utcnow() - self.engine.started > _STABLE_AFTER:
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    @callback
    def async_push(self) -> None:
        """Show the engine as it is now, shortly."""
        self._push_by(self._pushed_at + _BURST_SECONDS)

    async def async_follow_entry(self) -> None:
        """Take over the entry's options and subentries; reload where that must be."""
        entry = self.config_entry
        wanted = await self.hass.async_add_executor_job(
            hub_settings, entry.options, self.hass.config.allowlist_external_dirs
        )
        if self._shutdown_requested:
            return
        if needs_reload(self.engine.settings, wanted):
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
            return
        self.engine.settings = wanted
        await self.subentries.async_apply()
        # Nobody tells of accounts that have changed.
        self.async_push()

    async def async_close(self) -> None:
        """End all streams at once, then stop the engine."""
        self.engine.close_streams()
        await self.async_shutdown()
        await self.subentries.async_close()
        await self._held.stop()

    @callback
    def facts(self, event: Event) -> dict[str, Any]:
        """Answer what others are told of an event; sources by name, and by id."""
        facts: dict[str, Any] = asdict(event)
        return self._with_source({**facts.pop("session", {}), **facts})

    @override
    async def async_shutdown(self) -> None:
        """Push nothing more."""
        await super().async_shutdown()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    @callback
    def _heard(self, event: Event) -> None:
        facts = self.facts(event)
        if isinstance(event, StreamFailed):
            self._last_failure = Failure(facts=facts, at=dt_util.utcnow())
        if name := _BUS_EVENTS.get(type(event)):
            self.hass.bus.async_fire(name, facts)
        self.async_push()

    @callback
    def _push_by(self, due: float) -> None:
        if self._shutdown_requested or (self._timer and self._timer.when() <= due):
            return
        if self._timer:
            self._timer.cancel()
        # Never at once: events are told while what they tell of is still being done.
        self._timer = self.hass.loop.call_at(due, self._push)

    @callback
    def _push(self) -> None:
        self._timer = None
        if self._failed:
            return
        self._pushed_at = self.hass.loop.time()
        self.async_set_updated_data(self._snapshot())
        if self.data.statistics.streams or self.data.encoders:
            self._push_by(self._pushed_at + _RATES_SECONDS)

    def _with_source(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Answer facts with the name of their source in the place of its id."""
        if source_id := facts.get("source"):
            subentry = self.config_entry.subentries.get(source_id)
            name = subentry.title if subentry else facts.get("name", source_id)
            facts.pop("name", None)
            facts |= {"source": name, "source_id": source_id}
        return facts

    def _snapshot(self) -> Snapshot:
        engine = self.engine
        return Snapshot(
            statistics=engine.statistics(),
            sessions=engine.session_facts(),
            streams=[self._with_source(one) for one in engine.stream_facts()],
            sources={status.id: status for status in engine.sources.all},
            last_failure=self._last_failure,
            encoder=engine.encoders.encoder.value,
            encoder_reason=engine.encoders.reason,
            unusable_encoders={
                proof.encoder.value: proof.reason
                for proof in engine.encoders.proofs
                if not proof.works
            },
            encoders=engine.encoders.facts(),
        )


@callback
def loaded_engine(hass: HomeAssistant) -> Engine | None:
    """Answer the engine of the hub, if that is loaded and well."""
    entries: list[TelecastConfigEntry] = hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    return entries[0].runtime_data.running_engine if entries else None


@callback
def _register_device(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Register the hub's device before those that stand behind it; answer its id."""
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={(DOMAIN, entry.entry_id)},
        name="Telecast",
        manufacturer="Telecast",
        model="TV head-end",
        entry_type=dr.DeviceEntryType.SERVICE,
    )
    return device.id
