"""Demo channels: colour bars, a guide and endless streams, made on the spot."""
