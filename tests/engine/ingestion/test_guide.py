"""A guide's file holds what was whole of its document, wherever that breaks off."""

from contextlib import closing
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.errors import NotAGuideError
from custom_components.telecast.engine.guide import feeds
from custom_components.telecast.engine.ingestion.guide import Built, build

from ..storage import NOW, guide, guide_channel, programme


def take(document: str | bytes, target: Path) -> Built:
    data = document.encode() if isinstance(document, str) else document
    return build(target, "one", [data], lambda _: None)


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
