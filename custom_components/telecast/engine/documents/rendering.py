"""Documents that list every channel, rendered piece by piece into files."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
import gzip
import itertools
import json
import os
from pathlib import Path
import sqlite3
from typing import Any, BinaryIO, Literal, TypedDict

from ...formats import hdhomerun, m3u, xtream
from ..films.rendering import FilmsDocument, entries
from ..guide import rendering as guide_rendering
from ..guide.rendering import GuideDocument
from ..lineup import catalogue
from .files import UNFINISHED, packed_beside

type Form = Literal["json", "xml", "m3u"]

_BATCH = 500
_BUFFER_BYTES = 256 * 1024
_COMPRESSION = 5
# Players of these take them compressed, and most of them do so each time they start.
_ALSO_PACKED = frozenset({"live_streams", "vod_streams", "series", "playlist"})
_QUICK_COMPRESSION = 3
# So many pieces may wait to be packed.
_MOST_AHEAD = 8


class LineupDocument(TypedDict):
    """The line-up of an HDHomeRun."""

    kind: Literal["lineup"]
    form: Form
    base_url: str
    selection: dict[str, Any]


class StreamsDocument(TypedDict):
    """The live streams of an Xtream server."""

    kind: Literal["live_streams"]
    selection: dict[str, Any]


class PlaylistDocument(TypedDict):
    """An M3U playlist; `{id}` in the paths stands for the channel's."""

    kind: Literal["playlist"]
    selection: dict[str, Any]
    base_url: str
    stream_path: str
    archive_path: str
    """With placeholders for players to fill; empty to tell of no archive."""
    guide_url: str
    plus: bool
    mime_type: str
    """What all streams are; empty to say nothing of it."""


type Document = (
    LineupDocument | StreamsDocument | FilmsDocument | PlaylistDocument | GuideDocument
)
"""What is to be rendered; can be told as JSON."""


def render(
    document: Document, connection: sqlite3.Connection, guides: Path, target: Path
) -> None:
    """Render a document into a file, which is there as a whole or not at all.

    `guides` is the folder with the files of the guides.
    """
    pieces = _encoded(_pieces(document, connection, guides))
    with _writing(target) as file:
        if document["kind"] == "guide" and document["compressed"]:
            with _packing(file, _COMPRESSION) as packed:
                packed.writelines(pieces)
        elif document["kind"] in _ALSO_PACKED:
            # There before the document is, so that it is sent from the first time on.
            with (
                _writing(packed_beside(target)) as beside,
                _packing(beside, _QUICK_COMPRESSION) as packed,
            ):
                _write_both(pieces, file, packed)
        else:
            file.writelines(pieces)


@contextmanager
def _writing(target: Path) -> Iterator[BinaryIO]:
    """Write a file that is there when the block is left, unless that fails."""
    fresh = target.with_name(f"{target.name}{UNFINISHED}")
    # Addresses name an account's password: not for others to read.
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=_BUFFER_BYTES) as file:
            yield file
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


def _write_both(pieces: Iterator[bytes], file: BinaryIO, packed: gzip.GzipFile) -> None:
    """Write pieces to two files; what is packed takes a processor of its own."""

    def writing() -> Iterator[bytes]:
        for piece in pieces:
            file.write(piece)
            yield piece

    with ThreadPoolExecutor(1, "telecast packing") as packer:
        for _ in packer.map(packed.write, writing(), buffersize=_MOST_AHEAD):
            pass


def _packing(file: BinaryIO, level: int) -> gzip.GzipFile:
    return gzip.GzipFile(fileobj=file, mode="wb", compresslevel=level, mtime=0)


def _encoded(pieces: Iterator[str]) -> Iterator[bytes]:
    for batch in itertools.batched(pieces, _BATCH, strict=False):
        yield "".join(batch).encode(errors="replace")


def _pieces(
    document: Document, connection: sqlite3.Connection, guides: Path
) -> Iterator[str]:
    match document["kind"]:
        case "lineup":
            return _lineup(document, connection)
        case "live_streams":
            return _json(_live_streams(document, connection))
        case "vod_streams" | "series":
            return _json(entries(document, connection))
        case "playlist":
            return _playlist(document, connection)
        case "guide":
            return guide_rendering.pieces(document, connection, guides)


