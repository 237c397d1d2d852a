"""A playlist's entries become channels that are recognised again, whatever changes."""

from contextlib import closing
from pathlib import Path
import sqlite3

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.telecast.engine.errors import PlaylistShrunkError
from custom_components.telecast.engine.lineup import catalogue
from custom_components.telecast.engine.store.database import connect, prepare
from custom_components.telecast.formats.m3u import Entry, render

from ..storage import numbered, playlist
from .intake import Intake

# Which entries are one channel.


def test_channels_are_numbered_in_the_order_of_the_playlist(intake: Intake) -> None:
    staged = intake.take(playlist("B", "A", "C"))
    assert intake.told() == [(1, "1", "B"), (2, "2", "A"), (3, "3", "C")]
    assert (staged.entries, staged.channels) == (3, 3)


def test_entries_of_one_id_are_candidates_of_one_channel(intake: Intake) -> None:
    staged = intake.take(
        playlist(
            'tvg-id="bbc1.uk",BBC One HD http://192.0.2.1/hd',
            "Other",
            'tvg-id="BBC1.uk" group-title="UK",BBC 1 SD http://192.0.2.1/sd',
            'tvg-id="bbc1.uk",BBC One again http://192.0.2.1/hd',
        )
    )
    assert intake.told() == [(1, "1", "BBC One HD"), (2, "2", "Other")]
    assert intake.urls() == ["http://192.0.2.1/hd", "http://192.0.2.1/sd"]
    assert (staged.entries, staged.channels) == (4, 2)


def test_another_shift_is_another_channel(intake: Intake) -> None:
    intake.take(
        playlist(
            'tvg-id="itv",ITV http://192.0.2.1/1',
            'tvg-id="itv" tvg-shift="1",ITV one later http://192.0.2.1/2',
            'tvg-id="itv" tvg-shift="-0.5",ITV sooner http://192.0.2.1/3',
            'tvg-id="itv" tvg-shift="nonsense",ITV? http://192.0.2.1/4',
        )
    )
    assert [one.guide_id for one in intake.all()] == ["itv", "itv@+1", "itv@-0.5"]
    assert intake.urls() == ["http://192.0.2.1/1", "http://192.0.2.1/4"]


def test_without_ids_a_name_within_a_group_is_one_channel(intake: Intake) -> None:
    intake.take(
        playlist(
            'group-title="News",UK: Sky News HD http://192.0.2.1/1',
            'group-title="News",Sky News http://192.0.2.1/2',
            'group-title="Other",Sky News http://192.0.2.1/3',
            'group-title="News",Sky News +1 http://192.0.2.1/4',
        )
    )
    assert [(one.name, one.group) for one in intake.all()] == [
        ("UK: Sky News HD", "News"),
        ("Sky News", "Other"),
        ("Sky News +1", "News"),
    ]
    assert intake.urls() == ["http://192.0.2.1/1", "http://192.0.2.1/2"]


def test_an_entry_without_id_joins_the_one_of_its_name(intake: Intake) -> None:
    intake.take(
        playlist(
            "CNN HD http://192.0.2.1/1",
            'tvg-id="cnn",CNN http://192.0.2.1/2',
            'tvg-id="cnn.int",CNN http://192.0.2.1/3',
        )
    )
    assert [one.name for one in intake.all()] == ["CNN HD", "CNN"]
    assert intake.urls() == ["http://192.0.2.1/1", "http://192.0.2.1/2"]


def test_words_for_no_id_are_no_id(intake: Intake) -> None:
    intake.take(playlist('tvg-id="none",A', 'tvg-id="N/A",B', 'tvg-id="-",C'))
    assert [one.name for one in intake.all()] == ["A", "B", "C"]
    assert intake.all()[0].guide_id == "telecast.1"


# Which numbers they get.


def test_wanted_numbers_come_first_and_the_others_fill_the_gaps(
    intake: Intake,
) -> None:
    intake.take(
        playlist(
            "A",
            'tvg-chno="2",B',
            'tvg-chno="007",C',
            'tvg-chno="2",Late',
            "D",
            'tvg-chno="5.1",E',
            'tvg-chno="0",Zero',
            'channel-number="9",F',
        )
    )
    assert {one.name: one.number for one in intake.all()} == {
        "A": "1",
        "B": "2",
        "C": "7",
        "Late": "3",
        "D": "4",
        "E": "5.1",
        "Zero": "6",
        "F": "9",
    }


