"""Tests of being found."""
