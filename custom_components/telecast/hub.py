"""The engine as Home Assistant runs it, with a port of its own where one is wanted."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
import logging
from pathlib import Path

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.util.ssl import get_default_context

from .const import DOMAIN
from .discovery import open_hub_discovery
from .engine.composition import open_engine
from .engine.engine import Engine
from .engine.events import EncoderChanged, Event
from .provider_logins import asking_for_logins
from .repairs import (
    async_clear_ffmpeg,
    async_clear_port_in_use,
    async_report_ffmpeg,
    async_report_port_in_use,
    async_report_set_aside,
)
from .servers.site import open_site
from .settings import hub_settings
from .source_issues import reporting_sources

_LOGGER = logging.getLogger(__name__)


def data_folder(hass: HomeAssistant) -> Path:
    """Answer where the line-up lives; backed up with Home Assistant."""
    return Path(hass.config.path(DOMAIN))


def cache_folder(hass: HomeAssistant) -> Path:
    """Answer where lies what can be made anew; not backed up."""
    return Path(hass.config.cache_path(DOMAIN))


@asynccontextmanager
async def open_hub(hass: HomeAssistant, entry: ConfigEntry) -> AsyncIterator[Engine]:
    """Run the engine; leaving the block ends its streams and all that it holds."""
    settings = await hass.async_add_executor_job(
        hub_settings, entry.options, hass.config.allowlist_external_dirs
    )
    ffmpeg: str = get_ffmpeg_manager(hass).binary
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(
            open_engine(
                folder=data_folder(hass),
                cache_folder=cache_folder(hass),
                settings=settings,
                ssl_context=get_default_context(),
                ffmpeg=ffmpeg,
            )
        )
        if engine.store.set_aside:
            async_report_set_aside(hass, engine.store.set_aside)
        stack.enter_context(_reporting_ffmpeg(hass, engine, ffmpeg))
        stack.enter_context(reporting_sources(hass, engine))
        stack.enter_context(asking_for_logins(hass, entry, engine))
        own_port = await _open_port(hass, stack, engine)
        # Streams are ended before the port waits for its viewers.
        stack.callback(engine.close_streams)
        if settings.discovery:
            await stack.enter_async_context(
                open_hub_discovery(hass, engine, own_port=own_port)
            )
        yield engine


async def _open_port(
    hass: HomeAssistant, stack: AsyncExitStack, engine: Engine
) -> int | None:
    """Answer the port of our own, if there is one."""
    if not (port := engine.settings.http_port):
        return None
    try:
        return await stack.enter_async_context(open_site(port, lambda: engine))
    except OSError as err:
        _LOGGER.warning("Port %s cannot be opened: %s", port, err.strerror)
        async_report_port_in_use(hass, port)
        stack.callback(async_clear_port_in_use, hass)
        return None


@contextmanager
def _reporting_ffmpeg(
    hass: HomeAssistant, engine: Engine, ffmpeg: str
) -> Iterator[None]:
    """Say inside the block what is wrong with FFmpeg, as soon as that is known."""

    @callback
    def report() -> None:
        if problem := engine.encoders.problem:
            async_report_ffmpeg(hass, problem, ffmpeg)

    @callback
    def heard(event: Event) -> None:
        if isinstance(event, EncoderChanged):
            async_clear_ffmpeg(hass, keep=engine.encoders.problem)
            report()

    unsubscribe = engine.events.subscribe(heard)
    report()
    try:
        yield
    finally:
        unsubscribe()
        # What was ignored before a restart stays so after it.
        if not hass.is_stopping:
            async_clear_ffmpeg(hass)
