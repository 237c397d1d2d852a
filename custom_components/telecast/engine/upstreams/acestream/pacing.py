"""When an AceStream engine may be asked for one more playback: engines choke on a rush."""

import asyncio
from collections.abc import Awaitable, Callable

# Peers of ours found that starts need to be one to two seconds apart.
SPACING_SECONDS = 1.0
PATIENCE_SECONDS = 2.0


class Pacing:
    """Lets starts begin one after the other, and apart; in the order of their coming."""

    def __init__(
        self,
        *,
        spacing: float = SPACING_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        """Begin one start at most every `spacing` seconds.

        The next one waits for the answer to the one before, but only for `patience`
        seconds: a dead id may keep an engine busy for half a minute.
        """
        self._spacing = spacing
        self._patience = patience
        self._turn = asyncio.Lock()
        self._loop = asyncio.get_running_loop()
        self._due = self._loop.time()

    async def begin[T](
        self,
        start: Callable[[], asyncio.Task[T]],
        cancelled: Callable[[asyncio.Task[T]], Awaitable[None]],
    ) -> T:
        """Call `start` when it is its turn, and answer what its task answers.

        Where waiting for that is cancelled, `cancelled` sees to the task first.
        """
        async with self._turn:
            await asyncio.sleep(self._due - self._loop.time())
            self._due = self._loop.time() + self._spacing
            task = start()
            try:
                await asyncio.wait({task}, timeout=self._patience)
            except asyncio.CancelledError:
                await cancelled(task)
                raise
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            await cancelled(task)
            raise
        return task.result()
