"""From what a parser meets to channels and programmes, one callback at a time."""

from collections import Counter
import html
from xml.parsers.expat import XMLParserType

from .fields import (
    OF_CHANNELS,
    OF_PROGRAMMES,
    Attributes,
    Fields,
    Inner,
    Reader,
    channel_of,
    programme_of,
)
from .times import parse_time
from .values import Channel, Programme

MAX_DEPTH = 32
# More people than were ever named for one programme.
_MAX_INNER = 1000


class XmltvError(ValueError):
    """The document is no XMLTV at all, or means harm."""


class Elements:
    """Builds channels and programmes; most of a large import's time is spent in here."""

    def __init__(self, skipped: Counter[str]) -> None:
        self.complete: list[Channel | Programme] = []
        self.total = 0
        """How many values were ever complete."""
        self.in_root = False
        """Whether the document has turned out to be a guide."""
        self.ended = False
        """Whether the document's end tag has come."""
        self.begun: int | None = None
        """The byte at which the present channel or programme began."""
        self.fields: Fields = {}
        """What has been read of it."""
        self._skipped = skipped
        self._texts: list[str] = []

    def listen(self, parser: XMLParserType) -> None:
        """Read what this parser meets from now on, from the document element on."""
        self._parser = parser
        self._depth = 0
        self._readers: dict[str, Reader] | None = None
        self.begun = None
        self.ended = False
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        # A piece of text costs no Python at all.
        parser.CharacterDataHandler = self._texts.append
        parser.SkippedEntityHandler = self._entity
        parser.EntityDeclHandler = self._declaration

    def drop(self, reason: str) -> None:
        """Leave out the present channel or programme, whatever else comes of it."""
        self._skipped[reason] += 1
        self._readers = self.begun = None
        self.fields = {}

    def forget_text(self) -> None:
        """Let go of text that belongs to nothing."""
        if self._readers is None:
            self._texts.clear()

    def _start(self, name: str, attributes: Attributes) -> None:
        self._depth = depth = self._depth + 1
        if depth == 3:
            self._attributes = attributes
            self._inner: Inner = []
            self._texts.clear()
        elif depth == 2:
            self._begin(name, attributes)
        elif depth == 4:
            self._inner_attributes = attributes
            self._inner_text = len(self._texts)
        elif depth == 1:
            if name.casefold() != "tv":
                raise XmltvError(f"The document is no guide, but <{name[:40]}>")
            self.in_root = True
        elif depth == 5:
            self._deep_text = len(self._texts)
        elif depth > MAX_DEPTH:
            raise XmltvError("Elements lie too deep in each other")

    def _end(self, name: str) -> None:
        depth = self._depth
        self._depth = depth - 1
        if depth == 3:
            if self._readers is not None and (read := self._readers.get(name)):
                text = "".join(self._texts).strip()
                read(self.fields, self._attributes, text, self._inner)
        elif depth == 2:
            self._finish(name)
        elif depth == 4:
            if self._readers is not None and len(self._inner) < _MAX_INNER:
                text = "".join(self._texts[self._inner_text :]).strip()
                self._inner.append((name, self._inner_attributes, text))
        elif depth == 5:
            # A person's picture and address are no part of the name.
            del self._texts[self._deep_text :]
        elif depth == 1:
            self.ended = True

    def _begin(self, name: str, attributes: Attributes) -> None:
        self.fields = {}
        self._item = attributes
        if name == "programme":
            self._readers = OF_PROGRAMMES
        elif name == "channel":
            self._readers = OF_CHANNELS
        else:
            return
        self.begun = self._parser.CurrentByteIndex

    def _finish(self, name: str) -> None:
        if self._readers is None:
            return
        self._readers = self.begun = None
        value = self._programme() if name == "programme" else self._channel()
        if value is not None:
            self.complete.append(value)
            self.total += 1

    def _programme(self) -> Programme | None:
        attributes, skipped = self._item, self._skipped
        channel = attributes.get("channel", "").strip()
        if not channel:
            skipped["no_channel"] += 1
            return None
        start = parse_time(attributes.get("start", ""))
        if start is None:
            skipped["bad_start"] += 1
            return None
        stop = None
        if text := attributes.get("stop"):
            stop = parse_time(text)
            if stop is None or stop <= start:
                skipped["bad_stop"] += 1
                stop = None
        if catchup_id := attributes.get("catchup-id", "").strip():
            self.fields["catchup_id"] = catchup_id
        return programme_of(self.fields, channel=channel, start=start, stop=stop)

    def _channel(self) -> Channel | None:
        if channel_id := self._item.get("id", "").strip():
            return channel_of(self.fields, channel_id)
        self._skipped["no_channel_id"] += 1
        return None

    def _entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._texts.append(html.unescape(f"&{name};"))

    def _declaration(self, *_facts: object) -> None:
        raise XmltvError("The document declares entities of its own")
