"""Builds a guide's file: channels and programmes of one XMLTV document."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
import sqlite3
from typing import Any

from ...formats import names, xmltv
from ...formats.compression import CompressionError, Decompressor
from ..errors import NotAGuideError, TooLargeError
from ..films.posters import is_own_icon
from ..guide import feeds
from ..schemes import on_the_web

_BATCH = 1000
_LONGEST_ID = 300
# It may be a whole address.
_LONGEST_CATCHUP_ID = 4096
_MOST_REMEMBERED = 50_000
_NO_GUIDE = "What came is no guide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a guide holds."""

    programmes: int
    channels: int
    damage: str | None
    has_pictures: bool
    """Whether any icon is a picture of the user's own, by a name of ours."""


def build(
    target: Path,
    source: str,
    chunks: Iterable[bytes],
    progress: Callable[[int], None],
    *,
    own: bool = False,
) -> Built:
    """Read a document into a new file, and put that in the place of `target`.

    A document that breaks off is used up to the break, unless the last one held more
    than twice as much. Addresses that are not on the web are left out: they tell of
    somebody's files. Only in a guide of our `own`, icons may be pictures of the user's.
    Raises NotAGuideError and TooLargeError.
    """
    fresh = target.with_suffix(".new")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.unlink(missing_ok=True)
    try:
        with closing(feeds.create(fresh)) as connection:
            built = _Builder(connection, progress, own=own).build(chunks)
        _check(built, target)
        feeds.finish(fresh, {"source": source} | asdict(built))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return built


def _check(built: Built, target: Path) -> None:
    if built.damage and not built.programmes:
        raise NotAGuideError(f"The guide is broken: {built.damage}")
    before = 0
    with suppress(sqlite3.Error, LookupError, ValueError):
        with closing(feeds.open_file(target)) as connection:
            before = feeds.about(connection)["programmes"]
    if before and not built.programmes:
        raise NotAGuideError("The guide holds no programme any more")
    if built.damage and built.programmes * 2 < before:
        raise NotAGuideError(
            f"The guide is broken ({built.damage}), and lost more than half of what it had"
        )


class _Builder:
    """Writes what the parser yields, in batches."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        progress: Callable[[int], None],
        *,
        own: bool,
    ) -> None:
        self._connection = connection
        self._progress = progress
        self._own = own
        self._has_pictures = False
        self._count = 0
        # Ids of channels by their keys; forgotten when there are too many.
        self._channels: dict[str, int] = {}

    def build(self, chunks: Iterable[bytes]) -> Built:
        """Write all; raise NotAGuideError and TooLargeError."""
        parser = xmltv.Parser()
        self._connection.execute("BEGIN")
        try:
            damage = self._read(parser, chunks)
            self._write(parser.close())
        except xmltv.XmltvError as err:
            raise NotAGuideError(f"{_NO_GUIDE}: {err}") from err
        self._connection.execute("COMMIT")
        programmes, channels = feeds.complete(self._connection)
        return Built(
            programmes=programmes,
            channels=channels,
            damage=damage or parser.damage,
            has_pictures=self._has_pictures,
        )

    def _read(self, parser: xmltv.Parser, chunks: Iterable[bytes]) -> str | None:
        """Read to the end, or to where the archive breaks; answer why it did."""
        decompressor = Decompressor()
        try:
            for chunk in chunks:
                for piece in decompressor.feed(chunk):
                    self._write(parser.feed(piece))
            decompressor.close()
        except CompressionError as err:
            if err.reason == "bomb":
                raise TooLargeError(str(err)) from err
            if err.reason == "unsupported":
                raise NotAGuideError(str(err)) from err
            return str(err)
        return None

    def _write(self, items: list[xmltv.Channel | xmltv.Programme]) -> None:
        for start in range(0, len(items), _BATCH):
            self._connection.executemany(
                feeds.INSERT_PROGRAMME, self._rows(items[start : start + _BATCH])
            )
        self._progress(self._count)

    def _rows(
        self, items: Iterable[xmltv.Channel | xmltv.Programme]
    ) -> Iterator[tuple[Any, ...]]:
        for item in items:
            if isinstance(item, xmltv.Channel):
                self._name(item)
                continue
            self._count += 1
            channel = self._channel(item.channel)
            if 0 < len(item.catchup_id) <= _LONGEST_CATCHUP_ID:
                row = channel, item.start, item.catchup_id
                self._connection.execute(feeds.INSERT_CATCHUP_ID, row)
            children = xmltv.render_children(self._checked(item))
            yield channel, item.start, item.stop, children

    def _checked(self, programme: xmltv.Programme) -> xmltv.Programme:
        """Answer a programme without addresses that nobody may be told."""
        told = (*programme.icons, *programme.urls, *(i.url for i in programme.images))
        for rating in (*programme.ratings, *programme.star_ratings):
            told += rating.icons
        if all(map(on_the_web, told)):
            return programme
        icons = tuple(filter(self._may_be_told, programme.icons))
        self._has_pictures |= any(map(is_own_icon, icons))
        return replace(_on_the_web(programme), icons=icons)

    def _may_be_told(self, icon: str) -> bool:
        return on_the_web(icon) or (self._own and is_own_icon(icon))

    def _name(self, channel: xmltv.Channel) -> None:
        channel_id = self._channel(channel.id)
        for name in channel.names:
            if key := names.normalise(name.value[:_LONGEST_ID]):
                self._connection.execute(feeds.INSERT_NAME, (key, channel_id))

    def _channel(self, xmltv_id: str) -> int:
        key = feeds.id_key(xmltv_id[:_LONGEST_ID])
        if (known := self._channels.get(key)) is not None:
            return known
        if len(self._channels) >= _MOST_REMEMBERED:
            self._channels.clear()
        found = self._channels[key] = feeds.channel(self._connection, key)
        return found


def _on_the_web(programme: xmltv.Programme) -> xmltv.Programme:
    """Answer a programme with those addresses alone that are on the web, icons apart."""

    def rated(ratings: tuple[xmltv.Rating, ...]) -> tuple[xmltv.Rating, ...]:
        return tuple(
            replace(one, icons=tuple(filter(on_the_web, one.icons))) for one in ratings
        )

    return replace(
        programme,
        urls=tuple(filter(on_the_web, programme.urls)),
        images=tuple(one for one in programme.images if on_the_web(one.url)),
        ratings=rated(programme.ratings),
        star_ratings=rated(programme.star_ratings),
    )
