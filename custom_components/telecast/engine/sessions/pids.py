"""PIDs: the small integers by which players are told apart."""

import heapq


class Pids:
    """Counts from 1; what is given back is issued again, and nothing twice at once."""

    def __init__(self) -> None:
        self._taken: set[int] = set()
        self._next = 1
        # Those below `_next` that were given back, each once; taken ones are skipped.
        self._free: list[int] = []
        self._queued: set[int] = set()

    @property
    def count(self) -> int:
        """How many are issued now."""
        return len(self._taken)

    def take(self, wanted: int = 0) -> int:
        """Issue `wanted` where it is a PID and free, else the lowest that is."""
        pid = wanted if wanted > 0 and wanted not in self._taken else self._lowest()
        self._taken.add(pid)
        return pid

    def give_back(self, pid: int) -> None:
        """Take back what was issued; whatever else it is given means nothing."""
        if pid not in self._taken:
            return
        self._taken.remove(pid)
        if pid < self._next and pid not in self._queued:
            self._queued.add(pid)
            heapq.heappush(self._free, pid)

    def _lowest(self) -> int:
        while self._free:
            pid = heapq.heappop(self._free)
            self._queued.remove(pid)
            if pid not in self._taken:
                return pid
        while self._next in self._taken:
            self._next += 1
        self._next += 1
        return self._next - 1
