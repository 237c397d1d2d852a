"""Bytes of a guide in whatever encoding, made into the UTF-8 that a strict parser takes.

Guides lie about their encoding, and are glued together of several: what is UTF-8 by the
look of it is UTF-8, single bytes that are not are taken for Windows-1252.
"""

import codecs
import re

# Within this many bytes, the XML declaration names the encoding or does not.
_HEAD = 1024
# So many bytes from the first one that is not ASCII tell UTF-8 from all others.
_SAMPLE = 4096

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r"))
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_SPACE = b" \t\r\n\xef\xbb\xbf"
_DECLARATION = re.compile(rb"<\?xml\s[^>]*\?>")
_DECLARED = re.compile(rb"""<\?xml\s[^>]*encoding\s*=\s*["']?([A-Za-z][\w-]{1,30})""")
_NOT_ASCII = re.compile(rb"[^\x00-\x7f]")
_ASCII = bytes(range(128))

_WRONG_BYTES = "telecast-windows-1252"
# What calls itself Latin-1 is the other one, as browsers know.
_MEANT = {"iso8859-1": "cp1252"}
# Python knows more names than there are encodings for documents.
_FAMILIES = (
    *("iso", "latin", "windows", "cp", "koi8", "mac", "tis", "gb", "big5", "euc"),
    *("shift", "sjis", "ks_c"),
)


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", "replace"), error.end


codecs.register_error(_WRONG_BYTES, _as_windows_1252)


class Transcoder:
    """Turns a document, as it arrives, into UTF-8 without characters XML cannot hold."""

    def __init__(self) -> None:
        self._held = b""
        self._begun = False
        self._declared = "utf-8"
        self._decoder: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes) -> bytes:
        """Answer what can be said by now; little is held back."""
        if self._decoder is None:
            data = self._decide(self._held + data, final=False)
        return self._transcode(data)

    def close(self) -> bytes:
        """Answer the rest."""
        if self._decoder is not None:
            return self._transcode(b"", final=True)
        return self._transcode(self._decide(self._held, final=True), final=True)

    def _decide(self, data: bytes, *, final: bool) -> bytes:
        """Find the decoder; answer what can be decoded, and hold the rest until then."""
        self._held = b""
        if not self._begun:
            data = data.lstrip(_SPACE)
            if len(data) < _HEAD and not final:
                self._held = data
                return b""
            self._begun = True
            data = self._begin(data)
        if self._decoder is not None:
            return data
        found = _NOT_ASCII.search(data)
        if found is None:
            return data
        start = found.start()
        if len(data) - start < _SAMPLE and not final:
            self._held = data[start:]
            return data[:start]
        self._decode_as(self._encoding_of(data[start : start + _SAMPLE]))
        return data

    def _begin(self, data: bytes) -> bytes:
        """Read the head; answer the document without its declaration."""
        if data.startswith((codecs.BOM_UTF16_LE, b"<\0")):
            self._decode_as("utf-16-le")
            return data.removeprefix(codecs.BOM_UTF16_LE)
        if data.startswith((codecs.BOM_UTF16_BE, b"\0<")):
            self._decode_as("utf-16-be")
            return data.removeprefix(codecs.BOM_UTF16_BE)
        if found := _DECLARED.match(data[:_HEAD]):
            self._declared = _codec(found[1].decode("ascii"))
        if self._declared == "utf-8":
            self._decode_as(self._declared)
        # What it says is known by now, and what is wrong with it would stop the parser.
        return _DECLARATION.sub(b"", data[:_HEAD], count=1).lstrip() + data[_HEAD:]

    def _encoding_of(self, sample: bytes) -> str:
        try:
            codecs.getincrementaldecoder("utf-8")().decode(sample)
        except UnicodeDecodeError:
            return self._declared
        return "utf-8"

    def _decode_as(self, encoding: str) -> None:
        errors = _WRONG_BYTES if encoding == "utf-8" else "replace"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)

    def _transcode(self, data: bytes, *, final: bool = False) -> bytes:
        if self._decoder is not None:
            data = self._decoder.decode(data, final).encode("utf-8", "replace")
        data = data.translate(None, _CONTROLS)
        for none in _NO_CHARACTERS:
            data = data.replace(none, b"")
        return data


def _codec(name: str) -> str:
    """Answer the encoding of that name, or UTF-8 if ASCII is not a part of it."""
    if not name.lower().startswith(_FAMILIES):
        return "utf-8"
    try:
        known = codecs.lookup(name).name
        same = _ASCII.decode(known) == _ASCII.decode("ascii")
    except LookupError, UnicodeError:
        return "utf-8"
    return _MEANT.get(known, known) if same else "utf-8"
