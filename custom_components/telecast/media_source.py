"""The line-up in Home Assistant's media browser, and for its players."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from homeassistant.components.media_player.browse_media import (
    SearchMedia,
    SearchMediaQuery,
)
from homeassistant.components.media_player.const import MediaClass, MediaType
from homeassistant.components.media_player.errors import BrowseError
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import current_request
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN, HLS_CONTENT_TYPE
from .coordinator import loaded_engine
from .engine.engine import Engine
from .engine.errors import UnknownChannelError
from .engine.model import Channel
from .film_items import browse_films, film_shelves, is_film, resolve_film, search_films
from .media_items import browse_items, channel_id, media_class
from .servers.channels import channel_by_id

PAGE = 500
"""How many channels are shown at once; a folder with more is divided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Channels that are browsed together: a group, all there are, or a part of either."""

    identifier: str
    title: str
    group_id: int | None


async def async_get_media_source(hass: HomeAssistant) -> TelecastMediaSource:
    """Answer the source for Home Assistant's media."""
    return TelecastMediaSource(hass)


class TelecastMediaSource(MediaSource):
    """The line-up: groups, and their channels with what is on."""

    name = "Telecast"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self.hass = hass

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Answer where a channel can be watched; raise Unresolvable."""
        if not (engine := loaded_engine(self.hass)):
            raise Unresolvable(translation_domain=DOMAIN, translation_key="not_loaded")
        # Home Assistant's own type is wrong here: the source itself has none.
        identifier = item.identifier or ""
        if is_film(identifier):
            if media := await resolve_film(engine, identifier):
                return media
            raise _unresolvable(identifier)
        try:
            channel = await channel_by_id(engine, channel_id(identifier))
        except UnknownChannelError as err:
            raise _unresolvable(identifier) from err
        origin = "" if item.target_media_player else _origin()
        return PlayMedia(f"{origin}{engine.hls_path(channel)}", HLS_CONTENT_TYPE)

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """Answer the folders, or what is in one of them; raise BrowseError."""
        engine = self._engine()
        if item.identifier and is_film(item.identifier):
            if opened := await browse_films(self.hass, engine, item.identifier):
                return opened
            raise _unknown(item.identifier)
        folders = await self._folders(engine)
        if not item.identifier:
            return BrowseMediaSource(
                domain=DOMAIN,
                identifier=None,
                media_class=MediaClass.APP,
                media_content_type=MediaType.CHANNELS,
                title=self.name,
                can_play=False,
                can_expand=True,
                can_search=True,
                children=[
                    *map(_node, folders),
                    *await film_shelves(self.hass, engine),
                ],
            )
        folder, offset = _named(item.identifier, folders, engine.lineup.count)
        if offset is None and (parts := await _parts(engine, folder)):
            return _node(folder, [_node(part) for part in parts])
        channels = await _page(engine, folder, offset or 0)
        return _node(folder, await browse_items(self.hass, engine, channels))

    @override
    async def async_search_media(
        self, item: MediaSourceItem, query: SearchMediaQuery
    ) -> SearchMedia:
        """Answer channels by a part of their name, or by their number, and films."""
        engine = self._engine()
        group_id = None
        text, classes = query.search_query.strip(), query.media_filter_classes
        films = [
            one
            for one in await search_films(
                self.hass, engine, text, item.identifier or ""
            )
            if not classes or one.media_class in classes
        ]
        if item.identifier and is_film(item.identifier):
            return SearchMedia(result=films)
        if item.identifier:
            folders = await self._folders(engine)
            folder, _ = _named(item.identifier, folders, engine.lineup.count)
            group_id = folder.group_id
        found = await engine.lineup.channels(group_id=group_id, search=text, limit=PAGE)
        wanted = [one for one in found if not classes or media_class(one) in classes]
        items = await browse_items(self.hass, engine, wanted)
        return SearchMedia(result=[*items, *films])

    def _engine(self) -> Engine:
        if engine := loaded_engine(self.hass):
            return engine
        raise BrowseError(translation_domain=DOMAIN, translation_key="not_loaded")

    async def _folders(self, engine: Engine) -> list[Folder]:
        """Answer a folder for each group, and before them one for all channels."""
        folders = [
            Folder(identifier=f"group/{group.id}", title=group.name, group_id=group.id)
            for group in await engine.lineup.groups()
        ]
        if len(folders) < 2:
            return folders
        language = self.hass.config.language
        words = await async_get_translations(self.hass, language, "common", {DOMAIN})
        title = words[f"component.{DOMAIN}.common.all_channels"]
        return [Folder(identifier="all", title=title, group_id=None), *folders]


def _named(
    identifier: str, folders: Sequence[Folder], count: int
) -> tuple[Folder, int | None]:
    """Answer the folder that is meant, and where in it the part begins; None is whole.

    `count` is how many channels there are. Raises BrowseError.
    """
    known = {folder.identifier: folder for folder in folders}
    if folder := known.get(identifier):
        return folder, None
    whole, _, offset = identifier.rpartition("/")
    if (folder := known.get(whole)) and offset.isdecimal() and int(offset) < count:
        return folder, int(offset)
    raise _unknown(identifier)


def _unknown(identifier: str) -> BrowseError:
    return BrowseError(
        translation_domain=DOMAIN,
        translation_key="unknown_media",
        translation_placeholders={"media": identifier},
    )


def _unresolvable(identifier: str) -> Unresolvable:
    return Unresolvable(
        translation_domain=DOMAIN,
        translation_key="unknown_media",
        translation_placeholders={"media": identifier},
    )


async def _parts(engine: Engine, folder: Folder) -> list[Folder]:
    """Answer the parts of a folder, named by their numbers; none where one is enough."""
    parts: list[Folder] = []
    while page := await _page(engine, folder, len(parts) * PAGE):
        parts.append(
            Folder(
                identifier=f"{folder.identifier}/{len(parts) * PAGE}",
                title=f"{page[0].number} – {page[-1].number}",
                group_id=folder.group_id,
            )
        )
    return parts if len(parts) > 1 else []


async def _page(engine: Engine, folder: Folder, offset: int) -> list[Channel]:
    return await engine.lineup.channels(
        group_id=folder.group_id, offset=offset, limit=PAGE
    )


def _node(
    folder: Folder, children: Sequence[BrowseMediaSource] | None = None
) -> BrowseMediaSource:
    """Answer a folder, opened where its children are given."""
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=folder.identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.CHANNELS,
        title=folder.title,
        can_play=False,
        can_expand=True,
        can_search=True,
        children=children,
    )


def _origin() -> str:
    """Answer where the browser that asks finds us; empty where none asks.

    The frontend's player takes the address of the only rendition from the playlist, and
    cannot do so where the playlist's own has no host. Players that are no browsers are
    given a path, of which Home Assistant makes the address that suits them.
    """
    if not (request := current_request.get()):
        return ""
    # A proxy may not tell us that it speaks HTTPS, but the page's address does. A page
    # from elsewhere, as that of Home Assistant's receiver for Chromecast, does not count.
    page = request.headers.get("Origin", "")
    scheme = page.partition("://")[0]
    if scheme in {"http", "https"} and page == f"{scheme}://{request.host}":
        return page
    return f"{request.scheme}://{request.host}"
