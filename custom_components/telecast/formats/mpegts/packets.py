"""Transport packets: whole ones out of any bytes, and what their heads say."""

PACKET = 188
SYNC = 0x47
PAT_PID = 0
NULL_PID = 0x1FFF

# A lone 0x47 proves nothing; three at the right distance do.
_SYNCS_NEEDED = 3
_HAS_FIELD = bytes(bool(byte & 0x20) for byte in range(256))


class Aligner:
    """Cuts bytes as they arrive into whole packets; what is between packets is dropped."""

    def __init__(self) -> None:
        self._rest = b""
        self.dropped = 0
        """Bytes that belonged to no packet."""

    def feed(self, data: bytes) -> bytes:
        """Answer as many whole packets as there are now; may be empty."""
        data = self._rest + data if self._rest else data
        whole = len(data) - len(data) % PACKET
        if data[:whole:PACKET].count(SYNC) == whole // PACKET:
            self._rest = data[whole:]
            return data[:whole] if self._rest else data
        return self._resync(data)

    def _resync(self, data: bytes) -> bytes:
        packets: list[bytes] = []
        place = 0
        while place + PACKET <= len(data):
            if data[place] == SYNC and self._holds(data, place):
                end = self._end_of_run(data, place)
                packets.append(data[place:end])
                place = end
                continue
            found = data.find(SYNC, place + 1)
            found = len(data) if found < 0 else found
            self.dropped += found - place
            place = found
        self._rest = data[place:]
        return b"".join(packets)

    @staticmethod
    def _holds(data: bytes, place: int) -> bool:
        return all(
            data[at] == SYNC
            for at in range(place, place + _SYNCS_NEEDED * PACKET, PACKET)
            if at < len(data)
        )

    @staticmethod
    def _end_of_run(data: bytes, place: int) -> int:
        while place + PACKET <= len(data) and data[place] == SYNC:
            place += PACKET
        return place


def pid_of(packet: bytes) -> int:
    """Answer the packet identifier."""
    return (packet[1] & 0x1F) << 8 | packet[2]


def payload_of(packet: bytes) -> bytes:
    """Answer what the packet carries; may be empty."""
    if not packet[3] & 0x10:
        return b""
    return packet[5 + packet[4] :] if packet[3] & 0x20 else packet[4:]


def fields_of(block: bytes) -> bytes:
    """Answer a byte for each packet of a block: 1 where it has an adaptation field."""
    return block[3::PACKET].translate(_HAS_FIELD)
