"""The Xtream Codes server."""
