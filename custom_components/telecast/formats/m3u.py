"""Extended M3U as IPTV providers write it: lenient to parse, exact to render."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
import re
from typing import Literal

from . import m3u_tags
from .lines import CUT, Lines

type Looks = Literal["playlist", "hls", "html", "unknown", "empty"]

# The attributes that others read; all others of a document are kept as well.
TVG_ID = "tvg-id"
TVG_NAME = "tvg-name"
TVG_LOGO = "tvg-logo"
TVG_CHNO = "tvg-chno"
TVG_SHIFT = "tvg-shift"
CHANNEL_ID = "channel-id"
CHANNEL_NUMBER = "channel-number"
GROUP_TITLE = "group-title"
RADIO = "radio"
CATCHUP = "catchup"
CATCHUP_TYPE = "catchup-type"
CATCHUP_DAYS = "catchup-days"
CATCHUP_SOURCE = "catchup-source"
CATCHUP_CORRECTION = "catchup-correction"
TIMESHIFT = "timeshift"
TVG_REC = "tvg-rec"
MIME_TYPE = "mimetype"
"""Of the properties, the one that tells Kodi what an address leads to."""
GUIDE_URLS = ("url-tvg", "x-tvg-url", "tvg-url")
DEFAULTS = (
    TVG_SHIFT,
    CATCHUP,
    CATCHUP_TYPE,
    CATCHUP_DAYS,
    CATCHUP_SOURCE,
    CATCHUP_CORRECTION,
)
"""What a header may say for all entries that do not say it themselves."""

_BLANK = b" \t\r\n\xef\xbb\xbf"
_HLS = ("#EXT-X-TARGETDURATION", "#EXT-X-STREAM-INF")
_NEXT_URL = re.compile(r",(?=\s*[a-z][a-z0-9+.-]*://)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One playable line of a playlist.

    What can be rendered has no control characters, and no spaces around any text. Its
    name is not empty, attribute names are in lower case and no attribute holds a double
    quote. Header names are written as `User-Agent` is.
    """

    name: str
    url: str = field(repr=False)
    duration: int = -1
    attributes: dict[str, str] = field(default_factory=dict, repr=False)
    """Those of #EXTINF, but for the group and headers, which have fields of their own."""
    group: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    properties: dict[str, str] = field(default_factory=dict, repr=False)
    """Other options for players (#EXTVLCOPT, #KODIPROP)."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups one by one, where `group` names several (`A;B`)."""
        return tuple(filter(None, map(str.strip, self.group.split(";"))))


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says about the whole playlist."""

    attributes: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def guide_urls(self) -> tuple[str, ...]:
        """The addresses of XMLTV guides, each once."""
        urls = (
            url.strip(" ,")
            for name in GUIDE_URLS
            for url in _NEXT_URL.split(self.attributes.get(name, ""))
        )
        return tuple(dict.fromkeys(filter(None, urls)))


_NO_HEADER = Header()


class Parser:
    """Reads a playlist as it arrives; what makes no sense is skipped and counted."""

    def __init__(self) -> None:
        self.header = Header()
        self.entries = 0
        self.looks_like: Looks = "empty"
        """What the beginning is, to tell the user what came instead of a playlist."""
        self.skipped: Counter[str] = Counter()
        """Reason → count: line_too_long, no_url (a title alone), not_a_url, header."""
        self._lines = Lines()
        self._blank = True
        self._heading = ""
        self._title = ""
        self._lost = False
        self._forget()

    def feed(self, data: bytes) -> list[Entry]:
        """Answer the entries that have become complete."""
        self._blank = self._blank and not data.strip(_BLANK)
        return [
            entry for lines in self._lines.feed(data) for entry in self._read(lines)
        ]

    def close(self) -> list[Entry]:
        """Answer the last entry, if the document ended without a line end."""
        entries = [e for lines in self._lines.close() for e in self._read(lines)]
        self._drop_title()
        if self.looks_like == "empty" and not self._blank:
            self.looks_like = "unknown"  # bytes there were, but none of a text
        return entries

    def _read(self, lines: list[str]) -> list[Entry]:
        if self.looks_like == "empty":
            self._look(lines)
        found: list[Entry] = []
        for raw in lines:
            line = raw.strip()
            if line.startswith("#EXTINF:"):
                self._begin(line)
            elif not line:
                continue
            elif line[0] == "#":
                self._tag(line)
            elif line[0] == CUT:
                self._cut(line)
            elif (entry := self._entry(line)) is not None:
                found.append(entry)
        if found:
            self.entries += len(found)
            self.looks_like = "playlist"
        return found

    def _look(self, lines: list[str]) -> None:
        first = next(filter(None, (line.lstrip(CUT).strip() for line in lines)), "")
        if first.upper().startswith("#EXT") or m3u_tags.is_url(first):
            self.looks_like = "playlist"
        elif first.startswith("<"):
            self.looks_like = "html"
        elif first:
            self.looks_like = "unknown"

    def _begin(self, line: str) -> None:
        self._drop_title()
        self._title = line
        self._lost = False

    def _tag(self, line: str) -> None:
        tag, _, value = line.partition(":")
        match tag.rstrip().upper():
            case tag if tag.startswith("#EXTINF"):
                self._begin(line)
            case "#EXTGRP":
                self._name_group(value.strip())
            case "#EXTVLCOPT" | "#KODIPROP":
                refused = m3u_tags.add_option(value, self._headers, self._properties)
                self._count("header", refused)
            case tag if tag.startswith("#EXTM3U") and not self.header.attributes:
                attributes, _ = m3u_tags.parse_attributes(line[len("#EXTM3U") :])
                self.header = Header(attributes)
            case tag if tag.startswith(_HLS) and not self.entries:
                self.looks_like = "hls"

    def _name_group(self, group: str) -> None:
        """Before a title the tag is a heading; between title and address it is its own."""
        if self._title:
            self._group = group
        else:
            self._heading = group

    def _cut(self, line: str) -> None:
        self._count("line_too_long")
        if not line.startswith("#", 1):
            self._title = ""
            self._forget()
        elif line[1:].upper().startswith("#EXTINF"):
            # Its address must not become an entry without a name.
            self._begin("")
            self._lost = True

    def _entry(self, line: str) -> Entry | None:
        if not self._playable(line):
            self._count("not_a_url")
            return None
        title, headers, properties = self._title, self._headers, self._properties
        group, lost = self._group, self._lost
        self._title, self._lost = "", False
        self._forget()
        if lost:
            return None
        duration, attributes, name = m3u_tags.parse_title(title)
        if "http-" in title or "user-agent" in title:
            own: dict[str, str] = {}
            self._count("header", m3u_tags.move_headers(attributes, own))
            headers = own | headers
        url, options = m3u_tags.split_url(line) if "|" in line else (line, "")
        if options:
            self._count("header", m3u_tags.add_headers(headers, options))
        return Entry(
            name=name or attributes.get(TVG_NAME) or m3u_tags.name_of(url),
            url=url,
            duration=duration,
            group=attributes.pop(GROUP_TITLE, "") or group or self._heading,
            attributes=attributes,
            headers=headers,
            properties=properties,
        )

    def _playable(self, line: str) -> bool:
        if self.looks_like == "hls":
            return False
        if self._title:
            return m3u_tags.is_address(line)
        return self.looks_like != "html" and m3u_tags.is_url(line)

    def _drop_title(self) -> None:
        if self._title:
            self._count("no_url")
            self._title = ""
            self._forget()

    def _forget(self) -> None:
        self._group = ""
        self._headers: dict[str, str] = {}
        self._properties: dict[str, str] = {}

    def _count(self, reason: str, times: int = 1) -> None:
        if times:
            self.skipped[reason] += times


def parse(data: bytes) -> list[Entry]:
    """Read a whole playlist."""
    parser = Parser()
    return parser.feed(data) + parser.close()


def render(entries: Iterable[Entry], header: Header = _NO_HEADER) -> Iterator[str]:
    """Yield the lines of a playlist, each with its line end."""
    yield f"#EXTM3U{m3u_tags.render_attributes(header.attributes)}\n"
    for entry in entries:
        attributes = entry.attributes
        if entry.group:
            attributes = attributes | {GROUP_TITLE: entry.group}
        pairs = m3u_tags.render_attributes(attributes)
        yield f"#EXTINF:{entry.duration}{pairs},{m3u_tags.render_name(entry.name)}\n"
        for key, value in entry.properties.items():
            yield f"{m3u_tags.render_property(key, value)}\n"
        before, after = m3u_tags.render_headers(entry.headers)
        for line in before:
            yield f"{line}\n"
        yield f"{m3u_tags.say(entry.url)}{after}\n"
