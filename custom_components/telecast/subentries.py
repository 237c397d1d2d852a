"""Keeps the engine's sources and accounts as the entry's subentries are, without a reload."""

import asyncio
from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .const import DOMAIN, SOURCE_KINDS, SUBENTRY_ACCOUNT
from .engine.engine import Engine
from .engine.settings import SourceSettings
from .settings import account, source_settings

type SubentryListener = Callable[[ConfigSubentry], None]


class Subentries:
    """The subentries that the engine knows of."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, engine: Engine) -> None:
        self._hass = hass
        self._entry = entry
        self._engine = engine
        self._sources: dict[str, SourceSettings] = {}
        self._told: set[str] = set()
        self._listeners: list[SubentryListener] = []
        self._busy = asyncio.Lock()
        self._closed = False

    async def async_restore(self) -> None:
        """Begin: forget what was removed while we were away, and tell of all there is."""
        sources = self._of_type(*SOURCE_KINDS)
        await self._engine.sources.keep_only({one.subentry_id for one in sources})
        await self.async_apply()

    async def async_apply(self) -> None:
        """Tell the engine, and those who follow, what was added, changed and removed.

        Sources that are as they were are not touched, nor are their streams.
        """
        async with self._busy:
            if self._closed:
                return
            self._engine.accounts.replace(
                account(subentry) for subentry in self._of_type(SUBENTRY_ACCOUNT)
            )
            wanted = {
                subentry.subentry_id: source_settings(subentry)
                for subentry in self._of_type(*SOURCE_KINDS)
            }
            for source_id in self._sources.keys() - wanted.keys():
                await self._engine.sources.remove(source_id)
                del self._sources[source_id]
            for source_id, settings in wanted.items():
                await self._apply_source(source_id, settings)
            self._tell()

    async def async_close(self) -> None:
        """Apply nothing more; wait for what is being applied."""
        async with self._busy:
            self._closed = True

    @callback
    def async_follow(self, listener: SubentryListener) -> CALLBACK_TYPE:
        """Call `listener` for each subentry that there is, and each that will come."""
        self._listeners.append(listener)
        for subentry in self._entry.subentries.values():
            if subentry.subentry_id in self._told:
                listener(subentry)

        def unfollow() -> None:
            self._listeners.remove(listener)

        return unfollow

    def _of_type(self, *subentry_types: str) -> list[ConfigSubentry]:
        return [
            subentry
            for subentry in self._entry.subentries.values()
            if subentry.subentry_type in subentry_types
        ]

    async def _apply_source(self, source_id: str, settings: SourceSettings) -> None:
        known = self._sources.get(source_id)
        if not known:
            await self._engine.sources.add(settings)
        elif known != settings:
            await self._engine.sources.update(settings)
        self._sources[source_id] = settings

    @callback
    def _tell(self) -> None:
        devices = dr.async_get(self._hass)
        self._told &= self._entry.subentries.keys()
        for subentry in tuple(self._entry.subentries.values()):
            if subentry.subentry_id not in self._told:
                self._told.add(subentry.subentry_id)
                for listener in tuple(self._listeners):
                    listener(subentry)
            elif device := devices.async_get_device_by_identifier(
                (DOMAIN, subentry.subentry_id), self._entry.entry_id
            ):
                devices.async_update_device(device.id, name=subentry.title)
