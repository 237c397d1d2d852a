"""Has users look at providers that refuse their login, or will soon do so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .const import CONF_SUBENTRY, ISSUE_PROVIDER_EXPIRED, ISSUE_PROVIDER_EXPIRES
from .engine.engine import Engine
from .engine.errors import AccountExpiredError, InvalidAuthError
from .engine.events import Event, SourceChanged
from .engine.model import SourceKind, SourceStatus
from .repairs import async_clear_provider, async_report_provider

NOTICE = timedelta(days=14)


@contextmanager
def reporting_providers(
    hass: HomeAssistant, entry: ConfigEntry, engine: Engine
) -> Iterator[None]:
    """Say inside the block which accounts end, and ask for logins that are refused."""
    reporting = _Reporting(hass, entry)

    @callback
    def heard(event: Event) -> None:
        if isinstance(event, SourceChanged):
            reporting.look(engine.sources.all)

    unsubscribe = engine.events.subscribe(heard)
    try:
        yield
    finally:
        unsubscribe()
        # What was ignored before a restart stays so after it.
        if not hass.is_stopping:
            reporting.look([])


class _Reporting:
    """Knows what has been said, so that it is said once."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._issues: dict[str, tuple[str, str, str]] = {}
        self._asked = ""
        """The provider whose login the user is asked for; empty for none."""

    @callback
    def look(self, sources: list[SourceStatus]) -> None:
        """Say what is news of these, and take back what is no longer so."""
        providers = [one for one in sources if one.kind is SourceKind.PROVIDER]
        self._tell({one.id: told for one in providers if (told := _issue(one))})
        self._ask({one.id for one in providers if one.error == InvalidAuthError.code})

    @callback
    def _tell(self, issues: dict[str, tuple[str, str, str]]) -> None:
        for source_id, (issue, _, _) in self._issues.items():
            if issues.get(source_id, ("",))[0] != issue:
                async_clear_provider(self._hass, issue, source_id)
        for source_id, told in issues.items():
            if self._issues.get(source_id) != told:
                async_report_provider(self._hass, source_id, *told)
        self._issues = issues

    @callback
    def _ask(self, refused: set[str]) -> None:
        """Ask for one login at a time: Home Assistant has one such flow for an entry."""
        if self._asked and self._asked not in refused:
            self._asked = ""
            flows = self._entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})
            for flow in list(flows):
                self._hass.config_entries.flow.async_abort(flow["flow_id"])
        for subentry in self._entry.subentries.values():
            if not self._asked and subentry.subentry_id in refused:
                self._asked = subentry.subentry_id
                self._entry.async_start_reauth(
                    self._hass,
                    context={"title_placeholders": {"name": subentry.title}},
                    data={CONF_SUBENTRY: self._asked},
                )


def _issue(status: SourceStatus) -> tuple[str, str, str] | None:
    """Answer what is to be said of a provider: the issue, its name, and when it ends."""
    has_expired = status.error == AccountExpiredError.code
    if status.expires is None:
        return (ISSUE_PROVIDER_EXPIRED, status.name, "") if has_expired else None
    left = status.expires - dt_util.utcnow()
    if not has_expired and left > NOTICE:
        return None
    day = dt_util.as_local(status.expires).date().isoformat()
    issue = ISSUE_PROVIDER_EXPIRED if has_expired else ISSUE_PROVIDER_EXPIRES
    return issue, status.name, day
