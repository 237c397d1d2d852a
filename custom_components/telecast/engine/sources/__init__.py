"""Where channels come from, one module per kind of source."""
