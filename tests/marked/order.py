"""Whether the pieces of a transport stream follow each other as one stream's do."""

from itertools import pairwise

from custom_components.telecast.formats.mpegts import (
    CLOCK,
    PACKET,
    WRAP,
    Aligner,
    dts_of,
    pid_of,
    unwrap,
)


def steps(data: bytes) -> dict[int, list[float]]:
    """Answer the steps between what is decoded one after the other, by PID, in seconds.

    None may be negative, and a long one is a gap.
    """
    stamps: dict[int, list[int]] = {}
    packets = Aligner().feed(data)
    for place in range(0, len(packets), PACKET):
        packet = packets[place : place + PACKET]
        if (stamp := dts_of(packet)) is not None:
            stamps.setdefault(pid_of(packet), []).append(stamp)
    return {
        pid: [(unwrap(one, later, wrap=WRAP) - one) / CLOCK for one, later in pairs]
        for pid, found in stamps.items()
        if (pairs := list(pairwise(found)))
    }
