"""Reads XMLTV as it arrives, in bounded memory, past what is broken in it."""

from collections import Counter
import re
from xml.parsers import expat

from .elements import Elements, XmltvError
from .encoding import Transcoder
from .fields import programme_of
from .values import Channel, Programme

# One channel or programme, or one tag or comment, in bytes. More is no guide.
MAX_ELEMENT = 1024 * 1024
# The parser keeps every name it meets, for ever.
_MAX_NAMES = 4096
# A document that is more broken than whole is given up after so many breaks.
_MAX_BREAKS = 1000

_SLICE = 64 * 1024
_PREFIX = b"<tv>"
_AGAIN = re.compile(rb"<(?:programme|channel)[ \t\r\n]")
# As much as there can be of that without it being found.
_TAIL = len(b"<programme ") - 1


class Parser:
    """Yields what is whole, in the order of the document.

    After a break (wrong markup) it goes on at the next channel or programme. Raises
    XmltvError as soon as the document turns out to be no guide, or to mean harm.
    """

    def __init__(self) -> None:
        self.skipped: Counter[str] = Counter()
        """Reason → count: no_channel, no_channel_id, bad_start, too_long and broken are
        left out; of bad_stop only the end is.
        """
        self.damage: str | None = None
        """Where and why it first broke; also if the end is missing."""
        self._transcoder = Transcoder()
        self._elements = Elements(self.skipped)
        self._names: dict[str, str] = {}
        self._lost: bytes | None = None
        self._given_up = False
        self._open()

    def feed(self, data: bytes) -> list[Channel | Programme]:
        """Answer the channels and programmes that have become complete."""
        self._read(self._transcoder.feed(data))
        return self._take()

    def close(self) -> list[Channel | Programme]:
        """Answer the last ones; whether the document was whole is known by now."""
        self._read(self._transcoder.close())
        elements = self._elements
        if not elements.in_root:
            raise XmltvError("The document is empty")
        if not elements.ended:
            self._damaged("the document ends too early")
        return self._take()

    def _take(self) -> list[Channel | Programme]:
        complete = self._elements.complete
        self._elements.complete = []
        return complete

    def _open(self) -> None:
        """Begin with a new parser; one that has met an error stays where it is."""
        parser = expat.ParserCreate("utf-8", intern=self._names)
        parser.buffer_text = True
        parser.buffer_size = _SLICE
        parser.specified_attributes = True
        # Entities of HTML are met, and skipped, instead of ending it all.
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
        parser.UseForeignDTD(True)
        # No token may grow for long; so nothing is read again and again.
        parser.SetReparseDeferralEnabled(False)
        self._elements.listen(parser)
        self._parser = parser
        self._fed = 0

    def _read(self, data: bytes) -> None:
        for start in range(0, len(data), _SLICE):
            if self._given_up:
                return
            self._read_slice(data[start : start + _SLICE])

    def _read_slice(self, data: bytes) -> None:
        rest: bytes | None = data
        if self._lost is not None:
            rest = self._find(self._lost + data)
        while rest:
            try:
                self._parser.Parse(rest, False)
            except expat.ExpatError as err:
                rest = self._break(rest, err)
            else:
                self._fed += len(rest)
                rest = self._bound()

    def _break(self, data: bytes, err: expat.ExpatError) -> bytes | None:
        """Answer what is left of the data from the next beginning on, if there is one."""
        elements = self._elements
        if not elements.in_root:
            raise XmltvError(f"The document is no XML: {err}") from err
        if not elements.ended:
            self._damaged(str(err))
            self.skipped["broken"] += 1
            if self.skipped["broken"] > _MAX_BREAKS + elements.total:
                self._given_up = True
                return None
        place = self._parser.ErrorByteIndex - self._fed
        # A beginning that led to nothing is not taken again.
        least = 1 if self._fed == len(_PREFIX) else 0
        return self._find(data[max(place, least) :])

    def _find(self, data: bytes) -> bytes | None:
        """Answer what follows the next beginning, or keep what may become one."""
        if found := _AGAIN.search(data):
            self._lost = None
            self._open()
            self._parser.Parse(_PREFIX, False)
            self._fed = len(_PREFIX)
            return data[found.start() :]
        self._lost = data[-_TAIL:]
        return None

    def _bound(self) -> bytes | None:
        """Let nothing grow: neither text, nor a tag, nor an element, nor the names."""
        elements, place = self._elements, self._parser.CurrentByteIndex
        elements.forget_text()
        if len(self._names) > _MAX_NAMES:
            raise XmltvError("The document has too many kinds of elements")
        if elements.begun is not None and place - elements.begun > MAX_ELEMENT:
            elements.drop("too_long")
        if self._fed - place <= MAX_ELEMENT:
            return None
        if not elements.in_root:
            raise XmltvError("The document is no guide")
        self._damaged(f"line {self._parser.CurrentLineNumber}: a tag without an end")
        self.skipped["too_long"] += 1
        return self._find(b"")

    def _damaged(self, why: str) -> None:
        if self.damage is None:
            self.damage = why


def parse_children(
    xml: str, *, channel: str, start: int, stop: int | None
) -> Programme:
    """Read what `render_children` wrote; raises XmltvError if that is not what it is."""
    elements = Elements(Counter())
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    elements.listen(parser)
    try:
        parser.Parse(f"<tv><programme>{xml}", False)
        fields = elements.fields
        parser.Parse("</programme></tv>", True)
    except (expat.ExpatError, UnicodeError) as err:
        raise XmltvError(f"Not what a programme is: {err}") from err
    return programme_of(fields, channel=channel, start=start, stop=stop)
