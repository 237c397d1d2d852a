"""Builds a guide's file: channels and programmes of one XMLTV document."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
import sqlite3
from typing import Any

from ...formats import names, xmltv
from ...formats.compression import CompressionError, Decompressor
from ..errors import NotAGuideError, TooLargeError
from ..guide import feeds

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


def build(
    target: Path, source: str, chunks: Iterable[bytes], progress: Callable[[int], None]
) -> Built:
    """Read a document into a new file, and put that in the place of `target`.

    A document that breaks off is used up to the break, unless the last one held more
    than twice as much. Raises NotAGuideError and TooLargeError.
    """
    fresh = target.with_suffix(".new")
    fresh.parent.mkdir(parents=True, exist_ok=True)
    fresh.unlink(missing_ok=True)
    try:
        with closing(feeds.create(fresh)) as connection:
            built = _Builder(connection, progress).build(chunks)
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
        self, connection: sqlite3.Connection, progress: Callable[[int], None]
    ) -> None:
        self._connection = connection
        self._progress = progress
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
            programmes=programmes, channels=channels, damage=damage or parser.damage
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
            yield channel, item.start, item.stop, xmltv.render_children(item)

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
