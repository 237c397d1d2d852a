"""A Home Assistant with Telecast, and what tests do in it."""

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import Event, HomeAssistant, State, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.telecast.coordinator import TelecastCoordinator
from custom_components.telecast.engine.engine import Engine
from tests.fakes.provider import Provider
from tests.fakes.transport import Multiplex

SECOND = b"".join(Multiplex().seconds(1, frames=5, size=20))
_PATIENCE = 60.0


class Home:
    """A Home Assistant with Telecast set up."""

    def __init__(
        self, hass: HomeAssistant, entry: MockConfigEntry, player: TestClient[Any, Any]
    ) -> None:
        self.hass = hass
        self.entry = entry
        self.player = player

    @property
    def coordinator(self) -> TelecastCoordinator:
        """The loaded hub."""
        assert self.entry.state is ConfigEntryState.LOADED
        return self.entry.runtime_data

    @property
    def engine(self) -> Engine:
        """Its engine."""
        return self.coordinator.engine

    async def fill_in(
        self, kind: str, answer: dict[str, Any], subentry: ConfigSubentry | None = None
    ) -> dict[str, Any]:
        """Fill in the form of a new subentry, or of one that is there."""
        flows = self.hass.config_entries.subentries
        context: dict[str, Any] = {"source": "user"}
        if subentry:
            context = {"source": "reconfigure", "subentry_id": subentry.subentry_id}
        step = await flows.async_init((self.entry.entry_id, kind), context=context)
        if step["type"] is FlowResultType.FORM:
            assert not step["errors"]
            step = await flows.async_configure(step["flow_id"], answer)
        await self.hass.async_block_till_done()
        return dict(step)

    async def add(self, kind: str, **answer: Any) -> ConfigSubentry:
        """Add a subentry through its form."""
        before = set(self.entry.subentries)
        step = await self.fill_in(kind, answer)
        assert step["type"] is FlowResultType.CREATE_ENTRY, step
        (new,) = set(self.entry.subentries) - before
        return self.entry.subentries[new]

    async def add_playlist(
        self, provider: Provider, name: str = "Provider", **answer: Any
    ) -> ConfigSubentry:
        """Add the provider's playlist and wait until its channels are there."""
        answer = {"url": provider.playlist_url, "max_streams": 0, **answer}
        subentry = await self.add("playlist", name=name, **answer)
        entity = f"binary_sensor.{name.lower()}_connected"
        await self.until(entity, lambda state: state.state == "on")
        return subentry

    async def change(
        self, kind: str, subentry: ConfigSubentry, **answer: Any
    ) -> dict[str, Any]:
        """Change a subentry through its form."""
        step = await self.fill_in(kind, answer, subentry)
        assert step["reason"] == "reconfigure_successful", step
        return step

    def remove(self, subentry: ConfigSubentry) -> None:
        """Remove a subentry, as the frontend does."""
        self.hass.config_entries.async_remove_subentry(self.entry, subentry.subentry_id)

    def device(self, identifier: str | None = None) -> dr.DeviceEntry | None:
        """The device of a subentry, or the hub's."""
        return dr.async_get(self.hass).async_get_device_by_identifier(
            ("telecast", identifier or self.entry.entry_id), self.entry.entry_id
        )

    async def watch(self, number: str = "1") -> ClientResponse:
        """Watch a channel; the picture is there once this answers."""
        channel = await self.engine.lineup.by_number(number)
        response = await self.player.get(f"/telecast/stream/{channel.id}.ts")
        assert response.status == 200
        assert (await response.content.readexactly(188))[0] == 0x47
        return response

    async def unload(self) -> None:
        """Unload the entry."""
        assert await self.hass.config_entries.async_unload(self.entry.entry_id)
        await self.hass.async_block_till_done()

    async def until(
        self, entity: str, is_so: Callable[[State], bool] = lambda _: True
    ) -> State:
        """Wait until an entity's state is as wanted; answer it."""

        def look() -> State | None:
            state = self.hass.states.get(entity)
            return state if state and is_so(state) else None

        return await self.wait_for(look, "state_changed")

    async def wait_for[T](
        self, look: Callable[[], T | None], event: str = "state_changed"
    ) -> T:
        """Answer what `look` finds, at once or after one of the events."""
        news = asyncio.Event()

        @callback
        def heard(_event: Event) -> None:
            news.set()

        unsubscribe = self.hass.bus.async_listen(event, heard)
        try:
            async with asyncio.timeout(_PATIENCE):
                while (found := look()) is None:
                    await news.wait()
                    news.clear()
            return found
        finally:
            unsubscribe()

    def heard(self, event: str) -> list[dict[str, Any]]:
        """Collect the data of an event from now on."""
        collected: list[dict[str, Any]] = []

        @callback
        def collect(happened: Event) -> None:
            collected.append(dict(happened.data))

        self.hass.bus.async_listen(event, collect)
        return collected
