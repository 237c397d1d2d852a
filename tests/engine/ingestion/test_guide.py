"""A guide's file holds what was whole of its document, wherever that breaks off."""

from contextlib import closing
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.errors import NotAGuideError
from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.engine.guide import feeds
from custom_components.telecast.engine.ingestion.guide import Built, build
from custom_components.telecast.formats import xmltv

from ..storage import NOW, guide, guide_channel, programme

WEB = "https://x.example/a.jpg"
FILE = "file:///home/user/a.jpg"
NAME = icon_of(7, FILE)


def take(document: str | bytes, target: Path, *, own: bool = False) -> Built:
    data = document.encode() if isinstance(document, str) else document
    return build(target, "one", [data], lambda _: None, own=own)


def kept(target: Path) -> xmltv.Programme:
    """Answer the only programme of a file."""
    with closing(feeds.open_file(target)) as connection:
        ((start, stop, children),) = feeds.between(connection, 1, start=0, stop=1 << 40)
    return xmltv.parse_children(children, channel="c1", start=start, stop=stop)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "guides" / "feed.db"


def test_a_guide_cut_off_anywhere_is_used_up_to_there(target: Path) -> None:
    whole = guide(*(programme(str(n), n) for n in range(50))).encode()
    last = 0
    for percent in range(1, 100):
        target.unlink(missing_ok=True)
        try:
            built = take(whole[: len(whole) * percent // 100], target)
        except NotAGuideError:
            assert not last
            assert list(target.parent.iterdir()) == []
            continue
        assert built.damage
        assert built.programmes >= last
        last = built.programmes
        with closing(feeds.open_file(target)) as connection:
            assert feeds.about(connection)["programmes"] == last
    assert last == 49
    assert take(whole, target).damage is None


def test_a_broken_programme_costs_only_itself(target: Path) -> None:
    first, second, third = (programme(str(n), n) for n in range(3))
    built = take(guide(first, second.replace("</title>", "</titel>"), third), target)
    assert built.programmes == 2
    assert built.damage


def test_ids_and_names_of_any_length_and_kind_are_kept(target: Path) -> None:
    odd = "Ünïcode 🦊 " + "x" * 5000
    document = guide(guide_channel(odd, odd, "", "Plain"), programme("A", channel=odd))
    assert take(document, target).channels == 1
    with closing(feeds.open_file(target)) as connection:
        ((channel, _),) = feeds.by_name(connection, "plain")
        assert channel == 1
        rows = list(feeds.between(connection, 1, start=0, stop=1 << 40))
    assert rows == [(NOW, NOW + 3600, "<title>A</title>")]


def test_what_another_file_held_is_of_no_matter_where_it_is_none(target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"no database" * 100)
    assert take(guide(programme("A")), target).programmes == 1
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def with_pictures(*addresses: str) -> xmltv.Programme:
    """Make a programme that has these wherever a guide may have an address."""
    rating = xmltv.Rating("3/5", "stars", addresses)
    return xmltv.Programme(
        channel="c1",
        start=NOW,
        stop=NOW + 3600,
        titles=(xmltv.Text("A"),),
        icons=addresses,
        urls=addresses,
        ratings=(rating,),
        star_ratings=(rating,),
        images=tuple(xmltv.Image(one, "poster") for one in addresses),
    )


@pytest.mark.parametrize(
    "other", [FILE, NAME, "/home/user/a.jpg", "C:\\a.jpg", "telecast:x", "a.jpg"]
)
def test_a_guide_from_outside_names_the_web_and_nothing_else(
    target: Path, other: str
) -> None:
    shown = with_pictures(other, WEB, other)
    built = take(guide(xmltv.render_programme(shown)), target)
    assert (built.programmes, built.has_pictures) == (1, False)
    assert kept(target) == with_pictures(WEB)
    with closing(feeds.open_file(target)) as connection:
        assert feeds.about(connection)["has_pictures"] is False


def test_our_own_guide_names_pictures_of_the_users_and_no_files(target: Path) -> None:
    def own(*icons: str) -> Built:
        shown = xmltv.Programme(channel="c1", start=NOW, stop=NOW + 60, icons=icons)
        return take(guide(xmltv.render_programme(shown)), target, own=True)

    assert own(NAME).has_pictures
    assert kept(target).icons == (NAME,)
    with closing(feeds.open_file(target)) as connection:
        assert feeds.about(connection)["has_pictures"] is True
    assert not own(WEB).has_pictures
    assert kept(target).icons == (WEB,)
    assert own(FILE, NAME, WEB).has_pictures
    assert kept(target).icons == (NAME, WEB)
    assert not own(FILE).has_pictures
    assert kept(target).icons == ()
