"""Whatever is in a guide, of pictures only those of the web and our own are told."""

from collections.abc import AsyncIterator
from contextlib import closing
import gzip
import json
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.films.posters import Posters, icon_of
from custom_components.telecast.formats import xmltv

from ..storage import Storage, guide, numbered, open_storage, programme

POSTERS = Posters.of("a secret")
FILE = "file:///home/user/Family/poster.jpg"
NAME = icon_of(7, FILE)
WEB = "https://x.example/a.jpg?b=1&c=2"
HERE, THERE = "http://192.0.2.1:8123", "https://tv.example"


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(tmp_path) as opened:
        await opened.playlist(numbered(1))
        yield opened


async def document(storage: Storage, base: str = "", *, packed: bool = False) -> Path:
    """Answer the guide as a player is told of it that finds us at an address."""
    return await storage.documents.guide(
        groups=None,
        compressed=packed,
        posters=POSTERS.at(base) if base else None,
    )


def icons_in(path: Path) -> dict[str, tuple[str, ...]]:
    """Answer the icons of a document by title, and see that no path is in it."""
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    assert b"Family" not in data
    assert b"telecast:" not in data
    parser = xmltv.Parser()
    found = [*parser.feed(data), *parser.close()]
    return {
        one.titles[0].value: one.icons
        for one in found
        if isinstance(one, xmltv.Programme)
    }


async def icons_of(storage: Storage) -> list[tuple[str, ...]]:
    """Answer the icons that the guide itself knows of."""
    (channel,) = await storage.all()
    found = await storage.guide.between(channel, start=0, stop=1 << 40)
    return [one.icons for one in found]


def one_document(*paths: Path) -> bool:
    """Tell whether paths are of one document, be it of different hours."""
    return len({path.name.split("-")[1] for path in paths}) == 1


def programmes() -> str:
    """Write a guide with an icon of each kind, of a time that does not go by meanwhile."""
    return guide(
        programme("Own", 24, icon=NAME),
        programme("Web", 25, icon=WEB),
        programme("File", 26, icon=FILE),
        programme("None", 27),
    )


def make_old(file: Path, *icons: str) -> None:
    """Have a guide's file be as earlier versions made it, with these icons by time."""
    with closing(sqlite3.connect(file, autocommit=True)) as connection:
        rows = connection.execute("SELECT start FROM programmes ORDER BY start")
        shown = [
            xmltv.Programme(
                channel="", start=start, titles=(xmltv.Text(name),), icons=(icon,)
            )
            for (start,), name, icon in zip(rows, "ABCD", icons, strict=True)
        ]
        connection.executemany(
            "UPDATE programmes SET children = ? WHERE start = ?",
            [(xmltv.render_children(one), one.start) for one in shown],
        )
        ((text,),) = connection.execute("SELECT value FROM about")
        about = json.loads(text)
        del about["has_pictures"]
        connection.execute("UPDATE about SET value = ?", (json.dumps(about),))


async def test_our_own_guide_tells_of_pictures_where_the_player_finds_us(
    storage: Storage,
) -> None:
    await storage.xmltv(programmes(), own=True)
    assert not one_document(
        await document(storage, HERE), await document(storage, THERE)
    )
    for base in (HERE, THERE):
        for packed in (False, True):
            path = await document(storage, base, packed=packed)
            assert icons_in(path) == {
                "Own": (POSTERS.at(base).icon(NAME),),
                "Web": (WEB,),
                "File": (),
                "None": (),
            }
    assert await icons_of(storage) == [(NAME,), (WEB,), (), ()]


async def test_who_does_not_say_where_it_finds_us_is_told_of_no_pictures(
    storage: Storage,
) -> None:
    await storage.xmltv(programmes(), own=True)
    found = icons_in(await document(storage))
    assert found == {"Own": (), "Web": (WEB,), "File": (), "None": ()}


async def test_a_guide_from_outside_shows_nothing_of_ours_whatever_it_says(
    storage: Storage,
) -> None:
    await storage.xmltv(programmes())
    told = {"Own": (), "Web": (WEB,), "File": (), "None": ()}
    assert icons_in(await document(storage, HERE)) == told
    assert await icons_of(storage) == [(), (WEB,), (), ()]
    # Without pictures of the user's, one document is good for all players.
    assert one_document(await document(storage, HERE), await document(storage, THERE))
    # Nor does it beside a guide of our own.
    await storage.xmltv(
        guide(programme("Other", channel="other", icon=NAME)), feed="own", own=True
    )
    assert storage.guide.has_pictures
    assert icons_in(await document(storage, HERE)) == told
    assert await icons_of(storage) == [(), (WEB,), (), ()]


async def test_what_an_earlier_version_took_in_is_told_as_carefully(
    storage: Storage,
) -> None:
    await storage.xmltv(programmes())
    make_old(storage.guide.file("feed"), NAME, FILE, WEB, f"{WEB}&d")
    await storage.guide.reload()
    told = icons_in(await document(storage, HERE))
    assert told == {"A": (), "B": (), "C": (WEB,), "D": (f"{WEB}&d",)}
    assert await icons_of(storage) == [(), (), (WEB,), (f"{WEB}&d",)]


async def test_pictures_that_go_are_forgotten(storage: Storage) -> None:
    assert not storage.guide.has_pictures
    await storage.xmltv(programmes(), own=True)
    assert storage.guide.has_pictures
    await storage.xmltv(guide(programme("Own", 24)), own=True)
    assert not storage.guide.has_pictures
    assert icons_in(await document(storage, HERE)) == {"Own": ()}
