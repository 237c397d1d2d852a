"""Two machines in a network of their own, as namespaces of this one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys

import pytest

ROOT = Path(__file__).resolve().parents[3]
SERVER, CLIENT, STRANGER = "10.99.0.1", "10.99.0.2", "203.0.113.2"
SERVER_FOR_STRANGERS = "203.0.113.1"
_COMMAND_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The client's view of the network."""

    namespace: str
    interface: str

    def config(self, *arguments: str) -> str:
        """Answer what `hdhomerun_config` says in the client's namespace."""
        return self._run("hdhomerun_config", *arguments).decode()

    def ask(self, group: str, port: int, question: bytes) -> bytes:
        """Ask a group from the client's interface; empty where no answer comes."""
        module = "tests.servers.discovery.asking"
        return self._run(
            *(sys.executable, "-m", module, group, str(port), self.interface),
            sent=question,
        )

    def read(
        self, origin: str, *asked: tuple[str, dict[str, str]]
    ) -> list[tuple[int, str]]:
        """Answer status and text of paths, each asked for with its headers."""
        module = "tests.servers.discovery.reading"
        answer = self._run(
            *(sys.executable, "-m", module, origin), sent=json.dumps(asked).encode()
        )
        return [(status, text) for status, text in json.loads(answer)]

    def move_to(self, address: str) -> None:
        """Give the client another address, and no other than that."""
        _ip("-n", self.namespace, "-4", "addr", "flush", "dev", self.interface)
        _ip("-n", self.namespace, "addr", "add", f"{address}/24", "dev", self.interface)

    def _run(self, *command: str, sent: bytes = b"") -> bytes:
        done = subprocess.run(
            ["ip", "netns", "exec", self.namespace, *command],
            input=sent,
            capture_output=True,
            cwd=ROOT,
            timeout=_COMMAND_SECONDS,
            check=False,
        )
        return done.stdout


@contextmanager
def open_network(folder: Path) -> Iterator[Network]:
    """Run a tuner in one namespace, to be looked for in another."""
    mark = f"tele{os.getpid()}"
    server, client = f"{mark}s", f"{mark}c"
    with ExitStack() as stack:
        for namespace in (server, client):
            _add(namespace)
            stack.callback(_ip, "netns", "del", namespace)
        _ip(
            *("link", "add", "tuner", "netns", server, "type", "veth"),
            *("peer", "name", "player", "netns", client),
        )
        _configure(server, "tuner", SERVER, SERVER_FOR_STRANGERS, "fe80::1")
        _configure(client, "player", CLIENT, None, "fe80::2")
        stack.enter_context(_serving(server, folder))
        yield Network(namespace=client, interface="player")


@contextmanager
def _serving(namespace: str, folder: Path) -> Iterator[None]:
    module = "tests.servers.discovery.served"
    with subprocess.Popen(
        [
            *("ip", "netns", "exec", namespace),
            *(sys.executable, "-m", module, str(folder), "tuner", SERVER),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdin and process.stdout
        try:
            assert process.stdout.readline() == b"ready\n"
            yield
        finally:
            process.stdin.close()
            try:
                assert process.wait(_COMMAND_SECONDS) == 0
            finally:
                process.kill()


def _add(namespace: str) -> None:
    for program in ("ip", "hdhomerun_config"):
        if not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    done = subprocess.run(
        ["ip", "netns", "add", namespace], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(f"no network namespace can be made: {done.stderr.decode().strip()}")


def _configure(
    namespace: str, interface: str, address: str, other: str | None, link_local: str
) -> None:
    on = ("-n", namespace)
    _ip(*on, "link", "set", interface, "addrgenmode", "none")
    for one in (address, other):
        if one:
            _ip(*on, "addr", "add", f"{one}/24", "dev", interface)
    _ip(*on, "addr", "add", f"{link_local}/64", "dev", interface, "nodad")
    for name in ("lo", interface):
        _ip(*on, "link", "set", name, "up")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
