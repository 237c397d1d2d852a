"""The line-up and its guide for any player."""

from dataclasses import replace
import gzip
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from custom_components.telecast.engine.films.posters import icon_of
from custom_components.telecast.engine.model import SourceKind, SourceStatus
from custom_components.telecast.formats import m3u
from custom_components.telecast.formats.xmltv import Programme
from tests.fakes.engine import TOKEN, channel

from .world import serving

ODD_NAME = 'Fox <&" Friends 🦊'


async def test_the_playlist_leads_to_streams_and_guide(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all.append(channel("7", ODD_NAME))
        text = await world.text("/telecast/playlist.m3u")
        assert f'url-tvg="{world.base}/telecast/guide.xml"' in text
        entries = m3u.parse(text.encode())
        assert [one.url for one in entries] == [
            f"{world.base}/telecast/stream/{one.id}.ts"
            for one in world.engine.lineup.all
        ]
        assert entries[-1].name == ODD_NAME
        assert TOKEN not in text


async def test_who_came_with_the_token_is_led_on_with_it(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.settings = replace(world.engine.settings, allowed_networks=())
        text = await world.text(f"/telecast/playlist.m3u?token={TOKEN}")
        assert f'url-tvg="{world.base}/telecast/guide.xml?token={TOKEN}"' in text
        for entry in m3u.parse(text.encode()):
            link = urlsplit(entry.url)
            assert await world.status(f"{link.path}?{link.query}", "HEAD") == 200


async def test_kodi_is_told_what_streams_are_lest_it_open_them_to_find_out(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:

        async def told(agent: str, query: str = "") -> set[str]:
            text = await world.text(
                f"/telecast/playlist.m3u{query}", headers={"User-Agent": agent}
            )
            return {
                one.properties.get(m3u.MIME_TYPE, "")
                for one in m3u.parse(text.encode())
            }

        assert await told("Kodi/21.2 (X11; Linux x86_64)") == {"video/mp2t"}
        assert await told("Kodi/21.2 (X11; Linux x86_64)", "?output=hls") == {""}
        assert await told("VLC/3.0.20 LibVLC/3.0.20") == {""}


async def test_the_guide_comes_plain_packed_on_the_way_or_as_a_packed_file(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        world.engine.lineup.all.append(channel("7", ODD_NAME))
        plain = {"Accept-Encoding": "identity"}
        text = await world.text("/telecast/guide.xml", headers=plain)
        assert ET.fromstring(text).findall("channel")[-1][0].text == ODD_NAME

        async with world.client.get("/telecast/guide.xml") as response:
            assert response.headers["Content-Encoding"] == "gzip"
            assert response.headers["Content-Type"] == "application/xml; charset=utf-8"
            assert await response.text() == text

        for encoding in ("identity", "gzip"):
            headers = {"Accept-Encoding": encoding}
            path = "/telecast/guide.xml.gz"
            async with world.client.get(path, headers=headers) as response:
                assert "Content-Encoding" not in response.headers
                assert response.content_type == "application/gzip"
                assert gzip.decompress(await response.read()).decode() == text


async def test_the_guide_shows_pictures_where_the_player_finds_us(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        own = icon_of(7, "file:///media/a.jpg")
        shown = Programme(channel="guide.1", start=0, stop=60, icons=(own,))
        world.engine.guide.all[1] = [shown]
        asked = (
            ("/telecast/guide.xml", {}, world.base),
            ("/telecast/guide.xml", {"Host": "tv.example"}, "http://tv.example"),
            ("/telecast/guide.xml.gz", {}, world.base),
            ("/xmltv.php?username=anna&password=secret-1", {}, world.base),
        )
        for path, headers, base in asked:
            async with world.client.get(path, headers=headers) as response:
                data = await response.read()
            data = gzip.decompress(data) if path.endswith(".gz") else data
            icon = ET.fromstring(data).find("programme/icon")
            assert icon is not None
            assert icon.get("src") == world.engine.posters.at(base).icon(own)


async def test_documents_answer_head_and_ranges(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        text = await world.text("/telecast/playlist.m3u")
        async with world.client.head("/telecast/playlist.m3u") as response:
            assert response.content_length == len(text.encode())
            assert await response.read() == b""
        headers = {"Range": "bytes=0-6"}
        async with world.client.get("/telecast/playlist.m3u", headers=headers) as part:
            assert part.status == 206
            assert await part.read() == b"#EXTM3U"


async def test_errors_of_our_own_paths_are_json(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        async with world.client.get("/telecast/stream/99.ts") as response:
            assert response.status == 404
            assert await response.json() == {
                "error": "unknown_channel",
                "message": "No channel is called that",
            }


async def test_health_counts_and_says_when_a_source_is_down(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"picture")
        async with world.client.get("/telecast/stream/1.ts"):
            assert await world.json("/telecast/health") == {
                "status": "ok",
                "streams": 1,
                "sessions": 1,
                "channels": 2,
                "sources": 0,
                "sources_failed": 0,
            }
        world.engine.sources.all.append(
            SourceStatus(
                id="a",
                kind=SourceKind.PLAYLIST,
                name="secret-source",
                connected=False,
                message="secret-message",
            )
        )
        text = await world.text("/telecast/health")
        assert '"degraded"' in text
        assert "secret" not in text
