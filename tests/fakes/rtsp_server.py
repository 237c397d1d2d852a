"""A real RTSP server on loopback: one transport stream, sent within its connection."""

import asyncio
from base64 import b64encode
from contextlib import suppress
import hashlib
import re
import ssl
from typing import Self

from custom_components.telecast.formats.mpegts import PACKET
from custom_components.telecast.formats.rtsp import Frame, Message, Reader, render

USER, PASSWORD = "me", "secret"
_SDP = b"v=0\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track1\r\n"


class RtspServer:
    """Sends `stream` to whoever plays it; `challenge` names how they have to log in."""

    def __init__(
        self, stream: bytes, *, challenge: str = "", tls: ssl.SSLContext | None = None
    ) -> None:
        self._stream = stream
        self._tls = tls
        self.challenge = challenge
        """`Basic` or `Digest`; empty lets everybody in."""
        self.location = ""
        """Where the stream is instead."""
        self.status = 200
        """What is answered to all but OPTIONS."""
        self.silent = False
        """Whether nothing comes after PLAY."""
        self.stays = False
        """Whether the connection stays open at the stream's end."""
        self.garbage = b""
        """What is said instead of an answer."""
        self.garbage_at = "DESCRIBE"
        """To which method."""
        self.forgets_at = ""
        """The method at whose first request it wants to hear the login anew."""
        self.requests: list[Message] = []
        self.now = 0
        """Connections that are open."""
        self.port = 0
        self._nonce = "one"

    async def __aenter__(self) -> Self:
        """Serve on a free port of 127.0.0.1."""
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, ssl=self._tls
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up on everybody."""
        self._server.close()
        self._server.abort_clients()
        await self._server.wait_closed()
        while self.now:
            await asyncio.sleep(0)

    @property
    def url(self) -> str:
        """Where the stream is."""
        scheme = "rtsps" if self._tls else "rtsp"
        return f"{scheme}://127.0.0.1:{self.port}/live?channel=1"

    def methods(self) -> list[str]:
        """Answer what was asked for."""
        return [message.method for message in self.requests]

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.now += 1
        try:
            with suppress(ConnectionError):
                await self._talk(reader, writer)
        finally:
            writer.close()
            self.now -= 1

    async def _talk(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        parser = Reader()
        while data := await reader.read(65_536):
            for item in parser.feed(data):
                if isinstance(item, Frame):
                    continue
                self.requests.append(item)
                garbled = self.garbage and item.method == self.garbage_at
                writer.write(self.garbage if garbled else self._answer(item))
                if item.method == "PLAY" and not self.silent:
                    self._send(writer)
                    if not self.stays:
                        await writer.drain()
                        return

    def _answer(self, request: Message) -> bytes:
        if request.method == self.forgets_at:
            self.forgets_at, self._nonce = "", "two"
        status, headers, body = self.status, [("CSeq", request.header("CSeq"))], b""
        if request.method == "OPTIONS":
            status = 200
            headers.append(("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN"))
        elif self.location:
            status = 302
            headers.append(("Location", self.location))
        elif self.challenge and not self._is_let_in(request):
            status = 401
            asked = (
                f'realm="tv", nonce="{self._nonce}"' if self._digests else 'realm="tv"'
            )
            headers.append(("WWW-Authenticate", f"{self.challenge} {asked}"))
        elif request.method == "DESCRIBE" and status == 200:
            body = _SDP
            headers.append(("Content-Type", "application/sdp"))
            headers.append(("Content-Length", str(len(body))))
        elif request.method == "SETUP":
            headers.append(("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"))
            headers.append(("Session", "1"))
        start = f"RTSP/1.0 {status} x"
        return render(Message(start=start, headers=tuple(headers), body=body))

    @property
    def _digests(self) -> bool:
        return self.challenge == "Digest"

    def _is_let_in(self, request: Message) -> bool:
        said = request.header("Authorization")
        if not self._digests:
            return said == "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        given = dict(re.findall(r'(\w+)="([^"]*)"', said))
        secret = _md5(f"{USER}:tv:{PASSWORD}")
        asked = _md5(f"{request.method}:{request.url}")
        return given.get("response") == _md5(f"{secret}:{self._nonce}:{asked}")

    def _send(self, writer: asyncio.StreamWriter) -> None:
        for number, at in enumerate(range(0, len(self._stream), 7 * PACKET)):
            piece = self._stream[at : at + 7 * PACKET]
            packet = (
                b"\x80\x21" + number.to_bytes(2) + (at // 10).to_bytes(4) + bytes(4)
            )
            writer.write(
                b"$\0" + (len(packet) + len(piece)).to_bytes(2) + packet + piece
            )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
