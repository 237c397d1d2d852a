"""Names that Home Assistant and its users see; fixed by the contract."""

from typing import Final

DOMAIN: Final = "telecast"

SUBENTRY_PLAYLIST: Final = "playlist"
SUBENTRY_PROVIDER: Final = "provider"
SUBENTRY_ACESTREAM: Final = "acestream"
SUBENTRY_TUNER: Final = "tuner"
SUBENTRY_LIBRARY: Final = "library"
SUBENTRY_VIRTUAL_CHANNEL: Final = "virtual_channel"
SUBENTRY_ACCOUNT: Final = "account"
SOURCE_KINDS: Final = frozenset(
    {
        SUBENTRY_PLAYLIST,
        SUBENTRY_PROVIDER,
        SUBENTRY_ACESTREAM,
        SUBENTRY_TUNER,
        SUBENTRY_LIBRARY,
        SUBENTRY_VIRTUAL_CHANNEL,
    }
)
"""The subentry types that are sources."""

CONF_ALLOWED_NETWORKS: Final = "allowed_networks"
CONF_CLEANUP_INTERVAL: Final = "cleanup_interval"
CONF_DEFAULT_PROFILE: Final = "default_profile"
CONF_DEVICE_NAME: Final = "device_name"
CONF_DISCOVERY: Final = "discovery"
CONF_GRACE_PERIOD: Final = "grace_period"
CONF_HARDWARE_ACCELERATION: Final = "hardware_acceleration"
CONF_HTTP_PORT: Final = "http_port"
CONF_MAX_ENCODERS: Final = "max_encoders"
CONF_PLAYLIST_SIZE: Final = "playlist_size"
CONF_PUBLIC_URL: Final = "public_url"
CONF_SEGMENT_DURATION: Final = "segment_duration"
CONF_SESSION_HISTORY_DAYS: Final = "session_history_days"
CONF_SPLIT_LINEUP: Final = "split_lineup"
CONF_TUNER_COUNT: Final = "tuner_count"

CONF_EPG_OFFSET: Final = "epg_offset"
CONF_EPG_URLS: Final = "epg_urls"
CONF_MAX_STREAMS: Final = "max_streams"
CONF_REFRESH_HOURS: Final = "refresh_hours"
CONF_USER_AGENT: Final = "user_agent"

CONF_ACCOUNTS: Final = "accounts"
CONF_CATEGORIES: Final = "categories"
CONF_FALLBACK_URLS: Final = "fallback_urls"
CONF_LIVE: Final = "live"
CONF_SERIES: Final = "series"
CONF_SERIES_CATEGORIES: Final = "series_categories"
CONF_SUBENTRY: Final = "subentry"
CONF_VOD: Final = "vod"
CONF_VOD_CATEGORIES: Final = "vod_categories"

CONF_CONTENT_IDS: Final = "content_ids"
CONF_ENGINE_URL: Final = "engine_url"
CONF_PLAYLIST_URL: Final = "playlist_url"
CONF_SHARE: Final = "share"

CONF_FOLDERS: Final = "folders"

CONF_FILES: Final = "files"
CONF_FILLER: Final = "filler"
CONF_GROUP: Final = "group"
CONF_LOOP: Final = "loop"
CONF_NUMBER: Final = "number"
CONF_ORDER: Final = "order"
CONF_SCHEDULE: Final = "schedule"
CONF_STARTS_AT: Final = "starts_at"

CONF_CREATED: Final = "created"
CONF_ENABLED: Final = "enabled"
CONF_EXPIRES: Final = "expires"
CONF_GROUPS: Final = "groups"
CONF_MAX_CONNECTIONS: Final = "max_connections"

EVENT_SESSION_STARTED: Final = "telecast_session_started"
EVENT_SESSION_ENDED: Final = "telecast_session_ended"
EVENT_STREAM_FAILED: Final = "telecast_stream_failed"
EVENT_SOURCE_FAILED: Final = "telecast_source_failed"

ISSUE_ACESTREAM_ENGINE: Final = "acestream_engine"
ISSUE_DATABASE_SET_ASIDE: Final = "database_set_aside"
ISSUE_DISCOVERY_NO_MULTICAST: Final = "discovery_no_multicast"
ISSUE_DISCOVERY_PORT_TAKEN: Final = "discovery_port_taken"
ISSUE_DISCOVERY_REFUSED: Final = "discovery_refused"
ISSUE_DISCOVERY_WITHOUT_HTTP: Final = "discovery_without_http"
ISSUE_FFMPEG_MISSING: Final = "ffmpeg_missing"
ISSUE_FFMPEG_TOO_OLD: Final = "ffmpeg_too_old"
ISSUE_FFMPEG_WITHOUT_H264: Final = "ffmpeg_without_h264"
ISSUE_PORT_IN_USE: Final = "port_in_use"
ISSUE_PROVIDER_EXPIRED: Final = "provider_expired"
ISSUE_PROVIDER_EXPIRES: Final = "provider_expires"
ISSUE_VIRTUAL_CHANNEL_MISSING: Final = "virtual_channel_missing"

SERVICE_ADD_ITEMS: Final = "add_items"
SERVICE_END_SESSION: Final = "end_session"
SERVICE_GET_CHANNELS: Final = "get_channels"
SERVICE_GET_ITEMS: Final = "get_items"
SERVICE_GET_PROGRAMMES: Final = "get_programmes"
SERVICE_GET_SCHEDULE: Final = "get_schedule"
SERVICE_GET_SESSIONS: Final = "get_sessions"
SERVICE_MOVE_ITEM: Final = "move_item"
SERVICE_PLAY: Final = "play"
SERVICE_REFRESH: Final = "refresh"
SERVICE_REMOVE_ITEMS: Final = "remove_items"
SERVICE_SCHEDULE: Final = "schedule"
SERVICE_SKIP: Final = "skip"
SERVICE_STOP_STREAM: Final = "stop_stream"
SERVICE_UNSCHEDULE: Final = "unschedule"
SERVICE_UPDATE_CHANNEL: Final = "update_channel"
ATTR_ACCOUNT: Final = "account"
ATTR_CHANNEL: Final = "channel"
ATTR_CLIENT: Final = "client"
ATTR_SESSION: Final = "session"
ATTR_SOURCE: Final = "source"

HLS_CONTENT_TYPE: Final = "application/x-mpegURL"
