"""A panel with a catalogue as large as they come.

Takes how many channels, films and series it has; says its address and its login on
standard output, and offers one film more with each line of its standard input.
"""

import asyncio
import sys

from tests.fakes.panel import Panel

GROUPS = 200
_LOGOS = "http://logos.example/t/p/w600_and_h900_bestv2"
_PLOT = "Two colour bars meet in a test picture, and nothing is grey again. " * 4


async def _serve(channels: int, films: int, series: int) -> None:
    async with Panel() as panel:
        for number in range(1, channels + 1):
            panel.live(
                number,
                f"Channel {number} HD",
                category=_group(number),
                stream_icon=f"{_LOGOS}/{number}.png",
            )
        for number in range(1, films + 1):
            _add_film(panel, number)
        for number in range(1, series + 1):
            panel.show(
                number,
                f"Series {number}",
                category=_group(number),
                episodes={},
                cover=f"{_LOGOS}/s{number}.jpg",
                plot=_PLOT,
                genre="Documentary",
                rating="7",
            )
        print(panel.url, panel.username, panel.password, flush=True)
        loop, over = asyncio.get_running_loop(), asyncio.Event()

        def grow() -> None:
            if sys.stdin.readline():
                _add_film(panel, len(panel.catalogue.streams["movie"]) + 1)
                print("{}", flush=True)
            else:
                over.set()

        loop.add_reader(sys.stdin, grow)
        await over.wait()


def _add_film(panel: Panel, number: int) -> None:
    panel.movie(
        number,
        f"A film of some length, part {number} ({1950 + number % 75})",
        category=_group(number),
        stream_icon=f"{_LOGOS}/{number}.jpg",
        rating=f"{number % 100 / 10}",
        tmdb=str(number),
        added=str(1_600_000_000 + number),
    )


def _group(number: int) -> str:
    return f"Group {number % GROUPS}"


if __name__ == "__main__":
    asyncio.run(_serve(*map(int, sys.argv[1:4])))
