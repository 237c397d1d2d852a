"""Ten thousand guesses from one address, and what their timing tells: nothing."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import batched
import json
import logging
from pathlib import Path
import random
import time
from urllib.parse import urlencode

from aiohttp import ClientSession, TCPConnector
import pytest
from yarl import URL

from custom_components.telecast.engine.accounts import Accounts
from custom_components.telecast.engine.model import Account
from custom_components.telecast.servers.limiter import BURST, SECONDS_PER_CHECK

from .world import World, serving

ANNA = {"username": "anna", "password": "secret-1"}
GUESSES = 10_000
AT_ONCE = 100
# As many more are looked at while the guessing goes on.
MINUTES = 2
WORD = "guess-{}-canary"

# Tries of each kind. With so many the area under the curve of two equal kinds lies
# within 0.5 ± 0.02 by itself two times out of three, and within the bound always.
TRIES = 400
ALIKE = 0.12


class Wire:
    """A connection on which questions are asked without waiting for the answers."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    def ask(self, target: str, form: str = "") -> None:
        head = f"{'POST' if form else 'GET'} {target} HTTP/1.1\r\nHost: tv\r\n"
        if form:
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(form)}\r\n"
        self._writer.write(f"{head}\r\n{form}".encode())

    async def answer(self) -> tuple[int, bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode()
        length = head.lower().partition("content-length:")[2].split("\r\n")[0]
        body = await self._reader.readexactly(int(length))
        return int(head.split(None, 2)[1]), body


@asynccontextmanager
async def wire(world: World) -> AsyncIterator[Wire]:
    address = URL(world.base)
    reader, writer = await asyncio.open_connection(address.host, address.port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        await writer.wait_closed()


def guesses() -> Iterator[tuple[str, str]]:
    """Each guess as target and form: all doors, and the right password among them."""
    for number in range(GUESSES):
        word = ANNA["password"] if number % 500 == 250 else WORD.format(number)
        name = "anna" if number % 2 else f"name-{number % 20}"
        login = urlencode({"username": name, "password": word})
        yield (
            (f"/player_api.php?{login}", ""),
            ("/player_api.php?action=get_live_streams", login),
            (f"/get.php?{login}&type=m3u_plus", ""),
            (f"/xmltv.php?{login}", ""),
            (f"/live/{name}/{word}/1.ts", ""),
            (f"/{name}/{word}/1", ""),
            (f"/live/{name}/{word}/480p.m3u8", ""),
            (f"/panel_api.php?{login}", ""),
        )[number % 8]


async def guess_all(world: World) -> Counter[int]:
    """Guess, on and on; answer how often which status was answered."""
    statuses: Counter[int] = Counter()
    step = MINUTES * 60 / (GUESSES / AT_ONCE)
    async with wire(world) as guesser:
        for some in batched(guesses(), AT_ONCE, strict=True):
            for target, form in some:
                guesser.ask(target, form)
            for _ in some:
                status, body = await guesser.answer()
                statuses[status] += 1
                if status == 200:
                    assert json.loads(body) == {"user_info": {"auth": 0}}
            world.clock.now += step
    return statuses


async def log_in_elsewhere(world: World, guessing: asyncio.Task[Counter[int]]) -> int:
    """Log in from another address while somebody guesses; answer how often."""
    count = 0
    connector = TCPConnector(local_addr=("127.0.0.2", 0))
    async with ClientSession(world.base, connector=connector) as rightful:
        while not guessing.done():
            async with rightful.get("/player_api.php", params=ANNA) as response:
                assert (await response.json())["user_info"]["auth"] == 1
            async with rightful.head("/live/anna/secret-1/1.ts") as response:
                assert response.status == 200
            count += 1
    return count


async def test_ten_thousand_guesses_let_nobody_in_and_lock_nobody_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    # Asyncio's own words of each thing that it does take longer than what it does.
    asyncio.get_running_loop().set_debug(False)
    async with serving(tmp_path) as world, asyncio.TaskGroup() as tasks:
        guessing = tasks.create_task(guess_all(world))
        logins = await log_in_elsewhere(world, guessing)
        statuses = guessing.result()
        assert logins > 10
        assert statuses.total() == GUESSES
        # Of player_api.php and panel_api.php, which say it in other words.
        assert statuses[200] == GUESSES * 3 // 8
        assert set(statuses) == {200, 401, 404, 429}
        looked_at = world.engine.accounts.compared - 2 * logins
        allowed = BURST + MINUTES * 60 / SECONDS_PER_CHECK
        assert BURST <= looked_at <= allowed
        assert world.engine.opened == 0
        assert world.engine.hls.packagers.ever == 0
    ours = [one for one in caplog.records if one.name.startswith("custom_components")]
    lines = [one for one in ours if one.levelno > logging.INFO]
    assert len(lines) <= MINUTES + 1
    assert "Refused" in caplog.text
    for secret in ("canary", "secret-1", "anna", "name-"):
        assert secret not in caplog.text


def slower(first: list[int], second: list[int]) -> float:
    """Answer how likely one of the first kind took longer than one of the second."""
    pairs = [(one > other) + 0.5 * (one == other) for one in first for other in second]
    return sum(pairs) / len(pairs)


def kinds() -> list[bool]:
    """Both kinds of try, in no order: what else the machine does befalls both alike."""
    order = [True, False] * TRIES
    random.Random(5).shuffle(order)
    return order


async def test_an_answer_takes_as_long_whether_there_is_such_a_user(
    tmp_path: Path,
) -> None:
    asyncio.get_running_loop().set_debug(False)
    took: dict[bool, list[int]] = {True: [], False: []}
    async with serving(tmp_path) as world, wire(world) as guesser:
        for number, known in enumerate(kinds()):
            name = "anna" if known else "bert"
            world.clock.now += 3600  # so that each one is looked at
            began = time.perf_counter_ns()
            guesser.ask(f"/player_api.php?username={name}&password=wrong-{number:04}")
            assert (await guesser.answer())[0] == 200
            took[known].append(time.perf_counter_ns() - began)
        assert world.engine.accounts.compared == 2 * TRIES
    assert abs(slower(took[True], took[False]) - 0.5) < ALIKE


def test_comparing_takes_as_long_whether_there_is_such_a_user() -> None:
    accounts = Accounts(
        Account(id=str(n), username=f"user-{n:02}", password="p" * (n + 8))
        for n in range(20)
    )
    took: dict[bool, list[int]] = {True: [], False: []}
    for number, known in enumerate(kinds()):
        name = f"user-{number % 20:02}" if known else f"nobo-{number % 20:02}"
        password = f"{number:04}" * (1 + number % 5)
        began = time.perf_counter_ns()
        assert accounts.authenticate(name, password) is None
        took[known].append(time.perf_counter_ns() - began)
    assert abs(slower(took[True], took[False]) - 0.5) < ALIKE


def test_a_difference_would_be_seen() -> None:
    chance = random.Random(5)
    same, other = (
        [round(chance.gauss(200_000, 30_000)) for _ in range(TRIES)] for _ in range(2)
    )
    assert abs(slower(same, other) - 0.5) < ALIKE
    later = [one + 20_000 for one in other]
    assert abs(slower(same, later) - 0.5) > ALIKE
