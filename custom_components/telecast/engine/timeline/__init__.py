"""Timelines: what virtual channels play at any instant, by arithmetic alone."""

from .course import Revision
from .filling import filled
from .items import EARLIEST, LATEST, Cause, Gap, Item, Live, Playing, Showing
from .reading import read_timeline
from .rotation import Order, Place, Rotation
from .schedule import MAIN, Appointment, Schedule, single
from .timeline import KEPT, Timeline, begun, restored
from .week import GRIDS, WEEKDAYS, Block, Fit
from .writing import as_dict

__all__ = [
    "EARLIEST",
    "GRIDS",
    "KEPT",
    "LATEST",
    "MAIN",
    "WEEKDAYS",
    "Appointment",
    "Block",
    "Cause",
    "Fit",
    "Gap",
    "Item",
    "Live",
    "Order",
    "Place",
    "Playing",
    "Revision",
    "Rotation",
    "Schedule",
    "Showing",
    "Timeline",
    "as_dict",
    "begun",
    "filled",
    "read_timeline",
    "restored",
    "single",
]
