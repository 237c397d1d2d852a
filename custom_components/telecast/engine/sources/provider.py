"""An Xtream Codes provider as a source: its channels, its guide, its logins."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
import logging
from typing import Any, Protocol, override

from ...formats.xmltv import Programme
from ...formats.xtream import addresses
from ..errors import TelecastError
from ..fetch import Fetcher
from ..model import Candidate, Channel, FilmKind, SourceStatus
from ..settings import ProviderSettings, SourceSettings
from ..streams.slots import Slots
from .listings import ask_listings
from .opening import Address
from .panel import Panel, check
from .pool import Pool, PooledLogin
from .record import Record, document_id
from .source import Source
from .surroundings import Surroundings

_LOGGER = logging.getLogger(__name__)

_NO_CHANNELS = b"[]"
_FILMS = {
    FilmKind.MOVIE: ("get_vod_categories", "get_vod_streams"),
    FilmKind.SERIES: ("get_series_categories", "get_series"),
}
_DETAILS = {
    FilmKind.MOVIE: ("get_vod_info", "vod_id"),
    FilmKind.SERIES: ("get_series_info", "series_id"),
}


class ProviderSurroundings(Surroundings, Protocol):
    """What a source needs that logs in."""

    fetcher: Fetcher


class ProviderSource(Source):
    """Keeps a provider's channels up to date, and shares its logins among viewers."""

    settings: ProviderSettings

    def __init__(
        self, settings: ProviderSettings, record: Record, around: ProviderSurroundings
    ) -> None:
        """Prepare; run() does the work. `record` holds only what is still there."""
        self._fetcher = around.fetcher
        self.panel = self._make_panel(settings)
        self.pool = Pool(settings, self._changed)
        self.pool.take_up(record.logins)
        self._is_in = False
        """Whether the last login was taken."""
        super().__init__(settings, record, around)

    @property
    @override
    def status(self) -> SourceStatus:
        """What is known of the source, and of its logins, right now."""
        return replace(
            super().status,
            streams_in_use=self.pool.in_use,
            max_streams=self.pool.limit,
            expires=self.pool.expires,
            is_trial=self.pool.is_trial,
        )

    @property
    def time_zone(self) -> str:
        """The IANA name of the zone that the provider's times are in; empty if unknown."""
        told = (one.timezone for one in self.pool.facts.values() if one.timezone)
        return next(told, "")

    @override
    def alter(self, settings: SourceSettings) -> None:
        """Go on with other settings; other logins and addresses are tried at once."""
        old = self.settings
        super().alter(settings)
        new = self.settings
        if _panel_of(old) != _panel_of(new):
            self.panel = self._make_panel(new)
        self.pool.alter(new)
        if _what_is_read(old) != _what_is_read(new):
            self._hurry()

    @override
    def places(self, candidate: Candidate) -> tuple[Candidate, ...]:
        """Answer where a candidate is: login by login, address by address.

        Logins with free slots come first. Empty for what is no address of a provider's.
        """
        try:
            return tuple(
                Candidate(
                    url=_placed(candidate.url, url, login),
                    headers=self.panel.headers | candidate.headers,
                    source=candidate.source,
                    # What the user typed may lead anywhere.
                    local=True,
                    account=login.key,
                )
                for login in self.pool.in_order
                for url in self.panel.urls
            )
        except ValueError:
            return ()

    @override
    def slots_of(self, candidate: Candidate) -> Slots:
        """Answer the slots of the login that a candidate is watched with."""
        return self.pool.slots(candidate.account)

    @override
    async def film_details(self, kind: FilmKind, key: str) -> dict[str, Any] | None:
        """Answer what `get_vod_info` or `get_series_info` say of a film, by its own id.

        Raises what Panel.ask does.
        """
        action, name = _DETAILS[kind]
        return await self.fetch_details(action, **{name: key})

    @override
    async def listings(
        self, channel: Channel, candidates: Iterable[Candidate]
    ) -> list[Programme]:
        """Answer what the panel says is on a channel; raises what Panel.ask does."""
        keys = (addresses.live_key(candidate.url) for candidate in candidates)
        if not (key := next(filter(None, keys), None)):
            return []
        return await ask_listings(
            self.fetch_details, key, channel=channel.guide_id, zone_name=self.time_zone
        )

    async def fetch_details(self, action: str, **ids: str) -> dict[str, Any]:
        """Answer what an action says of one film, series or channel.

        Empty where it says nothing. Raises what Panel.ask does.
        """
        answer = await self.panel.ask(self._first.login, action, **ids)
        return answer if isinstance(answer, dict) else {}

    async def fetch_categories(self, action: str) -> dict[str, str]:
        """Answer the names of categories by the provider's ids, in its order.

        Raises what Panel.ask does.
        """
        return await self.panel.categories(self._first.login, action)

    def open_list(
        self, action: str
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Open a list of any size; answers its chunks. Raises what Panel.open does."""
        return self.panel.open(self._first.login, action)

    @override
    async def _take_playlist(self) -> None:
        self._is_in = False
        await self._log_in()
        self._is_in = True
        live = self.settings.live
        categories = await self.fetch_categories("get_live_categories") if live else {}
        self._record = await self._around.intake.channels(
            self.settings,
            self.open_list("get_live_streams") if live else _nothing(),
            self._record,
            categories=categories,
            on_progress=self._progressed,
        )
        self._around.lineup_came_in()
        await self._around.keep(self.settings.id, self._record)

    @override
    async def _take_films(self) -> None:
        wanted = {
            FilmKind.MOVIE: self.settings.vod,
            FilmKind.SERIES: self.settings.series,
        }
        failed: TelecastError | None = None
        for kind, is_wanted in wanted.items():
            try:
                if is_wanted:
                    await self._take_films_of(kind)
                else:
                    await self._around.intake.no_films(self.settings, kind)
            except TelecastError as err:
                # The other kind may be well.
                failed = failed or err
        if failed:
            raise failed

    async def _take_films_of(self, kind: FilmKind) -> None:
        categories, entries = _FILMS[kind]
        chosen = {
            FilmKind.MOVIE: self.settings.vod_categories,
            FilmKind.SERIES: self.settings.series_categories,
        }
        await self._around.intake.films(
            self.settings,
            kind,
            self.open_list(entries),
            categories=await self.fetch_categories(categories),
            chosen=chosen[kind],
            on_progress=self._progressed,
        )

    @override
    async def _read_guides(self) -> None:
        # Who is not let in gets no guide; the one that is there stays.
        if self._is_in:
            await super()._read_guides()

    @override
    def _guides(self) -> dict[str, Address]:
        if not self.settings.live:
            return {}
        address = Address(
            url=self.panel.address("xmltv.php", self._first.login),
            user_agent=self.settings.user_agent,
            key="xmltv.php",
        )
        return {document_id(self.settings.id, address.name): address}

    @property
    def _first(self) -> PooledLogin:
        return self.pool.all[0]

    def _make_panel(self, settings: ProviderSettings) -> Panel:
        return Panel(
            fetcher=self._fetcher,
            urls=(settings.url, *settings.fallback_urls),
            user_agent=settings.user_agent,
        )

    async def _log_in(self) -> None:
        """Learn what all logins may; raise what keeps the first one out."""
        first, *others = self.pool.all
        facts = await self.panel.log_in(first.login)
        self.pool.hear(first, facts)
        for other in others:
            await self._log_in_too(other)
        self._record = replace(self._record, logins=self.pool.facts)
        await self._around.keep(self.settings.id, self._record)
        check(facts)

    async def _log_in_too(self, pooled: PooledLogin) -> None:
        """Learn what a further login may; one that is of no use costs only itself."""
        try:
            facts = await self.panel.log_in(pooled.login)
            self.pool.hear(pooled, facts)
            check(facts)
        except TelecastError as err:
            _LOGGER.info("A further login of %s is of no use: %s", self._name, err)


@asynccontextmanager
async def _nothing() -> AsyncIterator[AsyncIterator[bytes]]:
    async def chunks() -> AsyncIterator[bytes]:
        yield _NO_CHANNELS

    yield chunks()


def _placed(address: str, url: str, pooled: PooledLogin) -> str:
    formats = pooled.facts.formats if pooled.facts else ()
    if address.startswith("xtream:live/") and "m3u8" in formats and "ts" not in formats:
        address = address.removesuffix(".ts") + ".m3u8"
    return addresses.placed(
        address,
        url=url,
        username=pooled.login.username,
        password=pooled.login.password,
    )


def _panel_of(settings: ProviderSettings) -> tuple[object, ...]:
    return settings.url, settings.fallback_urls, settings.user_agent


def _what_is_read(settings: ProviderSettings) -> tuple[object, ...]:
    return (
        *_panel_of(settings),
        settings.logins,
        *(settings.vod, settings.vod_categories),
        *(settings.series, settings.series_categories),
    )
