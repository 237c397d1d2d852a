"""Asks an Xtream Codes panel, at whichever of its addresses answers."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
import logging
from typing import Any

import aiohttp
from yarl import URL

from ...formats.xtream.reading import (
    AccountFacts,
    AnswerError,
    read_account,
    read_categories,
    read_whole,
)
from ..errors import (
    AccountExpiredError,
    CannotConnectError,
    InvalidAuthError,
    NotAPlaylistError,
    SourceError,
    SourceTimeoutError,
    TooLargeError,
)
from ..fetch import Fetcher, without_secrets
from ..settings import ProviderLogin, ProviderSettings
from .files import PIECE

_LOGGER = logging.getLogger(__name__)

QUESTION_SECONDS = 30.0
_MOST_BYTES = 16 * 1024 * 1024
# Whoever is asked for everything it has may take its time before it says anything.
_LIST = aiohttp.ClientTimeout(total=15 * 60, sock_connect=10, sock_read=60)
_QUESTION = aiohttp.ClientTimeout(total=QUESTION_SECONDS, sock_connect=10)
# A dead host or a parked domain is a reason to try the next address; a refusal is none.
_DEAD = (CannotConnectError, NotAPlaylistError, SourceTimeoutError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a provider offers to whoever logs in."""

    facts: AccountFacts
    categories: tuple[str, ...] = ()
    """The names of its live categories, in its order; none where there are none."""
    vod_categories: tuple[str, ...] = ()
    """Those of its films; none also where the panel does not say."""
    series_categories: tuple[str, ...] = ()
    refused: tuple[SourceError, ...] = ()
    """Why further logins are of no use."""


class Panel:
    """A panel with its addresses, of which the one that answered last is asked first."""

    def __init__(
        self, *, fetcher: Fetcher, urls: Iterable[str], user_agent: str = ""
    ) -> None:
        """Prepare; `urls` are scheme, host, port and path, without a slash at the end."""
        self.urls = tuple(dict.fromkeys(urls))
        """Its addresses, the one to ask first before all others."""
        self.headers = {"User-Agent": user_agent} if user_agent else {}
        self._fetcher = fetcher

    async def log_in(self, login: ProviderLogin) -> AccountFacts:
        """Answer what the panel says of a login, at the first address that answers.

        `check` tells whether that is good. Raises what Panel.ask does where no address
        answers.
        """
        url, facts = await self._ask(login, {}, read_account)
        self.urls = (url, *(one for one in self.urls if one != url))
        return facts

    async def categories(self, login: ProviderLogin, action: str) -> dict[str, str]:
        """Answer the names of categories by their ids; raises what `ask` raises."""
        _, found = await self._ask(login, {"action": action}, read_categories)
        return found

    async def ask(self, login: ProviderLogin, action: str, **ids: str) -> Any:
        """Answer what an action answers, where that is small.

        The addresses are asked in turn until one answers. Raises CannotConnectError,
        SourceTimeoutError, InvalidAuthError, TooLargeError, and NotAPlaylistError for
        what is no answer.
        """
        query = {"action": action, **ids}
        _, found = await self._ask(login, query, _read_any)
        return found

    @asynccontextmanager
    async def open(
        self, login: ProviderLogin, action: str
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Answer the chunks of what an action answers, of whatever size.

        Raises CannotConnectError, SourceTimeoutError and InvalidAuthError, also while
        they are read.
        """
        address = self.address("player_api.php", login, action=action)
        async with self._open(address, _LIST) as response:
            yield response.content.iter_chunked(PIECE)

    def address(self, path: str, login: ProviderLogin, **query: str) -> str:
        """Answer where a document of the panel is."""
        return _address(self.urls[0], path, login, query)

    async def _ask[T](
        self, login: ProviderLogin, query: dict[str, str], read: Callable[[Any], T]
    ) -> tuple[str, T]:
        """Answer which address answered first, and what is read of its answer."""
        error: SourceError | None = None
        for url in self.urls:
            try:
                return url, _read(read, await self._ask_at(url, login, query))
            except _DEAD as err:
                _LOGGER.debug("%s is of no use: %s", without_secrets(url), err)
                error = error or err
        raise error or CannotConnectError("The provider has no address")

    async def _ask_at(
        self, url: str, login: ProviderLogin, query: dict[str, str]
    ) -> Any:
        address, body = _address(url, "player_api.php", login, query), bytearray()
        async with self._open(address, _QUESTION) as response:
            async for chunk in response.content.iter_chunked(PIECE):
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise TooLargeError(f"{without_secrets(url)} answers without end")
        try:
            # A large one takes a while, and whoever watches is not to notice.
            return await asyncio.to_thread(read_whole, bytes(body))
        except AnswerError as err:
            raise _translated(err) from err

    @asynccontextmanager
    async def _open(
        self, address: str, timeout: aiohttp.ClientTimeout
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        # What the user typed may lead anywhere, this machine included.
        async with self._fetcher.open(
            address, local=True, headers=self.headers, timeout=timeout, any_status=True
        ) as response:
            if response.status == 401:
                raise InvalidAuthError("The provider does not know this login")
            if response.status >= 300:
                raise CannotConnectError(
                    f"{without_secrets(address)} answers {response.status}"
                )
            yield response


async def check_provider(fetcher: Fetcher, settings: ProviderSettings) -> Offer:
    """Answer what a provider offers; raise what keeps its first login out."""
    panel = Panel(
        fetcher=fetcher,
        urls=(settings.url, *settings.fallback_urls),
        user_agent=settings.user_agent,
    )
    first, *others = settings.logins
    facts = await panel.log_in(first)
    check(facts)
    refused = []
    for login in others:
        try:
            check(await panel.log_in(login))
        except SourceError as err:
            refused.append(err)

    async def offered(action: str) -> tuple[str, ...]:
        found = await panel.categories(first, action)
        return tuple(dict.fromkeys(found.values()))

    async def offered_films(action: str) -> tuple[str, ...]:
        try:
            return await offered(action)
        except SourceError as err:
            # Films that do not come in keep no channel out.
            _LOGGER.debug("The provider does not answer %s: %s", action, err)
            return ()

    return Offer(
        facts=facts,
        categories=await offered("get_live_categories") if settings.live else (),
        vod_categories=(
            await offered_films("get_vod_categories") if settings.vod else ()
        ),
        series_categories=(
            await offered_films("get_series_categories") if settings.series else ()
        ),
        refused=tuple(refused),
    )


def check(facts: AccountFacts) -> None:
    """Raise InvalidAuthError or AccountExpiredError for a login that is of no use."""
    if not facts.accepted:
        raise InvalidAuthError("The provider does not know this login")
    if facts.has_expired:
        raise AccountExpiredError("The account at the provider has expired")
    if facts.is_shut_out:
        raise InvalidAuthError(f"The provider says of this login: {facts.status}")


def _address(url: str, path: str, login: ProviderLogin, query: dict[str, str]) -> str:
    known = {"username": login.username, "password": login.password}
    return str((URL(url) / path).with_query(known | query))


def _read_any(answer: Any) -> Any:
    if isinstance(answer, dict) and "user_info" in answer:
        if not read_account(answer).accepted:
            raise InvalidAuthError("The provider does not know this login")
        raise AnswerError("refused")
    return answer


def _read[T](read: Callable[[Any], T], answer: Any) -> T:
    try:
        return read(answer)
    except AnswerError as err:
        raise _translated(err) from err


def _translated(error: AnswerError) -> SourceError:
    if error.reason == "too_large":
        return TooLargeError(str(error))
    return NotAPlaylistError(str(error))
