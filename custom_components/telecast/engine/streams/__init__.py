"""Streams: one for a channel, fed by whatever candidate delivers, watched by many."""
