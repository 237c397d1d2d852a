"""The composition root: every part of the engine, opened and closed in order."""

from .composition import open_engine

__all__ = ["open_engine"]
