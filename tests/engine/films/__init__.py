"""Tests of films and series."""
