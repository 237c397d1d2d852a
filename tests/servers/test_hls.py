"""HLS over HTTP: tickets let in, nothing else does, and nothing more is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.telecast.engine.errors import StorageFullError, TuneFailedError
from tests.fakes.engine import TOKEN
from tests.fakes.packager import MASTER, PLAYLIST, SEGMENT

from .world import ACCOUNTS, World, serving

FILES = {
    "master.m3u8": MASTER.encode(),
    "480p.m3u8": PLAYLIST.encode(),
    "480p_segment_000.ts": SEGMENT,
}
ANNA = ACCOUNTS[0]


def folder(world: World, *, channel: int = 1, account: str = "") -> str:
    """Answer the folder of a player with a new ticket."""
    known = world.engine.accounts.get(account)
    ticket = world.engine.tickets.issue(
        channel, account, password=known.password if known else ""
    )
    return f"/telecast/hls/{ticket}/{channel}"


async def test_a_player_gets_playlists_and_segments(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        here = folder(world)
        for name, body in FILES.items():
            async with world.client.get(f"{here}/{name}") as response:
                assert (response.status, await response.read()) == (200, body)
                assert response.headers["Access-Control-Allow-Origin"] == "*"
                segment = name.endswith(".ts")
                assert response.content_type == (
                    "video/mp2t" if segment else "application/vnd.apple.mpegurl"
                )
                # What is kept would be shown again when numbers begin anew.
                kept = "no-store" if segment else "no-cache"
                assert response.headers["Cache-Control"] == kept
        (session,) = world.engine.sessions.active
        assert session.protocol == "hls"
        assert session.state == "streaming"
        assert session.meter.total == len(SEGMENT)
        assert world.engine.hls.packagers.ever == 1


async def test_a_part_of_a_segment_can_be_had(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        here = folder(world)
        await world.text(f"{here}/480p.m3u8")
        async with world.client.get(
            f"{here}/480p_segment_000.ts", headers={"Range": "bytes=188-375"}
        ) as response:
            assert response.status == 206
            assert await response.read() == SEGMENT[188:376]


async def test_a_blocking_reload_names_its_segment(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        here = folder(world)
        for query in ("", "?_HLS_msn=7", "?_HLS_msn=x", "?_HLS_msn=-1"):
            await world.text(f"{here}/480p.m3u8{query}")
        assert world.engine.hls.packagers.packager.numbers == [None, 7, None, None]


@pytest.mark.parametrize("name", FILES)
async def test_head_opens_nothing(tmp_path: Path, name: str) -> None:
    async with serving(tmp_path) as world:
        assert await world.status(f"{folder(world)}/{name}", "HEAD") == 200
        unknown = folder(world, channel=9)
        assert await world.status(f"{unknown}/{name}", "HEAD") == 404
        assert world.engine.hls.packagers.ever == 0
        assert not world.engine.sessions.active


@pytest.mark.parametrize("name", FILES)
async def test_without_a_ticket_nothing_is_told(tmp_path: Path, name: str) -> None:
    async with serving(tmp_path) as world:
        good = folder(world)
        ticket = good.split("/")[3]
        for wrong in ("x", "..", "a.b.c", ticket[:-1], f"{ticket}A", ticket.upper()):
            path = f"/telecast/hls/{wrong.replace('..', '%2e%2e')}/1/{name}"
            assert await world.status(path) in (403, 404)
        # A ticket is for one channel.
        assert await world.status(f"/telecast/hls/{ticket}/501/{name}") == 403
        assert world.engine.hls.packagers.ever == 0


async def test_neighbours_need_no_ticket_and_others_do(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        path = "/telecast/hls/local/1/master.m3u8"
        assert await world.text(path) == MASTER
        world.engine.settings = replace(
            world.engine.settings, allowed_networks=("192.0.2.0/24",)
        )
        assert await world.status(path) == 403
        assert await world.status(f"/telecast/hls/{TOKEN}/1/master.m3u8") == 200
        assert await world.status(f"{folder(world)}/master.m3u8") == 200


async def test_the_playlist_leads_neighbours_and_bearers_to_hls(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        text = await world.text("/telecast/playlist.m3u?output=hls")
        assert f"{world.base}/telecast/hls/local/1/master.m3u8" in text
        text = await world.text(f"/telecast/playlist.m3u?output=m3u8&token={TOKEN}")
        assert f"{world.base}/telecast/hls/{TOKEN}/1/master.m3u8" in text


async def test_an_accounts_ticket_is_good_while_the_account_is(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        here = folder(world, account="anna")
        assert await world.status(f"{here}/master.m3u8") == 200
        world.engine.accounts.replace([replace(ANNA, enabled=False)])
        assert await world.status(f"{here}/480p.m3u8") == 403
        world.engine.accounts.replace([])
        assert await world.status(f"{here}/480p_segment_000.ts") == 403
        assert await world.status(f"{folder(world, account='old')}/master.m3u8") == 403


async def test_an_account_sees_its_groups_only(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        assert await world.status(f"{folder(world, account='kid')}/master.m3u8") == 404


async def test_an_account_watches_no_more_channels_than_it_may(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.accounts.replace([replace(ANNA, max_connections=1)])
        one = folder(world, account="anna")
        other = folder(world, channel=501, account="anna")
        assert await world.status(f"{one}/master.m3u8") == 200
        headers = {"User-Agent": "Tablet"}
        assert await world.status(f"{other}/master.m3u8", headers=headers) == 503


@pytest.mark.parametrize(
    "name",
    [
        *("1080p.m3u8", "x.m3u8", "480p_segment_001.ts", "480p_segment_0.ts"),
        *("480p_segment_000.TS", "x.ts", "..%2f480p_segment_000.ts", "%2e%2e.ts"),
        *("480p_segment_000%00.ts", "480p_segment_99999999999999999999.ts"),
    ],
)
async def test_what_is_not_there_is_not_found(tmp_path: Path, name: str) -> None:
    async with serving(tmp_path) as world:
        here = folder(world)
        await world.text(f"{here}/master.m3u8")
        assert await world.status(f"{here}/{name}") == 404


async def test_a_segment_alone_lets_nobody_in(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        path = f"{folder(world)}/480p_segment_000.ts"
        async with world.client.get(path) as response:
            assert response.status == 404
            assert (await response.json())["error"] == "unknown_rendition"
        assert world.engine.hls.packagers.ever == 0


@pytest.mark.parametrize("error", [TuneFailedError("dead"), StorageFullError("full")])
async def test_what_keeps_a_channel_from_being_packaged_is_named(
    tmp_path: Path, error: TuneFailedError | StorageFullError
) -> None:
    async with serving(tmp_path) as world:
        world.engine.hls.packagers.packager.error = error
        async with world.client.get(f"{folder(world)}/master.m3u8") as response:
            assert response.status == 503
            assert await response.json() == {
                "error": error.code,
                "message": str(error),
            }


async def test_who_was_sent_away_stays_away(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        here = folder(world)
        await world.text(f"{here}/480p.m3u8")
        (session,) = world.engine.sessions.active
        world.engine.sessions.end(session.id, "sent away")
        assert await world.status(f"{here}/480p.m3u8") == 503
        assert await world.status(f"{folder(world)}/480p.m3u8") == 200
