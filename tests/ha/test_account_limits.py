"""Changing an account counts for those who watch with it, and its sensor says so."""

from typing import Any

import pytest
from yarl import URL

from tests.fakes.provider import Provider

from .home import Home

SENSOR = "sensor.ann_sessions"
ANN: dict[str, Any] = {"username": "ann", "password": "word", "max_connections": 0}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"enabled": False}, "account_disabled"),
        ({"password": "other"}, "password_changed"),
        ({"username": "eve"}, "account_removed"),
        ({"groups": ["Others"]}, "not_allowed"),
        ({"expires": "2020-01-01"}, "account_expired"),
    ],
)
async def test_what_an_account_loses_its_viewers_lose_at_once(
    home: Home, provider: Provider, change: dict[str, Any], reason: str
) -> None:
    await home.add_playlist(provider)
    subentry = await home.add("account", **ANN)
    channel = await home.engine.lineup.by_number("1")
    ended = home.heard("telecast_session_ended")
    viewer = await home.player.get(f"/live/ann/word/{channel.id}.ts")
    await home.until(SENSOR, lambda state: state.state == "1")
    await home.change("account", subentry, **(ANN | change))
    await viewer.read()  # to its end
    await home.until(SENSOR, lambda state: state.state == "0")
    assert [(one["account"], one["reason"]) for one in ended] == [("ann", reason)]
    again = await home.player.get(f"/live/ann/word/{channel.id}.ts")
    assert again.status in {401, 403, 404}


async def test_an_account_that_is_removed_watches_nothing_more(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    subentry = await home.add("account", **ANN)
    channel = await home.engine.lineup.by_number("1")
    viewer = await home.player.get(f"/live/ann/word/{channel.id}.ts")
    ended = home.heard("telecast_session_ended")
    home.remove(subentry)
    await viewer.read()
    event = await home.wait_for(lambda: ended[0] if ended else None)
    assert event["reason"] == "account_removed"


async def test_fewer_connections_leave_the_latest(
    home: Home, provider: Provider
) -> None:
    await home.add_playlist(provider)
    subentry = await home.add("account", **ANN)
    channel = await home.engine.lineup.by_number("1")
    first, second = [
        await home.player.get(
            f"/live/ann/word/{channel.id}.ts", headers={"User-Agent": agent}
        )
        for agent in ("first", "second")
    ]
    await home.until(SENSOR, lambda state: state.state == "2")
    await home.change("account", subentry, **(ANN | {"max_connections": 1}))
    await first.read()
    state = await home.until(SENSOR, lambda state: state.state == "1")
    assert state.attributes["max_connections"] == 1
    (session,) = home.engine.sessions.active
    assert session.client.user_agent == "second"
    second.close()


@pytest.mark.parametrize(
    "name",
    [
        *("480p.m3u8", "master.m3u8", "480p_segment_000.ts", "x", "a/b/c.ts"),
        *("..%2f1.ts", "%2e%2e%2fx.ts", "%252e%252e%252fx.ts", "..%5cx.ts"),
        *("http:%2f%2f127.0.0.1%2fx.ts", "http://127.0.0.1/x.ts"),
    ],
)
async def test_below_the_streams_there_is_nothing_for_who_watches_nothing(
    home: Home, name: str
) -> None:
    await home.add("account", **ANN)
    url = URL(f"/live/ann/word/{name}", encoded=True)
    response = await home.player.get(url)
    # Home Assistant itself refuses some of them.
    assert response.status in {400, 404}
    assert home.engine.sessions.active == []
