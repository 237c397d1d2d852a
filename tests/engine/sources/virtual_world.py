"""What tests of virtual channels as sources share: files, settings, and what comes in."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, override

from custom_components.telecast.engine.imports.importer import Importer
from custom_components.telecast.engine.imports.results import GuideResult, MediaResult
from custom_components.telecast.engine.settings import VirtualSettings
from tests.fakes.media_folders import put

from .world import NOW, World

NOW_SECONDS = int(NOW.timestamp())
START = (NOW_SECONDS - 3600) * 1000
LENGTH = 600
FILES = ("First (1999).mkv", "Second (2000).mkv", "Show/Show 1x01.mkv")


@dataclass(eq=False, slots=True)
class Watch:
    """Sees what comes in."""

    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by each guide."""
    seconds: list[float] = field(default_factory=list)
    """For how long files were to be looked into, round by round."""
    unprobed: list[int] = field(default_factory=list)
    """How many files are said to be left, round by round."""
    guides: int = 0
    """How many guides came in."""
    before: Callable[[int], None] = lambda _: None
    """What is done before a round, by its number."""

    def importer(self) -> type[Importer]:
        """Answer an importer that is watched."""
        watch = self

        class Watched(Importer):
            @override
            async def guide(self, *given: Any, **how: Any) -> GuideResult:
                result = await super().guide(*given, **how)
                watch.guides += 1
                watch.news.set()
                return result

            @override
            async def media(
                self, settings: VirtualSettings, *, seconds: float, **how: Any
            ) -> MediaResult:
                watch.before(len(watch.seconds))
                watch.seconds.append(seconds)
                result = await super().media(settings, seconds=60, **how)
                left = watch.unprobed.pop(0) if watch.unprobed else result.unprobed
                return replace(result, unprobed=left)

        return Watched

    async def follows(
        self, world: World, titles: list[str], *, number: str = "1"
    ) -> None:
        """Wait until the guide of a channel says that these come now and next."""
        async with asyncio.timeout(100):
            while (await told(world, number=number))[: len(titles)] != titles:
                self.news.clear()
                await self.news.wait()


def lay(media: Path, content: bytes, *names: str) -> None:
    """Put clips into a folder, each of another time."""
    for name in names:
        put(media / name, content, when=1_790_000_000 + len(name) + ord(name[0]))


def attic(*folders: Path, **others: object) -> VirtualSettings:
    """Make a source's settings."""
    given = {"name": "Attic", "starts_at": START, **others}
    return VirtualSettings(id="one", folders=tuple(map(str, folders)), **given)  # type: ignore[arg-type]


async def told(world: World, seconds: int = 1800, *, number: str = "1") -> list[str]:
    """Answer what the guide says is on a channel from now on."""
    channel = await world.lineup.by_number(number)
    found = await world.guide.between(
        channel, start=NOW_SECONDS, stop=NOW_SECONDS + seconds
    )
    return [one.titles[0].value for one in found]


def on(world: World, seconds: int = 0) -> str:
    """Answer what the timeline says is on."""
    instant = (NOW_SECONDS + seconds) * 1000
    return world.sources.virtual.on("one", instant).title
