"""A client that pages and apps use logs in, lists everything, and reads what it gets."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from custom_components.telecast.engine.model import FilmKind
from custom_components.telecast.formats.xmltv import Programme, Text
from tests.fakes.engine import channel
from tests.fakes.films import FIRST, FIRST_EPISODE, episode, film

from .npm_client import needs_npm, run
from .world import World, serving

SHOW = FIRST + 10
IDS = (1, FIRST, SHOW)

pytestmark = needs_npm


def fill(world: World) -> None:
    """Channels, a guide, a film and a series of two seasons."""
    engine = world.engine
    now = int(datetime.now(UTC).timestamp()) // 60 * 60
    engine.lineup.all.append(channel("7", "Seven", group="Cartoons", group_id=2))
    engine.lineup.all[0] = channel("1", "One", archive_days=3)
    engine.guide.all[1] = [
        Programme(
            channel="guide.1",
            start=now + hour * 3600 - 1800,
            stop=now + hour * 3600 + 1800,
            titles=(Text(f"Show {hour}", "en"),),
            descriptions=(Text("About it"),),
        )
        for hour in range(4)
    ]
    engine.films.all += [
        film(FIRST, "A Film", plot="Short."),
        film(SHOW, "A Show", kind=FilmKind.SERIES, group_id=3),
    ]
    engine.films.facts[FIRST] = {"plot": "The whole plot.", "seconds": 8177}
    engine.films.episodes += [
        episode(FIRST_EPISODE, SHOW, 1, 1),
        episode(FIRST_EPISODE + 1, SHOW, 2, 1),
    ]


def wrong(value: Any, place: str = "") -> list[str]:
    """Answer where the client could not make a date or a number of what it got."""
    if isinstance(value, dict):
        pairs = [(one, f"{place}.{key}") for key, one in value.items()]
    elif isinstance(value, list):
        pairs = [(one, f"{place}[{number}]") for number, one in enumerate(value)]
    else:
        return [place] if value in ("not a number", "not a date") else []
    return [found for pair in pairs for found in wrong(*pair)]


async def test_it_lists_and_reads_everything(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        found, complaints = await run(world.base, "secret-1", IDS)
        assert complaints == ""
        read = found["read"]
        # In the short guide it takes the end for a number, which no panel sends.
        for one in read["shortEPG"]:
            assert one.pop("end") == "not a date"
        # It looks for it in the list, where most panels have none.
        for one in read["movies"]:
            assert one.pop("duration") == "not a number"
        assert wrong(read) == []

        assert read["profile"]["id"] == "anna"
        assert (read["profile"]["status"], read["profile"]["isTrial"]) == (
            "Active",
            False,
        )
        assert read["profile"]["maxConnections"] == 2
        assert read["profile"]["activeConnections"] == 0
        assert read["profile"]["expiresAt"].startswith("2038-01-19T03:14:07")
        assert read["serverInfo"]["timezone"] == "Europe/Berlin"
        assert [one["name"] for one in read["channelCategories"]] == [
            "News",
            "Cartoons",
        ]
        assert [
            (one["id"], one["number"], one["name"], one["tvArchive"])
            for one in read["channels"]
        ] == [
            ("1", 1, "One", True),
            ("501", 2, "Five", False),
            ("7", 3, "Seven", False),
        ]
        assert [one["id"] for one in read["someChannels"]] == ["1"]
        assert [one["title"] for one in read["shortEPG"]] == ["Show 0", "Show 1"]
        assert [one["nowPlaying"] for one in read["fullEPG"]] == [
            *(True, False, False, False)
        ]
        assert {one["description"] for one in read["fullEPG"]} == {"About it"}


async def test_what_it_finds_can_be_played(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        found, _ = await run(world.base, "secret-1", IDS)
        urls = [one["url"] for one in found["read"]["channels"]]
        paths = [url.removeprefix(world.base) for url in urls]
        assert paths == [f"/live/anna/secret-1/{n}.ts" for n in (1, 501, 7)]
        for path in paths:
            assert await world.status(path, "HEAD") == 200


async def test_it_reads_films_and_series(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        found, _ = await run(world.base, "secret-1", IDS)
        read = found["read"]
        (movie,) = read["movies"]
        assert movie["id"] == read["movie"]["id"] == str(FIRST)
        assert movie["url"].startswith(f"{world.base}/movie/anna/secret-1/{FIRST}.")
        assert read["movie"]["plot"] == "The whole plot."
        assert read["movie"]["duration"] == 8177
        (show,) = read["shows"]
        assert show["id"] == read["show"]["id"] == str(SHOW)
        seasons = read["show"]["seasons"]
        assert [(one["number"], len(one["episodes"])) for one in seasons] == [
            (1, 1),
            (2, 1),
        ]
        (first,), (second,) = [one["episodes"] for one in seasons]
        assert (first["id"], second["id"]) == (
            str(FIRST_EPISODE),
            str(FIRST_EPISODE + 1),
        )
        assert f"/series/anna/secret-1/{FIRST_EPISODE}." in first["url"]


async def test_it_does_not_get_in_with_a_wrong_password(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        fill(world)
        found, complaints = await run(world.base, "wrong", IDS)
        assert found == {}
        assert "Error" in complaints
