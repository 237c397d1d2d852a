"""An HDHomeRun device on loopback: documents, streams, and its answer on UDP.

async with HDHomeRun({"5.1": video}, tuners=2) as device:
    device.host                                  # as users type it
    device.channels, device.facts                # what its documents say; alter at will
    device.refusals["5.1"] = "806 Tune Failed"   # and why it does not stream
    device.busy = 2                              # tuners that others use
    device.place, device.questions               # where it is asked over UDP; how often

As real ones do, it answers 503 with the header X-HDHomeRun-Error where no tuner is free.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, Self, override

from aiohttp import web

from custom_components.telecast.formats.hdhomerun import discovery, packets
from custom_components.telecast.formats.hdhomerun.discovery import DiscoverReply
from custom_components.telecast.formats.hdhomerun.packets import PacketError

from .content import Loop
from .counts import HANG_UP_SECONDS

DEVICE_ID = "1010C032"


class HDHomeRun:
    """A device with some tuners that streams to as many as those are."""

    def __init__(
        self,
        streams: Mapping[str, bytes] | None = None,
        *,
        tuners: int = 2,
        rate: float = 1_000_000,
        device_id: str = DEVICE_ID,
    ) -> None:
        self.host = ""
        """Host and port, once it serves."""
        self.channels: list[dict[str, Any]] = []
        """What the line-up lists."""
        self.facts: dict[str, Any] = {}
        """What it says in the place of the truth about itself."""
        self.refusals: dict[str, str] = {}
        """Why it does not stream a channel."""
        self.busy = 0
        self.asked: list[str] = []
        """The paths that were asked for, oldest first."""
        self.questions = 0
        self.place = ("", 0)
        self.documents: dict[str, bytes] = {}
        """What it answers in the place of its documents, by path."""
        self.redirects: dict[str, str] = {}
        """Where it sends on to, by path."""
        self.device_id = device_id
        self.signal = {"Strength": 87, "Quality": 92, "Symbol": 100}
        self.tuned: list[str | None] = [None] * tuners
        """The numbers of the channels that its tuners stream now."""
        self._rate = rate
        self._streams = dict(streams or {})
        self._port = 0
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Serve on free ports of 127.0.0.1."""
        await self.restart()
        loop = asyncio.get_running_loop()
        self._udp, _ = await loop.create_datagram_endpoint(
            lambda: _Answerer(self), local_addr=("127.0.0.1", 0)
        )
        self.place = self._udp.get_extra_info("sockname")[:2]
        self.channels = self.channels or [
            {
                "GuideNumber": number,
                "GuideName": f"Channel {number}",
                "VideoCodec": "MPEG2",
                "AudioCodec": "AC3",
                "URL": f"http://{self.host}/auto/v{number}",
            }
            for number in self._streams
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._udp.close()
        await self.kill()

    async def kill(self) -> None:
        """Serve nothing more over HTTP."""
        await self._runner.cleanup()

    async def restart(self) -> None:
        """Serve, at the same port as before."""
        server = web.Server(self._answer, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=HANG_UP_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.host = f"127.0.0.1:{self._port}"

    @property
    def discover(self) -> dict[str, Any]:
        """What it says of itself."""
        return {
            "FriendlyName": "HDHomeRun DUAL",
            "ModelNumber": "HDHR4-2US",
            "FirmwareName": "hdhomerun4_atsc",
            "DeviceID": self.device_id,
            "DeviceAuth": "secret",
            "BaseURL": f"http://{self.host}",
            "LineupURL": f"http://{self.host}/lineup.json",
            "TunerCount": len(self.tuned),
        } | self.facts

    async def until(self, met: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until what it knows meets a condition; raise TimeoutError if never."""
        async with asyncio.timeout(seconds):
            while not met():
                await self._news.wait()

    def hear(self, question: bytes) -> bytes | None:
        """Answer a datagram, if it is a question for this device."""
        try:
            request = discovery.parse_request(packets.parse(question))
        except PacketError:
            return None
        self.questions += 1
        self._tell()
        device_id = int(self.device_id, 16)
        if not request.means(device_id):
            return None
        reply = DiscoverReply(
            device_id=device_id,
            tuner_count=len(self.tuned),
            base_url=self.discover["BaseURL"],
            lineup_url=self.discover["LineupURL"],
        )
        return packets.render(discovery.render_reply(reply))

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request.path)
        self._tell()
        if document := self.documents.get(request.path):
            return web.Response(body=document)
        if to := self.redirects.get(request.path):
            return web.Response(status=302, headers={"Location": to})
        match request.path:
            case "/discover.json":
                return web.json_response(self.discover)
            case "/lineup.json":
                return web.json_response(self.channels)
            case "/status.json":
                return web.json_response([self._status(at) for at in _indices(self)])
        number = request.path.removeprefix("/auto/v")
        if number not in self._streams:
            return _refused(404, "801 Unknown Channel")
        if refusal := self.refusals.get(number):
            return _refused(503, refusal)
        free = [at for at in _indices(self)[self.busy :] if self.tuned[at] is None]
        if not free:
            return _refused(503, "805 All Tuners In Use")
        return await self._stream(request, number, free[0])

    async def _stream(
        self, request: web.BaseRequest, number: str, tuner: int
    ) -> web.StreamResponse:
        loop = Loop(data=self._streams[number], rate=self._rate)
        loop.flowing.set()
        answer = loop.open()
        self.tuned[tuner] = number
        self._tell()
        try:
            with suppress(ConnectionError):
                await answer.prepare(request)
                async with aclosing(loop.pieces()) as pieces:
                    async for piece in pieces:
                        await answer.write(piece)
        finally:
            self.tuned[tuner] = None
            self._tell()
        return answer

    def _status(self, tuner: int) -> dict[str, Any]:
        resource = {"Resource": f"tuner{tuner}"}
        if not (number := self.tuned[tuner]):
            return resource
        return resource | {
            "VctNumber": number,
            "VctName": f"Channel {number}",
            "Frequency": 575000000,
            "SignalStrengthPercent": self.signal["Strength"],
            "SignalQualityPercent": self.signal["Quality"],
            "SymbolQualityPercent": self.signal["Symbol"],
            "TargetIP": "127.0.0.1",
        }


class _Answerer(asyncio.DatagramProtocol):
    """Answers each question to whoever asks."""

    def __init__(self, device: HDHomeRun) -> None:
        self._device = device

    @override
    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if answer := self._device.hear(data):
            self._transport.sendto(answer, addr)


def _indices(device: HDHomeRun) -> list[int]:
    return list(range(len(device.tuned)))


def _refused(status: int, reason: str) -> web.Response:
    return web.Response(status=status, headers={"X-HDHomeRun-Error": reason})
