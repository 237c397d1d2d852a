"""Measure Telecast beside what else could do its work."""

import argparse
import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import sys
from tempfile import TemporaryDirectory

from . import (
    catalogue,
    fanout,
    films,
    first_bytes,
    hls,
    imports,
    media,
    playout,
    sessions,
)
from .table import Table

_MEASURES = (
    *("fanout", "late", "hls", "import", "catalogue", "sessions", "films", "media"),
    "playout",
)


def main() -> int:
    """Measure what is asked for, and print a table for each."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument(
        "measure",
        nargs="*",
        metavar="|".join((*_MEASURES, "all")),
        help="fanout: one stream to many viewers; late: how soon the first bytes come; "
        "hls: how soon it plays, and what can be encoded; "
        "import: a large playlist and guide while others watch; "
        "catalogue: films, series and channels of a large provider; "
        "sessions: a thousand players that zap; "
        "films: a film beside a direct download, and beside live viewers; "
        "media: a folder of video that becomes a virtual channel; "
        "playout: what a virtual channel costs (all)",
    )
    parser.add_argument(
        "--viewers", default="50,200", help="of the fan-out, with commas (50,200)"
    )
    parser.add_argument(
        "--channels", type=int, default=100_000, help="of the import (100000)"
    )
    parser.add_argument(
        "--guide", type=int, default=200, metavar="MB", help="of the import (200)"
    )
    parser.add_argument(
        "--catalogue",
        default="125000,30000,50000",
        metavar="FILMS,SERIES,CHANNELS",
        help="of the catalogue (125000,30000,50000)",
    )
    parser.add_argument("--seconds", type=int, default=60, help="of the sessions (60)")
    parser.add_argument(
        "--film", type=int, default=2000, metavar="MB", help="of the films (2000)"
    )
    parser.add_argument(
        "--files", type=int, default=10_000, help="of the media (10000)"
    )
    arguments = parser.parse_args()
    if unknown := set(arguments.measure) - {*_MEASURES, "all"}:
        parser.error(f"There is no measure {', '.join(sorted(unknown))}")
    asyncio.run(_print_all(arguments))
    return 0


async def _print_all(arguments: argparse.Namespace) -> None:
    async for table in _measure(arguments):
        print(f"{table}\n", flush=True)


async def _measure(arguments: argparse.Namespace) -> AsyncIterator[Table]:
    wanted = set(arguments.measure or ["all"])
    if "all" in wanted:
        wanted = set(_MEASURES)
    viewers = tuple(int(count) for count in arguments.viewers.split(","))
    with TemporaryDirectory(prefix="telecast-bench-") as folder:
        here = Path(folder)
        if "fanout" in wanted:
            (here / "fanout").mkdir()
            yield await fanout.measure(viewers, here / "fanout")
        if "late" in wanted:
            (here / "late").mkdir()
            yield await first_bytes.measure(here / "late")
        if "hls" in wanted:
            (here / "hls").mkdir()
            yield await hls.measure(here / "hls")
        if "import" in wanted:
            (here / "import").mkdir()
            yield await imports.measure(
                arguments.channels, arguments.guide, here / "import"
            )
        if "catalogue" in wanted:
            movies, series, channels = map(int, arguments.catalogue.split(","))
            yield await catalogue.measure(channels, movies, series, here / "catalogue")
        if "sessions" in wanted:
            (here / "sessions").mkdir()
            yield await sessions.measure(arguments.seconds, here / "sessions")
        if "films" in wanted:
            (here / "films").mkdir()
            for table in await films.measure(arguments.film, here / "films"):
                yield table
        if "media" in wanted:
            (here / "media").mkdir()
            yield await media.measure(arguments.files, here / "media")
        if "playout" in wanted:
            (here / "playout").mkdir()
            yield await playout.measure(here / "playout")


if __name__ == "__main__":
    sys.exit(main())
