"""Folders of films, from the disk to the player: the whole engine, and a real client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
import random
import ssl
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from custom_components.telecast.engine.composition import open_engine
from custom_components.telecast.engine.documents import stock as document_stock
from custom_components.telecast.engine.engine import Engine
from custom_components.telecast.engine.model import Account
from custom_components.telecast.engine.settings import LibrarySettings, Settings
from custom_components.telecast.formats.byte_ranges import parse_range, resolve
from custom_components.telecast.servers.site import open_site
from tests.fakes.media_folders import JPEG, put
from tests.formats.clips import clip

from .world import open_client

LOGIN = {"username": "anna", "password": "secret"}
FILM = random.Random(1).randbytes(600_001)
NAME = "Film (1999)/Film.1999.1080p.BluRay.mkv"


class House:
    """An engine with one library, and a player."""

    def __init__(
        self, engine: Engine, client: aiohttp.ClientSession, base: str
    ) -> None:
        self.engine = engine
        self.client = client
        self.base = base

    async def ask(self, action: str, **fields: Any) -> Any:
        """Ask `player_api.php`."""
        told = LOGIN | {"action": action} | fields
        async with self.client.get("/player_api.php", params=told) as response:
            assert response.status == 200
            return await response.json()

    async def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """GET, and answer status and body."""
        async with self.client.get(path, headers=headers) as response:
            return response.status, await response.read()

    async def film(self) -> dict[str, Any]:
        """Answer the only film."""
        (film,) = await self.ask("get_vod_streams")
        assert isinstance(film, dict)
        return film

    async def path(self) -> str:
        """Answer where the only film is played."""
        film = await self.film()
        return f"/movie/anna/secret/{film['stream_id']}.{film['container_extension']}"


@pytest.fixture(name="media")
def _media(tmp_path: Path) -> Path:
    media = tmp_path.resolve() / "media"
    put(media / NAME, FILM)
    return media


@asynccontextmanager
async def living(folder: Path, media: Path) -> AsyncIterator[House]:
    """Run it, with what is in the folder read."""
    async with open_engine(
        folder=folder,
        cache_folder=folder / "cache",
        settings=Settings(hardware_acceleration="none", allowed_folders=(media,)),
        ssl_context=ssl.create_default_context(),
    ) as engine:
        engine.accounts.replace([Account(id="1", max_connections=0, **LOGIN)])
        library = LibrarySettings(id="attic", name="Attic", folders=(str(media),))
        await engine.sources.add(library)
        await engine.sources.refresh("attic")
        async with open_site(0, lambda: engine, "127.0.0.1") as port:
            base = f"http://127.0.0.1:{port}"
            async with open_client(base) as client:
                yield House(engine, client, base)


@pytest.fixture(name="house")
async def _house(tmp_path: Path, media: Path) -> AsyncIterator[House]:
    async with living(tmp_path, media) as house:
        yield house


async def test_a_film_in_a_folder_is_listed_and_played_by_ranges(house: House) -> None:
    film = await house.film()
    assert (film["name"], film["container_extension"]) == ("Film (1999)", "mkv")
    (category,) = await house.ask("get_vod_categories")
    assert category["category_name"] == "Attic"
    path = await house.path()
    assert await house.get(path) == (200, FILM)
    chance = random.Random(2)
    for _ in range(20):
        first = chance.randrange(len(FILM))
        header = chance.choice([f"bytes={first}-", f"bytes=-{first + 1}"])
        wanted = parse_range(header)
        assert wanted
        held = resolve(wanted, len(FILM))
        part = FILM[held.first : held.last + 1]
        assert await house.get(path, Range=header) == (206, part)
    status, _ = await house.get(path, Range=f"bytes={len(FILM)}-")
    assert status == 416


async def test_head_tells_a_films_size(house: House) -> None:
    async with house.client.head(await house.path()) as response:
        assert response.status == 200
        assert response.content_length == len(FILM)
        assert response.headers["Accept-Ranges"] == "bytes"


async def test_a_file_that_has_vanished_is_not_found(house: House, media: Path) -> None:
    path = await house.path()
    (media / NAME).unlink()
    status, body = await house.get(path)
    assert status == 404
    assert str(media).encode() not in body
    async with house.client.head(path) as response:
        assert response.status == 404


async def test_a_file_that_became_a_link_to_elsewhere_is_not_sent(
    house: House, media: Path, tmp_path: Path
) -> None:
    path = await house.path()
    secret = put(tmp_path / "secret.mkv", b"secret")
    (media / NAME).unlink()
    (media / NAME).symlink_to(secret)
    status, body = await house.get(path)
    assert status == 503
    assert body != b"secret"
    assert b"secret.mkv" not in body


async def test_folders_that_are_no_longer_allowed_are_not_read(
    tmp_path: Path, media: Path
) -> None:
    async with living(tmp_path, media) as house:
        path = await house.path()
    async with open_engine(
        folder=tmp_path,
        cache_folder=tmp_path / "cache",
        settings=Settings(hardware_acceleration="none"),
        ssl_context=ssl.create_default_context(),
    ) as engine:
        engine.accounts.replace([Account(id="1", **LOGIN)])
        library = LibrarySettings(id="attic", name="Attic", folders=(str(media),))
        await engine.sources.add(library)
        async with open_site(0, lambda: engine, "127.0.0.1") as port:
            base = f"http://127.0.0.1:{port}"
            async with open_client(base) as client:
                status, body = await House(engine, client, base).get(path)
    assert status == 503
    assert FILM[:100] not in body


async def test_what_is_in_a_file_is_told_with_its_details(
    tmp_path: Path, media: Path
) -> None:
    film = clip(container=("-f", "matroska"), start=0)
    put(media / NAME, film)
    put(media / "Show (2010)/Season 1/Show - S01E02 - Two.mkv", film)
    put(media / "Show (2010)/Season 1/Show - S01E01 - One.mkv", film)
    async with living(tmp_path, media) as house:
        details = await house.ask(
            "get_vod_info", vod_id=(await house.film())["stream_id"]
        )
        info = details["info"]
        assert (info["duration_secs"], info["duration"]) == (5, "00:00:05")
        assert info["video"]["codec_name"] == "h264"
        assert info["audio"]["codec_name"] == "aac"
        (series,) = await house.ask("get_series")
        assert series["name"] == "Show (2010)"
        told = await house.ask("get_series_info", series_id=series["series_id"])
        first, second = told["episodes"]["1"]
        assert [first["title"], second["title"]] == ["One", "Two"]
        assert second["info"]["duration_secs"] == 5
        assert await house.get(f"/series/anna/secret/{first['id']}.mkv") == (200, film)


@pytest.mark.parametrize("rendered", ["here", "by the child"])
async def test_posters_are_shown_to_whoever_was_told_of_them(
    tmp_path: Path, media: Path, rendered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if rendered == "by the child":
        monkeypatch.setattr(document_stock, "MOST_CHANNELS_HERE", -1)
    put(media / "Film (1999)/poster.jpg", JPEG)
    put(media / "Show/1x01.mkv", b"episode")
    put(media / "Show/poster.jpg", JPEG + b"2")
    async with living(tmp_path, media) as house:
        film = await house.film()
        (series,) = await house.ask("get_series")
        details = await house.ask("get_vod_info", vod_id=film["stream_id"])
        told = await house.ask("get_series_info", series_id=series["series_id"])
        status, everything = await house.get("/panel_api.php?" + urlencode(LOGIN))
        icon = film["stream_icon"]
        assert icon.startswith(
            f"{house.base}/telecast/poster/movie/{film['stream_id']}?key="
        )
        assert details["info"]["movie_image"] == icon
        assert status == 200
        assert icon.encode() in everything
        cover = series["cover"]
        assert told["info"]["cover"] == cover
        assert told["episodes"]["1"][0]["info"]["movie_image"] == cover
        assert await house.get(icon.removeprefix(house.base)) == (200, JPEG)
        assert await house.get(cover.removeprefix(house.base)) == (200, JPEG + b"2")
        for document in (film, series, details, told):
            assert "file:" not in str(document)
            assert str(media) not in str(document)


async def test_a_player_elsewhere_is_told_where_it_finds_posters(
    tmp_path: Path, media: Path
) -> None:
    put(media / "Film (1999)/poster.jpg", JPEG)
    async with living(tmp_path, media) as house:
        for host in ("tv.example", "other.example:8080"):
            told = LOGIN | {"action": "get_vod_streams"}
            headers = {"Host": host}
            async with house.client.get(
                "/player_api.php", params=told, headers=headers
            ) as response:
                (film,) = await response.json()
            assert film["stream_icon"].startswith(f"http://{host}/telecast/poster/")
