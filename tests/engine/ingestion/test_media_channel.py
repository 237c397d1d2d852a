"""A virtual channel is one channel of the line-up, and stays the one that it is."""

from contextlib import closing
from pathlib import Path

import pytest

from custom_components.telecast.engine.ingestion.media_channel import count_media
from custom_components.telecast.engine.store.database import connect
from custom_components.telecast.engine.virtual.addresses import (
    ARCHIVE_DAYS,
    CATCHUP,
    address_of,
)
from tests.fakes.media_folders import lay_out

from .intake import Intake
from .media_world import MediaIntake


@pytest.fixture(name="intake")
def _intake(tmp_path: Path) -> MediaIntake:
    return MediaIntake(tmp_path)


def test_it_has_its_name_its_group_its_number_and_an_archive(
    intake: MediaIntake,
) -> None:
    intake.put("Films", number="0500", group="Ours")
    (channel,) = intake.channels()
    assert (channel.name, channel.group, channel.number) == ("Films", "Ours", "500")
    assert (channel.source, channel.guide_id) == ("one", "one")
    assert (channel.archive_days, channel.radio) == (ARCHIVE_DAYS, False)
    assert intake.candidates() == [(address_of("one"), CATCHUP)]


def test_without_wishes_it_has_the_next_number_and_the_usual_group(
    intake: MediaIntake,
) -> None:
    Intake(intake.path).take(
        "#EXTM3U\n#EXTINF:-1,A\nhttp://a.example/1\n", source="m3u"
    )
    intake.put("Films", number="1")
    channel = intake.channels()[1]
    assert (channel.number, channel.group) == ("2", "Virtual channels")


def test_name_and_group_follow_and_id_and_number_stay(intake: MediaIntake) -> None:
    intake.put("Films", number="500")
    (before,) = intake.channels()
    intake.put("Cinema", number="7", group="Ours")
    (after,) = intake.channels()
    assert (after.name, after.group) == ("Cinema", "Ours")
    assert (after.id, after.number) == (before.id, "500")


def test_the_same_once_more_changes_nothing(intake: MediaIntake) -> None:
    intake.put()
    revision = intake.revision
    intake.put()
    assert intake.revision == revision


def test_several_are_channels_of_their_own(intake: MediaIntake) -> None:
    intake.put("Films")
    intake.put("Films", source="two")
    assert [(one.source, one.number) for one in intake.channels()] == [
        *(("one", "1"), ("two", "2"))
    ]


def test_whether_it_is_there_is_told(intake: MediaIntake) -> None:
    lay_out(intake.root, "a/1.mkv")
    intake.take("a")
    with closing(connect(intake.path)) as connection:
        assert count_media(connection, "one").channels == 0
        assert count_media(connection, "one").unprobed == 1
    intake.put()
    with closing(connect(intake.path)) as connection:
        assert count_media(connection, "one").channels == 1
        assert count_media(connection, "two").channels == 0
