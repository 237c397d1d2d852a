"""Measurements: Telecast beside what else could do its work, in one run."""
