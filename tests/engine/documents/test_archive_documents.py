"""What players are told of archives: playlists and guides."""

import json
from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.documents import stock as module
from custom_components.telecast.formats import m3u, xmltv

from ..storage import Storage, guide, open_storage, playlist, programme

ARCHIVE = "/archive/{id}/{duration:60}/{utc}.ts"
CHANNELS = playlist(
    'tvg-id="c1" catchup="shift" catchup-days="3",One',
    'tvg-id="c2",Two',
    'tvg-id="c3" catchup="shift" catchup-days="1",Three',
)


@pytest.fixture(params=[True, False], ids=["here", "by the child"], autouse=True)
def _where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        monkeypatch.setattr(module, "MOST_CHANNELS_HERE", 0)


async def entries(storage: Storage, **facts: Any) -> list[m3u.Entry]:
    path = await storage.documents.playlist(
        base_url="http://tv.example",
        groups=None,
        stream_path="/live/{id}.ts",
        guide_url="",
        **facts,
    )
    return m3u.parse(path.read_bytes())


async def test_a_playlist_tells_of_archives(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(CHANNELS)
        one, two, three = await entries(storage, archive_path=ARCHIVE)
        assert {
            name: value
            for name, value in one.attributes.items()
            if name.startswith("catchup")
        } == {
            "catchup": "default",
            "catchup-days": "3",
            "catchup-source": "http://tv.example/archive/1/{duration:60}/{utc}.ts",
        }
        assert not any(name.startswith("catchup") for name in two.attributes)
        assert three.attributes["catchup-days"] == "1"
        assert "/archive/3/" in three.attributes["catchup-source"]


async def test_a_playlist_of_names_alone_tells_of_none(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(CHANNELS)
        for one in await entries(storage, archive_path=ARCHIVE, plus=False):
            assert one.attributes == {}
        for one in await entries(storage):
            assert "catchup" not in one.attributes


async def test_live_streams_tell_of_archives(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(CHANNELS)
        path = await storage.documents.live_streams(category_id=None, groups=None)
        assert [
            (one["tv_archive"], one["tv_archive_duration"])
            for one in json.loads(path.read_bytes())
        ] == [(1, 3), (0, 0), (1, 1)]


async def test_a_guide_goes_back_as_far_as_the_archive(tmp_path: Path) -> None:
    async with open_storage(tmp_path) as storage:
        await storage.playlist(CHANNELS)
        hours = {"now": 0, "yesterday": -20, "days ago": -60, "too old": -24 * 5}
        await storage.xmltv(
            guide(
                *(
                    programme(f"{name} {title}", hour, channel=name, hours=1)
                    for name in ("c1", "c2", "c3")
                    for title, hour in hours.items()
                )
            )
        )
        told = await titles(storage)
        assert told == {
            "c1 days ago",
            "c1 yesterday",
            *(f"{name} now" for name in ("c1", "c2", "c3")),
            "c3 yesterday",
        }
        # What is asked for is the least that is told.
        assert await titles(storage, days_back=1) == told | {"c2 yesterday"}


async def titles(storage: Storage, **how: int) -> set[str]:
    path = await storage.documents.guide(groups=None, compressed=False, **how)
    parser = xmltv.Parser()
    items = [*parser.feed(path.read_bytes()), *parser.close()]
    return {item.titles[0].value for item in items if isinstance(item, xmltv.Programme)}
