"""What users attach to a bug report: figures and codes; no name, address or password."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from yarl import URL

from .const import (
    CONF_ACCOUNTS,
    CONF_CATEGORIES,
    CONF_EPG_URLS,
    CONF_FALLBACK_URLS,
    CONF_FILES,
    CONF_FILLER,
    CONF_FOLDERS,
    CONF_LOOP,
    CONF_ORDER,
    CONF_PLAYLIST_URL,
    CONF_SCHEDULE,
    CONF_SERIES_CATEGORIES,
    CONF_USER_AGENT,
    CONF_VOD_CATEGORIES,
    SOURCE_KINDS,
    SUBENTRY_ACCOUNT,
)
from .coordinator import TelecastConfigEntry, TelecastCoordinator
from .engine.model import SourceStatus
from .engine.settings import DEFAULT_NETWORKS, Settings
from .settings import account

_SESSION_FACTS = (
    "pid",
    "number",
    "protocol",
    "state",
    "started_at",
    "bytes",
    "bitrate",
)
_STREAM_FACTS = (
    "channel_id",
    "number",
    "started_at",
    "client_count",
    "state",
    "last_access_time",
    "error_count",
    "last_error",
)
_QUALITY_FACTS = ("level", "bitrate", "resolution")
_ENCODER_FACTS = ("encoder", "speed", "fps", "bitrate")
_FAILURE_FACTS = ("channel_id", "number", "reason")
_SOURCE_FACTS = (
    "kind",
    "connected",
    "refreshing",
    "progress",
    "channels",
    "streams_in_use",
    "max_streams",
    "last_refresh",
    "error",
    "skipped",
    "expires",
    "is_trial",
    "films",
    "series",
    "films_error",
    "items",
    "swarm",
    "signals",
)


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: TelecastConfigEntry
) -> dict[str, Any]:
    """Answer the state of the hub."""
    coordinator = entry.runtime_data
    snapshot = coordinator.data
    return {
        "settings": _settings(coordinator.engine.settings),
        "time_zone": hass.config.time_zone,
        "started": coordinator.engine.started,
        "database_was_set_aside": coordinator.engine.store.set_aside is not None,
        "statistics": asdict(snapshot.statistics),
        "sources": _sources(coordinator),
        "accounts": _accounts(entry),
        "sessions": [_only(_SESSION_FACTS, one) for one in snapshot.sessions],
        "streams": [_stream(one) for one in snapshot.streams],
        "encoders": _encoders(coordinator),
        "last_failure": snapshot.last_failure
        and _only(_FAILURE_FACTS, snapshot.last_failure.facts)
        | {"at": snapshot.last_failure.at},
    }


def _only(names: tuple[str, ...], facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] for name in names}


def _settings(settings: Settings) -> dict[str, Any]:
    return {
        "tuner_count": settings.tuner_count,
        "discovery": settings.discovery,
        "split_lineup": settings.split_lineup,
        "http_port": settings.http_port,
        "grace_period": settings.grace_period,
        "cleanup_interval": settings.cleanup_interval,
        "session_history_days": settings.session_history_days,
        "hardware_acceleration": settings.hardware_acceleration,
        "max_encoders": settings.max_encoders,
        "segment_duration": settings.segment_duration,
        "playlist_size": settings.playlist_size,
        "default_profile": settings.default_profile,
        "public_url": URL(settings.public_url).scheme,
        "default_networks": settings.allowed_networks == DEFAULT_NETWORKS,
        "allowed_folders": len(settings.allowed_folders),
    }


def _stream(facts: dict[str, Any]) -> dict[str, Any]:
    qualities = [_only(_QUALITY_FACTS, one) for one in facts["qualities"]]
    return _only(_STREAM_FACTS, facts) | {"qualities": qualities}


def _encoders(coordinator: TelecastCoordinator) -> dict[str, Any]:
    encoders = coordinator.engine.encoders
    return {
        "in_use": encoders.encoder,
        "problem": encoders.problem,
        "tested": [asdict(proof) for proof in encoders.proofs],
        "running": [_only(_ENCODER_FACTS, one) for one in coordinator.data.encoders],
    }


def _sources(coordinator: TelecastCoordinator) -> list[dict[str, Any]]:
    chosen = {
        subentry.subentry_id: subentry.data
        for subentry in coordinator.config_entry.subentries.values()
        if subentry.subentry_type in SOURCE_KINDS
    }
    return [
        _source(status)
        | {
            "scheme": _scheme(data),
            "guides_chosen": len(data.get(CONF_EPG_URLS, ())),
            "user_agent_chosen": bool(data.get(CONF_USER_AGENT)),
            "fallback_addresses": len(data.get(CONF_FALLBACK_URLS, ())),
            "further_accounts": len(data.get(CONF_ACCOUNTS, ())),
            "categories_chosen": len(data.get(CONF_CATEGORIES, ())),
            "vod_categories_chosen": len(data.get(CONF_VOD_CATEGORIES, ())),
            "series_categories_chosen": len(data.get(CONF_SERIES_CATEGORIES, ())),
            "folders": len(data.get(CONF_FOLDERS, ())),
            "files": len(data.get(CONF_FILES, ())),
            "filler": len(data.get(CONF_FILLER, ())),
            "order": data.get(CONF_ORDER),
            "loop": data.get(CONF_LOOP),
            "has_blocks": bool(data.get(CONF_SCHEDULE)),
        }
        for status in coordinator.data.sources.values()
        if (data := chosen.get(status.id))
    ]


def _scheme(data: Mapping[str, Any]) -> str | None:
    """Answer how a source's playlist is read; None for one that has none."""
    if not (url := data.get(CONF_URL) or data.get(CONF_PLAYLIST_URL)):
        return None
    return URL(url).scheme or "file"


def _source(status: SourceStatus) -> dict[str, Any]:
    facts = _only(_SOURCE_FACTS, asdict(status))
    return facts | {
        "guide_failed": status.guide_error is not None,
        "missing": len(status.missing),
    }


def _accounts(entry: TelecastConfigEntry) -> list[dict[str, Any]]:
    accounts = (
        account(subentry)
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_ACCOUNT
    )
    return [
        {
            "enabled": one.enabled,
            "max_connections": one.max_connections,
            "expires": one.expires,
            "groups": None if one.groups is None else len(one.groups),
        }
        for one in accounts
    ]
