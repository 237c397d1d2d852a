"""Connections by our own hand: each address is looked at before it is spoken to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
import socket
import ssl
from urllib.parse import unquote, urlsplit

from ..errors import (
    AddressNotAllowedError,
    CannotConnectError,
    SourceTimeoutError,
    UnsupportedStreamError,
)
from ..fetch import names_this_machine
from .upstream import CONNECT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Whom to speak to, and as whom."""

    host: str
    port: int
    encrypted: bool = False
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What a message may show of it."""
        return f"{self.host}:{self.port}"


def server_of(url: str, *, port: int, encrypted: bool) -> Server:
    """Answer the server that an address names; `port` is the scheme's own.

    Raises UnsupportedStreamError for what is no address.
    """
    try:
        parts = urlsplit(url)
        own_port = parts.port
    except ValueError as err:
        raise UnsupportedStreamError("The address is malformed") from err
    if not parts.hostname:
        raise UnsupportedStreamError("The address names no host")
    return Server(
        host=parts.hostname,
        port=own_port or port,
        encrypted=encrypted,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


@asynccontextmanager
async def open_connection(
    server: Server, *, local: bool
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect; leaving the context waits until the connection is closed.

    Raises AddressNotAllowedError for this machine and its link unless `local`,
    CannotConnectError, and SourceTimeoutError after 5 s for the name, and 5 s for all
    that it stands for.
    """
    try:
        addresses = await _resolve(server, local=local)
        reader, writer = await _connect(server, addresses)
    except TimeoutError as err:
        raise SourceTimeoutError(f"{server.name} does not answer in time") from err
    except (OSError, UnicodeError) as err:
        raise CannotConnectError(
            f"{server.name} cannot be reached ({type(err).__name__})"
        ) from err
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()


async def _resolve(server: Server, *, local: bool) -> list[str]:
    """Answer a server's addresses; what DNS says the next time is of no interest."""
    async with asyncio.timeout(CONNECT_SECONDS):
        found = await asyncio.get_running_loop().getaddrinfo(
            server.host, server.port, type=socket.SOCK_STREAM
        )
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not local and any(map(names_this_machine, (server.host, *addresses))):
        raise AddressNotAllowedError(
            f"{server.name} leads to this machine, which it may not"
        )
    return addresses


async def _connect(
    server: Server, addresses: list[str]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    error: OSError = OSError()
    for address in addresses:
        try:
            async with asyncio.timeout(CONNECT_SECONDS / len(addresses)):
                return await asyncio.open_connection(
                    address,
                    server.port,
                    ssl=await _context(address) if server.encrypted else None,
                    server_hostname=server.host if server.encrypted else None,
                )
        except OSError as err:
            error = err
    raise error


async def _context(address: str) -> ssl.SSLContext:
    context = await asyncio.to_thread(ssl.create_default_context)
    if ip_address(address.partition("%")[0]).is_private:
        # Nobody signs the certificate of a camera in the house.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
