"""TCP port 65001: what the device and its tuners say, and its locks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.streams.viewing import Viewing
from custom_components.telecast.formats.hdhomerun import control, packets
from custom_components.telecast.formats.hdhomerun.control import ControlRequest
from custom_components.telecast.servers.discovery.controlling import (
    IDLE_SECONDS,
    MOST_OF_ALL,
    MOST_OF_ONE,
    PER_SECOND,
)
from tests.fakes.engine import channel
from tests.fakes.loop_time import LoopTime

from .world import World, complaints, finding

TV = Client(address="192.168.1.7", user_agent="TV")
UNKNOWN = "ERROR: unknown getset variable"


@asynccontextmanager
async def watching(
    world: World, number: str = "5.1", name: str = "Five", client: Client = TV
) -> AsyncIterator[Viewing]:
    """Watch a channel through the first free tuner."""
    async with world.engine.watch(
        channel(number, name), client=client, protocol="hdhomerun"
    ) as viewing:
        yield viewing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("/sys/model", "hdhomerun5_atsc"),
        ("/sys/hwmodel", "HDHR5-4US"),
        ("/sys/version", "20250815"),
        ("/tuner0/status", "ch=none lock=none ss=0 snq=0 seq=0 bps=0 pps=0"),
        ("/tuner3/vchannel", "none"),
        ("/tuner3/channel", "none"),
        ("/tuner0/streaminfo", "none"),
        ("/tuner0/program", "0"),
        ("/tuner0/target", "none"),
        ("/tuner0/lockkey", "none"),
        (
            "/tuner0/vstatus",
            "vch=none name=none auth=unspecified cci=none cgms=none",
        ),
    ],
)
async def test_values_of_an_idle_device(tmp_path: Path, name: str, value: str) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        assert await client.get(name) == value


async def test_features_and_help_list_what_there_is(tmp_path: Path) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        assert "modulation: 8vsb\n" in await client.get("/sys/features")
        lines = (await client.get("help")).splitlines()
        assert lines[0] == "Supported configuration options:"
        assert {"/sys/model", "/tuner<n>/status", "/tuner<n>/lockkey"} < set(lines)
        for line in lines[1:]:
            assert UNKNOWN not in await client.get(line.replace("<n>", "0"))


async def test_values_of_a_tuner_tell_what_is_watched_now(tmp_path: Path) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        async with watching(world):
            status = await client.get("/tuner0/status")
            assert status.startswith("ch=5.1 lock=8vsb ss=100 snq=100 seq=100 bps=")
            assert await client.get("/tuner0/vchannel") == "5.1"
            assert await client.get("/tuner0/channel") == "auto:5.1"
            assert await client.get("/tuner0/program") == "1"
            assert await client.get("/tuner0/streaminfo") == "1: 5.1 Five\n"
            assert await client.get("/tuner0/target") == "http://192.168.1.7"
            assert await client.get("/tuner0/lockkey") == "192.168.1.7"
            assert (await client.get("/tuner0/vstatus")).startswith(
                "vch=5.1 name=Five "
            )
            assert await client.get("/tuner1/vchannel") == "none"
        assert await client.get("/tuner0/vchannel") == "none"


async def test_a_long_name_is_cut_and_the_answer_comes(tmp_path: Path) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        async with watching(world, name="ü" * 2000):
            answer = await client.get("/tuner0/streaminfo")
            assert answer == f"1: 5.1 {'ü' * 100}\n"


@pytest.mark.parametrize(
    "name",
    ["", "/", "/sys", "/sys/nothing", "/tuner0", "/tuner0/nothing", "/tuner4/status",
     "/tuner-1/status", "/tuner999/status", "/tuner0/status/", "x" * 1000, "/sys/\udc00"],
)  # fmt: skip
async def test_what_there_is_not_is_an_error_with_the_connection_kept(
    tmp_path: Path, name: str
) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        assert await client.get(name) == UNKNOWN
        assert await client.set(name, "1") == UNKNOWN
        assert await client.get("/sys/model") == "hdhomerun5_atsc"


async def test_what_cannot_be_changed_says_so(tmp_path: Path) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        refused = "ERROR: the value cannot be changed"
        for name in ("help", "/sys/model", "/tuner0/status", "/tuner0/streaminfo"):
            assert await client.set(name, "x") == refused
        assert "over HTTP" in await client.set("/tuner0/vchannel", "5.1")
        assert "over HTTP" in await client.set("/tuner0/target", "udp://10.0.0.1:5000")
        for name in ("vchannel", "channel", "target"):
            assert await client.set(f"/tuner0/{name}", "none") == "none"
        assert await client.set("/tuner0/program", "0") == "0"


async def test_a_lock_keeps_a_tuner_for_who_knows_its_key(tmp_path: Path) -> None:
    locked = "ERROR: resource locked by 127.0.0.1"
    async with (
        finding(tmp_path) as world,
        world.controlling() as mine,
        world.controlling("127.0.0.2") as other,
    ):
        assert await mine.set("/tuner0/lockkey", "17") == "17"
        assert await other.get("/tuner0/lockkey") == "127.0.0.1"
        assert await other.set("/tuner0/lockkey", "18") == locked
        assert await other.set("/tuner0/lockkey", "none") == locked
        assert await other.set("/tuner0/target", "none", lockkey=18) == locked
        assert await mine.set("/tuner0/target", "none", lockkey=17) == "none"
        assert await mine.set("/tuner0/lockkey", "19", lockkey=17) == "19"
        assert await mine.set("/tuner0/lockkey", "none", lockkey=17) == locked
        assert await mine.set("/tuner0/lockkey", "none", lockkey=19) == "none"
        assert await other.set("/tuner0/lockkey", "18") == "18"
        assert await mine.set("/tuner0/lockkey", "force") == "force"
        assert await mine.get("/tuner0/lockkey") == "none"


async def test_a_tuner_in_use_cannot_be_locked_by_others(tmp_path: Path) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        async with watching(world):
            refused = "ERROR: resource locked by 192.168.1.7"
            assert await client.set("/tuner0/lockkey", "17") == refused
            assert await client.set("/tuner0/vchannel", "none") == refused


@pytest.mark.parametrize("key", ["", "0", "-1", "4294967296", "1" * 500, "key", "１"])
async def test_a_key_is_a_number_of_32_bits(tmp_path: Path, key: str) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        assert await client.set("/tuner0/lockkey", key) == "ERROR: invalid lockkey"


async def test_requests_are_answered_in_order_however_they_are_cut(
    tmp_path: Path,
) -> None:
    names = [f"/tuner{index}/lockkey" for index in range(4)]
    stream = b"".join(
        packets.render(control.render_request(ControlRequest(name=name)))
        for name in names
    )
    async with finding(tmp_path) as world, world.controlling() as client:
        for byte in stream:
            client.writer.write(bytes((byte,)))
            await client.writer.drain()
        assert [(await client.reply()).name for _ in names] == names
        client.writer.write(stream)
        assert [(await client.reply()).name for _ in names] == names


@pytest.mark.parametrize(
    "lie",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        bytes.fromhex("0002000C0104FFFFFFFF0204FFFFFFFF73CC7D8F"),
        b"\0\4\xff\xff",
        b"\0\4\0\0\0\0\0\0",
        packets.render(packets.Frame(type=4, payload=b"\3\xff")),
    ],
)
async def test_who_speaks_another_language_is_cut_off_without_an_answer(
    tmp_path: Path, lie: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with finding(tmp_path) as world:
        caplog.clear()
        async with world.controlling() as liar, world.controlling() as client:
            liar.writer.write(lie)
            assert await liar.closed()
            assert await client.get("/sys/model")
        assert not complaints(caplog)


async def test_from_outside_the_allowed_networks_nobody_gets_a_word(
    tmp_path: Path,
) -> None:
    async with finding(tmp_path) as world:
        world.engine.settings = replace(
            world.engine.settings, allowed_networks=("127.0.0.2/32",)
        )
        async with (
            world.controlling() as stranger,
            world.controlling("127.0.0.2") as neighbour,
        ):
            assert await stranger.closed()
            assert await neighbour.get("/sys/model")


async def test_one_address_has_so_many_connections_and_others_theirs(
    tmp_path: Path,
) -> None:
    async with finding(tmp_path) as world, AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(world.controlling())
            for _ in range(MOST_OF_ONE)
        ]
        for client in clients:
            assert await client.get("/sys/model")
        async with world.controlling() as refused:
            assert await refused.closed()
        async with world.controlling("127.0.0.2") as other:
            assert await other.get("/sys/model")
        clients[0].writer.close()
        await clients[0].writer.wait_closed()
        await until_admitted(world)


async def until_admitted(world: World) -> None:
    """Connect again until the end of another connection has been noticed."""
    async with asyncio.timeout(20):
        while True:
            async with world.controlling() as client:
                try:
                    assert await client.get("/sys/model")
                except ConnectionResetError:
                    continue
                return


async def test_all_addresses_together_have_so_many_connections(tmp_path: Path) -> None:
    async with finding(tmp_path) as world, AsyncExitStack() as stack:
        for number in range(MOST_OF_ALL):
            address = f"127.0.1.{number // MOST_OF_ONE}"
            client = await stack.enter_async_context(world.controlling(address))
            assert await client.get("/sys/model")
        async with world.controlling("127.0.0.2") as refused:
            assert await refused.closed()


async def test_who_says_nothing_whole_is_cut_off(tmp_path: Path) -> None:
    async with finding(tmp_path) as world, world.controlling() as client:
        time = LoopTime()
        assert await client.get("/sys/model")
        time.advance(IDLE_SECONDS - 1)
        client.writer.write(b"\0\4\0\x20")
        assert await client_is_there(world)
        time.advance(2)
        assert await client.closed()


async def client_is_there(world: World) -> bool:
    """Let the server read what has been sent."""
    async with world.controlling("127.0.0.3") as other:
        return bool(await other.get("/sys/model"))


async def test_who_asks_too_much_waits_and_gets_every_answer(tmp_path: Path) -> None:
    request = packets.render(control.render_request(ControlRequest(name="/sys/model")))
    async with finding(tmp_path) as world, world.controlling() as client:
        time = LoopTime()
        client.writer.write(request * (PER_SECOND * 3))
        for _ in range(PER_SECOND):
            await client.reply()
        async with world.controlling() as other:
            assert await other.get("/sys/model")
        time.advance(1)
        for _ in range(PER_SECOND):
            await client.reply()
        time.advance(1)
        for _ in range(PER_SECOND):
            await client.reply()


async def test_the_connections_end_with_discovery(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(finding(tmp_path))
        client = await stack.enter_async_context(world.controlling())
        assert await client.get("/sys/model")
        async with finding(tmp_path) as other, other.controlling() as late:
            assert await late.get("/sys/model")
        assert await late.closed()
