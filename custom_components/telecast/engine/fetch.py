"""Opens addresses over HTTP: documents and upstreams, each redirect checked by us."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from ipaddress import IPv6Address, ip_address
import socket
import ssl

import aiohttp
from yarl import URL

from .errors import AddressNotAllowedError, CannotConnectError, SourceTimeoutError
from .schemes import HTTP

MAX_REDIRECTS = 10
_SECRET_HEADERS = frozenset({"authorization", "cookie"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
# Providers sign their redirects with tokens far longer than aiohttp's 8 KiB line.
_MAX_HEADER = 32 * 1024


class _LocalAddressError(OSError):
    """A connection would have led to this machine, or its link."""


class Fetcher:
    """Opens addresses; those named by documents never lead to this machine."""

    def __init__(
        self, anywhere: aiohttp.ClientSession, outside: aiohttp.ClientSession
    ) -> None:
        self._anywhere = anywhere
        self._outside = outside

    @asynccontextmanager
    async def open(
        self,
        url: str,
        *,
        local: bool,
        headers: Mapping[str, str] | None = None,
        timeout: aiohttp.ClientTimeout = _TIMEOUT,
        any_status: bool = False,
        stay: bool = False,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Answer the response of `url` after its redirects; bodies stay as they were sent.

        `local` says whether `url` may lead to loopback or link-local addresses: true for
        what the user typed, and for what a document names that lives on this machine. A
        redirect may do so only from such an address. With `any_status` an error status is
        answered, else it raises CannotConnectError, as a dead address does. With `stay` a
        redirect to another host is refused.
        Leaving the context waits until the connection is closed.

        Raises CannotConnectError, SourceTimeoutError and AddressNotAllowedError, also for
        what goes wrong while the body is read inside the context.
        """
        try:
            response = await self._follow(
                url, local, stay, dict(headers or {}), timeout
            )
        except (aiohttp.ClientError, OSError, ValueError) as err:
            raise _translated(url, err) from err
        try:
            if response.status >= 400 and not any_status:
                raise CannotConnectError(
                    f"{without_secrets(url)} answers {response.status}"
                )
            yield response
        except (aiohttp.ClientError, ConnectionError, TimeoutError) as err:
            raise _translated(url, err) from err
        finally:
            await _close(response)

    async def _follow(
        self,
        url: str,
        local: bool,
        stay: bool,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,
    ) -> aiohttp.ClientResponse:
        here = URL(url)
        redirects_may_be_local = local and names_this_machine(here.host or "")
        for _ in range(MAX_REDIRECTS + 1):
            if here.scheme not in HTTP or not here.host:
                raise AddressNotAllowedError(
                    f"{without_secrets(url)} leads to an address that is not HTTP"
                )
            if not local and names_this_machine(here.host):
                raise _LocalAddressError
            session = self._anywhere if local else self._outside
            response = await session.get(
                here, headers=headers, timeout=timeout, allow_redirects=False
            )
            location = response.headers.get("Location")
            if response.status not in _REDIRECTS or not location:
                return response
            await _close(response)
            there = here.join(URL(location))
            if there.host != here.host:
                if stay:
                    raise AddressNotAllowedError(
                        f"{without_secrets(url)} redirects to another host"
                    )
                headers = _without_credentials(headers)
            here, local = there, redirects_may_be_local
        raise CannotConnectError(f"{without_secrets(url)} redirects too often")


@asynccontextmanager
async def open_fetcher(ssl_context: ssl.SSLContext) -> AsyncIterator[Fetcher]:
    """Run a fetcher; leaving the block closes all its connections."""
    async with (
        _session(ssl_context, None) as anywhere,
        _session(ssl_context, _socket_to_elsewhere) as outside,
    ):
        yield Fetcher(anywhere, outside)


def names_this_machine(host: str) -> bool:
    """Tell whether a host name or literal address means this machine or its link."""
    host = host.rstrip(".").casefold()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return (
        address.is_loopback
        or address.is_link_local
        or address.is_unspecified
        or address.is_multicast
    )


def without_secrets(url: str) -> str:
    """Answer scheme, host and port of an address: all that a message may show of it."""
    try:
        parsed = URL(url)
        return str(parsed.origin())
    except ValueError:
        return "The address"


def _session(
    ssl_context: ssl.SSLContext, socket_factory: aiohttp.SocketFactoryType | None
) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        connector=aiohttp.TCPConnector(
            ssl=ssl_context,
            # A kept-alive connection would count at a provider that allows only one.
            force_close=True,
            limit=0,
            resolver=aiohttp.ThreadedResolver(),
            socket_factory=socket_factory,
        ),
        headers={"Accept-Encoding": "identity", "User-Agent": "Telecast"},
        max_line_size=_MAX_HEADER,
        max_field_size=_MAX_HEADER,
        timeout=_TIMEOUT,
    )


def _socket_to_elsewhere(info: aiohttp.AddrInfoType) -> socket.socket:
    # The one place that sees the address really connected to, whatever DNS said before.
    family, kind, protocol, _, address = info
    if names_this_machine(str(address[0])):
        raise _LocalAddressError
    return socket.socket(family, kind, protocol)


async def _close(response: aiohttp.ClientResponse) -> None:
    """Close the connection and wait for it: the provider counts it until then."""
    connection = response.connection
    if connection is None or connection.protocol is None or not connection.transport:
        response.close()
        return
    closed = connection.protocol.closed
    connection.transport.abort()
    response.close()
    if closed is not None:
        await asyncio.gather(closed, return_exceptions=True)


def _without_credentials(headers: dict[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in headers.items()
        if name.casefold() not in _SECRET_HEADERS
    }


def _translated(url: str, error: Exception) -> Exception:
    """Name an error of the transport without its text: that may hold the address."""
    if isinstance(error, TimeoutError):
        return SourceTimeoutError(f"{without_secrets(url)} does not answer in time")
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, _LocalAddressError):
            return AddressNotAllowedError(
                f"{without_secrets(url)} leads to this machine, which it may not"
            )
        seen = getattr(seen, "os_error", None) or seen.__cause__
    return CannotConnectError(
        f"{without_secrets(url)} cannot be reached ({type(error).__name__})"
    )
