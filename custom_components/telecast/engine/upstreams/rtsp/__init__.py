"""RTSP as an upstream: spoken by us with the server, and relayed to FFmpeg."""

from .watching import open_rtsp

__all__ = ["open_rtsp"]
