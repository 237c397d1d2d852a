"""The tuners of the emulated HDHomeRun: how many may watch through it at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from .errors import TunerInUseError, TunersBusyError
from .model import Channel, Client


@dataclass(slots=True)
class Tuner:
    """One tuner, and who holds it."""

    index: int
    channel: Channel | None = None
    client: Client | None = None


class Tuners:
    """A fixed number of tuners."""

    def __init__(self, count: int) -> None:
        self.all = [Tuner(index) for index in range(count)]

    @contextmanager
    def take(
        self, channel: Channel, client: Client, *, index: int | None = None
    ) -> Iterator[Tuner]:
        """Hold a tuner inside the block: each connection takes one, as on the device.

        Raises TunerInUseError where `index` names one that is taken (or that there is
        not), and TunersBusyError where none is free.
        """
        tuner = self._free(index)
        tuner.channel, tuner.client = channel, client
        try:
            yield tuner
        finally:
            tuner.channel = tuner.client = None

    def _free(self, index: int | None) -> Tuner:
        for tuner in self.all:
            if tuner.channel is None and index in (None, tuner.index):
                return tuner
        if index is not None:
            raise TunerInUseError(f"Tuner {index} is in use")
        raise TunersBusyError(f"All {len(self.all)} tuners are in use")
