"""Answers that list every channel are files, rendered once for each change."""

import asyncio
from collections.abc import AsyncIterator
import gzip
import json
import os
from pathlib import Path
import stat
import time
from typing import Any

import pytest

from custom_components.telecast.engine.documents import (
    files as document_files,
    stock as document_stock,
)
from custom_components.telecast.engine.errors import IngestionError
from custom_components.telecast.formats import m3u, xmltv

from ..storage import NOW, Storage, guide, numbered, open_storage, playlist, programme

BASE = "http://192.0.2.1:8123"
ODD = 'Fox <&" Friends 🦊'
CHANNELS = playlist(
    f'tvg-id="fox" group-title="News" tvg-logo="http://192.0.2.1/fox.png",{ODD}'
    " http://192.0.2.1/1",
    'tvg-chno="5.1" group-title="Radio" radio="true",Five http://192.0.2.1/2',
    'tvg-id="fox" tvg-shift="1" group-title="News",Later http://192.0.2.1/3',
)


@pytest.fixture(params=["here", "by the child"])
async def storage(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Storage]:
    if request.param == "by the child":
        monkeypatch.setattr(document_stock, "MOST_CHANNELS_HERE", -1)
    async with open_storage(tmp_path) as opened:
        yield opened


async def streams(storage: Storage, *groups: str, category: int | None = None) -> Path:
    return await storage.documents.live_streams(
        category_id=category, groups=frozenset(groups) if groups else None
    )


async def list_of(
    storage: Storage, *, plus: bool = True, login: str = "u/p", mime_type: str = ""
) -> Path:
    return await storage.documents.playlist(
        base_url=BASE,
        groups=None,
        stream_path=f"/live/{login}/{{id}}.ts?a={{b}}",
        guide_url=f"{BASE}/xmltv.php",
        plus=plus,
        mime_type=mime_type,
    )


def read_guide(path: Path) -> list[xmltv.Channel | xmltv.Programme]:
    data = path.read_bytes()
    parser = xmltv.Parser()
    found = parser.feed(gzip.decompress(data) if path.suffix == ".gz" else data)
    found += parser.close()
    assert (parser.damage, parser.skipped) == (None, {})
    return found