def test_numbers_are_unique_over_all_sources(intake: Intake) -> None:
    intake.take(playlist('tvg-chno="2",A', "B"), source="one")
    intake.take(playlist('tvg-chno="2",C', 'tvg-chno="8",D', "E"), source="two")
    assert {one.name: one.number for one in intake.all()} == {
        "A": "2",
        "B": "1",
        "C": "3",
        "D": "8",
        "E": "4",
    }


def test_a_number_stays_whatever_the_playlist_says_later(intake: Intake) -> None:
    intake.take(playlist('tvg-id="a" tvg-chno="7",A', 'tvg-id="b",B'))
    intake.take(playlist('tvg-id="b" tvg-chno="7",B', 'tvg-id="a" tvg-chno="9",A'))
    assert intake.told() == [(2, "1", "B"), (1, "7", "A")]


def test_a_channel_that_is_away_keeps_its_number_and_comes_back(
    intake: Intake,
) -> None:
    intake.take(playlist("A", "B", "C"))
    intake.take(playlist("A", "D", "C"))
    assert intake.told() == [(1, "1", "A"), (3, "3", "C"), (4, "4", "D")]
    intake.take(playlist("B", "A"))
    assert intake.told() == [(1, "1", "A"), (2, "2", "B")]


def test_ids_are_not_used_again(intake: Intake) -> None:
    intake.take(playlist("A", "B"))
    with closing(connect(intake.path)) as connection:
        connection.execute("DELETE FROM sources")
    intake.take(playlist("A"))
    assert intake.told() == [(3, "1", "A")]


# How they are recognised again.


@pytest.mark.parametrize(
    "later",
    [
        'tvg-id="a" group-title="G",A http://192.0.2.1/a',
        'tvg-id="A" group-title="G",A http://192.0.2.9/other',
        'tvg-id="a" group-title="H",Another name http://192.0.2.1/else',
        'tvg-id="new" group-title="H",Another name http://192.0.2.1/a',
        'group-title="H",Another name http://192.0.2.1/a',
        'tvg-id="new" group-title="G",UK: A HD http://192.0.2.9/other',
        'group-title="G",A http://192.0.2.9/other',
    ],
    ids=[
        "nothing changed",
        "another address",
        "renamed and moved",
        "another id and name",
        "another name and no id",
        "another id and address",
        "no id and another address",
    ],
)
def test_a_channel_is_recognised_again(later: str, intake: Intake) -> None:
    before = 'tvg-id="a" group-title="G",A http://192.0.2.1/a'
    intake.take(playlist("First", before, "Last"))
    intake.take(playlist("New", later, "Last", "First"))
    assert {one.id: one.number for one in intake.all()} == {
        1: "1",
        2: "2",
        3: "3",
        4: "4",
    }
    (channel,) = [one for one in intake.all() if one.id == 2]
    assert channel.name == later.rpartition(",")[2].partition(" http")[0]
    assert channel.group == ("H" if '"H"' in later else "G")
    assert intake.urls(2) == [f"http{later.partition(' http')[2]}"]


def test_an_address_that_many_share_tells_nothing(intake: Intake) -> None:
    offline = "http://192.0.2.1/offline"
    intake.take(playlist(*(f'tvg-id="{n}",Old {n} {offline}' for n in range(5))))
    intake.take(playlist(*(f'tvg-id="x{n}",New {n} {offline}' for n in range(5))))
    assert [one.id for one in intake.all()] == [6, 7, 8, 9, 10]


def test_an_address_of_a_channel_that_is_away_tells_nothing(intake: Intake) -> None:
    intake.take(playlist("A http://192.0.2.1/1", "B http://192.0.2.1/2"))
    intake.take(playlist("B http://192.0.2.1/2"))
    intake.take(playlist("B http://192.0.2.1/2", "C http://192.0.2.1/1"))
    assert intake.told() == [(2, "2", "B"), (3, "3", "C")]


def test_thousands_that_share_a_name_are_told_apart_in_their_order(
    intake: Intake,
) -> None:
    many = 3000
    for host, ids in (("192.0.2.1", "a"), ("192.0.2.2", "b")):
        lines = (f'tvg-id="{ids}{n}",Same http://{host}/{n}' for n in range(many))
        intake.take(playlist(*lines))
        assert [one.id for one in intake.all()] == list(range(1, many + 1))


