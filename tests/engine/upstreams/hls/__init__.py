"""HLS as an upstream: playlists that slide, segments of all kinds."""
