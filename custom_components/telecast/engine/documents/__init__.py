"""Documents: lists and guides as players ask for them, rendered ahead and kept."""
