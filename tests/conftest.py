"""What all tests share."""

import asyncio.constants
from collections.abc import Iterator
import logging
import threading

from hypothesis import settings
import pytest
import pytest_socket

# Without this import the harness' own folder of integrations would hide ours.
import custom_components  # noqa: F401
from custom_components.telecast.engine.virtual.reach import NAME

# Machines are shared: how long an example takes says nothing about the code. What is
# tested is always tested with the same examples; for others: --hypothesis-profile explore.
settings.register_profile("telecast", deadline=None, derandomize=True)
settings.register_profile(
    "explore", deadline=None, derandomize=False, max_examples=1000
)
settings.load_profile("telecast")
# The harness has loops debug. For that they note where each callback was made, ten frames
# deep, which takes longer than most tests; the innermost frame is what tells.
asyncio.constants.DEBUG_STACK_DEPTH = 1
# They also warn of callbacks that take long, which they all do where machines are shared.
logging.getLogger("asyncio").addFilter(
    lambda record: not str(record.msg).startswith("Executing %s took")
)


@pytest.fixture(autouse=True)
def real_sockets(request: pytest.FixtureRequest) -> None:
    """Let tests below Home Assistant's floor use real sockets, on loopback."""
    if "/tests/ha/" not in str(request.path):
        pytest_socket.enable_socket()
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"])


@pytest.fixture(autouse=True)
def _threads_that_have_answered_are_gone(verify_cleanup: None) -> Iterator[None]:
    """Wait for threads that are about to end, before the harness counts what is left."""
    yield
    for thread in threading.enumerate():
        if thread.name == NAME:
            thread.join(10)
