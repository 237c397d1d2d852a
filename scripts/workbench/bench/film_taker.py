"""A player that takes a film whole, as fast as it comes, into one buffer.

Takes its address. Once it is told to, by a line on standard input, it answers with JSON on
standard output: bytes, and seconds from its request to the last one.
"""

import json
import socket
import sys
import time
from urllib.parse import urlsplit


def main(url: str) -> None:
    """Take a film each time that a line comes."""
    buffer = memoryview(bytearray(1 << 18))
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.monotonic()
        size = _take(url, buffer)
        seconds = time.monotonic() - began
        print(json.dumps({"bytes": size, "seconds": seconds}), flush=True)


def _take(url: str, buffer: memoryview) -> int:
    """Answer how long the body is, if the status is 200."""
    parts = urlsplit(url)
    assert parts.hostname and parts.port
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(request.encode())
        head = b""
        while b"\r\n\r\n" not in head:
            if not (some := connection.recv(4096)):
                raise RuntimeError(f"Only {head!r} came")
            head += some
        status, _, body = head.partition(b"\r\n\r\n")
        if b" 200 " not in status.partition(b"\r\n")[0]:
            raise RuntimeError(f"{status!r} came")
        size = len(body)
        while came := connection.recv_into(buffer):
            size += came
    return size


if __name__ == "__main__":
    main(sys.argv[1])