def _json(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield a JSON array; one call for many entries costs half of one for each."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    yield "["
    comma = ""
    for batch in itertools.batched(entries, _BATCH, strict=False):
        yield f"{comma}{encode(batch)[1:-1]}"
        comma = ",\n"
    yield "]"


def _lineup(document: LineupDocument, connection: sqlite3.Connection) -> Iterator[str]:
    selection = catalogue.Selection.from_json(document["selection"])
    base_url = document["base_url"]
    channels = (
        (number, name, f"{base_url}/auto/v{number}")
        for number, name in catalogue.rows(connection, selection, "number", "name")
    )
    match document["form"]:
        case "json":
            yield from _json(
                hdhomerun.lineup_entry(number=number, name=name, url=url)
                for number, name, url in channels
            )
        case "xml":
            yield hdhomerun.LINEUP_XML_HEAD
            for number, name, url in channels:
                yield hdhomerun.lineup_xml_entry(number=number, name=name, url=url)
            yield hdhomerun.LINEUP_XML_FOOT
        case "m3u":
            yield from m3u.render(
                m3u.Entry(
                    name=f"{number} {name}",
                    url=url,
                    attributes={
                        m3u.CHANNEL_ID: number,
                        m3u.CHANNEL_NUMBER: number,
                        m3u.TVG_NAME: name,
                    },
                )
                for number, name, url in channels
            )


def _live_streams(
    document: StreamsDocument, connection: sqlite3.Connection
) -> Iterator[dict[str, Any]]:
    for number, name, channel, logo, guide_id, added, group, days in catalogue.rows(
        connection,
        catalogue.Selection.from_json(document["selection"]),
        *("major", "name", "id", "logo", "guide_id", "added", "group_id"),
        "archive_days",
    ):
        yield xtream.live_stream(
            num=number,
            name=name,
            id=channel,
            icon=logo,
            epg_channel_id=guide_id,
            added=added,
            category_id=group,
            archive_days=days,
        )


def _playlist(
    document: PlaylistDocument, connection: sqlite3.Connection
) -> Iterator[str]:
    guide_url, plus = document["guide_url"], document["plus"]
    before, _, after = document["stream_path"].partition("{id}")
    before = document["base_url"] + before
    mime_type = document["mime_type"]
    properties = {m3u.MIME_TYPE: mime_type} if mime_type else {}
    rows = catalogue.rows(
        connection,
        catalogue.Selection.from_json(document["selection"]),
        *("id", "number", "name", '"group"', "logo", "guide_id", "radio"),
        "archive_days",
    )
    entries = (
        m3u.Entry(
            name=name,
            url=f"{before}{channel}{after}",
            group=group if plus else "",
            attributes=_attributes(number, name, logo, guide_id, radio)
            | _archive(document, channel, days)
            if plus
            else {},
            properties=properties,
        )
        for channel, number, name, group, logo, guide_id, radio, days in rows
    )
    header = dict.fromkeys(m3u.GUIDE_URLS[:2], guide_url) if guide_url else {}
    return m3u.render(entries, m3u.Header(header))


def _attributes(
    number: str, name: str, logo: str, guide_id: str, radio: int
) -> dict[str, str]:
    attributes = {
        m3u.TVG_ID: guide_id,
        m3u.TVG_NAME: name,
        m3u.TVG_LOGO: logo,
        m3u.TVG_CHNO: number,
    }
    return attributes | {m3u.RADIO: "true"} if radio else attributes


def _archive(document: PlaylistDocument, channel: int, days: int) -> dict[str, str]:
    """Answer what tells players of a channel's archive, if there is any."""
    if not days or not (path := document["archive_path"]):
        return {}
    return {
        m3u.CATCHUP: "default",
        m3u.CATCHUP_DAYS: str(days),
        m3u.CATCHUP_SOURCE: document["base_url"] + path.replace("{id}", str(channel)),
    }
