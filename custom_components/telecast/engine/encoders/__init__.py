"""Encoders: which of them this machine has, proven and not believed."""
