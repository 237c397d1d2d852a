"""AceStream links in playlists: who has an engine plays them by id, wherever they led."""

from contextlib import closing
import sqlite3
from typing import Any

import pytest

from custom_components.telecast.engine.errors import (
    EmptyPlaylistError,
    NotAPlaylistError,
)
from custom_components.telecast.engine.ingestion.staging import Source, Staged, stage

ID = "94c2fd8fb9bc8f2fc71a2cbe9d4b866f227a0209"
BY_ID = f"acestream://{ID}"
OWN = f"#EXTM3U\n#EXTINF:-1,Mine\n{BY_ID}\n"


def staged(
    document: str | bytes, **source: Any
) -> tuple[Staged, list[tuple[str, str, str]]]:
    """Stage a playlist; answer what it holds, and name, address and headers of each."""
    data = document.encode() if isinstance(document, str) else document
    with closing(sqlite3.connect("", autocommit=True)) as connection:
        found = stage(connection, Source(**source), [data], lambda _: None)
        rows = connection.execute(
            "SELECT name, url, headers FROM temp.entries ORDER BY position"
        )
        return found, rows.fetchall()


def entry(url: str) -> str:
    return f"#EXTM3U\n#EXTINF:-1,One\n{url}\n"


@pytest.mark.parametrize("has_engine", [True, False])
@pytest.mark.parametrize(
    "url",
    [
        BY_ID,
        BY_ID.upper().replace("ACESTREAM", "acestream"),
        ID,
        f"acestream:?content_id={ID}",
        f"http://127.0.0.1:6878/ace/getstream?id={ID}&pid=3",
        f"http://localhost:6878/ace/manifest.m3u8?id={ID}|User-Agent=x",
    ],
)
def test_a_link_is_kept_as_its_id(url: str, has_engine: bool) -> None:
    _, rows = staged(entry(url), has_engine=has_engine)
    assert rows == [("One", BY_ID, "{}")]


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ({}, False),
        ({"local": True}, False),
        ({"has_engine": True}, True),
    ],
)
def test_the_link_of_another_engine_is_left_to_it_unless_there_is_one(
    source: dict[str, bool], kept: bool
) -> None:
    url = f"http://192.168.1.9:6878/ace/getstream?id={ID}"
    _, rows = staged(entry(url), **source)
    assert rows[0][1] == (BY_ID if kept else url)


def test_an_engine_beside_a_local_list_is_left_to_it() -> None:
    url = f"http://127.0.0.1:6878/ace/getstream?id={ID}"
    _, rows = staged(entry(url), local=True)
    assert rows[0][1] == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("acestream://nonsense", "address_malformed"),
        ("acestream:?url=http://127.0.0.1/x.acelive", "address_malformed"),
        ("http://127.0.0.1:6878/ace/getstream?url=file:///x", "address_not_allowed"),
    ],
)
def test_what_is_no_link_is_skipped(url: str, reason: str) -> None:
    found, rows = staged(OWN + entry(url), has_engine=True)
    assert len(rows) == 1
    assert found.skipped == {reason: 1}


def test_what_the_user_lists_comes_before_the_document() -> None:
    document = entry("http://192.0.2.1/one.ts")
    found, rows = staged(document, entries=OWN, has_engine=True)
    assert [name for name, _, _ in rows] == ["Mine", "One"]
    assert (found.entries, found.channels) == (2, 2)


def test_a_list_alone_is_enough() -> None:
    found, rows = staged("", entries=OWN, has_engine=True)
    assert [name for name, _, _ in rows] == ["Mine"]
    assert found.guide_urls == ()


def test_a_list_does_not_hide_what_is_wrong_with_the_document() -> None:
    for document in ("<html></html>", b"\x00\x01\x02", "no playlist"):
        with pytest.raises(NotAPlaylistError):
            staged(document, entries=OWN, has_engine=True)
    with pytest.raises(EmptyPlaylistError):
        staged("#EXTM3U\n", has_engine=True)


def test_the_encoding_of_the_document_is_its_own() -> None:
    document = entry("http://192.0.2.1/one.ts").replace("One", "Één")
    _, rows = staged(document.encode("utf-16"), entries=OWN)
    assert [name for name, _, _ in rows] == ["Mine", "Één"]


def test_names_that_are_the_same_make_one_channel_with_two_addresses() -> None:
    found, _ = staged(OWN.replace(ID, "f" * 40) + OWN, has_engine=True)
    assert (found.entries, found.channels) == (2, 1)
