"""Guessing passwords on the wire."""

import asyncio
import logging
from pathlib import Path
import time

from aiohttp import ClientSession, TCPConnector
import pytest

from custom_components.telecast.servers.limiter import BURST, SECONDS_PER_CHECK

from .world import World, serving

ANNA = {"username": "anna", "password": "secret-1"}
REFUSED = {"user_info": {"auth": 0}}
AS_TV = {"User-Agent": "TV"}


async def guess(world: World, times: int) -> None:
    for number in range(times):
        wrong = {"username": "anna", "password": f"wrong-{number}"}
        assert await world.json("/player_api.php", params=wrong) == REFUSED


async def test_a_thousand_wrong_passwords_cost_little_and_are_hardly_looked_at(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path) as world:
        began = time.process_time()
        await guess(world, 1000)
        assert time.process_time() - began < 10
        assert world.engine.accounts.compared == BURST
        # Asyncio, too, complains where the machine is slow.
        lines = [
            one
            for one in caplog.records
            if one.levelno > logging.INFO and one.name.startswith("custom_components")
        ]
        assert len(lines) == 1
        assert "wrong-" not in caplog.text
        assert "anna" not in caplog.text


async def test_while_they_go_on_even_the_right_one_is_not_looked_at_but_soon_after(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        await guess(world, 1000)
        assert await world.json("/player_api.php", params=ANNA) == REFUSED
        for path in (
            "/get.php?username=anna&password=secret-1",
            "/xmltv.php?username=anna&password=secret-1",
            "/live/anna/secret-1/1.ts",
            "/anna/secret-1/1",
        ):
            async with world.client.head(path) as response:
                assert response.status == 429
                assert response.headers["Retry-After"] == "6"
        world.clock.now += SECONDS_PER_CHECK
        answer = await world.json("/player_api.php", params=ANNA)
        assert answer["user_info"]["auth"] == 1


async def test_a_player_that_has_logged_in_before_is_not_held_up(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        path = "/live/anna/secret-1/1.ts"
        assert await world.status(path, "HEAD", headers=AS_TV) == 200
        await guess(world, 1000)
        assert await world.status(path, "HEAD", headers=AS_TV) == 200
        assert await world.status(path, "HEAD") == 429


async def test_another_address_is_not_held_up(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        await guess(world, 100)
        connector = TCPConnector(local_addr=("127.0.0.2", 0))
        async with (
            ClientSession(world.base, connector=connector) as other,
            other.get("/player_api.php", params=ANNA) as response,
        ):
            assert (await response.json())["user_info"]["auth"] == 1


async def test_those_who_watch_lose_nothing_while_somebody_guesses(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        faucet = world.engine.faucet(1)
        faucet.pour(b"0123456789")
        path = "/live/anna/secret-1/1.ts"
        async with world.client.get(path, headers=AS_TV) as response:
            assert await response.content.readexactly(10) == b"0123456789"
            async with asyncio.TaskGroup() as tasks:
                for _ in range(10):
                    tasks.create_task(guess(world, 20))
                faucet.pour(b"picture")
                assert await response.content.readexactly(7) == b"picture"


async def test_a_request_without_login_is_no_guess(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for _ in range(50):
            assert await world.json("/player_api.php") == REFUSED
        answer = await world.json("/player_api.php", params=ANNA)
        assert answer["user_info"]["auth"] == 1


@pytest.mark.parametrize(
    "target",
    [
        "/player_api.php?username=%FF%00&password=%FE",
        "/player_api.php?username=\xff\xfe&password=canary",
        "/live/%FF%00/%ED%A0%80/1.ts",
        "/live/\xff/canary/1.ts",
        "/live/anna/canary /1.ts",
        "/get.php?username[]=a&password[]=b&&&==",
    ],
)
async def test_bytes_that_are_no_text_are_just_a_wrong_login(
    tmp_path: Path, target: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path) as world:
        port = int(world.base.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET {target} HTTP/1.1\r\nHost: tv\r\nConnection: close\r\n\r\n"
        writer.write(head.encode("latin-1"))
        status = (await reader.readline()).decode()
        writer.close()
        await writer.wait_closed()
        assert status.split()[1] in {"200", "400", "401"}
        assert "Traceback" not in caplog.text
        assert "canary" not in caplog.text


async def test_a_form_that_is_no_form_is_a_wrong_login(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in (b"a" * 70_000, b"&".join([b"a=b"] * 1000), b"\xff\xfe=%zz"):
            async with world.client.post(
                "/player_api.php", data=body, headers=form
            ) as response:
                assert await response.json() == REFUSED
        async with world.client.post("/player_api.php", json=ANNA) as response:
            assert await response.json() == REFUSED
