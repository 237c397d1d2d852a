"""Kodi lists and plays what a panel has, through Telecast, over one connection."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
import subprocess
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import pytest_socket

from custom_components.telecast.formats import xmltv
from custom_components.telecast.formats.mpegts import Loop
from scripts.workbench.demo.channels import SECONDS, recordings
from tests.fakes.panel import Episode, Panel, Timeshift

from .kodi import find_kodi, open_kodi
from .kodi_remote import Remote, until
from .test_xtream import Hop, hop
from .world import LOGIN, SESSIONS

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(600),
    pytest.mark.skipif(not find_kodi(), reason="Kodi is missing"),
]

HOUR = timedelta(hours=1)
HOURS = range(-4, 4)
SHOWN = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
LENGTH = 120
"""Of everything that the panel plays, in seconds."""

type Chain = tuple[Panel, Hop, Remote]


def picture() -> bytes:
    """Answer MPEG-TS that plays for `LENGTH` seconds."""
    played = Loop(recordings()[1], seconds=SECONDS).play(0.0)
    return b"".join(data for _, data in takewhile(lambda one: one[0] < LENGTH, played))


def film_of(stream: bytes, folder: Path) -> bytes:
    """Answer a stream as a Matroska film, in which a player can go where it likes."""
    film = folder / "film.mkv"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "mpegts", "-i", "-", "-c", "copy", str(film)],
        input=stream,
        check=True,
    )
    return film.read_bytes()


def guide() -> str:
    """Answer some hours of one channel."""
    programmes = (
        xmltv.Programme(
            channel="one.panel",
            start=int((SHOWN + hour * HOUR).timestamp()),
            stop=int((SHOWN + (hour + 1) * HOUR).timestamp()),
            titles=(xmltv.Text(f"Show {hour}"),),
        )
        for hour in HOURS
    )
    channel = xmltv.Channel(id="one.panel", names=(xmltv.Text("Panel One"),))
    return "".join(
        [
            xmltv.render_header("test"),
            xmltv.render_channel(channel),
            *map(xmltv.render_programme, programmes),
            xmltv.FOOTER,
        ]
    )


def panel_of(stream: bytes, film: bytes) -> Panel:
    """Make a panel for one viewer: two channels, one with an archive, and films."""
    panel = Panel(max_connections=1)
    rate = len(stream) / LENGTH
    panel.live(
        *(11, "Panel One"),
        data=stream,
        rate=rate,
        category="News",
        epg="one.panel",
        archive_days=3,
    )
    panel.live(12, "Panel Two", data=stream, rate=rate, category="Sport")
    panel.movie(45, "A Film (1999)", film)
    panel.show(7, "A Show", episodes={1: [Episode(id=71, title="Pilot", data=film)]})
    panel.guide(guide())
    return panel


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chain(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Chain]:
    """A panel, a Telecast on it, and a Kodi on that."""
    pytest_socket.enable_socket()
    pytest_socket.socket_allow_hosts(["127.0.0.1", "::1"])
    stream = await asyncio.to_thread(picture)
    film = await asyncio.to_thread(film_of, stream, tmp_path_factory.mktemp("film"))
    async with (
        panel_of(stream, film) as panel,
        hop(
            tmp_path_factory.mktemp("home"),
            url=panel.url,
            username=panel.username,
            password=panel.password,
            max_connections=1,
            channels=2,
        ) as telecast,
        open_kodi(
            tmp_path_factory.mktemp("kodi"),
            playlist=telecast.world.url(f"/get.php?{LOGIN.query}&type=m3u_plus"),
            guide=telecast.world.url(f"/xmltv.php?{LOGIN.query}"),
        ) as kodi,
    ):
        yield panel, telecast, kodi


async def nobody_watches(panel: Panel, kodi: Remote) -> None:
    """Stop; what the panel had to give is given back, and it was never asked for more."""
    await kodi.stop()
    await panel.until(lambda: panel.streams.now == 0, seconds=60)
    assert panel.streams.peak == 1


def streams_asked(panel: Panel, kind: str) -> list[str]:
    """Answer the ranges of all that was asked for of a kind; empty for the whole."""
    return [
        asked.headers.get("Range", "")
        for asked in panel.requests
        if asked.path.startswith(f"/{kind}/")
    ]


async def test_kodi_lists_channels_and_groups(chain: Chain) -> None:
    _, _, kodi = chain
    assert [(one["channelnumber"], one["label"]) for one in await kodi.channels()] == [
        (1, "Panel One"),
        (2, "Panel Two"),
    ]
    groups = (await kodi.ask("PVR.GetChannelGroups", channeltype="tv"))["channelgroups"]
    members = {}
    for group in groups:
        details = await kodi.ask(
            "PVR.GetChannelGroupDetails",
            channelgroupid=group["channelgroupid"],
            channels={"properties": []},
        )
        channels = details["channelgroupdetails"]["channels"]
        members[group["label"]] = [one["label"] for one in channels]
    assert members == {
        "All channels": ["Panel One", "Panel Two"],
        "News": ["Panel One"],
        "Sport": ["Panel Two"],
    }


async def test_kodi_tells_what_is_on_and_what_was(chain: Chain) -> None:
    _, _, kodi = chain
    channel = (await kodi.channels())[0]
    found = await kodi.programmes(channel["channelid"])
    assert [(one["title"], one["starttime"], one["endtime"]) for one in found] == [
        (f"Show {hour}", _told(SHOWN + hour * HOUR), _told(SHOWN + (hour + 1) * HOUR))
        for hour in HOURS
    ]


@pytest.mark.parametrize("name", ["Panel One", "Panel Two"])
async def test_kodi_plays_a_channel(chain: Chain, name: str) -> None:
    panel, telecast, kodi = chain
    channel = next(one for one in await kodi.channels() if one["label"] == name)
    before = len(streams_asked(panel, "live"))
    await kodi.play(channelid=channel["channelid"])
    await until(lambda: _shows(kodi, "h264 640x360, aac"))
    assert (await kodi.played("live"))["live"]
    (session,) = (await telecast.world.frontend.state(SESSIONS))["attributes"][
        "sessions"
    ]
    assert "Kodi" in session["user_agent"]
    assert (session["channel"], session["account"]) == (name, LOGIN.username)
    await nobody_watches(panel, kodi)
    assert len(streams_asked(panel, "live")) == before + 1


@pytest.mark.parametrize("kind", ["movie", "series"])
async def test_kodi_plays_a_film_and_goes_where_it_likes(
    chain: Chain, kind: str
) -> None:
    panel, telecast, kodi = chain
    if kind == "movie":
        (film,) = await telecast.ask("get_vod_streams")
        file = f"{film['stream_id']}.{film['container_extension']}"
    else:
        (show,) = await telecast.ask("get_series")
        details = await telecast.ask("get_series_info", series_id=show["series_id"])
        (episode,) = details["episodes"]["1"]
        file = f"{episode['id']}.{episode['container_extension']}"
    await kodi.play(file=telecast.url(kind, file))
    found = await kodi.played("totaltime", "canseek")
    assert found["canseek"]
    assert LENGTH - 1 < found["totaltime"] < LENGTH + 1
    await kodi.until_at(1)
    await kodi.seek(80)
    await kodi.until_at(81)
    assert (await kodi.played("time"))["time"] < LENGTH
    await nobody_watches(panel, kodi)
    assert set(streams_asked(panel, kind)) - {"", "bytes=0-"}


async def test_kodi_plays_what_was_shown_and_goes_where_it_likes(chain: Chain) -> None:
    panel, _, kodi = chain
    channel = (await kodi.channels())[0]
    shown = next(
        one
        for one in await kodi.programmes(channel["channelid"])
        if one["title"] == "Show -2"
    )
    start = SHOWN - 2 * HOUR
    await kodi.play(broadcastid=shown["broadcastid"])
    (asked,) = panel.timeshifts
    assert asked == _asked(start, minutes=80)
    # It offers what came before, five minutes, and what came after, a quarter of an hour.
    found = await kodi.played("time", "totaltime", "live")
    assert not found["live"]
    assert 4 * 60 < found["time"] < 6 * 60
    assert found["totaltime"] == 80 * 60
    await kodi.seek(35 * 60)
    await kodi.until_at(35 * 60 + 1)
    # From there it asks for all until now.
    (asked,) = panel.timeshifts[1:]
    assert asked.start == _asked(start + HOUR / 2, minutes=0).start
    assert int(asked.minutes) >= 90
    await nobody_watches(panel, kodi)


async def _shows(kodi: Remote, what: str) -> bool:
    found = await kodi.played("currentvideostream", "currentaudiostream")
    picture, sound = found["currentvideostream"], found["currentaudiostream"]
    size = f"{picture['width']}x{picture['height']}"
    return f"{picture['codec']} {size}, {sound['codec']}" == what


def _told(when: datetime) -> str:
    """Answer an instant as Kodi tells it."""
    return when.strftime("%Y-%m-%d %H:%M:%S")


def _asked(start: datetime, *, minutes: int) -> Timeshift:
    """Answer what the panel is to be asked for, in its own time zone."""
    there = start.astimezone(ZoneInfo("Europe/Berlin"))
    return Timeshift(
        stream="11", start=there.strftime("%Y-%m-%d:%H-%M"), minutes=str(minutes)
    )
