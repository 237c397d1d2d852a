"""FFmpeg between a stream and those who cannot take it as it is."""
