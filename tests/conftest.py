"""What all tests share."""

import pytest
import pytest_socket

# Without this import the harness' own folder of integrations would hide ours.
import custom_components  # noqa: F401


@pytest.fixture(autouse=True)
def real_sockets(request: pytest.FixtureRequest) -> None:
    """Let tests below Home Assistant's floor use real sockets, on loopback."""
    if "/tests/ha/" not in str(request.path):
        pytest_socket.enable_socket()
        pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"])
