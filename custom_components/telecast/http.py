"""The engine's servers on Home Assistant's own port."""

from collections.abc import Awaitable, Callable

from aiohttp import web
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import HomeAssistantView
from homeassistant.helpers.network import is_cloud_connection

from .coordinator import loaded_engine
from .engine.engine import Engine
from .servers.site import ROUTES, Route, guarded

_MAX_BODY = 64 * 1024

type ViewHandler = Callable[..., Awaitable[web.StreamResponse]]


class TelecastView(HomeAssistantView):
    """One route, with the servers' own access rules instead of Home Assistant's."""

    requires_auth = False
    cors_allowed = False
    max_body_size = _MAX_BODY  # heeded from Home Assistant 2026.11 on

    def __init__(self, hass: HomeAssistant, route: Route) -> None:
        self.url = route.path
        self.name = route.name
        for method in route.handlers:
            setattr(self, method.lower(), _handler(hass, route, method))


@callback
def async_register_views(hass: HomeAssistant) -> None:
    """Register all routes, for good: Home Assistant cannot take a view back."""
    for route in ROUTES:
        hass.http.register_view(TelecastView(hass, route))


def _handler(hass: HomeAssistant, route: Route, method: str) -> ViewHandler:
    def engine_of() -> Engine | None:
        return loaded_engine(hass)

    def is_remote(_request: web.Request) -> bool:
        return is_cloud_connection(hass)

    answer = guarded(route, method, engine_of, is_remote)

    async def handler(request: web.Request, **_match: str) -> web.StreamResponse:
        return await answer(request)

    return handler
