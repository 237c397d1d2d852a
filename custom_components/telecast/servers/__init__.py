"""Servers: aiohttp.web handlers over the engine, one module per foreign language."""
