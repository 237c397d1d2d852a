"""Where a transport stream does not go on from what was before (13818-1, 2.4.3.5)."""

from .packets import PACKET, PAT_PID, SYNC, fields_of, pid_of
from .tables import Program

_INDICATOR = 0x80


def discontinuities(program: Program) -> bytes:
    """Render packets that tell a decoder of a break in every part of the programme.

    They hold nothing but the discontinuity indicator, after which neither continuity
    counters nor the clock need to go on from what was before.
    """
    return b"".join(_discontinuity(pid) for pid in (PAT_PID, *program.pids))


def starts_anew(block: bytes) -> bool:
    """Tell whether a block begins with what `discontinuities` renders."""
    return (
        len(block) >= PACKET
        and pid_of(block) == PAT_PID
        and not block[3] & 0x10
        and _is_flagged(block)
    )


def breaks(block: bytes, program: Program | None) -> list[int]:
    """Answer where packets of the PAT or of the clock tell of a break.

    As offsets in bytes; while no programme is known, only the PAT counts.
    """
    pids = (PAT_PID, program.pcr_pid if program else PAT_PID)
    found: list[int] = []
    fields = fields_of(block)
    index = fields.find(1)
    while index >= 0:
        packet = block[index * PACKET : index * PACKET + 6]
        if _is_flagged(packet) and pid_of(packet) in pids:
            found.append(index * PACKET)
        index = fields.find(1, index + 1)
    return found


def _discontinuity(pid: int) -> bytes:
    head = bytes((SYNC, pid >> 8, pid & 0xFF, 0x20, PACKET - 5, _INDICATOR))
    return head + b"\xff" * (PACKET - len(head))


def _is_flagged(packet: bytes) -> bool:
    return bool(packet[3] & 0x20 and packet[4] and packet[5] & _INDICATOR)
