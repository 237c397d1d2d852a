"""One conversation with an RTMP server, as a player has it; what comes is FLV.

We speak it ourselves, for an address in FFmpeg's arguments, the key of a stream in it,
would be there for all who may look at this machine's processes.
"""

import asyncio
from dataclasses import dataclass, field
import secrets
from urllib.parse import urlsplit

from ....formats import amf0, flv, rtmp
from ....formats.rtmp import Kind, Message
from ...errors import CannotConnectError, NoDataError, SourceTimeoutError
from ..connections import Server
from ..upstream import HEADERS_SECONDS, SILENCE_SECONDS

_READ_BYTES = 64 * 1024
_CONTROL, _COMMANDS, _PLAYING = 2, 3, 8
_CONNECT, _CREATE_STREAM, _PLAY = 1.0, 2.0, 3.0
# A stream that is live, or else one that is recorded.
_LIVE_OR_RECORDED = -2000.0
_STREAM_EOF, _SET_BUFFER, _PING, _PONG = 1, 3, 6, 7
_BUFFER_MILLISECONDS = 3000
_WINDOW_BYTES = 2_500_000
_MEDIA = frozenset({Kind.AUDIO, Kind.VIDEO, Kind.DATA})
_ENDS = frozenset(
    {
        "NetStream.Play.Stop",
        "NetStream.Play.Complete",
        "NetStream.Play.UnpublishNotify",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which stream of a server is wanted."""

    application: str = field(repr=False)
    url: str = field(repr=False)
    """Of the application."""
    stream: str = field(repr=False)


def place_of(url: str) -> Place:
    """Take an address apart as players do: `rtmp://host/app[/instance]/stream`."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    *names, last = parts.path.lstrip("/").split("/", 2)
    application = "/".join(names)
    if not names:
        application, last = last, ""
    query = f"?{parts.query}" if parts.query else ""
    return Place(
        application=application,
        url=f"{parts.scheme}://{host}/{application}",
        stream=last + query,
    )


class Session:
    """Asks for a stream, and receives it."""

    def __init__(
        self,
        server: Server,
        place: Place,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._server = server
        self._place = place
        self._reader = reader
        self._writer = writer
        self._parser = rtmp.Reader()
        self._received = 0
        self._acknowledged = 0
        self._window = _WINDOW_BYTES
        self._tags: list[bytes] = []
        self._begun = False
        self._patience = HEADERS_SECONDS
        self._over = False

    async def read(self) -> bytes:
        """Answer the FLV that has come since the last call; b"" at the end.

        Raises SourceTimeoutError after a silence of 5 s (10 s before the first media),
        CannotConnectError when the server refuses or breaks off, and NoDataError for
        what is no RTMP.
        """
        try:
            async with asyncio.timeout(self._patience):
                if not self._received:
                    await self._shake_hands()
                while not self._tags and not self._over:
                    await self._hear()
        except TimeoutError as err:
            raise SourceTimeoutError(
                f"{self._server.name} sent nothing for {self._patience:g} s"
            ) from err
        except (rtmp.RtmpError, amf0.AmfError) as err:
            raise NoDataError(f"{self._server.name} speaks no RTMP") from err
        except (OSError, asyncio.IncompleteReadError) as err:
            raise CannotConnectError(f"{self._server.name} hangs up") from err
        if self._tags:
            self._patience = SILENCE_SECONDS
        data = b"".join(self._tags)
        self._tags.clear()
        return data

    async def _shake_hands(self) -> None:
        """Exchange the blocks with which every conversation begins (5.2)."""
        version = bytes((rtmp.VERSION,))
        self._writer.write(version + bytes(8) + secrets.token_bytes(rtmp.HANDSHAKE - 8))
        answer = await self._reader.readexactly(1 + 2 * rtmp.HANDSHAKE)
        if answer[:1] != version:
            raise rtmp.RtmpError("The server speaks another version")
        self._received = len(answer)
        self._writer.write(answer[1 : 1 + rtmp.HANDSHAKE])
        about: dict[str, amf0.Value] = {
            "app": self._place.application,
            "flashVer": "LNX 9,0,124,2",
            "tcUrl": self._place.url,
            "fpad": False,
            "capabilities": 15.0,
            "audioCodecs": 4071.0,
            "videoCodecs": 252.0,
            "videoFunction": 1.0,
        }
        await self._command(_COMMANDS, "connect", _CONNECT, about)

    async def _hear(self) -> None:
        data = await self._reader.read(_READ_BYTES)
        if not data:
            self._over = True
            return
        self._received += len(data)
        for message in self._parser.feed(data):
            await self._take(message)
        if self._received - self._acknowledged > self._window // 2:
            self._acknowledged = self._received
            count = (self._received & 0xFFFFFFFF).to_bytes(4)
            await self._say(Kind.ACKNOWLEDGEMENT, count, _CONTROL)

    async def _take(self, message: Message) -> None:
        match message.kind:
            case kind if kind in _MEDIA:
                self._keep(message.kind, message.timestamp, message.data)
            case Kind.AGGREGATE:
                self._unpack(message)
            case Kind.COMMAND:
                await self._obey(amf0.parse(message.data))
            case Kind.COMMAND3:
                await self._obey(amf0.parse(message.data[1:]))
            case Kind.WINDOW:
                self._window = max(1, int.from_bytes(message.data[:4]))
            case Kind.USER_CONTROL:
                await self._react(message.data)

    def _keep(self, kind: int, timestamp: int, data: bytes) -> None:
        if data:
            if not self._begun:
                self._tags.append(flv.HEADER)
                self._begun = True
            self._tags.append(flv.render_tag(kind, timestamp, data))

    def _unpack(self, message: Message) -> None:
        """Take tags that were sent in one message, by its time (7.1.6)."""
        first: int | None = None
        for kind, timestamp, data in flv.parse_tags(message.data):
            first = timestamp if first is None else first
            self._keep(kind, message.timestamp + timestamp - first, data)

    async def _obey(self, values: list[amf0.Value]) -> None:
        padded: list[amf0.Value] = [*values, None, None, None, None]
        name, number, _, about, *_ = padded
        if name == "_error":
            raise CannotConnectError(f"{self._server.name} refuses the stream")
        if name == "onStatus":
            self._hear_status(about)
        elif name == "_result" and number == _CONNECT:
            await self._say(Kind.WINDOW, _WINDOW_BYTES.to_bytes(4), _CONTROL)
            await self._command(_COMMANDS, "createStream", _CREATE_STREAM, None)
        elif name == "_result" and number == _CREATE_STREAM:
            if not isinstance(about, float) or not 0 <= about < 2**32:
                raise rtmp.RtmpError("A stream has no number")
            await self._play(int(about))

    async def _play(self, stream: int) -> None:
        await self._command(
            *(_PLAYING, "play", _PLAY, None, self._place.stream, _LIVE_OR_RECORDED),
            stream=stream,
        )
        numbers = (stream, _BUFFER_MILLISECONDS)
        event = _SET_BUFFER.to_bytes(2) + b"".join(map(_four, numbers))
        await self._say(Kind.USER_CONTROL, event, _CONTROL)

    def _hear_status(self, about: amf0.Value) -> None:
        if not isinstance(about, dict):
            return
        code = str(about.get("code", ""))
        if about.get("level") == "error":
            # The description may hold the address; the code is a word of the protocol.
            word = code if code.replace(".", "").isalnum() else "an error"
            raise CannotConnectError(f"{self._server.name} answers {word[:64]}")
        self._over = self._over or code in _ENDS

    async def _react(self, event: bytes) -> None:
        kind = int.from_bytes(event[:2])
        if kind == _PING:
            pong = _PONG.to_bytes(2) + event[2:6]
            await self._say(Kind.USER_CONTROL, pong, _CONTROL)
        elif kind == _STREAM_EOF:
            self._over = True

    async def _command(
        self, channel: int, *values: amf0.Value, stream: int = 0
    ) -> None:
        await self._say(Kind.COMMAND, amf0.render(values), channel, stream)

    async def _say(
        self, kind: Kind, data: bytes, channel: int, stream: int = 0
    ) -> None:
        message = Message(kind=kind, data=data, stream=stream)
        self._writer.write(rtmp.render(message, channel=channel))
        await self._writer.drain()


def _four(number: int) -> bytes:
    return number.to_bytes(4)
