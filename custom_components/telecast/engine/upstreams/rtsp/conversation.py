"""What is said with an RTSP server: who asks is known to it, and to nobody else."""

import asyncio
import secrets
from urllib.parse import urlsplit

from ....formats import authorization, rtsp
from ...errors import CannotConnectError, NoDataError, SourceTimeoutError
from ..connections import Server
from ..upstream import HEADERS_SECONDS

_READ_BYTES = 64 * 1024
_UNAUTHORIZED = 401


class Conversation:
    """One connection to a server, for one of its streams."""

    def __init__(
        self,
        server: Server,
        url: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        user_agent: str = "",
    ) -> None:
        """Speak to `server` of `url`, which may name a login."""
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        self.url = parts._replace(netloc=host).geturl()
        """The stream's address without its login."""
        self._server = server
        self._reader = reader
        self._writer = writer
        self._user_agent = user_agent
        self._parser = rtsp.Reader()
        self._challenge: authorization.Challenge | None = None

    async def describe(self) -> rtsp.Message:
        """Ask what the stream is; answer what the server says to that.

        Raises CannotConnectError, SourceTimeoutError after 10 s, and NoDataError for
        what is no RTSP.
        """
        try:
            async with asyncio.timeout(HEADERS_SECONDS):
                return await self._describe()
        except TimeoutError as err:
            raise SourceTimeoutError(
                f"{self._server.name} does not answer in time"
            ) from err
        except rtsp.RtspError as err:
            raise NoDataError(f"{self._server.name} speaks no RTSP") from err
        except OSError as err:
            raise CannotConnectError(f"{self._server.name} hangs up") from err

    async def send(self, request: rtsp.Message) -> None:
        """Say a request, with the login that the server has asked for."""
        if self._user_agent:
            request = request.with_header("User-Agent", self._user_agent)
        if self._challenge:
            login = authorization.render(
                self._challenge,
                user=self._server.user,
                password=self._server.password,
                method=request.method,
                url=request.url,
                nonce=secrets.token_hex(8),
            )
            request = request.with_header("Authorization", login)
        await self.write(rtsp.render(request))

    async def write(self, data: bytes) -> None:
        """Say something else."""
        self._writer.write(data)
        await self._writer.drain()

    async def hear(self) -> list[rtsp.Message | rtsp.Frame]:
        """Answer what the server says next; nothing when it has hung up.

        Raises RtspError for what is no RTSP.
        """
        while data := await self._reader.read(_READ_BYTES):
            if items := list(self._parser.feed(data)):
                return items
        return []

    def challenge(self, answer: rtsp.Message) -> bool:
        """Take the question for a login; answer whether there is anything new to say."""
        asked = authorization.parse(answer.all_of("WWW-Authenticate"))
        if not self._server.user or asked is None or asked == self._challenge:
            return False
        self._challenge = asked
        return True

    async def _describe(self) -> rtsp.Message:
        for sequence in range(1, 4):
            await self.send(
                rtsp.request("DESCRIBE", self.url, sequence, Accept="application/sdp")
            )
            answer = await self._answer()
            if answer.status != _UNAUTHORIZED or not self.challenge(answer):
                break
        return answer

    async def _answer(self) -> rtsp.Message:
        while items := await self.hear():
            for item in items:
                if isinstance(item, rtsp.Message) and item.status:
                    return item
        raise CannotConnectError(f"{self._server.name} hangs up")
