"""HLS as an upstream: playlists followed, segments fetched and joined (RFC 8216)."""

from .loading import MAX_PLAYLIST
from .playing import open_hls

__all__ = ["MAX_PLAYLIST", "open_hls"]
