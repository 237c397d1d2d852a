"""Processes: FFmpeg run as a context, its pipes, its last words, and what was left of it."""
