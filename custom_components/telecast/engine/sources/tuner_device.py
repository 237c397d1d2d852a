"""An HDHomeRun tuner in the house: what it says over HTTP."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv6Address

import aiohttp
from yarl import URL

from ...formats.hdhomerun import reading
from ...formats.hdhomerun.reading import AnswerError, DeviceFacts, Listing, Signal
from ..errors import CannotConnectError, EmptyPlaylistError, OwnTunerError
from ..fetch import Fetcher
from ..upstreams.body import Body

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TunerLineup:
    """A device and its channels, as they are now."""

    facts: DeviceFacts
    playlist: str = field(repr=False)
    """Its channels as M3U, their addresses as they are reached from here."""
    skipped: dict[str, int] = field(default_factory=dict)
    """What was left out: reason → count."""


class TunerDevice:
    """Reads the documents of the device at a host, and of no other one."""

    def __init__(
        self, *, fetcher: Fetcher, host: str, is_own: Callable[[str], bool]
    ) -> None:
        """Prepare; `is_own` tells whether a device id is that of our own tuner."""
        self._fetcher = fetcher
        self._host = host
        self._is_own = is_own

    async def read(self) -> TunerLineup:
        """Answer the device and its line-up.

        Raises CannotConnectError (also for what is no tuner), SourceTimeoutError,
        AddressNotAllowedError, TooLargeError, OwnTunerError for a tuner of our own, and
        EmptyPlaylistError where it has no channel that could be played.
        """
        facts = await self._facts()
        listing = await self._listing(facts)
        playlist, skipped = reading.as_playlist(
            listing, group=facts.name, address=lambda url: self._address(facts, url)
        )
        if len(listing.channels) == skipped.get("other_host", 0):
            raise EmptyPlaylistError("The tuner has no channel that can be played")
        return TunerLineup(facts=facts, playlist=playlist, skipped=skipped)

    async def signals(self) -> tuple[Signal, ...]:
        """Answer what its tuners receive; raises as `read` does."""
        data = await self._document(self._at(reading.STATUS_PATH))
        return self._understood(reading.parse_status, data)

    async def _facts(self) -> DeviceFacts:
        data = await self._document(self._at(reading.DISCOVER_PATH))
        facts = self._understood(reading.parse_discover, data)
        if self._is_own(facts.device_id):
            raise OwnTunerError("This is the tuner of Telecast itself")
        return facts

    async def _listing(self, facts: DeviceFacts) -> Listing:
        url = self._address(facts, facts.lineup_url)
        if url is None:
            raise CannotConnectError("The line-up of the tuner is at another host")
        data = await self._document(url)
        # A line-up may be long, and the loop is others', too.
        return await asyncio.to_thread(self._understood, reading.parse_lineup, data)

    async def _document(self, url: str) -> bytes:
        timeout = aiohttp.ClientTimeout(
            total=ANSWER_SECONDS, sock_connect=CONNECT_SECONDS
        )
        async with self._fetcher.open(
            url, local=True, timeout=timeout, stay=True
        ) as response:
            body = Body(response, first_seconds=ANSWER_SECONDS)
            return await body.whole(reading.MOST_BYTES)

    def _understood[T](self, parse: Callable[[bytes], T], data: bytes) -> T:
        try:
            return parse(data)
        except AnswerError as err:
            raise CannotConnectError(
                f"What is at {self._host} is no HDHomeRun tuner"
            ) from err

    def _at(self, path: str) -> str:
        try:
            return str(URL(f"http://{self._host}").join(URL(path)))
        except ValueError as err:
            raise CannotConnectError("The host is malformed") from err

    def _address(self, facts: DeviceFacts, url: str) -> str | None:
        """Answer where an address that the device names leads from here.

        It may call itself by another name than the user does, and only itself is
        followed: None for whatever else it names.
        """
        here, base = URL(f"http://{self._host}"), _parsed(facts.base_url)
        there = _parsed(url)
        if not there or there.host not in {here.host, base and base.host}:
            return None
        if base and there.port == base.port:
            return str(there.with_host(here.host or "").with_port(here.port))
        return str(there.with_host(here.host or ""))


def host_of(text: str) -> str:
    """Answer host and port, if there is one, of what a user typed; raise ValueError.

    People paste addresses where a host is asked for.
    """
    text = text.strip()
    try:
        text = f"[{IPv6Address(text)}]"
    except ValueError:
        pass
    url = URL(text if "://" in text else f"http://{text}")
    if url.scheme != "http" or not url.host or url.user or url.password:
        raise ValueError("This is no host")
    host = f"[{url.host}]" if ":" in url.host else url.host
    return host if url.port in {None, 80} else f"{host}:{url.port}"


def _parsed(url: str) -> URL | None:
    """Read an address of a device, without any login; None where it is none."""
    try:
        parsed = URL(url, encoded=True)
        return (
            parsed.with_user(None) if parsed.scheme == "http" and parsed.host else None
        )
    except ValueError:
        return None
