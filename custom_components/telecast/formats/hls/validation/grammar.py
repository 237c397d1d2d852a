"""Every tag of RFC 8216: where it may stand, how often, and how its value is written."""

from dataclasses import dataclass, field
from enum import Enum
import re


class Place(Enum):
    """The playlists that a tag may stand in, with the section that says so."""

    ANY = "§4.3.5"
    SEGMENT = "§4.3.2"
    MEDIA = "§4.3.3"
    MASTER = "§4.3.4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """What a tag looks like; one with `attributes` has a list of them for its value."""

    section: str
    place: Place
    once: bool = False
    value: re.Pattern[str] | None = None
    attributes: dict[str, re.Pattern[str]] = field(default_factory=dict)
    required: tuple[str, ...] = ()


def _words(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


# The kinds of values (§4.2).
INTEGER = re.compile(r"[0-9]{1,20}")
_DECIMAL = r"(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)"
_FLOAT = re.compile(_DECIMAL)
_SIGNED = re.compile(f"-?{_DECIMAL}")
_HEX = re.compile(r"0[xX][0-9A-F]++")
_STRING = re.compile(r'"[^"]*+"')
_WORD = re.compile(r'[^",\s]++')
_YES_NO = _words("YES", "NO")
_RESOLUTION = re.compile(r"[0-9]{1,20}x[0-9]{1,20}")

_NOTHING = re.compile("")
_RANGE = r"[0-9]{1,20}(?:@[0-9]{1,20})?"
_TIME = re.compile(
    r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}T[0-9]{2}(?::?[0-9]{2}(?::?[0-9]{2}(?:[.,][0-9]+)?)?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
EXTINF = re.compile(rf"({_DECIMAL}),(.*+)")

_KEY = {
    "METHOD": _words("NONE", "AES-128", "SAMPLE-AES"),
    "URI": _STRING,
    # At most 128 bits (§4.3.2.4).
    "IV": re.compile(r"0[xX]0*+[0-9A-F]{1,32}|0[xX]0++"),
    "KEYFORMAT": _STRING,
    "KEYFORMATVERSIONS": re.compile(r'"[1-9][0-9]*+(?:/[1-9][0-9]*+)*+"'),
}
_VARIANT = {
    "BANDWIDTH": INTEGER,
    "AVERAGE-BANDWIDTH": INTEGER,
    "CODECS": _STRING,
    "RESOLUTION": _RESOLUTION,
    "HDCP-LEVEL": _words("TYPE-0", "NONE"),
    "VIDEO": _STRING,
}
_DATERANGE = {
    **dict.fromkeys(("ID", "CLASS", "START-DATE", "END-DATE"), _STRING),
    **dict.fromkeys(("DURATION", "PLANNED-DURATION"), _FLOAT),
    **dict.fromkeys(("SCTE35-CMD", "SCTE35-OUT", "SCTE35-IN"), _HEX),
    "END-ON-NEXT": _words("YES"),
}
_MEDIA = {
    "TYPE": _words("AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"),
    **dict.fromkeys(("URI", "GROUP-ID", "NAME", "CHARACTERISTICS"), _STRING),
    **dict.fromkeys(("LANGUAGE", "ASSOC-LANGUAGE", "CHANNELS"), _STRING),
    **dict.fromkeys(("DEFAULT", "AUTOSELECT", "FORCED"), _YES_NO),
    "INSTREAM-ID": re.compile('"(?:CC[1-4]|SERVICE(?:[1-9]|[1-5][0-9]|6[0-3]))"'),
}


def _segment(number: int, value: re.Pattern[str]) -> Tag:
    return Tag(section=f"§4.3.2.{number}", place=Place.SEGMENT, value=value)


def _header(number: int, value: re.Pattern[str]) -> Tag:
    return Tag(section=f"§4.3.3.{number}", place=Place.MEDIA, value=value, once=True)


TAGS = {
    "#EXTM3U": Tag(section="§4.3.1.1", place=Place.ANY, once=True, value=_NOTHING),
    "#EXT-X-VERSION": Tag(
        section="§4.3.1.2", place=Place.ANY, once=True, value=INTEGER
    ),
    "#EXTINF": _segment(1, EXTINF),
    "#EXT-X-BYTERANGE": _segment(2, re.compile(_RANGE)),
    "#EXT-X-DISCONTINUITY": _segment(3, _NOTHING),
    "#EXT-X-KEY": Tag(
        section="§4.3.2.4", place=Place.SEGMENT, attributes=_KEY, required=("METHOD",)
    ),
    "#EXT-X-MAP": Tag(
        section="§4.3.2.5",
        place=Place.SEGMENT,
        attributes={"URI": _STRING, "BYTERANGE": re.compile(f'"{_RANGE}"')},
        required=("URI",),
    ),
    "#EXT-X-PROGRAM-DATE-TIME": _segment(6, _TIME),
    "#EXT-X-DATERANGE": Tag(
        section="§4.3.2.7",
        place=Place.SEGMENT,
        attributes=_DATERANGE,
        required=("ID", "START-DATE"),
    ),
    "#EXT-X-TARGETDURATION": _header(1, INTEGER),
    "#EXT-X-MEDIA-SEQUENCE": _header(2, INTEGER),
    "#EXT-X-DISCONTINUITY-SEQUENCE": _header(3, INTEGER),
    "#EXT-X-ENDLIST": _header(4, _NOTHING),
    "#EXT-X-PLAYLIST-TYPE": _header(5, _words("EVENT", "VOD")),
    "#EXT-X-I-FRAMES-ONLY": _header(6, _NOTHING),
    "#EXT-X-MEDIA": Tag(
        section="§4.3.4.1",
        place=Place.MASTER,
        attributes=_MEDIA,
        required=("TYPE", "GROUP-ID", "NAME"),
    ),
    "#EXT-X-STREAM-INF": Tag(
        section="§4.3.4.2",
        place=Place.MASTER,
        attributes=_VARIANT
        | {
            "FRAME-RATE": _FLOAT,
            "AUDIO": _STRING,
            "SUBTITLES": _STRING,
            "CLOSED-CAPTIONS": re.compile('"[^"]*+"|NONE'),
        },
        required=("BANDWIDTH",),
    ),
    "#EXT-X-I-FRAME-STREAM-INF": Tag(
        section="§4.3.4.3",
        place=Place.MASTER,
        attributes=_VARIANT | {"URI": _STRING},
        required=("BANDWIDTH", "URI"),
    ),
    "#EXT-X-SESSION-DATA": Tag(
        section="§4.3.4.4",
        place=Place.MASTER,
        attributes=dict.fromkeys(("DATA-ID", "VALUE", "URI", "LANGUAGE"), _STRING),
        required=("DATA-ID",),
    ),
    "#EXT-X-SESSION-KEY": Tag(
        section="§4.3.4.5", place=Place.MASTER, attributes=_KEY, required=("METHOD",)
    ),
    "#EXT-X-INDEPENDENT-SEGMENTS": Tag(
        section="§4.3.5.1", place=Place.ANY, once=True, value=_NOTHING
    ),
    "#EXT-X-START": Tag(
        section="§4.3.5.2",
        place=Place.ANY,
        once=True,
        attributes={"TIME-OFFSET": _SIGNED, "PRECISE": _YES_NO},
        required=("TIME-OFFSET",),
    ),
}
"""By the tag's name; whatever is not among them is for players to pass over (§6.3.1)."""

_PAIR = re.compile(r'([A-Z0-9-]++)=("[^"]*+"|[^",\s]++)(?:,(?!$)|$)')


def split(attributes: str) -> tuple[list[tuple[str, str]], bool]:
    """Take a list apart; answer names and raw values, and whether all of it is one."""
    pairs: list[tuple[str, str]] = []
    place = 0
    while match := _PAIR.match(attributes, place):
        pairs.append((match[1], match[2]))
        place = match.end()
        if place == len(attributes):
            return pairs, True
    return pairs, False


def unquoted(value: str) -> str:
    """Answer a raw value without its quotes."""
    return value.removeprefix('"').removesuffix('"')
