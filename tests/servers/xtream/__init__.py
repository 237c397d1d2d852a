"""Tests of the Xtream Codes server."""
