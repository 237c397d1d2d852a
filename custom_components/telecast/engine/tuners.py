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
    users: int = 0
    """Connections of that client to that channel; a player may open several."""


class Tuners:
    """A fixed number of tuners."""

    def __init__(self, count: int) -> None:
        self.all = [Tuner(index) for index in range(count)]

    @contextmanager
    def take(
        self, channel: Channel, client: Client, *, index: int | None = None
    ) -> Iterator[Tuner]:
        """Hold a tuner inside the block; the same viewer of the same channel shares it.

        Raises TunerInUseError where `index` names one that is taken (or that there is
        not), and TunersBusyError where none is free.
        """
        tuner = self._choose(channel, client, index)
        tuner.channel, tuner.client = channel, client
        tuner.users += 1
        try:
            yield tuner
        finally:
            tuner.users -= 1
            if not tuner.users:
                tuner.channel = tuner.client = None

    def _choose(self, channel: Channel, client: Client, index: int | None) -> Tuner:
        asked = [tuner for tuner in self.all if index in (None, tuner.index)]
        for tuner in asked:
            if tuner.channel and (tuner.channel.id, tuner.client) == (
                channel.id,
                client,
            ):
                return tuner
        for tuner in asked:
            if not tuner.users:
                return tuner
        if index is not None:
            raise TunerInUseError(f"Tuner {index} is in use")
        raise TunersBusyError(f"All {len(self.all)} tuners are in use")
