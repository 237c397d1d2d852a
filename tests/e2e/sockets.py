"""Real sockets for what lives longer than a test."""

import pytest_socket


def allow_sockets() -> None:
    """Let a fixture of a module use sockets, on loopback.

    The harness takes them away before such fixtures are made.
    """
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"])
