"""A real RTMP server on loopback: plays one FLV file to whoever asks for its stream."""

import asyncio
from contextlib import suppress
from typing import Self

from custom_components.telecast.formats import amf0, flv
from custom_components.telecast.formats.rtmp import (
    HANDSHAKE,
    Kind,
    Message,
    Reader,
    render,
)

_CHUNK_SIZE = 1000


class RtmpServer:
    """Plays `media`; misbehaves as its attributes say."""

    def __init__(self, media: bytes, *, application: str, stream: str) -> None:
        self._tags = list(flv.parse_tags(media[len(flv.HEADER) :]))
        self._application = application
        self._stream = stream
        self.refuses = False
        """Whether nobody may connect."""
        self.aggregates = False
        """Whether tags are sent many in a message."""
        self.silent = False
        """Whether nothing comes."""
        self.stays = False
        """Whether the connection stays open at the stream's end."""
        self.says_end = True
        """Whether it says that the stream has ended."""
        self.pings = False
        self.garbage = b""
        """What is said instead of any answer."""
        self.commands: list[list[amf0.Value]] = []
        self.heard: list[Message] = []
        self.now = 0
        """Connections that are open."""
        self.port = 0

    async def __aenter__(self) -> Self:
        """Serve on a free port of 127.0.0.1."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._server.close()
        self._server.abort_clients()
        await self._server.wait_closed()
        while self.now:
            await asyncio.sleep(0)

    def url(self, stream: str = "") -> str:
        """Where a stream is, the one that is there by itself."""
        place = f"{self._application}/{stream or self._stream}"
        return f"rtmp://127.0.0.1:{self.port}/{place}"

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.now += 1
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._talk(reader, writer)
        finally:
            writer.close()
            self.now -= 1

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        if self.garbage:
            writer.write(self.garbage)
            await reader.read()
            return
        hello = await reader.readexactly(1 + HANDSHAKE)
        writer.write(b"\x03" + bytes(HANDSHAKE) + hello[1:])
        assert await reader.readexactly(HANDSHAKE) == bytes(HANDSHAKE)
        parser = Reader()
        while data := await reader.read(65_536):
            for message in parser.feed(data):
                self.heard.append(message)
                if message.kind == Kind.COMMAND and await self._obey(message, writer):
                    return

    async def _obey(self, message: Message, writer: asyncio.StreamWriter) -> bool:
        command = amf0.parse(message.data)
        self.commands.append(command)
        name, number, about, *rest = command
        if name == "connect":
            assert isinstance(about, dict)
            right = about["app"] == self._application and not self.refuses
            answer = "_result" if right else "_error"
            writer.write(_command(answer, number, None, {"code": "x"}))
        elif name == "createStream":
            writer.write(_command("_result", number, None, 1.0))
        elif name == "play" and rest[0] != self._stream:
            status: amf0.Value = {
                "level": "error",
                "code": "NetStream.Play.StreamNotFound",
            }
            writer.write(_command("onStatus", 0.0, None, status))
        elif name == "play" and not self.silent:
            writer.write(self._played())
            await writer.drain()
            return not self.stays
        return False

    def _played(self) -> bytes:
        pieces = [_command("onStatus", 0.0, None, {"code": "NetStream.Play.Start"})]
        if self.pings:
            event = (6).to_bytes(2) + (77).to_bytes(4)
            pieces.append(
                render(Message(kind=Kind.USER_CONTROL, data=event), channel=2)
            )
        size = Message(kind=Kind.SET_CHUNK_SIZE, data=_CHUNK_SIZE.to_bytes(4))
        pieces.append(render(size, channel=2))
        pieces += self._aggregates() if self.aggregates else self._media()
        if self.says_end:
            pieces.append(
                _command("onStatus", 0.0, None, {"code": "NetStream.Play.Stop"})
            )
        return b"".join(pieces)

    def _media(self) -> list[bytes]:
        return [
            render(
                Message(kind=kind, data=data, timestamp=time, stream=1),
                channel=6,
                chunk_size=_CHUNK_SIZE,
            )
            for kind, time, data in self._tags
        ]

    def _aggregates(self) -> list[bytes]:
        found = []
        for at in range(0, len(self._tags), 10):
            tags = self._tags[at : at + 10]
            # The times within count from anywhere.
            data = b"".join(
                flv.render_tag(kind, 5 + time, one) for kind, time, one in tags
            )
            message = Message(kind=Kind.AGGREGATE, data=data, timestamp=tags[0][1])
            found.append(render(message, channel=6, chunk_size=_CHUNK_SIZE))
        return found


def _command(*values: amf0.Value) -> bytes:
    return render(Message(kind=Kind.COMMAND, data=amf0.render(values)), channel=3)
