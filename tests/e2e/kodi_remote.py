"""A remote control of Kodi, in its JSON-RPC over a websocket."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp

_PLAYER = {"playerid": 1}
_SECONDS = 60.0
# Kodi tells of playback when it changes, and of all else when it is asked.
_AGAIN = 0.1


class KodiRefusedError(RuntimeError):
    """Kodi refused a request; the text is its answer."""


class Remote:
    """One request at a time; what Kodi tells of itself meanwhile is kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._sent = 0
        self._told: list[str] = []

    async def ask(self, method: str, **fields: Any) -> Any:
        """Answer a request's result; raise KodiRefusedError."""
        self._sent += 1
        request = {"jsonrpc": "2.0", "id": self._sent, "method": method}
        await self._socket.send_json(request | {"params": fields})
        while "id" not in (answer := await self._receive()):
            self._told.append(answer["method"])
        if "error" in answer:
            raise KodiRefusedError(f"{method}: {answer['error']}")
        return answer["result"]

    async def until_told(self, method: str) -> None:
        """Wait until Kodi tells of something, if it has not since `play` or `stop`."""
        while method not in self._told:
            self._told.append((await self._receive())["method"])

    async def play(self, **item: Any) -> None:
        """Play a `channelid`, a `broadcastid` or a `file`; wait for picture and sound."""
        self._told.clear()
        await self.ask("Player.Open", item=item)
        await self.until_told("Player.OnAVStart")

    async def seek(self, seconds: int) -> None:
        """Go to a place in what is played."""
        self._told.clear()
        minutes, rest = divmod(seconds, 60)
        place = {"hours": 0, "minutes": minutes, "seconds": rest, "milliseconds": 0}
        await self.ask("Player.Seek", **_PLAYER, value={"time": place})
        await self.until_told("Player.OnSeek")

    async def stop(self) -> None:
        """Play nothing."""
        self._told.clear()
        await self.ask("Player.Stop", **_PLAYER)
        await self.until_told("Player.OnStop")

    async def played(self, *properties: str) -> dict[str, Any]:
        """Answer what is so with what is played; times are in seconds."""
        found = await self.ask(
            "Player.GetProperties", **_PLAYER, properties=list(properties)
        )
        times = {"time", "totaltime"} & found.keys()
        return found | {name: _in_seconds(found[name]) for name in times}

    async def until_at(self, seconds: float) -> None:
        """Wait until so much is played."""

        async def there() -> bool:
            return float((await self.played("time"))["time"]) >= seconds

        await until(there)

    async def channels(self) -> list[dict[str, Any]]:
        """Answer all channels of television, once Kodi has any."""
        found: list[dict[str, Any]] = []

        async def there() -> bool:
            # Until it has looked, it refuses.
            with suppress(KodiRefusedError):
                found[:] = (
                    await self.ask(
                        "PVR.GetChannels",
                        channelgroupid="alltv",
                        properties=["channelnumber"],
                    )
                )["channels"]
            return bool(found)

        await until(there)
        return found

    async def programmes(self, channel: int) -> list[dict[str, Any]]:
        """Answer what the guide tells of a channel, once it tells anything."""
        found: list[dict[str, Any]] = []

        async def there() -> bool:
            answer = await self.ask(
                "PVR.GetBroadcasts",
                channelid=channel,
                properties=["title", "starttime", "endtime"],
            )
            found[:] = answer.get("broadcasts", [])
            return bool(found)

        await until(there)
        return found

    async def _receive(self) -> dict[str, Any]:
        return dict(await self._socket.receive_json(timeout=_SECONDS))


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Ask until it is so; raise TimeoutError after a minute."""
    async with asyncio.timeout(_SECONDS):
        while not await is_so():
            await asyncio.sleep(_AGAIN)


@asynccontextmanager
async def open_remote(port: int) -> AsyncIterator[Remote]:
    """Control the Kodi on a port of this machine, once it takes orders."""
    async with aiohttp.ClientSession() as session:
        sockets: list[aiohttp.ClientWebSocketResponse] = []

        async def there() -> bool:
            with suppress(aiohttp.ClientError):
                url = f"http://127.0.0.1:{port}/jsonrpc"
                sockets.append(await session.ws_connect(url))
            return bool(sockets)

        await until(there)
        async with sockets[0] as socket:
            yield Remote(socket)


def _in_seconds(time: dict[str, int]) -> float:
    return (
        time["hours"] * 3600
        + time["minutes"] * 60
        + time["seconds"]
        + time["milliseconds"] / 1000
    )
