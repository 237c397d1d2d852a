"""Upstreams of all kinds, over real sockets and with a real FFmpeg."""
