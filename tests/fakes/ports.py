"""Ports that nobody uses."""

import socket


def twin_port() -> int:
    """Answer a port that is free right now on 127.0.0.1, by TCP and by UDP alike."""
    while True:
        with (
            socket.create_server(("127.0.0.1", 0)) as server,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other,
        ):
            port = int(server.getsockname()[1])
            try:
                other.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
