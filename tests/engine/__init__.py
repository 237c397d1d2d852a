"""Tests of Telecast."""
