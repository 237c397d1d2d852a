"""A provider's list of channels comes into the line-up as a playlist does."""

from collections.abc import Iterable, Iterator
from contextlib import closing
import json
from typing import Any

import pytest

from custom_components.telecast.engine.errors import (
    EmptyPlaylistError,
    PlaylistShrunkError,
)
from custom_components.telecast.engine.ingestion.channels import (
    ChannelList,
    stage_channels,
)
from custom_components.telecast.engine.ingestion.merge import merge
from custom_components.telecast.engine.ingestion.staging import Source, Staged
from custom_components.telecast.engine.store.database import connect
from custom_components.telecast.formats.xtream.reading import AnswerError

from .intake import Intake


def take(
    intake: Intake,
    document: Iterable[dict[str, Any]] | bytes,
    *,
    allow_shrink: bool = False,
    **about: Any,
) -> Staged:
    """Do what the child does, in this process."""
    if not isinstance(document, bytes):
        document = json.dumps(list(document)).encode()
    chunks = [document[at : at + 1000] for at in range(0, len(document), 1000)]
    listed = ChannelList(source="one", **about)
    with closing(connect(intake.path)) as connection:
        staged = stage_channels(connection, listed, chunks, lambda _: None)
        source = Source(id="one", local=True)
        merge(connection, source, staged, allow_shrink=allow_shrink)
    return staged


def channels(*numbers: int, **facts: Any) -> Iterator[dict[str, Any]]:
    """List channels with these stream ids."""
    for number in numbers:
        yield {"stream_id": number, "name": f"Channel {number}", **facts}


def test_a_channel_keeps_its_id_as_long_as_its_stream_has_one(intake: Intake) -> None:
    take(intake, channels(5, 6, 7))
    assert [number for _, number, _ in intake.told()] == ["1", "2", "3"]
    take(intake, [{"stream_id": 7, "name": "Other"}, *channels(9)], allow_shrink=True)
    assert intake.told() == [(3, "3", "Other"), (4, "4", "Channel 9")]
    take(intake, channels(5, 6, 7, 9))
    assert [one.id for one in intake.all()] == [1, 2, 3, 4]


def test_a_channel_that_moves_to_another_stream_is_known_by_its_name(
    intake: Intake,
) -> None:
    take(intake, channels(5, 6))
    take(intake, [{"stream_id": 50, "name": "Channel 5"}, *channels(6)])
    assert intake.told() == [(1, "1", "Channel 5"), (2, "2", "Channel 6")]
    assert intake.urls(1) == ["xtream:live/50.ts"]


def test_channels_of_one_name_stay_apart_and_one_listed_twice_is_one(
    intake: Intake,
) -> None:
    twins = [{"stream_id": 1, "name": "Same"}, {"stream_id": 2, "name": "Same"}]
    staged = take(intake, [*twins, *twins])
    assert (staged.entries, staged.channels) == (4, 2)
    assert intake.urls(1) == ["xtream:live/1.ts"]
    assert intake.urls(2) == ["xtream:live/2.ts"]


def test_only_what_has_an_archive_says_how_it_is_had(intake: Intake) -> None:
    kept = {"tv_archive": 1, "tv_archive_duration": "3"}
    take(intake, [*channels(1, **kept), *channels(2)])
    assert [one.archive_days for one in intake.all()] == [3, 0]
    assert json.loads(intake.rows("catchup", 1)[0][0]) == {"kind": "xtream"}
    assert intake.rows("catchup", 2) == [("",)]
    assert intake.rows("local", 1) == [(1,)]


def test_groups_are_the_categories_names(intake: Intake) -> None:
    categories = {"1": "News", "2": "Sport"}
    listed = [
        *channels(1, category_id="2"),
        *channels(2, category_id=None, category_ids=[7, 1]),
        *channels(3, category_id=9),
    ]
    take(intake, listed, categories=categories)
    assert [one.group for one in intake.all()] == ["Sport", "News", "Uncategorised"]


def test_what_cannot_be_taken_is_counted_and_what_is_not_wanted_is_not(
    intake: Intake,
) -> None:
    listed = [{"name": "x"}, {"stream_id": 1}, *channels(2, 3, category_id=1)]
    staged = take(
        intake,
        [*listed, *channels(4)],
        categories={"1": "News"},
        chosen=frozenset({"News"}),
    )
    assert (staged.entries, staged.skipped) == (2, {"entry_malformed": 2})


@pytest.mark.parametrize("document", [b"[]", b"{}", b'[{"name":"x"}]'])
def test_a_list_without_channels_is_refused_unless_it_may_be_empty(
    intake: Intake, document: bytes
) -> None:
    with pytest.raises(EmptyPlaylistError):
        take(intake, document)
    assert take(intake, document, may_be_empty=True).channels == 0


def test_a_list_that_breaks_off_or_has_shrunk_changes_nothing(intake: Intake) -> None:
    take(intake, channels(*range(1, 41)))
    before = intake.told()
    whole = json.dumps(list(channels(*range(1, 41), plot="x" * 90))).encode()
    with pytest.raises(AnswerError):
        take(intake, whole[:-10])
    with pytest.raises(PlaylistShrunkError):
        take(intake, channels(*range(1, 10)))
    assert intake.told() == before
    take(intake, channels(1), allow_shrink=True)
    assert len(intake.told()) == 1
