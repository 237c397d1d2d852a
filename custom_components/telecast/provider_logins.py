"""Has users asked for the logins that providers refuse, for as long as they do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback

from .const import CONF_SUBENTRY
from .engine.engine import Engine
from .engine.errors import InvalidAuthError
from .engine.events import Event, SourceChanged
from .engine.model import SourceKind, SourceStatus


@contextmanager
def asking_for_logins(
    hass: HomeAssistant, entry: ConfigEntry, engine: Engine
) -> Iterator[None]:
    """Ask inside the block for logins that are refused, as soon as that is known."""
    asking = _Asking(hass, entry)

    @callback
    def heard(event: Event) -> None:
        if isinstance(event, SourceChanged):
            asking.look(engine.sources.all)

    unsubscribe = engine.events.subscribe(heard)
    try:
        yield
    finally:
        unsubscribe()
        if not hass.is_stopping:
            asking.look([])


class _Asking:
    """Asks for one login at a time: Home Assistant has one such flow for an entry."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._asked = ""
        """The provider whose login the user is asked for; empty for none."""

    @callback
    def look(self, sources: Iterable[SourceStatus]) -> None:
        """Ask for the login of one that refuses it; ask no more where none does."""
        refused = {
            one.id
            for one in sources
            if one.kind is SourceKind.PROVIDER and one.error == InvalidAuthError.code
        }
        if self._asked and self._asked not in refused:
            self._stop_asking()
        for subentry in self._entry.subentries.values():
            if not self._asked and subentry.subentry_id in refused:
                self._asked = subentry.subentry_id
                self._entry.async_start_reauth(
                    self._hass,
                    context={"title_placeholders": {"name": subentry.title}},
                    data={CONF_SUBENTRY: self._asked},
                )

    @callback
    def _stop_asking(self) -> None:
        self._asked = ""
        flows = self._entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})
        for flow in list(flows):
            self._hass.config_entries.flow.async_abort(flow["flow_id"])
