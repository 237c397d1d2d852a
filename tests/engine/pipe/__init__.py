"""Films on their way to one viewer."""
