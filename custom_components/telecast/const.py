"""Names that Home Assistant and its users see; fixed by the contract."""

from typing import Final

DOMAIN: Final = "telecast"

SUBENTRY_PLAYLIST: Final = "playlist"
SUBENTRY_ACCOUNT: Final = "account"
SOURCE_KINDS: Final = frozenset({SUBENTRY_PLAYLIST})
"""The subentry types that are sources."""

CONF_ALLOWED_NETWORKS: Final = "allowed_networks"
CONF_CLEANUP_INTERVAL: Final = "cleanup_interval"
CONF_DEFAULT_PROFILE: Final = "default_profile"
CONF_DEVICE_NAME: Final = "device_name"
CONF_GRACE_PERIOD: Final = "grace_period"
CONF_HARDWARE_ACCELERATION: Final = "hardware_acceleration"
CONF_HTTP_PORT: Final = "http_port"
CONF_MAX_ENCODERS: Final = "max_encoders"
CONF_PLAYLIST_SIZE: Final = "playlist_size"
CONF_PUBLIC_URL: Final = "public_url"
CONF_SEGMENT_DURATION: Final = "segment_duration"
CONF_TUNER_COUNT: Final = "tuner_count"

CONF_EPG_URLS: Final = "epg_urls"
CONF_MAX_STREAMS: Final = "max_streams"
CONF_REFRESH_HOURS: Final = "refresh_hours"
CONF_USER_AGENT: Final = "user_agent"

CONF_CREATED: Final = "created"
CONF_ENABLED: Final = "enabled"
CONF_EXPIRES: Final = "expires"
CONF_GROUPS: Final = "groups"
CONF_MAX_CONNECTIONS: Final = "max_connections"

EVENT_SESSION_STARTED: Final = "telecast_session_started"
EVENT_SESSION_ENDED: Final = "telecast_session_ended"
EVENT_STREAM_FAILED: Final = "telecast_stream_failed"
EVENT_SOURCE_FAILED: Final = "telecast_source_failed"

ISSUE_DATABASE_SET_ASIDE: Final = "database_set_aside"
ISSUE_FFMPEG_MISSING: Final = "ffmpeg_missing"
ISSUE_FFMPEG_TOO_OLD: Final = "ffmpeg_too_old"
ISSUE_FFMPEG_WITHOUT_H264: Final = "ffmpeg_without_h264"
ISSUE_PORT_IN_USE: Final = "port_in_use"

SERVICE_PLAY: Final = "play"
SERVICE_REFRESH: Final = "refresh"
SERVICE_STOP_STREAM: Final = "stop_stream"
ATTR_CHANNEL: Final = "channel"
ATTR_SOURCE: Final = "source"

HLS_CONTENT_TYPE: Final = "application/x-mpegURL"
