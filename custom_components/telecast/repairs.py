"""What users are asked to look at, or to put right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    DOMAIN,
    ISSUE_DATABASE_SET_ASIDE,
    ISSUE_DISCOVERY_NO_MULTICAST,
    ISSUE_DISCOVERY_PORT_TAKEN,
    ISSUE_DISCOVERY_REFUSED,
    ISSUE_DISCOVERY_WITHOUT_HTTP,
    ISSUE_FFMPEG_MISSING,
    ISSUE_FFMPEG_TOO_OLD,
    ISSUE_FFMPEG_WITHOUT_H264,
    ISSUE_PORT_IN_USE,
)
from .servers.discovery import Part, Problem

TROUBLESHOOTING = "https://github.com/telecast-tv/telecast#troubleshooting"

_FFMPEG_ISSUES = {
    ISSUE_FFMPEG_MISSING: ir.IssueSeverity.ERROR,
    ISSUE_FFMPEG_TOO_OLD: ir.IssueSeverity.ERROR,
    ISSUE_FFMPEG_WITHOUT_H264: ir.IssueSeverity.WARNING,
}

_DISCOVERY_ISSUES = {
    Problem.NO_MULTICAST: ISSUE_DISCOVERY_NO_MULTICAST,
    Problem.PORT_TAKEN: ISSUE_DISCOVERY_PORT_TAKEN,
    Problem.REFUSED: ISSUE_DISCOVERY_REFUSED,
}
_DISCOVERY_PARTS = {
    Part.UDP: "UDP 65001",
    Part.UDP6: "UDP 65001 (IPv6)",
    Part.TCP: "TCP 65001",
    Part.SSDP: "SSDP (UDP 1900)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceIssue:
    """What is wrong with a source, for its user to read."""

    source_id: str
    key: str
    """Of its words; a source has no two issues of the same."""
    placeholders: Mapping[str, str]
    severity: ir.IssueSeverity = ir.IssueSeverity.ERROR
    learn_more_url: str | None = None

    @property
    def id(self) -> str:
        """What tells it from all other issues."""
        return f"{self.key}_{self.source_id}"


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, str | int | float | None] | None,
) -> RepairsFlow:
    """Let the user confirm that an issue was read; nothing else is left to do."""
    return ConfirmRepairFlow()


@callback
def async_report_set_aside(hass: HomeAssistant, path: Path) -> None:
    """Say that the database could not be read, and where it is now."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_DATABASE_SET_ASIDE,
        is_fixable=True,
        # Who restarts Home Assistant before looking here should still learn of it.
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_DATABASE_SET_ASIDE,
        translation_placeholders={"path": str(path)},
    )


@callback
def async_report_source(hass: HomeAssistant, issue: SourceIssue) -> None:
    """Say what is wrong with a source; what was said of it before is said anew."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue.id,
        is_fixable=False,
        severity=issue.severity,
        learn_more_url=issue.learn_more_url,
        translation_key=issue.key,
        translation_placeholders=dict(issue.placeholders),
    )


@callback
def async_clear_source(hass: HomeAssistant, issue: SourceIssue) -> None:
    """Take an issue of a source back."""
    ir.async_delete_issue(hass, DOMAIN, issue.id)


@callback
def async_report_port_in_use(hass: HomeAssistant, port: int) -> None:
    """Say that our own port cannot be opened."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_PORT_IN_USE,
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=ISSUE_PORT_IN_USE,
        translation_placeholders={"port": str(port)},
    )


@callback
def async_clear_port_in_use(hass: HomeAssistant) -> None:
    """Take the issue of the port back."""
    ir.async_delete_issue(hass, DOMAIN, ISSUE_PORT_IN_USE)


@callback
def async_report_ffmpeg(hass: HomeAssistant, problem: str, binary: str) -> None:
    """Say that FFmpeg cannot be used, or not for all; `problem` is one of its issues."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        problem,
        is_fixable=False,
        severity=_FFMPEG_ISSUES[problem],
        learn_more_url=TROUBLESHOOTING,
        translation_key=problem,
        translation_placeholders={"binary": binary},
    )


@callback
def async_clear_ffmpeg(hass: HomeAssistant, *, keep: str | None = None) -> None:
    """Take the issues of FFmpeg back, but for the one to `keep`."""
    for issue in _FFMPEG_ISSUES:
        if issue != keep:
            ir.async_delete_issue(hass, DOMAIN, issue)


@callback
def async_report_discovery(
    hass: HomeAssistant, problem: Problem, parts: Iterable[Part]
) -> None:
    """Say that parts of discovery do not work, for one reason."""
    issue = _DISCOVERY_ISSUES[problem]
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={
            "parts": ", ".join(_DISCOVERY_PARTS[part] for part in sorted(parts))
        },
    )


@callback
def async_report_discovery_without_http(hass: HomeAssistant) -> None:
    """Say that those who would find us could not ask us."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        ISSUE_DISCOVERY_WITHOUT_HTTP,
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=ISSUE_DISCOVERY_WITHOUT_HTTP,
    )


@callback
def async_clear_discovery(hass: HomeAssistant, problem: Problem | None = None) -> None:
    """Take the issue of a problem back; without one, all of discovery's."""
    if problem:
        ir.async_delete_issue(hass, DOMAIN, _DISCOVERY_ISSUES[problem])
        return
    for issue in (*_DISCOVERY_ISSUES.values(), ISSUE_DISCOVERY_WITHOUT_HTTP):
        ir.async_delete_issue(hass, DOMAIN, issue)


@callback
def async_clear_issues(hass: HomeAssistant) -> None:
    """Take all issues back."""
    for issue in (ISSUE_DATABASE_SET_ASIDE, ISSUE_PORT_IN_USE):
        ir.async_delete_issue(hass, DOMAIN, issue)
    async_clear_discovery(hass)
    async_clear_ffmpeg(hass)
