"""What a virtual channel plays now, and next: told at each item's end, and by the engine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, override

from homeassistant.components.sensor import SensorEntity
from homeassistant.const import ATTR_ENTITY_PICTURE
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.util import dt as dt_util

from .engine.errors import NotVirtualError
from .engine.events import Event, VirtualChannelChanged
from .engine.timeline import EARLIEST, LATEST
from .engine.virtual.on_air import OnAir
from .entity import SourceEntity
from .settings import milliseconds

# What Home Assistant takes as a state.
_MOST_LETTERS = 255


class OnAirSensor(SourceEntity, SensorEntity):
    """The title of what a virtual channel plays; none where nothing is planned."""

    # What is shown of it may be loaded by whoever knows the address.
    _unrecorded_attributes = frozenset({ATTR_ENTITY_PICTURE})
    _now: OnAir | None = None
    _next: OnAir | None = None
    _timer: CALLBACK_TYPE | None = None

    @property
    @override
    def native_value(self) -> str | None:
        """Answer the title."""
        return (self._now and self._now.title[:_MOST_LETTERS]) or None

    @property
    @override
    def entity_picture(self) -> str | None:
        """Answer the picture of what is on; one of the user's own by its path."""
        icon = self._now.icon if self._now and self.available else ""
        return self.coordinator.engine.posters.icon(icon) or None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Answer since when it is on, until when, and what follows; in the time here."""
        on, follows = self._now, self._next
        return {
            "subtitle": (on.subtitle or None) if on else None,
            "started_at": _told(on.start) if on else None,
            "ends_at": _told(on.stop) if on else None,
            "next_title": (follows.title or None) if follows else None,
            "next_start": _told(follows.start) if follows else None,
        }

    @override
    async def async_added_to_hass(self) -> None:
        """Begin to follow the channel."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.engine.events.subscribe(self._heard))
        self.async_on_remove(self._stop_waiting)
        self._look()

    @callback
    def _heard(self, event: Event) -> None:
        source_id = self._subentry.subentry_id
        if isinstance(event, VirtualChannelChanged) and event.source == source_id:
            self._tell()

    @callback
    def _tell(self, _now: datetime | None = None) -> None:
        self._look()
        self.async_write_ha_state()

    @callback
    def _look(self) -> None:
        """See what is on, and look again when that is over."""
        self._stop_waiting()
        self._now = self._on(milliseconds(dt_util.utcnow()))
        self._next = self._on(self._now.stop) if self._now else None
        if self._next:
            self._timer = async_track_point_in_utc_time(
                self.hass, self._tell, _time(self._next.start)
            )

    def _on(self, instant: int) -> OnAir | None:
        """Answer what is on then; None for a channel that is not there (any more)."""
        if instant >= LATEST:
            return None
        try:
            return self.coordinator.engine.virtual.on(
                self._subentry.subentry_id, instant
            )
        except NotVirtualError:
            return None

    @callback
    def _stop_waiting(self) -> None:
        if self._timer:
            self._timer()
            self._timer = None


def _time(instant: int) -> datetime:
    return dt_util.utc_from_timestamp(instant / 1000)


def _told(instant: int) -> str | None:
    """Answer a time as attributes have it; None for what has always been, or ever will."""
    if not EARLIEST < instant < LATEST:
        return None
    return dt_util.as_local(_time(instant)).isoformat()
