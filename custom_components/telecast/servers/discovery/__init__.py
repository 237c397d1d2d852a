"""Being found as a tuner: UDP and TCP port 65001, and SSDP."""

from .discovery import Discovery, Place, open_discovery
from .door import Door
from .model import ControlledTuners, Device, Devices, Interface, Part, Problem, TunerUse

__all__ = [
    "ControlledTuners",
    "Device",
    "Devices",
    "Discovery",
    "Door",
    "Interface",
    "Part",
    "Place",
    "Problem",
    "TunerUse",
    "open_discovery",
]
