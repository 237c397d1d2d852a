"""Automations of a real Home Assistant run when viewers come and go."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
import random
import shutil
from typing import Any

import aiohttp
import pytest

from scripts.workbench.home_assistant import CONFIGURATION, ROOT
from scripts.workbench.websocket import Socket, open_socket

from .viewer import Viewer, watching
from .world import SESSIONS, SLOTS, STREAMS, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

AUTOMATIONS = """\
automation: !include automations.yaml
scene:
input_boolean:
  lamp:
    initial: true
template:
  - light:
      - name: Lamp
        state: "{{ is_state('input_boolean.lamp', 'on') }}"
        turn_on:
          action: input_boolean.turn_on
          target:
            entity_id: input_boolean.lamp
        turn_off:
          action: input_boolean.turn_off
          target:
            entity_id: input_boolean.lamp
"""
BLUEPRINTS = "blueprints/automation/telecast"
STREAM = "/telecast/stream/1.ts"
LAMP = "light.lamp"
RAN = "ran"
SAMPLES = 100
MOST_VIEWERS = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration with automations, our blueprints, and a lamp."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "configuration.yaml").write_text(CONFIGURATION + AUTOMATIONS)
    (folder / "automations.yaml").write_text("[]")
    shutil.copytree(ROOT / BLUEPRINTS, folder / BLUEPRINTS)
    return folder


@asynccontextmanager
async def listening(world: World, event: str) -> AsyncIterator[Socket]:
    """Hear each event of a kind that comes inside the block."""
    token = world.frontend.tokens()["access_token"]
    async with (
        aiohttp.ClientSession() as session,
        open_socket(session, world.home.url, token) as socket,
    ):
        await socket.command("subscribe_events", event_type=event)
        yield socket


@asynccontextmanager
async def automation(world: World, name: str, **config: Any) -> AsyncIterator[str]:
    """Have an automation inside the block, made as people make them; answer its entity."""
    path = f"/api/config/automation/config/{name}"
    await world.frontend.post(path, {"alias": name, **config})
    entity = f"automation.{name}"
    try:
        await world.frontend.until(entity, lambda state: state["state"] == "on")
        yield entity
    finally:
        await world.frontend.delete(path)


def telling(
    trigger: str, *conditions: dict[str, Any], **options: Any
) -> dict[str, Any]:
    """An automation that fires an event when it runs."""
    data = {
        "trigger": "{{ trigger.platform }}",
        "channel": "{{ (trigger.session | default(trigger.stream)).channel }}",
        "client": "{{ (trigger.session | default({})).client | default('') }}",
        "reason": "{{ trigger.reason | default('') }}",
    }
    return {
        "triggers": [{"trigger": trigger, "options": options}],
        "conditions": list(conditions),
        "actions": [{"event": RAN, "event_data": data}],
        "mode": "queued",
    }


async def ran(socket: Socket) -> dict[str, Any]:
    """Wait until an automation runs; answer what it tells."""
    return dict((await socket.event())["data"])


async def test_an_automation_runs_when_a_viewer_comes_and_when_he_goes(
    world: World,
) -> None:
    started = telling("telecast.session_started", channel="Demo One")
    ended = telling("telecast.session_ended", channel="1", client="127.0.0.0/8")
    others = telling("telecast.session_started", client="192.168.1.0/24")
    async with (
        automation(world, "started", **started),
        automation(world, "ended", **ended),
        automation(world, "others", **others) as never,
        listening(world, RAN) as socket,
    ):
        for _ in range(3):
            async with watching(world.url(STREAM)) as viewer:
                assert await ran(socket) == {
                    "trigger": "telecast.session_started",
                    "channel": "Demo One",
                    "client": "127.0.0.1",
                    "reason": "",
                }
                await viewer.until_it_plays()
            assert await ran(socket) == {
                "trigger": "telecast.session_ended",
                "channel": "Demo One",
                "client": "127.0.0.1",
                "reason": "left",
            }
        state = await world.frontend.state(never)
        assert state["attributes"]["last_triggered"] is None


async def test_an_automation_runs_when_a_stream_fails(world: World) -> None:
    failed = telling("telecast.stream_failed", channel="2", source="Demo")
    async with (
        automation(world, "failed", **failed),
        listening(world, RAN) as socket,
    ):
        world.provider.die(2)
        try:
            async with watching(world.url("/telecast/stream/2.ts")) as viewer:
                assert viewer.status == 503
            run = await ran(socket)
        finally:
            world.provider.live_again()
        assert run["trigger"] == "telecast.stream_failed"
        assert (run["channel"], run["reason"]) == ("Demo Two", "cannot_connect")


async def test_a_condition_knows_whether_anybody_watches(world: World) -> None:
    nobody = {
        "condition": "not",
        "conditions": [
            {"condition": "telecast.is_watching", "options": {"channel": "1"}}
        ],
    }
    last = telling("telecast.session_ended", nobody)
    async with (
        automation(world, "last_one_left", **last),
        listening(world, RAN) as runs,
        listening(world, "telecast_session_ended") as ends,
    ):
        async with watching(world.url(STREAM), "last") as stays:
            await stays.until_it_plays()
            async with watching(world.url(STREAM), "first") as leaves:
                await leaves.until_it_plays()
            assert (await ends.event())["data"]["user_agent"] == "first"
        assert (await ends.event())["data"]["user_agent"] == "last"
        # There is one run, and it is of the last one.
        assert (await ran(runs))["channel"] == "Demo One"
        entity = "automation.last_one_left"
        await world.frontend.until(entity, lambda one: not one["attributes"]["current"])
        async with watching(world.url(STREAM), "another") as another:
            await another.until_it_plays()
        assert (await ran(runs))["channel"] == "Demo One"


async def test_automations_go_on_after_telecast_was_reloaded(world: World) -> None:
    async with (
        automation(world, "started", **telling("telecast.session_started")),
        automation(world, "ended", **telling("telecast.session_ended")),
        listening(world, RAN) as socket,
    ):
        async with watching(world.url(STREAM)) as viewer:
            await viewer.until_it_plays()
            assert (await ran(socket))["trigger"] == "telecast.session_started"
            await world.frontend.reload(await world.entry())
            run = await ran(socket)
            assert (run["trigger"], run["reason"]) == (
                "telecast.session_ended",
                "stopping",
            )
        async with watching(world.url(STREAM)) as viewer:
            await viewer.until_it_plays()
            assert (await ran(socket))["trigger"] == "telecast.session_started"
        assert (await ran(socket))["reason"] == "left"


async def test_a_blueprint_pauses_the_lights_while_somebody_watches(
    world: World,
) -> None:
    made = {
        "path": "telecast/pause_lights.yaml",
        "input": {"lights": [LAMP], "clients": ["127.0.0.1"], "patience": 0},
    }
    await world.frontend.until(LAMP, lambda state: state["state"] == "on")
    async with automation(world, "paused", use_blueprint=made):
        for _ in range(2):
            async with watching(world.url(STREAM)):
                await world.frontend.until(LAMP, lambda state: state["state"] == "off")
            await world.frontend.until(LAMP, lambda state: state["state"] == "on")


class Crowd:
    """Viewers who come and go at random, and what the sensors say of them."""

    def __init__(self, world: World, socket: Socket) -> None:
        self._world = world
        self._socket = socket
        self._chance = random.Random(0)
        self._viewers: dict[str, tuple[int, AsyncExitStack]] = {}
        self._names = [channel.name for channel in world.provider.channels]
        self._states: dict[str, dict[str, Any]] = {}
        self._ever = 0
        self._least = self._most = 0
        """Between these is what a true sensor may say until the next sample."""

    async def look(self) -> None:
        """Begin with what the sensors say now."""
        for state in await self._socket.command("get_states"):
            self._states[state["entity_id"]] = state

    async def step(self) -> None:
        """Let one to three viewers come or go."""
        self._least = self._most = len(self._viewers)
        for _ in range(self._chance.randint(1, 3)):
            if len(self._viewers) < self._chance.randint(0, MOST_VIEWERS):
                await self._come()
            else:
                await self._go()

    async def leave(self) -> None:
        """Let all go."""
        self._least = self._most = len(self._viewers)
        while self._viewers:
            await self._go()

    async def sample(self) -> None:
        """Wait until the sensors say who watches what; they never say anything untrue."""
        while not (self._sessions_are_right() and self._streams_are_right()):
            change = (await self._socket.event())["data"]
            if (entity := change["entity_id"]) not in (SESSIONS, STREAMS):
                continue
            self._states[entity] = state = change["new_state"]
            count = int(state["state"])
            if entity == SESSIONS:
                assert self._least <= count <= self._most
                assert count == len(state["attributes"]["sessions"])
            else:
                assert 0 <= count <= SLOTS
                assert count == len(state["attributes"]["streams"])

    def _sessions_are_right(self) -> bool:
        state = self._states[SESSIONS]
        shown = {
            (one["user_agent"], one["channel"])
            for one in state["attributes"]["sessions"]
        }
        watched = {
            (agent, self._names[number - 1])
            for agent, (number, _) in self._viewers.items()
        }
        return shown == watched and int(state["state"]) == len(self._viewers)

    def _streams_are_right(self) -> bool:
        state = self._states[STREAMS]
        shown = {
            one["channel"]: one["client_count"]
            for one in state["attributes"]["streams"]
        }
        numbers = [number for number, _ in self._viewers.values()]
        watched = {self._names[number - 1]: numbers.count(number) for number in numbers}
        # A stream that nobody watches any more is there for its grace.
        return {name: count for name, count in shown.items() if count} == watched

    async def _come(self) -> None:
        self._ever += 1
        agent, number = f"viewer {self._ever}", self._chance.randint(1, SLOTS)
        self._most += 1
        stack = AsyncExitStack()
        self._viewers[agent] = (number, stack)
        url = self._world.url(f"/telecast/stream/{number}.ts")
        viewer: Viewer = await stack.enter_async_context(watching(url, agent))
        await viewer.until_it_plays()

    async def _go(self) -> None:
        if self._viewers:
            agent = self._chance.choice(sorted(self._viewers))
            self._least -= 1
            await self._viewers.pop(agent)[1].aclose()


@pytest.mark.timeout(300)
async def test_the_sensors_agree_with_what_is_connected(world: World) -> None:
    provider = world.provider
    await provider.until(lambda provider: provider.open == 0)
    async with listening(world, "state_changed") as socket:
        crowd = Crowd(world, socket)
        await crowd.look()
        try:
            for _ in range(SAMPLES):
                await crowd.step()
                await crowd.sample()
        finally:
            await crowd.leave()
        await crowd.sample()
        await provider.until(lambda provider: provider.open == 0)
        for entity in (STREAMS, "sensor.demo_streams_in_use", SESSIONS):
            await world.frontend.until(entity, lambda state: state["state"] == "0")
