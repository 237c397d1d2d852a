"""What Plex asks of whoever watches: an answer for every name, and room for a flood."""

from pathlib import Path
from typing import Any

import pytest

from custom_components.telecast.engine.settings import Settings
from tests.fakes.engine import FakeEngine

from .world import World, serving

PLEX = {"User-Agent": "PlexMediaServer/1.43"}


async def get(world: World, path: str, **facts: Any) -> dict[str, Any]:
    found: dict[str, Any] = await world.json(path, **facts)
    return found


async def test_a_name_is_a_session_from_the_first_time_it_is_asked_for(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        answer = await get(world, "/Live/abc123", headers=PLEX)
        (session,) = world.engine.sessions.known
        moment = int(session.started_at.timestamp() * 1000)
        consumer = answer.pop("consumer")
        assert answer == {"success": True, "sessionId": "abc123", "persistent": True}
        expected = {
            "id": session.id,
            "available": True,
            "active": True,
            "state": "streaming",
            "lastActivity": moment,
            "persistent": True,
            "createdAt": moment,
            "updatedAt": moment,
        }
        assert expected.items() <= consumer.items()
        async with world.client.post("/Live/abc123", headers=PLEX) as response:
            again = await response.json()
        assert again["consumer"]["id"] == session.id
        assert again["consumer"]["createdAt"] == moment
        assert world.engine.sessions.active == []


@pytest.mark.parametrize(
    ("action", "state"),
    [
        ("stop", "stopped"),
        ("close", "stopped"),
        ("Stop", "stopped"),
        ("pause", "paused"),
        ("play", "streaming"),
        ("resume", "streaming"),
        ("timeline", "streaming"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_action_is_a_state(
    tmp_path: Path, action: str, state: str, method: str
) -> None:
    async with serving(tmp_path) as world:
        before = await get(world, "/Live/abc")
        path = f"/Live/abc/{action}"
        async with world.client.request(method, path) as response:
            assert response.status == 200
            answer = await response.json()
        assert answer["success"] is answer["persistent"] is True
        assert answer["action"] == action.casefold()
        assert answer["consumer"]["id"] == before["consumer"]["id"]
        assert answer["consumer"]["state"] == state
        assert answer["consumer"]["active"] is (state != "stopped")
        after = await get(world, "/Live/abc")
        assert after["consumer"]["state"] == (
            "paused" if state == "paused" else "streaming"
        )


async def test_consumers_are_counted_and_listed(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for name in ("one", "two", "three"):
            await get(world, f"/Live/{name}", headers=PLEX)
        await get(world, "/Live/two/pause")
        await get(world, "/Live/three/stop")
        answer = await get(world, "/consumers")
        assert answer["success"] is True
        statistics = answer["statistics"]
        expected = {
            "total": 3,
            "active": 2,
            "streaming": 1,
            "buffering": 0,
            "paused": 1,
        }
        assert expected.items() <= statistics.items()
        assert (statistics["connected"], statistics["pids"]) == (0, 0)
        one, two = answer["activeConsumers"]
        assert (one["sessionId"], one["state"]) == ("one", "streaming")
        assert (two["sessionId"], two["state"]) == ("two", "paused")
        assert one["userAgent"] == PLEX["User-Agent"]
        assert one["clientIp"] == "127.0.0.1"
        assert one["connected"] is False
        assert one["lastActivity"] >= one["createdAt"] > 1_700_000_000_000
        assert 0 <= one["uptime"] < 60_000
        assert "history" not in answer


async def test_who_watches_is_a_consumer_with_a_channel_and_a_rate(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"picture")
        async with world.client.get("/auto/v1", headers=PLEX) as response:
            assert await response.content.read(7) == b"picture"
            (one,) = (await get(world, "/consumers"))["activeConsumers"]
            (session,) = world.engine.sessions.active
            assert one["sessionId"] == one["id"] == session.id
            assert one["connected"] is True
            expected = {
                "pid": 1,
                "channel": "One",
                "number": "1",
                "protocol": "hdhomerun",
                "bytes": 7,
            }
            assert expected.items() <= one.items()
            assert one["bitrate"] > 0


async def test_a_name_belongs_to_the_one_stream_that_goes_to_its_address(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path) as world:
        await get(world, "/Live/abc", headers=PLEX)
        world.engine.faucet(1).pour(b"picture")
        async with world.client.get("/auto/v1", headers={"User-Agent": "Lavf"}):
            consumer = (await get(world, "/Live/abc", headers=PLEX))["consumer"]
            assert (consumer["channel"], consumer["pid"]) == ("One", 1)
            world.engine.faucet(501).pour(b"picture")
            async with world.client.get("/auto/v5.1", headers={"User-Agent": "Lavf"}):
                consumer = (await get(world, "/Live/abc", headers=PLEX))["consumer"]
                assert consumer["channel"] is consumer["pid"] is None


async def test_a_stream_that_names_its_session_is_that_session(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        before = (await get(world, "/Live/abc"))["consumer"]
        world.engine.faucet(1).pour(b"picture")
        named = {"X-Plex-Session-Identifier": "abc"}
        async with world.client.get("/auto/v1", headers=named) as response:
            assert await response.content.read(7) == b"picture"
            consumer = (await get(world, "/Live/abc"))["consumer"]
            assert consumer["id"] == before["id"]
            assert consumer["channel"] == "One"
            assert len(world.engine.sessions.known) == 1
            async with world.client.get("/Live/abc/stop") as stopped:
                assert (await stopped.json())["consumer"]["state"] == "stopped"
            assert await response.content.read() == b""
        assert world.engine.sessions.active == []


async def test_a_stream_whose_name_is_none_goes_without(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        world.engine.faucet(1).pour(b"picture")
        named = {"X-Plex-Session-Identifier": "x" * 129}
        async with world.client.get("/auto/v1", headers=named) as response:
            assert await response.content.read(7) == b"picture"
            (session,) = world.engine.sessions.active
            assert session.client.session == ""


async def test_of_a_player_is_kept_what_is_no_secret(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        headers = {
            "X-Plex-Product": "Plex for Android",
            "X-Plex-Token": "canary",
            "X-Plex-Device": "x" * 300,
            "X-Plex-Device-Name": "TV\N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}",
        }
        path = "/Live/abc?X-Plex-Token=canary&x-plex-platform=Android"
        form = {"X-Plex-Version": "2026.1", "X-Plex-Token": "canary"}
        async with world.client.post(path, headers=headers, data=form) as response:
            assert response.status == 200
        (one,) = (await get(world, "/consumers"))["activeConsumers"]
        assert one["metadata"] == {
            "product": "Plex for Android",
            "device": "x" * 100,
            "platform": "Android",
            "version": "2026.1",
        }
        assert "canary" not in await world.text("/consumers")


@pytest.mark.parametrize("name", ["x" * 129, "a%00b", "%0a", "%E2%80%8B", "a%09b"])
async def test_what_can_be_no_name_is_refused_and_leaves_nothing(
    tmp_path: Path, name: str
) -> None:
    async with serving(tmp_path) as world:
        for path in (f"/Live/{name}", f"/Live/{name}/play"):
            async with world.client.get(path) as response:
                assert response.status == 400
                assert (await response.json())["error"] == "invalid_session"
        assert world.engine.sessions.known == []


async def test_an_odd_name_is_a_name(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for name, text in (
            ("x" * 128, "x" * 128),
            ("%C3%BC%20%22%27;--", "ü \"';--"),
            ("%3Cscript%3E", "<script>"),
        ):
            answer = await get(world, f"/Live/{name}")
            assert answer["sessionId"] == text


async def test_a_flood_of_names_is_answered_and_bounded(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        first = await get(world, "/Live/0")
        for number in range(1, 1101):
            assert await world.status(f"/Live/{number}") == 200
        answer = await get(world, "/consumers")
        assert answer["statistics"]["total"] == 1000
        assert len(answer["activeConsumers"]) == 1000
        again = await get(world, "/Live/0")
        assert again["consumer"]["id"] != first["consumer"]["id"]


async def test_head_makes_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        assert await world.status("/Live/abc", "HEAD") == 200
        assert await world.status("/Live/abc/stop", "HEAD") == 200
        assert await world.status("/consumers", "HEAD") == 200
        assert await world.status("/Live/" + "x" * 129, "HEAD") == 400
        assert world.engine.sessions.known == []


async def test_strangers_are_shown_nothing_and_make_nothing(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        await get(world, "/Live/abc")
        world.engine.settings = Settings(allowed_networks=("192.0.2.0/24",))
        token = FakeEngine.identity.token
        for path in ("/Live/other", "/Live/abc/stop", "/consumers"):
            for query in ("", f"?token={token}"):
                async with world.client.get(path + query) as response:
                    assert response.status == 403
                    text = await response.text()
                assert "abc" not in text and "127.0.0.1" not in text
        (session,) = world.engine.sessions.known
        assert (session.client.session, session.state) == ("abc", "streaming")


async def test_streams_of_accounts_are_other_paths(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        for path in ("/live/anna/secret-1/1.ts", "/Live/secret/1", "/Live/secret/1.ts"):
            async with world.client.head(path) as response:
                assert response.content_type != "application/json"
        assert await world.status("/live/anna/secret-1/1.ts", "HEAD") == 200
        assert await world.status("/live/abc") == 404
        assert world.engine.sessions.known == []


async def test_the_history_is_listed_without_accounts(tmp_path: Path) -> None:
    async with serving(tmp_path) as world:
        asked: list[int] = []

        class Past:
            """One visit."""

            well = False

            async def visits(self, most: int) -> tuple[Any, ...]:
                asked.append(most)
                return (self,)

            def as_dict(self) -> dict[str, Any]:
                return {"id": "visit", "account": "anna", "reason": "left"}

        world.engine.sessions.past = Past()
        answer = await get(world, "/consumers?history=5")
        assert answer["history"] == [{"id": "visit", "reason": "left"}]
        await get(world, "/consumers?history=999999999")
        for nonsense in ("0", "-1", "x", "9" * 5000, "²"):
            assert "history" not in await get(
                world, "/consumers", params={"history": nonsense}
            )
        assert asked == [5, 1000]
        answer = await get(world, "/Live/abc")
        assert answer["persistent"] is answer["consumer"]["persistent"] is False
