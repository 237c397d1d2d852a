"""Has users look at sources that are gone, or will be, for as long as that is so."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.issue_registry import IssueSeverity
from homeassistant.util import dt as dt_util

from .const import (
    ISSUE_ACESTREAM_ENGINE,
    ISSUE_PROVIDER_EXPIRED,
    ISSUE_PROVIDER_EXPIRES,
    ISSUE_VIRTUAL_CHANNEL_MISSING,
)
from .engine.engine import Engine
from .engine.errors import AccountExpiredError, EngineNotFoundError
from .engine.events import Event, SourceChanged
from .engine.model import SourceKind, SourceStatus
from .repairs import (
    TROUBLESHOOTING,
    SourceIssue,
    async_clear_source,
    async_report_source,
)

NOTICE = timedelta(days=14)


@contextmanager
def reporting_sources(hass: HomeAssistant, engine: Engine) -> Iterator[None]:
    """Say inside the block what is wrong with sources, as soon as that is known."""
    reported: dict[str, SourceIssue] = {}

    @callback
    def tell(sources: Iterable[SourceStatus]) -> None:
        found = {issue.id: issue for one in sources if (issue := _issue_of(one))}
        for issue_id in reported.keys() - found.keys():
            async_clear_source(hass, reported[issue_id])
        for issue_id, issue in found.items():
            if reported.get(issue_id) != issue:
                async_report_source(hass, issue)
        reported.clear()
        reported.update(found)

    @callback
    def heard(event: Event) -> None:
        if isinstance(event, SourceChanged):
            tell(engine.sources.all)

    unsubscribe = engine.events.subscribe(heard)
    try:
        yield
    finally:
        unsubscribe()
        # What was ignored before a restart stays so after it.
        if not hass.is_stopping:
            tell([])


def _issue_of(status: SourceStatus) -> SourceIssue | None:
    """Answer what is to be said of a source; None where all is well."""
    if status.error == EngineNotFoundError.code:
        return SourceIssue(
            source_id=status.id,
            key=ISSUE_ACESTREAM_ENGINE,
            placeholders={"name": status.name},
            learn_more_url=TROUBLESHOOTING,
        )
    if status.missing:
        return SourceIssue(
            source_id=status.id,
            key=ISSUE_VIRTUAL_CHANNEL_MISSING,
            placeholders={"name": status.name, "folders": ", ".join(status.missing)},
        )
    if status.kind is SourceKind.PROVIDER:
        return _end_of_account(status)
    return None


def _end_of_account(status: SourceStatus) -> SourceIssue | None:
    """Answer that the account at a provider has ended, or will soon."""
    has_expired = status.error == AccountExpiredError.code
    ends_at = status.expires
    ends_soon = ends_at is not None and ends_at - dt_util.utcnow() <= NOTICE
    if not has_expired and not ends_soon:
        return None
    day = dt_util.as_local(ends_at).date().isoformat() if ends_at else ""
    return SourceIssue(
        source_id=status.id,
        key=ISSUE_PROVIDER_EXPIRED if has_expired else ISSUE_PROVIDER_EXPIRES,
        severity=IssueSeverity.ERROR if has_expired else IssueSeverity.WARNING,
        placeholders={"name": status.name, "day": day},
    )
