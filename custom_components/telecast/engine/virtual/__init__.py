"""Virtual channels: what the user's own files are played as, and when."""
