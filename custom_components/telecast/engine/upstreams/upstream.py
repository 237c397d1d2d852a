"""What every upstream is, whatever it speaks."""

from typing import Protocol

# Seconds. A provider that is silent for longer is as good as dead.
CONNECT_SECONDS = 5.0
HEADERS_SECONDS = 10.0
SILENCE_SECONDS = 5.0

# Bytes are let gather for a moment, since each viewer costs by the write, not by the
# byte: 200 viewers saturate a core with writes of 1,316 bytes, and need a twentieth of
# it with writes of 64 KiB.
GATHER_BYTES = 128 * 1024
GATHER_SECONDS = 0.1


class Upstream(Protocol):
    """One opened candidate."""

    async def read(self) -> bytes:
        """Answer the MPEG-TS that has come since the last call; b"" at the end.

        Raises SourceTimeoutError after a silence of 5 s (10 s before the first byte),
        and any other SourceError or StreamError that ends the upstream.
        """
        ...
