"""The engine: knows time, network, processes and disk, and nothing of Home Assistant."""