def test_sources_do_not_mix(intake: Intake) -> None:
    text = playlist('tvg-id="a",A http://192.0.2.1/a')
    intake.take(text, source="one")
    intake.take(text, source="two")
    assert [(one.id, one.source) for one in intake.all()] == [(1, "one"), (2, "two")]


def test_the_same_playlist_again_changes_nothing(intake: Intake) -> None:
    text = numbered(50) + playlist('group-title="G",Name', 'group-title="G",Name HD')
    intake.take(text)
    revision, before = intake.revision, intake.all()
    intake.take(text)
    assert (intake.revision, intake.all()) == (revision, before)
    intake.take(text + playlist("New"))
    assert intake.revision > revision


def test_candidates_follow_the_playlist(intake: Intake) -> None:
    def of(*urls: str) -> str:
        return playlist(*(f'tvg-id="a",A http://192.0.2.1/{url}' for url in urls))

    intake.take(of("1", "2", "3"))
    intake.take(of("3", "1"))
    assert intake.urls() == ["http://192.0.2.1/3", "http://192.0.2.1/1"]


# What is not taken.


@pytest.mark.parametrize(
    ("before", "now", "is_refused"),
    [(30, 15, False), (30, 14, True), (20, 9, True), (19, 9, False), (10, 1, True)],
)
def test_a_playlist_that_shrinks_absurdly_changes_nothing(
    before: int, now: int, is_refused: bool, intake: Intake
) -> None:
    intake.take(numbered(before))
    if not is_refused:
        intake.take(numbered(now))
        assert len(intake.all()) == now
        return
    revision = intake.revision
    with pytest.raises(PlaylistShrunkError, match=f"{now} entries.*{before}"):
        intake.take(numbered(now))
    assert (len(intake.all()), intake.revision) == (before, revision)
    intake.take(numbered(now), allow_shrink=True)
    assert len(intake.all()) == now


def test_a_small_playlist_may_shrink(intake: Intake) -> None:
    intake.take(playlist("A", "B", "C"))
    intake.take(playlist("B"))
    assert intake.told() == [(2, "2", "B")]


_NAMES = st.sampled_from(["A", "A HD", "B", "UK: B", "C +1", "D", "É", "🦊"])
_ENTRIES = st.lists(
    st.builds(
        lambda name, tvg_id, group, number, path: Entry(
            name=name,
            url=f"http://192.0.2.1/{path}",
            group=group,
            attributes={"tvg-id": tvg_id, "tvg-chno": number},
        ),
        _NAMES,
        st.sampled_from(["", "", "a", "b", "c"]),
        st.sampled_from(["", "G"]),
        st.sampled_from(["", "1", "3", "5.1", "x"]),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=9,
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    playlists=st.lists(
        st.tuples(_ENTRIES, st.sampled_from("xy")), min_size=2, max_size=5
    )
)
def test_whatever_comes_numbers_are_unique_and_never_change(
    playlists: list[tuple[list[Entry], str]], tmp_path: Path
) -> None:
    intake = Intake(tmp_path / "any.db")
    intake.path.unlink(missing_ok=True)
    prepare(intake.path)
    numbers: dict[int, str] = {}
    for entries, source in playlists:
        text = "".join(render(entries))
        intake.take(text, source=source, allow_shrink=True)
        found = {one.id: one.number for one in intake.all()}
        assert len(set(found.values())) == len(found)
        assert all(numbers.get(one, number) == number for one, number in found.items())
        numbers |= found
        urls = {entry.url for entry in entries}
        mine = [one.id for one in intake.all() if one.source == source]
        assert {url for one in mine for url in intake.urls(one)} == urls
        before, revision = intake.all(), intake.revision
        intake.take(text, source=source)
        assert (intake.all(), intake.revision) == (before, revision)
    assert len(set(numbers.values())) == len(numbers)


def test_the_view_uses_its_indexes(intake: Intake) -> None:
    intake.take(numbered(10))
    with closing(sqlite3.connect(intake.path)) as connection:
        for query in (catalogue.ONE, catalogue.ONE_BY_NUMBER):
            plan = connection.execute(f"EXPLAIN QUERY PLAN {query}", ("1",)).fetchall()
            assert not [row for row in plan if row[3].startswith("SCAN")]
