"""Measures inside Home Assistant how long its event loop is held."""

from typing import Any

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView

from .probe import Probe


async def async_setup(hass: HomeAssistant, _config: dict[str, Any]) -> bool:
    """Measure from now on, and answer on /loop_probe."""
    probe = Probe(hass.loop)
    probe.tick()
    hass.http.register_view(_ProbeView(probe))
    return True


class _ProbeView(HomeAssistantView):
    """Answers what was measured since it was last asked."""

    url = "/loop_probe"
    name = "loop_probe"
    requires_auth = False

    def __init__(self, probe: Probe) -> None:
        self._probe = probe

    async def get(self, _request: web.Request) -> web.Response:
        """Answer the report."""
        return web.json_response(self._probe.report())
