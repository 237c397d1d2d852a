"""What a master playlist has to keep to (RFC 8216 §4.3.4)."""

from collections.abc import Iterator

from ..playing import may_be_video
from . import keys
from .document import Document, Line

_VARIANT = "#EXT-X-STREAM-INF"
_FRAMES = "#EXT-X-I-FRAME-STREAM-INF"


def violations(document: Document) -> Iterator[str]:
    """Yield what is wrong with a playlist of variants, beyond single lines."""
    yield from _addresses(document)
    for line in document.tagged(_VARIANT, _FRAMES):
        yield from _variant(line)
    yield from _groups(document)
    yield from _captions(document)
    for line in document.tagged("#EXT-X-MEDIA"):
        yield from _alternative(line)
    yield from _members(document)
    yield from _session(document)


def _addresses(document: Document) -> Iterator[str]:
    """Check that each variant has its address, and each address its variant."""
    if not document.has(_VARIANT):
        yield f"The playlist has no {_VARIANT} (RFC 8216 §4.3.4.2)"
    before: Line | None = None
    for line in document.lines:
        announced = before is not None and before.tag == _VARIANT
        if announced and before and line.tag:
            yield before.sentence("no address follows the variant", "§4.3.4.2")
        if not announced and not line.tag:
            yield line.sentence(f"the address has no {_VARIANT}", "§4.3.4.2")
        before = line
    if before and before.tag == _VARIANT:
        yield before.sentence("no address follows the variant", "§4.3.4.2")


def _variant(line: Line) -> Iterator[str]:
    if line.get("BANDWIDTH").strip("0") == "" and "BANDWIDTH" in line.attributes:
        yield line.sentence("the BANDWIDTH is not positive", "§4.3.4.2")
    if "RESOLUTION" not in line.attributes and may_be_video(line.get("CODECS")):
        yield line.sentence("the variant has video, but no RESOLUTION", "§4.3.4.2")


def _groups(document: Document) -> Iterator[str]:
    """Check that each group that is named is there."""
    groups = {
        (line.get("TYPE"), line.get("GROUP-ID"))
        for line in document.tagged("#EXT-X-MEDIA")
    }
    for line in document.tagged(_VARIANT, _FRAMES):
        for kind in ("AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"):
            value = line.attributes.get(kind, "")
            if value.startswith('"') and (kind, line.get(kind)) not in groups:
                what = f"there is no such group of {kind}"
                yield line.sentence(what, "§4.3.4.2")


def _captions(document: Document) -> Iterator[str]:
    variants = list(document.tagged(_VARIANT))
    without = [
        line for line in variants if line.attributes.get("CLOSED-CAPTIONS") == "NONE"
    ]
    if without and len(without) < len(variants):
        yield "Either all variants say CLOSED-CAPTIONS=NONE or none (RFC 8216 §4.3.4.2)"


def _alternative(line: Line) -> Iterator[str]:
    kind, has = line.get("TYPE"), line.attributes.keys()
    wrong = {
        "closed captions have a URI": kind == "CLOSED-CAPTIONS" and "URI" in has,
        "subtitles have no URI": kind == "SUBTITLES" and "URI" not in has,
        "closed captions have no INSTREAM-ID": (
            kind == "CLOSED-CAPTIONS" and "INSTREAM-ID" not in has
        ),
        "only closed captions have an INSTREAM-ID": (
            kind != "CLOSED-CAPTIONS" and "INSTREAM-ID" in has
        ),
        "only subtitles may be FORCED": kind != "SUBTITLES" and "FORCED" in has,
        "a default has AUTOSELECT=NO": (
            line.get("DEFAULT") == "YES" and line.get("AUTOSELECT") == "NO"
        ),
    }
    for what in (what for what, so in wrong.items() if so):
        yield line.sentence(what, "§4.3.4.1")


def _members(document: Document) -> Iterator[str]:
    """Check what the members of one group may not share (§4.3.4.1.1)."""
    names: set[tuple[str, ...]] = set()
    defaults: set[tuple[str, ...]] = set()
    for line in document.tagged("#EXT-X-MEDIA"):
        group = (line.get("TYPE"), line.get("GROUP-ID"))
        name = (*group, line.get("NAME"))
        if name in names:
            yield line.sentence("two members of a group share a NAME", "§4.3.4.1.1")
        if line.get("DEFAULT") == "YES":
            if group in defaults:
                yield line.sentence("a group has two defaults", "§4.3.4.1.1")
            defaults.add(group)
        names.add(name)


def _session(document: Document) -> Iterator[str]:
    seen: set[tuple[str, ...]] = set()
    for line in document.tagged("#EXT-X-SESSION-DATA"):
        if ("VALUE" in line.attributes) == ("URI" in line.attributes):
            what = "the data has either a VALUE or a URI"
            yield line.sentence(what, "§4.3.4.4")
        if (data := (line.get("DATA-ID"), line.get("LANGUAGE"))) in seen:
            what = "two data share DATA-ID and LANGUAGE"
            yield line.sentence(what, "§4.3.4.4")
        seen.add(data)
    for line in document.tagged("#EXT-X-SESSION-KEY"):
        yield from keys.session_violations(line)
        key = ("key", *(f"{k}={v}" for k, v in sorted(line.attributes.items())))
        if key in seen:
            yield line.sentence("the key is there twice", "§4.3.4.5")
        seen.add(key)
