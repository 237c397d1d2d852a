"""Reads what users chose in Home Assistant as the engine's values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
import json
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.util import dt as dt_util

from .const import (
    CONF_ACCOUNTS,
    CONF_ALLOWED_NETWORKS,
    CONF_CATEGORIES,
    CONF_CLEANUP_INTERVAL,
    CONF_CONTENT_IDS,
    CONF_CREATED,
    CONF_DEFAULT_PROFILE,
    CONF_DEVICE_NAME,
    CONF_DISCOVERY,
    CONF_ENABLED,
    CONF_ENGINE_URL,
    CONF_EPG_OFFSET,
    CONF_EPG_URLS,
    CONF_EXPIRES,
    CONF_FALLBACK_URLS,
    CONF_FILES,
    CONF_FILLER,
    CONF_FOLDERS,
    CONF_GRACE_PERIOD,
    CONF_GROUP,
    CONF_GROUPS,
    CONF_HARDWARE_ACCELERATION,
    CONF_HTTP_PORT,
    CONF_LIVE,
    CONF_LOOP,
    CONF_MAX_CONNECTIONS,
    CONF_MAX_ENCODERS,
    CONF_MAX_STREAMS,
    CONF_NUMBER,
    CONF_ORDER,
    CONF_PLAYLIST_SIZE,
    CONF_PLAYLIST_URL,
    CONF_PUBLIC_URL,
    CONF_REFRESH_HOURS,
    CONF_SCHEDULE,
    CONF_SEGMENT_DURATION,
    CONF_SERIES,
    CONF_SERIES_CATEGORIES,
    CONF_SESSION_HISTORY_DAYS,
    CONF_SHARE,
    CONF_SPLIT_LINEUP,
    CONF_STARTS_AT,
    CONF_TUNER_COUNT,
    CONF_USER_AGENT,
    CONF_VOD,
    CONF_VOD_CATEGORIES,
    SUBENTRY_ACESTREAM,
    SUBENTRY_LIBRARY,
    SUBENTRY_PLAYLIST,
    SUBENTRY_PROVIDER,
    SUBENTRY_TUNER,
    SUBENTRY_VIRTUAL_CHANNEL,
)
from .engine.model import Account
from .engine.settings import (
    AceStreamSettings,
    LibrarySettings,
    PlaylistSettings,
    ProviderLogin,
    ProviderSettings,
    Settings,
    SourceSettings,
    TunerSettings,
    VirtualSettings,
)

_OPTIONS = (
    CONF_CLEANUP_INTERVAL,
    CONF_DEFAULT_PROFILE,
    CONF_DEVICE_NAME,
    CONF_DISCOVERY,
    CONF_GRACE_PERIOD,
    CONF_HARDWARE_ACCELERATION,
    CONF_HTTP_PORT,
    CONF_MAX_ENCODERS,
    CONF_PLAYLIST_SIZE,
    CONF_PUBLIC_URL,
    CONF_SEGMENT_DURATION,
    CONF_SESSION_HISTORY_DAYS,
    CONF_SPLIT_LINEUP,
    CONF_TUNER_COUNT,
)
# These are looked up anew whenever they are needed; all others when the engine starts.
_READ_LIVE = (
    CONF_ALLOWED_NETWORKS,
    CONF_DEFAULT_PROFILE,
    CONF_DEVICE_NAME,
    CONF_PUBLIC_URL,
)
_PLAYLIST = (CONF_EPG_OFFSET, CONF_USER_AGENT, CONF_MAX_STREAMS, CONF_REFRESH_HOURS)
_PROVIDER = (
    CONF_LIVE,
    CONF_VOD,
    CONF_SERIES,
    CONF_USER_AGENT,
    CONF_MAX_STREAMS,
    CONF_REFRESH_HOURS,
)
_ACESTREAM = (CONF_PLAYLIST_URL, CONF_CONTENT_IDS, CONF_SHARE, CONF_MAX_STREAMS)
_VIRTUAL = (CONF_NUMBER, CONF_GROUP, CONF_ORDER, CONF_LOOP)


def hub_settings(options: Mapping[str, Any], folders: Iterable[str]) -> Settings:
    """Answer the hub's settings; `folders` is where a source's path may lead.

    Resolves the folders, which asks the disk.
    """
    chosen = {name: options[name] for name in _OPTIONS if name in options}
    if CONF_ALLOWED_NETWORKS in options:
        chosen[CONF_ALLOWED_NETWORKS] = tuple(options[CONF_ALLOWED_NETWORKS])
    resolved = tuple(Path(folder).resolve() for folder in sorted(folders))
    return Settings(**chosen, allowed_folders=resolved)


def needs_reload(now: Settings, wanted: Settings) -> bool:
    """Tell whether the engine must be started anew to have the wanted settings."""
    live = {name: getattr(wanted, name) for name in _READ_LIVE}
    return replace(now, **live) != wanted


def source_settings(subentry: ConfigSubentry) -> SourceSettings:
    """Answer a subentry as the source that it is."""
    read = _READERS[subentry.subentry_type]
    return read(subentry.subentry_id, subentry.title, subentry.data)


def read_playlist(id: str, name: str, data: Mapping[str, Any]) -> PlaylistSettings:
    """Answer a playlist as its form gives it."""
    return PlaylistSettings(
        id=id,
        name=name,
        url=data[CONF_URL],
        epg_urls=tuple(data.get(CONF_EPG_URLS, ())),
        **{key: data[key] for key in _PLAYLIST if key in data},
    )


def read_provider(id: str, name: str, data: Mapping[str, Any]) -> ProviderSettings:
    """Answer an Xtream Codes provider as its form gives it."""
    return ProviderSettings(
        id=id,
        name=name,
        url=data[CONF_URL],
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        fallback_urls=tuple(data.get(CONF_FALLBACK_URLS, ())),
        accounts=tuple(map(_login, data.get(CONF_ACCOUNTS, ()))),
        categories=_chosen(data, CONF_CATEGORIES),
        vod_categories=_chosen(data, CONF_VOD_CATEGORIES),
        series_categories=_chosen(data, CONF_SERIES_CATEGORIES),
        **{key: data[key] for key in _PROVIDER if key in data},
    )


def _chosen(data: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    return tuple(data.get(name) or ()) or None


def _login(text: str) -> ProviderLogin:
    username, _, password = text.partition(":")
    return ProviderLogin(username=username.strip(), password=password.strip())


def read_acestream(id: str, name: str, data: Mapping[str, Any]) -> AceStreamSettings:
    """Answer an AceStream engine as its form gives it."""
    return AceStreamSettings(
        id=id,
        name=name,
        engine_url=data[CONF_ENGINE_URL],
        **{key: data[key] for key in _ACESTREAM if key in data},
    )


def read_tuner(id: str, name: str, data: Mapping[str, Any]) -> TunerSettings:
    """Answer an HDHomeRun tuner as its form gives it."""
    return TunerSettings(
        id=id, name=name, host=data[CONF_HOST], max_streams=data[CONF_TUNER_COUNT]
    )


def read_library(id: str, name: str, data: Mapping[str, Any]) -> LibrarySettings:
    """Answer a library as its form gives it."""
    return LibrarySettings(id=id, name=name, folders=tuple(data[CONF_FOLDERS]))


def read_virtual(id: str, name: str, data: Mapping[str, Any]) -> VirtualSettings:
    """Answer a virtual channel as its form gives it; blocks go by the clocks here."""
    return VirtualSettings(
        id=id,
        name=name,
        folders=tuple(data[CONF_FOLDERS]),
        files=tuple(data[CONF_FILES]),
        filler=tuple(data[CONF_FILLER]),
        starts_at=milliseconds(datetime.fromisoformat(data[CONF_STARTS_AT])),
        schedule=plan_text(data.get(CONF_SCHEDULE)),
        zone=str(dt_util.get_default_time_zone()),
        **{key: data[key] for key in _VIRTUAL},
    )


def plan_text(schedule: object) -> str:
    """Answer the blocks of a form as the engine reads them; empty where there are none."""
    return json.dumps(schedule, ensure_ascii=False) if schedule else ""


def milliseconds(time: datetime) -> int:
    """Answer a time, with its zone, as timelines count it: since 1970, in UTC."""
    return round(time.timestamp() * 1000)


_READERS: Mapping[str, Callable[[str, str, Mapping[str, Any]], SourceSettings]] = {
    SUBENTRY_PLAYLIST: read_playlist,
    SUBENTRY_PROVIDER: read_provider,
    SUBENTRY_ACESTREAM: read_acestream,
    SUBENTRY_TUNER: read_tuner,
    SUBENTRY_LIBRARY: read_library,
    SUBENTRY_VIRTUAL_CHANNEL: read_virtual,
}


def account(subentry: ConfigSubentry) -> Account:
    """Answer an account subentry; it is good until its last day has ended here."""
    data = subentry.data
    groups = data.get(CONF_GROUPS)
    return Account(
        id=subentry.subentry_id,
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        max_connections=data[CONF_MAX_CONNECTIONS],
        expires=_end_of_day(data[CONF_EXPIRES]) if data.get(CONF_EXPIRES) else None,
        groups=frozenset(groups) if groups else None,
        enabled=data[CONF_ENABLED],
        created=data[CONF_CREATED],
    )


def _end_of_day(day: str) -> datetime:
    return dt_util.start_of_local_day(date.fromisoformat(day) + timedelta(days=1))
