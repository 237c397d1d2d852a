"""Lets players in the house find Telecast, and says what is in their way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import IPv4Address

from homeassistant.components import network
from homeassistant.core import HomeAssistant, callback

from .engine.engine import Engine
from .repairs import (
    async_clear_discovery,
    async_report_discovery,
    async_report_discovery_without_http,
)
from .servers.discovery import (
    Discovery,
    Door,
    Interface,
    Place,
    Problem,
    open_discovery,
)
from .servers.hdhomerun_devices import EngineDevices, EngineTuners

_LOOPBACK = Place(
    host="127.0.0.1", interfaces=(Interface(index=0, ipv4=IPv4Address("127.0.0.1")),)
)


@asynccontextmanager
async def open_hub_discovery(
    hass: HomeAssistant, engine: Engine, *, own_port: int | None
) -> AsyncIterator[None]:
    """Let the engine's tuners be found; nothing that fails is raised.

    `own_port` is the port of our own that answers plain HTTP, if there is one. Players
    that find tuners ask them in plain HTTP only: where nothing answers that, an issue
    says so.
    """
    door = _door(hass, own_port)
    if door is None:
        async_report_discovery_without_http(hass)
    try:
        if door is None:
            yield
            return
        async with open_discovery(
            devices=EngineDevices(engine),
            tuners=EngineTuners(engine),
            door=door,
            place=await _place(hass, door),
            on_change=lambda discovery: _report(hass, discovery),
        ):
            yield
    finally:
        # What was ignored before a restart stays so after it.
        if not hass.is_stopping:
            async_clear_discovery(hass)


def _door(hass: HomeAssistant, own_port: int | None) -> Door | None:
    """Answer which port answers plain HTTP."""
    if own_port:
        return Door(port=own_port)
    if hass.http.ssl_certificate is None:
        hosts = tuple(hass.http.server_host or ())
        return Door(port=hass.http.server_port, hosts=hosts)
    return None


async def _place(hass: HomeAssistant, door: Door) -> Place:
    """Answer where to listen: where Home Assistant does, on its network adapters."""
    if door.on_loopback:
        return _LOOPBACK
    return Place(
        interfaces=tuple(
            Interface(
                index=adapter["index"] or 0,
                ipv4=(
                    IPv4Address(adapter["ipv4"][0]["address"])
                    if adapter["ipv4"]
                    else None
                ),
                ipv6=bool(adapter["ipv6"]),
            )
            for adapter in await network.async_get_adapters(hass)
            if adapter["enabled"]
        )
    )


@callback
def _report(hass: HomeAssistant, discovery: Discovery) -> None:
    """Say what does not work now, and take back what does again."""
    for problem in Problem:
        parts = [part for part, why in discovery.problems.items() if why is problem]
        if parts:
            async_report_discovery(hass, problem, parts)
        else:
            async_clear_discovery(hass, problem)
