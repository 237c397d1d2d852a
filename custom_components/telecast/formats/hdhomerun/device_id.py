"""The number that tells one device from all others, with its check digit."""

from hashlib import blake2b
from uuid import UUID, uuid5

_CHECK = (
    0xA,
    0x5,
    0xF,
    0x6,
    0x7,
    0xC,
    0x1,
    0xB,
    0x9,
    0x2,
    0x8,
    0xD,
    0x4,
    0x3,
    0xE,
    0x0,
)
# Clients tune devices of these kinds in an old way that we do not speak.
_LEGACY = frozenset({0x100, 0x101, 0x102, 0x103, 0x111, 0x120, 0x121, 0x122})
# What stands for no device and for any device.
_NONE, _ANY = 0, 0xFFFFFFF
_DEVICES = UUID("6d3be0a2-6d5c-4c1e-9a51-2f2f0a1b7c44")


def device_id_is_valid(device_id: int) -> bool:
    """Tell whether the check digit fits, as clients look before they believe in a device."""
    return 0 <= device_id <= 0xFFFFFFFF and _remainder(device_id) == 0


def make_device_id(random_bits: int) -> str:
    """Answer eight hexadecimal digits that a device of today could have.

    Takes 28 bits, of which clients may see all; the check digit is the last one.
    """
    bits = random_bits & 0xFFFFFFF
    if bits in (_NONE, _ANY) or bits >> 16 in _LEGACY:
        bits ^= 0x8000000
    return f"{bits << 4 | _remainder(bits << 4):08X}"


def further_device_id(device_id: str, index: int) -> str:
    """Answer the id of a device that stands beside the one with `device_id`.

    It follows from that and the index (2 for the second device), so that it is as
    permanent and as unique.
    """
    digest = blake2b(f"{device_id}-{index}".encode(), digest_size=4).digest()
    return make_device_id(int.from_bytes(digest))


def unique_device_name(device_id: str) -> str:
    """Answer the UDN: the same for a device for ever, and for no other one."""
    return f"uuid:{uuid5(_DEVICES, device_id)}"


def _remainder(device_id: int) -> int:
    """Add up the digits, every other one by the table; a valid id comes to nothing."""
    remainder = 0
    for shift in range(0, 32, 8):
        remainder ^= device_id >> shift & 0xF
        remainder ^= _CHECK[device_id >> shift + 4 & 0xF]
    return remainder
