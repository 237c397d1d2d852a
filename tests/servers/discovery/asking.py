"""A process that asks a group of the network; prints the first answer, or nothing.

`python -m tests.servers.discovery.asking GROUP PORT INTERFACE` sends its standard input.
"""

import socket
import sys

PATIENCE = 5.0


def ask(group: str, port: int, interface: str) -> bytes:
    """Ask once and wait for an answer; empty where none comes."""
    family = socket.AF_INET6 if ":" in group else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asker:
        asker.settimeout(PATIENCE)
        place: tuple[str, int] | tuple[str, int, int, int] = (group, port)
        if family == socket.AF_INET6:
            place = (group, port, 0, socket.if_nametoindex(interface))
        else:
            asker.setsockopt(
                socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode()
            )
        asker.sendto(sys.stdin.buffer.read(), place)
        try:
            return asker.recv(65536)
        except TimeoutError:
            return b""


if __name__ == "__main__":
    sys.stdout.buffer.write(ask(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
