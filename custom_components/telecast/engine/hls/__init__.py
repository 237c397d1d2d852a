"""HLS of live channels: planned, cut, encoded where that must be, kept and listed."""
