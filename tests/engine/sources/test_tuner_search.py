"""Which tuners answer in the network: asked twice, over IPv4 and IPv6, but our own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
import socket

import pytest

from custom_components.telecast.engine.sources.tuner_search import (
    FoundTuner,
    find_tuners,
)
from custom_components.telecast.formats.hdhomerun import discovery, packets
from custom_components.telecast.formats.hdhomerun.discovery import DiscoverReply
from tests.fakes.hdhomerun import DEVICE_ID, HDHomeRun
from tests.fakes.left_over import leaving_nothing

OTHER_ID = "1040A5B2"
SHORT = 0.1


@pytest.fixture(autouse=True)
async def _nothing_is_left() -> AsyncIterator[None]:
    async with leaving_nothing():
        yield


@contextmanager
def answering(host: str, *answers: bytes) -> Iterator[tuple[str, int]]:
    """Answer the first question on a free port with whatever datagrams."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    loop = asyncio.get_running_loop()
    with socket.socket(family, socket.SOCK_DGRAM) as server:
        server.bind((host, 0))
        server.setblocking(False)

        def answer() -> None:
            _, asker = server.recvfrom(2048)
            for one in answers:
                server.sendto(one, asker)

        loop.add_reader(server, answer)
        yield server.getsockname()[:2]
        loop.remove_reader(server)


def reply(device_id: str = OTHER_ID, base_url: str = "http://192.0.2.1") -> bytes:
    said = DiscoverReply(
        device_id=int(device_id, 16),
        tuner_count=4,
        base_url=base_url,
        lineup_url=f"{base_url}/lineup.json",
    )
    return packets.render(discovery.render_reply(said))


async def test_a_tuner_is_found_where_it_is_asked_twice() -> None:
    async with HDHomeRun(tuners=3) as device:
        found = await find_tuners([device.place], patience=SHORT)
        assert found == [
            FoundTuner(device_id=DEVICE_ID, host=device.host, tuner_count=3)
        ]
        assert device.questions == 2


async def test_each_device_is_found_once_in_order_and_none_of_our_own() -> None:
    async with (
        HDHomeRun(device_id=OTHER_ID) as second,
        HDHomeRun() as first,
        HDHomeRun(device_id="10A1B2C3") as own,
    ):
        places = [second.place, first.place, own.place, first.place]
        found = await find_tuners(
            places, is_own=lambda one: one == own.device_id, patience=SHORT
        )
        assert [one.device_id for one in found] == [DEVICE_ID, OTHER_ID]
        assert own.questions == 2


async def test_whence_an_answer_comes_is_believed_and_not_what_it_says() -> None:
    with answering("127.0.0.1", reply()) as place:
        (found,) = await find_tuners([place], patience=SHORT)
        assert found.host == "127.0.0.1"
    with answering("127.0.0.1", reply(base_url="http://192.0.2.1:5004")) as place:
        (found,) = await find_tuners([place], patience=SHORT)
        assert found.host == "127.0.0.1:5004"


async def test_an_answer_over_ipv4_goes_before_one_over_ipv6() -> None:
    with answering("::1", reply()) as sixth, answering("127.0.0.1", reply()) as fourth:
        (found,) = await find_tuners([(*sixth, 0, 0)], patience=SHORT)
        assert found.host == "[::1]"
    with answering("::1", reply()) as sixth, answering("127.0.0.1", reply()) as fourth:
        (found,) = await find_tuners([(*sixth, 0, 0), fourth], patience=SHORT)
        assert found.host == "127.0.0.1"


async def test_what_is_no_answer_of_a_tuner_is_passed_over() -> None:
    request = packets.render(discovery.render_request(discovery.DiscoverRequest()))
    nonsense = (b"", b"\0", request, reply()[:-1], reply(base_url="http://x:99999"))
    with answering("127.0.0.1", *nonsense, reply(DEVICE_ID)) as place:
        (found,) = await find_tuners([place], patience=SHORT)
        assert found.device_id == DEVICE_ID


async def test_where_nobody_answers_or_nothing_can_be_asked_nobody_is_found() -> None:
    assert await find_tuners([]) == []
    with answering("127.0.0.1") as place:
        assert await find_tuners([place], patience=SHORT) == []
    # The socket may not send there, or there is no way: both cost nothing.
    assert await find_tuners([("0.0.0.1", 1)], patience=SHORT) == []
