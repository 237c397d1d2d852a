"""Reads paths of a server from the network namespace in which it is started.

`python -m tests.servers.discovery.reading ORIGIN` takes the paths as JSON, each with the
headers to send, and answers each one's status and text as JSON.
"""

import json
import sys
from urllib.error import HTTPError
from urllib.request import Request, urlopen

_SECONDS = 5


def read(url: str, headers: dict[str, str]) -> tuple[int, str]:
    """Answer the status and the text of one address."""
    try:
        with urlopen(Request(url, headers=headers), timeout=_SECONDS) as response:
            return response.status, response.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    json.dump(
        [read(sys.argv[1] + path, headers) for path, headers in asked], sys.stdout
    )
