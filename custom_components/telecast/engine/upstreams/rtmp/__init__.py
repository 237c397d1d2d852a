"""RTMP as an upstream: spoken by us, its media then taken apart by FFmpeg."""

from .playing import open_rtmp

__all__ = ["open_rtmp"]
