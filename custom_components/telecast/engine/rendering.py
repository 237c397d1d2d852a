"""Documents that list every channel, rendered piece by piece into files."""

from collections.abc import Iterable, Iterator
import gzip
import itertools
import json
import os
from pathlib import Path
import sqlite3
from typing import Any, Literal, TypedDict

from ..formats import hdhomerun, m3u, xmltv, xtream
from . import catalogue
from .library import Library, Place

type Form = Literal["json", "xml", "m3u"]

UNFINISHED = ".new"
"""What the name of a file ends in that is still being written."""

_GENERATOR = "Telecast"
_BATCH = 500
_BUFFER_BYTES = 256 * 1024
_COMPRESSION = 5


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
    """An M3U playlist; `{id}` in the path stands for the channel's."""

    kind: Literal["playlist"]
    selection: dict[str, Any]
    base_url: str
    stream_path: str
    guide_url: str
    plus: bool


class GuideDocument(TypedDict):
    """An XMLTV guide of what is on between two times, in seconds since 1970 (UTC)."""

    kind: Literal["guide"]
    selection: dict[str, Any]
    start: int
    stop: int
    compressed: bool


type Document = LineupDocument | StreamsDocument | PlaylistDocument | GuideDocument
"""What is to be rendered; can be told as JSON."""


def render(
    document: Document, connection: sqlite3.Connection, guides: Path, target: Path
) -> None:
    """Render a document into a file, which is there as a whole or not at all.

    `guides` is the folder with the files of the guides.
    """
    fresh = target.with_name(f"{target.name}{UNFINISHED}")
    # Addresses name an account's password: not for others to read.
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=_BUFFER_BYTES) as file:
            pieces = _pieces(document, connection, guides)
            if document["kind"] == "guide" and document["compressed"]:
                with gzip.GzipFile(
                    fileobj=file, mode="wb", compresslevel=_COMPRESSION, mtime=0
                ) as packed:
                    packed.writelines(_encoded(pieces))
            else:
                file.writelines(_encoded(pieces))
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)


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
        case "playlist":
            return _playlist(document, connection)
        case "guide":
            return _guide(document, connection, guides)


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
    rows = catalogue.rows(
        connection,
        catalogue.Selection.from_json(document["selection"]),
        *("id", "number", "name", '"group"', "logo", "guide_id", "radio"),
    )
    entries = (
        m3u.Entry(
            name=name,
            url=f"{before}{channel}{after}",
            group=group if plus else "",
            attributes=_attributes(number, name, logo, guide_id, radio) if plus else {},
        )
        for channel, number, name, group, logo, guide_id, radio in rows
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


def _guide(
    document: GuideDocument, connection: sqlite3.Connection, guides: Path
) -> Iterator[str]:
    """Yield all channels, then what is on each: every guide id once."""
    library = Library(guides)
    places: dict[str, Place | None] = {}
    try:
        yield xmltv.render_header(_GENERATOR)
        for guide_id, number, name, logo, source, tvg_id, shift in catalogue.rows(
            connection,
            catalogue.Selection.from_json(document["selection"]),
            *("guide_id", "number", "name", "logo", "source", "tvg_id", "shift"),
        ):
            if guide_id not in places:
                yield _guide_channel(guide_id, number, name, logo)
            if not places.get(guide_id):
                places[guide_id] = library.find(source, tvg_id, shift, name)
        for guide_id, place in places.items():
            if place is None:
                continue
            for start, stop, children in library.between(
                place, start=document["start"], stop=document["stop"]
            ):
                yield xmltv.wrap_children(
                    children, channel=guide_id, start=start, stop=stop
                )
        yield xmltv.FOOTER
    finally:
        library.close()


def _guide_channel(guide_id: str, number: str, name: str, logo: str) -> str:
    return xmltv.render_channel(
        xmltv.Channel(
            id=guide_id,
            # Players that know no ids look for the number.
            names=(xmltv.Text(name), xmltv.Text(number)),
            icons=(logo,) if logo else (),
        )
    )