async def test_the_line_up_of_a_tuner(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    path = await storage.documents.lineup("json", BASE)
    assert json.loads(path.read_bytes()) == [
        {"GuideNumber": "1", "GuideName": ODD, "URL": f"{BASE}/auto/v1", "HD": 0},
        {"GuideNumber": "2", "GuideName": "Later", "URL": f"{BASE}/auto/v2", "HD": 0},
        {
            "GuideNumber": "5.1",
            "GuideName": "Five",
            "URL": f"{BASE}/auto/v5.1",
            "HD": 0,
        },
    ]
    xml = (await storage.documents.lineup("xml", BASE)).read_text("utf-8")
    assert "<GuideName>Fox &lt;&amp;" in xml and xml.count("<Program>") == 3
    entries = m3u.parse((await storage.documents.lineup("m3u", BASE)).read_bytes())
    assert [(one.name, one.url) for one in entries] == [
        (f"1 {ODD}", f"{BASE}/auto/v1"),
        ("2 Later", f"{BASE}/auto/v2"),
        ("5.1 Five", f"{BASE}/auto/v5.1"),
    ]


async def test_an_empty_line_up_is_empty_documents(storage: Storage) -> None:
    assert json.loads((await storage.documents.lineup("json", BASE)).read_bytes()) == []
    assert json.loads((await streams(storage)).read_bytes()) == []
    path = await storage.documents.guide(groups=None, compressed=False)
    assert read_guide(path) == []


async def test_the_streams_of_an_xtream_server(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    first, second, third = json.loads((await streams(storage)).read_bytes())
    assert (first["num"], first["stream_id"], first["name"]) == (1, 1, ODD)
    assert (first["category_id"], first["category_ids"]) == ("1", [1])
    assert first["stream_icon"] == "http://192.0.2.1/fox.png"
    assert [one["epg_channel_id"] for one in (first, second, third)] == [
        "fox",
        "fox@+1",
        "telecast.2",
    ]

    async def names(*groups: str, category: int | None = None) -> list[str]:
        path = await streams(storage, *groups, category=category)
        return [one["name"] for one in json.loads(path.read_bytes())]

    assert await names(category=2) == ["Five"]
    assert await names("News") == [ODD, "Later"]
    assert await names("News", category=2) == []
    assert await names("None") == []


async def test_thousands_of_channels_are_one_array(storage: Storage) -> None:
    await storage.playlist(numbered(2345))
    found = json.loads((await streams(storage)).read_bytes())
    assert [one["stream_id"] for one in found] == list(range(1, 2346))


async def test_a_playlist_for_any_player(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    parser = m3u.Parser()
    first, _, third = parser.feed((await list_of(storage)).read_bytes())
    assert parser.header.guide_urls == (f"{BASE}/xmltv.php",)
    assert (first.name, first.group) == (ODD, "News")
    assert first.url == f"{BASE}/live/u/p/1.ts?a={{b}}"
    assert first.attributes["tvg-id"] == "fox"
    assert first.attributes["tvg-logo"] == "http://192.0.2.1/fox.png"
    assert (third.attributes["tvg-chno"], third.attributes["radio"]) == ("5.1", "true")
    plain = m3u.parse((await list_of(storage, plus=False)).read_bytes())
    assert [(one.url, one.group, one.attributes) for one in plain][:1] == [
        (f"{BASE}/live/u/p/1.ts?a={{b}}", "", {})
    ]


async def test_a_playlist_says_what_its_streams_are_where_that_is_wanted(
    storage: Storage,
) -> None:
    await storage.playlist(CHANNELS)

    async def lines(**how: Any) -> list[str]:
        text = (await list_of(storage, **how)).read_text("utf-8")
        return [line for line in text.splitlines() if line.startswith("#KODIPROP")]

    assert await lines(mime_type="video/mp2t") == ["#KODIPROP:mimetype=video/mp2t"] * 3
    assert await lines() == []
    assert await lines(mime_type="video/mp2t", plus=False) == []


async def test_a_guide_of_all_channels(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    await storage.playlist(playlist('tvg-id="fox",Fox again'), source="two")
    await storage.xmltv(
        guide(
            programme("Long ago", -100, channel="fox"),
            programme("Now", 0, channel="fox"),
            programme("Later", 30, channel="fox"),
            programme("Nobody's", 0, channel="else"),
        )
    )

    async def found(**which: int) -> list[xmltv.Channel | xmltv.Programme]:
        path = await storage.documents.guide(groups=None, compressed=False, **which)
        return read_guide(path)

    everything = await found()
    channels = [one for one in everything if isinstance(one, xmltv.Channel)]
    programmes = [one for one in everything if isinstance(one, xmltv.Programme)]
    assert everything == [*channels, *programmes]
    # Of the one that no guide knows, its name is told.
    shown = [one for one in programmes if one.channel != "telecast.2"]
    assert {one.titles for one in programmes if one not in shown} == {
        (xmltv.Text("Five"),)
    }
    assert [one.id for one in channels] == ["fox", "fox@+1", "telecast.2"]
    assert channels[0].names == (xmltv.Text(ODD), xmltv.Text("1"))
    assert channels[0].icons == ("http://192.0.2.1/fox.png",)
    assert [(one.channel, one.titles[0].value, one.start) for one in shown] == [
        ("fox", "Now", NOW),
        ("fox", "Later", NOW + 30 * 3600),
        ("fox@+1", "Now", NOW + 3600),
        ("fox@+1", "Later", NOW + 31 * 3600),
    ]
    filled = len(programmes) - len(shown)
    assert 15 <= filled <= 16
    assert len(await found(days_ahead=1)) == 3 + 2 + 2 * (30 < 24 + 6) + 15
    assert len(await found(days_back=5)) == 3 + 6 + filled


async def test_a_guide_may_be_packed_and_of_some_groups(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    await storage.xmltv(guide(programme("Now", channel="fox")))
    path = await storage.documents.guide(groups=frozenset({"Radio"}), compressed=True)
    assert path.name.endswith(".xml.gz")
    assert [one.id for one in read_guide(path) if isinstance(one, xmltv.Channel)] == [
        "telecast.2"
    ]


# When they are rendered, and how long they stay.


def identity(path: Path) -> tuple[int, int]:
    about = path.stat()
    return about.st_ino, about.st_mtime_ns


async def test_many_askers_make_one_rendering(storage: Storage) -> None:
    await storage.playlist(numbered(500))
    seen = set()

    async def ask() -> None:
        path = await storage.documents.lineup("json", BASE)
        seen.add((path, identity(path)))

    await asyncio.gather(*(ask() for _ in range(10)))
    assert len(seen) == 1
    await ask()
    assert len(seen) == 1


async def test_an_asker_who_leaves_costs_the_others_nothing(storage: Storage) -> None:
    await storage.playlist(numbered(500))
    asking = [
        asyncio.create_task(storage.documents.lineup("json", BASE)) for _ in range(3)
    ]
    await asyncio.sleep(0)
    asking[0].cancel()
    await asyncio.wait(asking)
    assert asking[0].cancelled()
    assert len({task.result() for task in asking[1:]}) == 1
    assert len(json.loads(asking[1].result().read_bytes())) == 500


async def test_a_change_makes_a_new_document(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    before = await storage.documents.lineup("json", BASE)
    of_guide = await storage.documents.guide(groups=None, compressed=False)
    await storage.lineup.update(1, name="New")
    after = await storage.documents.lineup("json", BASE)
    assert after != before
    assert json.loads(after.read_bytes())[0]["GuideName"] == "New"
    await storage.xmltv(guide(programme("Now", channel="fox")))
    assert await storage.documents.lineup("json", BASE) == after
    assert await storage.documents.guide(groups=None, compressed=False) != of_guide


async def test_what_was_replaced_goes_when_it_is_no_longer_read(
    storage: Storage,
) -> None:
    await storage.playlist(CHANNELS)
    first = await storage.documents.lineup("json", BASE)
    other = await storage.documents.guide(groups=None, compressed=False)
    await storage.lineup.update(1, name="New")
    second = await storage.documents.lineup("json", BASE)
    # Somebody may just have been told to send it.
    assert first.exists() and second.exists()
    for path in (first, other):
        os.utime(path, (time.time() - 61, path.stat().st_mtime))
    await storage.lineup.update(1, name="Newer")
    await storage.documents.lineup("json", BASE)
    assert not first.exists()
    assert second.exists() and other.exists()


async def test_only_so_many_are_kept(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_files, "_MOST_FILES", 3)
    monkeypatch.setattr(document_files, "_GRACE_SECONDS", -1.0)
    for number in range(6):
        path = await storage.documents.lineup("json", f"{BASE}/{number}")
        os.utime(path, (time.time() - 100 + number, path.stat().st_mtime))
    kept = sorted(path.read_bytes() for path in path.parent.iterdir())
    assert len(kept) == 3 and path.exists()


async def test_a_document_that_went_away_is_made_again(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    path = await storage.documents.lineup("json", BASE)
    path.unlink()
    assert await storage.documents.lineup("json", BASE) == path
    assert path.exists()


async def test_asking_does_not_make_a_document_look_new(storage: Storage) -> None:
    path = await storage.documents.lineup("json", BASE)
    os.utime(path, (1, 1))
    assert await storage.documents.lineup("json", BASE) == path
    assert path.stat().st_mtime == 1
    assert path.stat().st_atime > 1


async def test_secrets_are_in_no_name_and_for_no_other_eyes(storage: Storage) -> None:
    await storage.playlist(CHANNELS)
    path = await list_of(storage, login="canary/canary")
    assert b"canary" in path.read_bytes()
    assert "canary" not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert await list_of(storage, login="other/other") != path


async def test_nothing_of_another_run_is_taken_for_new(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(CHANNELS)
        path = await storage.documents.lineup("json", BASE)
    async with open_storage(tmp_path) as storage:
        assert not path.exists()
        assert len(json.loads((await streams(storage)).read_bytes())) == 3


async def test_a_rendering_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_stock, "MOST_CHANNELS_HERE", -1)
    async with open_storage(tmp_path) as storage:
        await storage.store.write(lambda c: c.execute("DROP VIEW lineup"))
        with pytest.raises(IngestionError):
            await storage.documents.lineup("json", BASE)
        assert list((tmp_path / "cache" / "documents").iterdir()) == []
