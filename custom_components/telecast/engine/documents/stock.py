"""Rendered documents, the last ones of each: there before they are asked for, mostly."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
import hashlib
import json
from pathlib import Path
import secrets
from typing import Any

from ..errors import TelecastError
from ..store.store import Store
from .files import document_file, former, is_there
from .rendering import Document
from .renderings import Renderings, finish
from .versions import Versions
from .wishes import Wish, Wishes

# More channels than these are rendered by the child: that takes a moment to start, but
# holds up nobody here.
MOST_CHANNELS_HERE = 2000
# After a change, players are given for so long what was true before it, while that is
# rendered anew. Whoever comes later waits, rather than be told of yesterday.
_FORMER_SECONDS = 600.0
# A list is wanted while somebody looks at a screen, a guide is fetched beside that.
_PATIENCE_WITH_LISTS_SECONDS = 0.2
_PATIENCE_SECONDS = {"guide": 5.0}


class Stock:
    """Hands documents out, and has them rendered: on demand, and ahead.

    A long document is rendered ahead where somebody is likely to ask for it. Who asks
    while it is rendered anew gets the last one: players give up after some seconds, and
    they ask again each time that they start.
    """

    def __init__(
        self,
        *,
        renderings: Renderings,
        versions: Versions,
        wishes: Wishes,
        store: Store,
        folder: Path,
    ) -> None:
        """Look into `folder`, where renderings go."""
        self._renderings = renderings
        self._versions = versions
        self._wishes = wishes
        self._store = store
        self._folder = folder
        self._news = asyncio.Event()
        # Names give away nothing of the addresses that they stand for.
        self._secret = secrets.token_bytes(32)

    async def deliver(self, wish: Wish, *, often: bool = True) -> Path:
        """Answer a document's file; raises TelecastErrors.

        What is asked for `often` is rendered ahead from now on.
        """
        document = wish.make()
        path = self._path(document, wish.extension)
        if often:
            self._wishes.note(self._name(document), wish)
        if await self._store.read(lambda _: is_there(path)):
            return path
        rendering = self._begin(document, path)
        if not self._is_short(document) and self._is_news(wish.kind):
            patience = _PATIENCE_SECONDS.get(wish.kind, _PATIENCE_WITH_LISTS_SECONDS)
            await asyncio.wait([rendering], timeout=patience)
            is_there_now = rendering.done() and not rendering.exception()
            if not is_there_now and (
                last := await self._store.read(lambda _: former(path))
            ):
                return last
        await finish(rendering)
        return path

    async def render_ahead(self, further: Callable[[], Iterable[Wish]]) -> None:
        """Render long documents before anybody asks, at every change.

        They are those that were asked for, and `further` ones.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            wishes = [*self._wishes, *further()]
            for kind in {wish.kind for wish in wishes}:
                self._versions.seconds_known(kind)
            for wish in wishes:
                document = wish.make()
                is_any = self._versions.entries(wish.kind) > 0
                if is_any and not self._is_short(document):
                    path = self._path(document, wish.extension)
                    with suppress(TelecastError):
                        await finish(self._begin(document, path))

    def ahead(self, wishes: Iterable[Wish], kinds: Collection[str]) -> dict[str, Any]:
        """Answer what the child needs to render documents of some kinds by itself.

        They are those that were asked for, and `wishes`.
        """
        ahead = {}
        for wish in (*self._wishes, *wishes):
            if wish.kind in kinds:
                document = wish.make()
                name = self._name(document)
                ahead[name] = {
                    "name": name,
                    "document": document,
                    "extension": wish.extension,
                }
        return {
            "documents": str(self._folder),
            "ahead": list(ahead.values()),
            "most_here": MOST_CHANNELS_HERE,
        }

    async def watch(self, changed: Callable[[int], Awaitable[int]]) -> None:
        """Have documents rendered ahead whenever a revision is another one."""
        revision = 0
        while True:
            revision = await changed(revision)
            self.stir()

    def stir(self) -> None:
        """Have documents rendered ahead: something has changed."""
        self._news.set()

    def _begin(self, document: Document, path: Path) -> asyncio.Future[None]:
        return self._renderings.begin(document, path, here=self._is_short(document))

    def _path(self, document: Document, extension: str) -> Path:
        name, version = self._name(document), self._versions.of(document)
        return document_file(self._folder, name, version, extension)

    def _name(self, document: Document) -> str:
        """Answer what all versions of a document have in common."""
        digest = hashlib.blake2b(
            json.dumps(_timeless(document)).encode(), key=self._secret, digest_size=16
        ).hexdigest()
        return f"{document['kind']}-{digest}"

    def _is_news(self, kind: str) -> bool:
        return self._versions.seconds_known(kind) < _FORMER_SECONDS

    def _is_short(self, document: Document) -> bool:
        kind = document["kind"]
        return kind != "guide" and self._versions.entries(kind) <= MOST_CHANNELS_HERE


def _timeless(document: Document) -> dict[str, Any]:
    """Answer a document as it is told of at any time."""
    if document["kind"] != "guide":
        return dict(document)
    at = document["at"]
    times = {"at": 0, "start": document["start"] - at, "stop": document["stop"] - at}
    return {**document, **times}
