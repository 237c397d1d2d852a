"""Many viewers in one light process: they read as fast as it comes, into one buffer.

Takes an address, how many, and `count` or `check`. Answers each line on standard input
with JSON on standard output: bytes per viewer since the last line and, when checking, gaps
in each viewer's stream so far.
"""

from collections.abc import Iterator
import json
import selectors
import socket
import sys
import time
from urllib.parse import urlsplit

from .continuity import Continuity

_NAP = 0.01


class _Viewer:
    def __init__(
        self, connection: socket.socket, continuity: Continuity | None
    ) -> None:
        self.connection = connection
        self.bytes = 0
        self.continuity = continuity
        self._head: bytes | None = b""

    def read(self, buffer: memoryview) -> bool:
        """Take in what is there; answer whether the stream goes on."""
        try:
            size = self.connection.recv_into(buffer)
        except BlockingIOError:
            return True
        self.bytes += size
        if self.continuity:
            self._check(bytes(buffer[:size]), self.continuity)
        return size > 0

    def _check(self, data: bytes, continuity: Continuity) -> None:
        if self._head is not None:
            self._head += data
            _, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            self._head = None
        continuity.feed(data)


def _connect(url: str, count: int, check: bool) -> Iterator[_Viewer]:
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    # HTTP/1.0 has no chunks: what is counted is the stream itself.
    request = f"GET {parts.path} HTTP/1.0\r\nHost: {parts.netloc}\r\n\r\n".encode()
    for _ in range(count):
        connection = socket.create_connection((parts.hostname, parts.port))
        connection.sendall(request)
        connection.setblocking(False)
        yield _Viewer(connection, Continuity() if check else None)


def main(url: str, count: str, mode: str) -> None:
    """Watch until standard input ends."""
    buffer = memoryview(bytearray(1 << 18))
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        viewers = list(_connect(url, int(count), mode == "check"))
        for viewer in viewers:
            selector.register(viewer.connection, selectors.EVENT_READ, viewer)
        print(len(viewers), flush=True)
        while True:
            for key, _ in selector.select():
                if key.data is None:
                    if not sys.stdin.readline():
                        return
                    _report(viewers)
                elif not key.data.read(buffer):
                    selector.unregister(key.fileobj)
            time.sleep(_NAP)


def _report(viewers: list[_Viewer]) -> None:
    report = {
        "bytes": [viewer.bytes for viewer in viewers],
        "gaps": [viewer.continuity.gaps for viewer in viewers if viewer.continuity],
    }
    for viewer in viewers:
        viewer.bytes = 0
    print(json.dumps(report), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
