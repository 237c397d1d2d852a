"""What users are asked to look at, or to put right."""

from collections.abc import Iterable
from pathlib import Path

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import (
    DOMAIN,
    ISSUE_ACESTREAM_ENGINE,
    ISSUE_DATABASE_SET_ASIDE,
    ISSUE_DISCOVERY_NO_MULTICAST,
    ISSUE_DISCOVERY_PORT_TAKEN,
    ISSUE_DISCOVERY_REFUSED,
    ISSUE_DISCOVERY_WITHOUT_HTTP,
    ISSUE_FFMPEG_MISSING,
    ISSUE_FFMPEG_TOO_OLD,
    ISSUE_FFMPEG_WITHOUT_H264,
    ISSUE_PORT_IN_USE,
    ISSUE_PROVIDER_EXPIRED,
    ISSUE_VIRTUAL_CHANNEL_MISSING,
)
from .servers.discovery import Part, Problem

_TROUBLESHOOTING = "https://github.com/telecast-tv/telecast#troubleshooting"

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
def async_report_acestream(hass: HomeAssistant, source_id: str, name: str) -> None:
    """Say that the AceStream engine of a source does not answer."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{ISSUE_ACESTREAM_ENGINE}_{source_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        learn_more_url=_TROUBLESHOOTING,
        translation_key=ISSUE_ACESTREAM_ENGINE,
        translation_placeholders={"name": name},
    )


@callback
def async_clear_acestream(hass: HomeAssistant, source_id: str) -> None:
    """Take the issue of a source's AceStream engine back."""
    ir.async_delete_issue(hass, DOMAIN, f"{ISSUE_ACESTREAM_ENGINE}_{source_id}")


@callback
def async_report_provider(
    hass: HomeAssistant, source_id: str, issue: str, name: str, day: str
) -> None:
    """Say that the account at a provider ends, or has ended; `issue` is one of its."""
    has_expired = issue == ISSUE_PROVIDER_EXPIRED
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{source_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR if has_expired else ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={"name": name, "day": day},
    )


@callback
def async_clear_provider(hass: HomeAssistant, issue: str, source_id: str) -> None:
    """Take an issue of a provider's account back."""
    ir.async_delete_issue(hass, DOMAIN, f"{issue}_{source_id}")


@callback
def async_report_missing(
    hass: HomeAssistant, source_id: str, name: str, folders: Iterable[str]
) -> None:
    """Say that folders of a virtual channel, named so, are not there."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{ISSUE_VIRTUAL_CHANNEL_MISSING}_{source_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=ISSUE_VIRTUAL_CHANNEL_MISSING,
        translation_placeholders={"name": name, "folders": ", ".join(folders)},
    )


@callback
def async_clear_missing(hass: HomeAssistant, source_id: str) -> None:
    """Take the issue of a virtual channel's folders back."""
    ir.async_delete_issue(hass, DOMAIN, f"{ISSUE_VIRTUAL_CHANNEL_MISSING}_{source_id}")


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
        learn_more_url=_TROUBLESHOOTING,
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
