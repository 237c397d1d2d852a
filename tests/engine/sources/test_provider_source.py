"""An Xtream provider as a source, against a panel that answers as panels do."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
import json
from pathlib import Path
import sqlite3

import pytest

from custom_components.telecast.engine.errors import (
    AccountExpiredError,
    CannotConnectError,
    EmptyPlaylistError,
    InvalidAuthError,
    NotAPlaylistError,
    PlaylistShrunkError,
    UnknownSourceError,
)
from custom_components.telecast.engine.events import SourceFailed
from custom_components.telecast.engine.model import Candidate, FilmKind
from custom_components.telecast.engine.settings import ProviderLogin
from tests.fakes import faults
from tests.fakes.panel import Panel, Quirk

from .providers import EXPIRES, SECOND, fill, settings
from .world import World, guide, open_world


@pytest.fixture(name="panel")
async def _panel() -> AsyncIterator[Panel]:
    async with Panel(max_connections=2, expires=EXPIRES) as panel:
        fill(panel)
        yield panel


async def stored(world: World) -> list[tuple[str, str, str]]:
    """What is kept of all candidates: key, address, and how its archive is had."""

    def work(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
        return connection.execute(
            "SELECT key, url, catchup FROM candidates JOIN channels ON id = channel"
            " ORDER BY id"
        ).fetchall()

    return await world.store.read(work)


async def test_channels_come_in_with_their_categories(
    tmp_path: Path, panel: Panel
) -> None:
    panel.guide(guide("c1", "Morning", "Noon"))
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        status = await world.settled()
        assert (status.error, status.guide_error, status.channels) == (None, None, 3)
        assert status.expires == EXPIRES
        assert not status.is_trial
        first, second, _ = await world.lineup.channels()
        assert (first.name, first.number, first.group) == ("Channel 1", "1", "News")
        assert (first.logo, first.guide_id) == ("http://192.0.2.1/1.png", "c1")
        assert (first.archive_days, second.archive_days) == (3, 0)
        assert await world.titles() == ["Morning", "Noon"]
        assert world.sources.time_zone("one") == "Europe/Berlin"
        assert world.sources.time_zone("?") == ""


async def test_neither_host_nor_login_is_kept_with_a_channel(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        rows = await stored(world)
        assert rows == [
            ("stream 101", "xtream:live/101.ts", json.dumps({"kind": "xtream"})),
            ("stream 102", "xtream:live/102.ts", ""),
            ("stream 103", "xtream:live/103.ts", ""),
        ]
    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert panel.password.encode() not in file.read_bytes()


async def test_ids_and_numbers_survive_whatever_the_provider_renames(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        before = await world.lineup.channels()
        panel.remove("live", 102)
        for number in (103, 101):
            panel.remove("live", number)
            panel.live(number, f"New {number}", category="Other", epg="x")
        await world.sources.refresh("one")
        after = await world.lineup.channels()
        assert [(one.id, one.number, one.name) for one in after] == [
            (before[0].id, "1", "New 101"),
            (before[2].id, "3", "New 103"),
        ]
        panel.live(102, "Back", data=SECOND)
        await world.sources.refresh("one")
        back = await world.lineup.by_number("2")
        assert (back.id, back.name) == (before[1].id, "Back")


async def test_only_chosen_categories_come_in(tmp_path: Path, panel: Panel) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel, categories=("Sport",)))
        await world.settled()
        assert await world.names() == ["Channel 2"]
        await world.sources.update(settings(panel, categories=("News", "Sport")))
        await world.sources.refresh("one")
        assert await world.names() == ["Channel 2", "Channel 1", "Channel 3"]
        await world.sources.update(settings(panel, categories=("Nothing",)))
        assert isinstance(await world.failure(), EmptyPlaylistError)
        assert len(await world.names()) == 3


async def test_a_channel_is_in_the_first_of_its_categories_that_is_wanted(
    tmp_path: Path, panel: Panel
) -> None:
    ids = {
        one["category_name"]: one["category_id"]
        for one in panel.catalogue.categories("live")
    }
    several = [int(ids["News"]), int(ids["Sport"])]
    panel.live(200, "Both", category="News", category_ids=several)
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel, categories=("Sport",)))
        await world.settled()
        groups = {one.name: one.group for one in await world.lineup.channels()}
        assert groups == {"Channel 2": "Sport", "Both": "Sport"}


async def test_without_live_there_are_no_channels_and_no_guide(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        await world.sources.update(settings(panel, live=False))
        await world.sources.refresh("one")
        assert await world.names() == []
        assert world.sources.status("one").error is None
        assert not world.guide.feeds("one")
        panel.requests.clear()
        await world.sources.refresh("one")
        assert not panel.asked("get_live_streams")
        assert not panel.asked("xmltv.php")


async def test_a_provider_of_films_alone_is_one_too(
    tmp_path: Path, panel: Panel
) -> None:
    for number in (101, 102, 103):
        panel.remove("live", number)
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        assert (await world.settled()).error is None
        await world.sources.add(settings(panel, "two", vod=False, series=False))
        assert (await world.settled("two")).error == EmptyPlaylistError.code


async def test_a_list_that_has_shrunk_absurdly_is_not_believed(
    tmp_path: Path, panel: Panel
) -> None:
    fill(panel, count=30)
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        for number in range(4, 31):
            panel.remove("live", 100 + number)
        assert isinstance(await world.failure(), PlaylistShrunkError)
        assert len(await world.names()) == 30
        status = world.sources.status("one")
        assert (status.connected, status.channels) == (False, 30)


async def test_a_login_that_is_refused_leaves_the_channels_and_is_told(
    tmp_path: Path, panel: Panel
) -> None:
    panel.guide(guide("c1", "Morning"))
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        panel.quirks.add(Quirk.WRONG_LOGIN)
        panel.requests.clear()
        error = await world.failure()
        assert world.sources.status("one").expires == EXPIRES
        assert isinstance(error, InvalidAuthError)
        assert panel.password not in str(error)
        assert [one.action for one in panel.requests] == ["login"]
        assert world.events[-1] == SourceFailed(
            source="one", name="One", reason="invalid_auth"
        )
        assert len(await world.names()) == 3
        assert await world.titles() == ["Morning"]
        panel.quirks.clear()
        assert await world.failure() is None
        assert world.sources.status("one").error is None


@pytest.mark.parametrize(
    ("quirk", "error"),
    [(Quirk.EXPIRED, AccountExpiredError), (Quirk.BANNED, InvalidAuthError)],
)
async def test_an_account_that_is_over_says_so_and_since_when(
    quirk: Quirk, error: type[Exception], tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        panel.quirks.add(quirk)
        assert isinstance(await world.failure(), error)
        expires = world.sources.status("one").expires
        assert expires
        assert (expires < datetime.now(UTC)) is (quirk is Quirk.EXPIRED)
        assert len(await world.names()) == 3


async def test_another_password_is_tried_at_once(tmp_path: Path, panel: Panel) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel, password="wrong"))
        assert (await world.settled()).error == "invalid_auth"
        await world.sources.update(settings(panel))
        status = await world.until(lambda one: one.connected is True)
        assert (status.error, status.channels) == (None, 3)


async def test_a_dead_address_is_passed_over_and_a_refusal_is_not(
    tmp_path: Path, panel: Panel
) -> None:
    dead = "http://127.0.0.1:1"
    async with open_world(tmp_path) as world, Panel(password="x") as other:
        await world.sources.add(
            settings(panel, url=dead, fallback_urls=(other.url, panel.url))
        )
        assert (await world.settled()).error == "invalid_auth"
        assert len(other.requests) == 1
        assert not panel.requests
        other.misbehave("/player_api.php", faults.html())
        await world.sources.refresh("one")
        assert len(await world.names()) == 3
        candidate = Candidate(url="xtream:live/101.ts", source="one")
        assert [one.url for one in world.sources.placed(candidate)] == [
            f"{url}/live/{panel.username}/{panel.password}/101.ts"
            for url in (panel.url, other.url, dead)
        ]


async def test_where_no_address_answers_the_first_ones_error_is_told(
    tmp_path: Path, panel: Panel
) -> None:
    panel.quirks.add(Quirk.HTML)
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel, fallback_urls=("http://127.0.0.1:1",)))
        await world.settled()
        assert isinstance(await world.failure(), NotAPlaylistError)
        panel.quirks = {Quirk.ERROR_500}
        error = await world.failure()
        assert isinstance(error, CannotConnectError)
        assert str(error) == f"{panel.url} answers 500"


async def test_what_was_learned_survives_a_restart_and_a_silence(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        known = world.sources.status("one")
    panel.quirks.add(Quirk.SILENT)
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        status = world.sources.status("one")
        assert (status.connected, status.channels) == (True, 3)
        assert (status.expires, status.max_streams) == (EXPIRES, 2)
        assert status.last_refresh == known.last_refresh


async def test_with_the_source_go_its_channels(tmp_path: Path, panel: Panel) -> None:
    candidate = Candidate(url="xtream:live/101.ts", source="one")
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        await world.sources.remove("one")
        assert await world.names() == []
        assert world.sources.placed(candidate) == ()
        with pytest.raises(UnknownSourceError):
            world.sources.slots(candidate)


@pytest.mark.parametrize(
    "url",
    [
        "xtream:live/../../x.ts",
        "xtream:live/",
        "xtream:other/1.ts",
        "xtream:live/a%2f.ts",
    ],
)
async def test_what_is_no_address_of_a_stream_leads_nowhere(
    url: str, tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        assert world.sources.placed(Candidate(url=url, source="one")) == ()
        elsewhere = Candidate(url="http://192.0.2.1/", source="one")
        assert world.sources.placed(elsewhere) == (elsewhere,)
        stranger = replace(elsewhere, url="xtream:live/1.ts", source="?")
        assert world.sources.placed(stranger) == ()


async def test_details_are_asked_with_the_first_login(
    tmp_path: Path, panel: Panel
) -> None:
    panel.movie(45, "Film", plot="Long ago")
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel))
        await world.settled()
        source = world.sources._source("one")
        found = await source.fetch_details("get_vod_info", vod_id="45")
        assert found["info"]["plot"] == "Long ago"
        assert await source.fetch_categories("get_vod_categories") == {"3": "Films"}
        async with source.open_list("get_vod_streams") as chunks:
            listed = b"".join([chunk async for chunk in chunks])
        assert [one["name"] for one in json.loads(listed)] == ["Film"]
        panel.quirky_actions = {"get_vod_info"}
        panel.quirks.add(Quirk.HTML)
        with pytest.raises(NotAPlaylistError):
            await source.fetch_details("get_vod_info", vod_id="45")


async def test_an_unknown_user_agent_is_told_to_panel_and_streams(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world:
        await world.sources.add(settings(panel, user_agent="TV/1"))
        await world.settled()
        assert {one.headers["User-Agent"] for one in panel.requests} == {"TV/1"}
        candidate = Candidate(url="xtream:live/101.ts", source="one")
        (placed,) = world.sources.placed(candidate)
        assert placed.headers == {"User-Agent": "TV/1"}


async def test_details_are_asked_where_the_panel_still_answers(
    tmp_path: Path, panel: Panel
) -> None:
    async with open_world(tmp_path) as world, Panel() as other:
        other.movie(45, "Film", plot="Elsewhere")
        await world.sources.add(settings(panel, fallback_urls=(other.url,)))
        await world.settled()
        panel.quirks.add(Quirk.ERROR_500)
        found = await world.sources.film_details("one", FilmKind.MOVIE, "45")
        assert found
        assert found["info"]["plot"] == "Elsewhere"
        panel.quirks = {Quirk.WRONG_LOGIN}
        with pytest.raises(InvalidAuthError):
            await world.sources.film_details("one", FilmKind.SERIES, "7")


def test_a_user_who_is_given_twice_is_one_login() -> None:
    first = ProviderLogin(username="one", password="a")
    again = replace(first, password="b")
    other = ProviderLogin(username="two", password="c")
    known = settings(
        Panel(username="one", password="a"), accounts=(again, other, other)
    )
    assert known.logins == (first, other)
    assert repr(first) == "ProviderLogin()"
    for secret in ("'a'", "'b'", "one.example", "'two'"):
        assert secret not in repr(known)
