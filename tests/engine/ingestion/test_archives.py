"""What playlists say of their channels' archives."""

from contextlib import closing
import json
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.store.database import prepare
from custom_components.telecast.engine.store.migrations import MIGRATIONS

from .intake import Intake

LIVE = "http://192.0.2.1/live/u/p/1.ts"


def entry(attributes: str, *, name: str = "One", url: str = LIVE) -> str:
    return f"#EXTINF:-1 {attributes},{name}\n{url}\n"


def kept(intake: Intake, channel: int = 1) -> list[str]:
    return [text for (text,) in intake.rows("catchup", channel)]


def days(intake: Intake) -> list[int]:
    return [channel.archive_days for channel in intake.all()]


def test_an_archive_that_can_be_played_is_offered(intake: Intake) -> None:
    intake.take(
        entry(
            'catchup="append" catchup-source="?t={utc}" catchup-days="7"'
            ' catchup-correction="-1"'
        )
    )
    assert days(intake) == [7]
    (text,) = kept(intake)
    assert json.loads(text) == {
        "kind": "append",
        "source": "?t={utc}",
        "correction": -60,
    }


@pytest.mark.parametrize("source", ["", "http://192.0.2.1/{catchup-id}.ts"])
def test_an_archive_whose_programmes_have_ids_is_offered(
    source: str, intake: Intake
) -> None:
    staged = intake.take(entry(f'catchup="vod" catchup-source="{source}"'))
    assert days(intake) == [5]
    assert staged.skipped == {}


def test_what_the_header_says_holds_for_all_that_do_not_say_it(intake: Intake) -> None:
    header = '#EXTM3U catchup="shift" catchup-days="3"\n'
    intake.take(
        header
        + entry("", name="One", url="http://192.0.2.1/1")
        + entry('catchup-days="5"', name="Two", url="http://192.0.2.1/2")
        + entry('catchup="none"', name="Three", url="http://192.0.2.1/3")
    )
    assert days(intake) == [3, 5, 0]
    assert kept(intake, 1) == kept(intake, 2) == ['{"kind": "shift"}']
    assert kept(intake, 3) == [""]


@pytest.mark.parametrize(
    "attributes",
    [
        'catchup="default" catchup-days="7"',
        'catchup-days="7"',
        'catchup="shift" catchup-days="0"',
        'catchup="flussonic" url="udp"',
    ],
)
def test_an_archive_that_cannot_be_played_is_not_offered(
    attributes: str, intake: Intake
) -> None:
    url = "udp://239.0.0.1:1234" if "udp" in attributes else LIVE
    staged = intake.take(entry(attributes, url=url))
    assert (days(intake), kept(intake)) == ([0], [""])
    assert staged.skipped == {}


@pytest.mark.parametrize(
    "source",
    [
        "http://127.0.0.1/{utc}",
        "http://localhost:8123/api?x={utc}",
        "http://localhost:8123/{catchup-id}",
        "http://[::1]/{utc}",
        "http://169.254.169.254/{utc}",
        "file:///etc/passwd?{utc}",
        "concat:/etc/passwd|{utc}",
        "xtream:timeshift/60/{utc}/1.ts",
        "http://192.0.2.1/a b/{utc}",
    ],
)
def test_an_archive_that_leads_where_it_may_not_is_refused(
    source: str, intake: Intake
) -> None:
    staged = intake.take(entry(f'catchup="default" catchup-source="{source}"'))
    assert (days(intake), kept(intake)) == ([0], [""])
    assert staged.skipped == {"catchup": 1}


def test_a_document_of_this_machine_may_name_its_archive(intake: Intake) -> None:
    text = entry('catchup="default" catchup-source="http://127.0.0.1/{utc}"')
    intake.take(text, local=True)
    assert days(intake) == [5]


def test_a_channel_goes_back_as_far_as_any_of_its_addresses(intake: Intake) -> None:
    intake.take(
        entry('tvg-id="one"', url="http://192.0.2.1/hd")
        + entry('tvg-id="one" catchup="shift" tvg-rec="4"', url="http://192.0.2.1/sd")
        + entry('tvg-id="two"', name="Two", url="http://192.0.2.1/two")
    )
    assert days(intake) == [4, 0]
    assert kept(intake) == ["", '{"kind": "shift"}']


def test_another_archive_of_the_same_address_is_a_change(intake: Intake) -> None:
    intake.take(entry('catchup="shift"'))
    (before,), revision = intake.all(), intake.revision
    intake.take(entry('catchup="xc"'))
    (after,) = intake.all()
    assert kept(intake) == ['{"kind": "xtream"}']
    assert after == before
    assert intake.revision > revision
    unchanged = intake.revision
    intake.take(entry('catchup="xc"'))
    assert intake.revision == unchanged


def test_an_archive_goes_with_the_attribute(intake: Intake) -> None:
    intake.take(entry('catchup="shift"'))
    intake.take(entry(""))
    assert (days(intake), kept(intake)) == ([0], [""])


def test_an_older_database_offers_nothing_before_its_playlists_are_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    step = next(n for n, one in enumerate(MIGRATIONS) if "ADD COLUMN catchup" in one)
    with monkeypatch.context() as older:
        older.setattr(
            "custom_components.telecast.engine.store.database.MIGRATIONS",
            MIGRATIONS[:step],
        )
        prepare(path)
    record = {"playlist": "abc", "documents": {"abc": {}, "guide": {}}}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            """
            INSERT INTO sources VALUES ('one', 1);
            INSERT INTO groups (name) VALUES ('News');
            INSERT INTO channels (source, key, name_key, group_key, number, major, minor,
                name, search, group_id, logo, tvg_id, shift, radio, archive_days, added)
            VALUES ('one', 'k', 'n', 'g', '1', 1, 0, 'One', 'one', 1, '', '', 0, 0, 7, 0);
            INSERT INTO candidates VALUES (1, 1, 'http://192.0.2.1/1', '{}', 0);
            """
        )
        connection.execute(
            "INSERT INTO meta VALUES ('source one', ?)", (json.dumps(record),)
        )
    prepare(path)
    intake = Intake(path)
    assert (days(intake), kept(intake)) == ([0], [""])
    with closing(sqlite3.connect(path)) as connection:
        ((text,),) = connection.execute(
            "SELECT value FROM meta WHERE key = 'source one'"
        )
    assert json.loads(text)["documents"] == {"guide": {}}
