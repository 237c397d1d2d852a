"""The right to hold one more upstream of a source."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..errors import SourceBusyError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Holder:
    """Who has taken a slot."""

    name: Callable[[], str]
    give_way: Callable[[], bool]


class Slots:
    """Counts the upstreams of one source; never more than the limit, whatever happens."""

    def __init__(
        self, limit: int, on_change: Callable[[], None] = lambda: None
    ) -> None:
        self.limit = limit
        """How many may be open at once; 0 means any number."""
        self._on_change = on_change
        self._holders: list[_Holder] = []
        self._news = asyncio.Event()

    @property
    def in_use(self) -> int:
        """How many are taken."""
        return len(self._holders)

    @property
    def free(self) -> bool:
        """Whether one more may be taken now."""
        return not self.limit or self.in_use < self.limit

    @contextmanager
    def take(
        self,
        holder: str,
        *,
        viewers: Callable[[], str] = lambda: "",
        give_way: Callable[[], bool] = lambda: False,
    ) -> Iterator[None]:
        """Hold one slot inside the block.

        `give_way` begins to end the holder where nobody needs it, and answers whether it
        does. Raises SourceBusyError, naming the holders, each with who its `viewers` are
        then.
        """
        if not self.free:
            holders = ", ".join(one.name() for one in self._holders)
            raise SourceBusyError(f"In use by {holders}")

        def name() -> str:
            watching = viewers()
            return f"{holder} ({watching})" if watching else holder

        taken = _Holder(name=name, give_way=give_way)
        self._holders.append(taken)
        self._on_change()
        try:
            yield
        finally:
            self._holders.remove(taken)
            self._on_change()
            self._news.set()
            self._news.clear()

    def make_room(self) -> bool:
        """Have one holder that nobody needs give way; answer whether there was one."""
        return any(holder.give_way() for holder in self._holders)

    async def given_back(self) -> None:
        """Wait until somebody gives a slot back."""
        await self._news.wait()
