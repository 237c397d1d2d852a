"""Renders documents: each once, however many ask for it, and whoever of them leaves."""

import asyncio
import logging
from pathlib import Path
import sqlite3

from ..errors import IngestionError, TelecastError
from ..imports.child import run_job
from ..store.store import Store
from .files import is_there, tidy
from .rendering import Document, render

_LOGGER = logging.getLogger(__name__)

_MOST_CHILDREN = 2


class Renderings:
    """What is being rendered right now."""

    def __init__(
        self, *, tasks: asyncio.TaskGroup, store: Store, guides: Path, folder: Path
    ) -> None:
        """Render into `folder`; `guides` is the one with the files of the guides."""
        self._tasks = tasks
        self._store = store
        self._guides = guides
        self._folder = folder
        self._children = asyncio.Semaphore(_MOST_CHILDREN)
        self._running: dict[Path, tuple[asyncio.Future[None], asyncio.Task[None]]] = {}

    def begin(
        self, document: Document, path: Path, *, here: bool
    ) -> asyncio.Future[None]:
        """Have a document there, rendered unless it is; answer what waits for that.

        It is shared, and not to be cancelled: see `finish`.
        `here` is for short documents; others are rendered by the child.
        """
        if path in self._running:
            return self._running[path][0]
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = self._tasks.create_task(self._run(document, path, here, done))
        self._running[path] = done, task
        return done

    def close(self) -> None:
        """End all that is being rendered."""
        for _, task in tuple(self._running.values()):
            task.cancel()

    async def _run(
        self, document: Document, path: Path, here: bool, done: asyncio.Future[None]
    ) -> None:
        error: TelecastError = IngestionError("It was not rendered to its end")
        try:
            if not await self._store.read(lambda _: is_there(path)):
                await (self._here if here else self._by_child)(document, path)
                await self._store.read(lambda _: tidy(self._folder, path))
            done.set_result(None)
        except TelecastError as err:
            _LOGGER.warning("A document (%s) was not rendered: %s", path.name, err)
            error = err
        finally:
            del self._running[path]
            if not done.done():
                done.set_exception(error)
                done.exception()  # maybe nobody waits for it

    async def _here(self, document: Document, path: Path) -> None:
        def work(connection: sqlite3.Connection) -> None:
            render(document, connection, self._guides, path)

        await self._store.read(work)

    async def _by_child(self, document: Document, path: Path) -> None:
        async with self._children:
            await run_job(
                {
                    "job": "render",
                    "folder": str(self._folder),
                    "database": str(self._store.path),
                    "guides": str(self._guides),
                    "target": str(path),
                    "document": document,
                }
            )


async def finish(rendering: asyncio.Future[None]) -> None:
    """Wait for what `Renderings.begin` answered; raises TelecastErrors."""
    # No shield: what went wrong when nobody waited any more is no error of the loop's.
    await asyncio.wait([rendering])
    rendering.result()
