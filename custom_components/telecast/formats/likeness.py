"""What is left of channel names when only that is kept which tells channels apart.

Works on names as `names.normalise` leaves them. What may be missing from one of two
names of the same channel is left out (`The`, `TV`, a country at the end, remarks of
providers); numbers stay, however they are written.
"""

from dataclasses import dataclass
import re

# What providers add to a name; nobody calls a channel so.
_REMARKS = frozenset(
    {
        *("raw", "vip", "backup", "bkup", "bk", "multi", "audio", "sub", "subs"),
        *("offline", "low", "bitrate", "quality", "dolby", "vision", "hfr", "4k"),
        *("geo", "blocked", "tvg", "test", "mpeg2", "mpeg4", "24h", "only"),
    }
)
# What some leave out. Two names that have different ones are two channels.
_OPTIONAL = frozenset({"the", "tv", "channel", "television"})
# Codes that stand for the same country; those of languages and regions tell of none.
_ALIASES = (
    *(("uk", "gb", "gbr"), ("us", "usa"), ("ca", "can"), ("au", "aus"), ("ie", "irl")),
    *(("de", "deu", "ger"), ("fr", "fra"), ("it", "ita"), ("es", "esp"), ("pt", "por")),
    *(("nl", "nld", "ned"), ("be", "bel"), ("se", "swe"), ("no", "nor"), ("dk", "den")),
    *(("fi", "fin"), ("pl", "pol"), ("tr", "tur"), ("ru", "rus"), ("ua", "ukr")),
    *(("ro", "rou", "rom"), ("hu", "hun"), ("gr", "gre", "grc"), ("hr", "hrv")),
    *(("rs", "srb"), ("ch", "sui"), ("sk", "svk"), ("bg", "bul"), ("in", "ind")),
)
_OTHERS = (
    *("nz", "at", "lu", "cy", "mt", "is", "ee", "lv", "lt", "cz", "si", "ba", "mk"),
    *("al", "by", "ge", "am", "az", "il", "pk", "bd", "lk", "np", "cn", "jp", "kr"),
    *("th", "vn", "ph", "id", "my", "sg", "za", "ng", "ke", "br", "mx", "cl", "co"),
    *("pe", "uy", "py", "bo", "ec"),
)
_COUNTRIES = {code: code for code in _OTHERS} | {
    code: codes[0] for codes in _ALIASES for code in codes
}
# Those that are words besides end no name as a country.
_ENDINGS = frozenset(
    {
        *("uk", "us", "usa", "de", "fr", "es", "nl", "pl", "pt", "tr", "ro", "se"),
        *("dk", "fi", "ie", "nz", "ca", "br", "mx"),
    }
)
_COUNTRY_IN_FRONT = re.compile(
    r"[\W_]*([A-Za-z]{2,3})(?=\s*[^\w\s+&'’.!?,/]|\s+[-–—]\s)"
)
_COUNTRY_OF_ID = re.compile(r"\.([a-z]{2})(?:@\w*)?$")

_NUMBER_WORDS = {
    word: str(number)
    for number, words in enumerate(
        (
            *(("one", "eins", "uno"), ("two", "zwei", "dos"), ("three", "drei")),
            *(("four",), ("five",), ("six",), ("seven",), ("eight",), ("nine",)),
        ),
        1,
    )
    for word in words
}
_NATIONAL_GEOGRAPHIC = re.compile(r"\bnat ?geo\b")
_SHIFT = re.compile(r"\+(\d{1,2})(?:h|hr|hour)?")
_DIGITS = re.compile(r"\d+")
_PARTS = re.compile(r"\d+|[^\d\s]+")
# Of fewer letters is too little left to know a channel by.
_LEAST, _LEAST_WITHOUT_OPTIONAL = 3, 6
_PLURAL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Essence:
    """What tells a channel from all others."""

    words: tuple[str, ...]
    """Numbers among them, each as digits; never empty."""
    optional: frozenset[str]
    """Words that were left out, though they may belong to the name."""
    country: str
    """A code if the name ends in a country; empty for none."""
    shift: int
    """Hours by which all is shown later (`+1`)."""

    @property
    def text(self) -> str:
        """The words written as one, since some divide what others do not."""
        return "".join(self.words)

    def agrees(self, other: Essence) -> bool:
        """Whether what was left out does not speak against the same channel."""
        return (
            self.shift == other.shift
            and (self.optional <= other.optional or self.optional >= other.optional)
            and not (self.country and other.country and self.country != other.country)
        )


def essence(key: str) -> Essence | None:
    """Answer what is left of a normalised name; None where that is too little."""
    base, shift = without_shift(key)
    # What belongs to `2` in `TV2` and what in `Sport TV 2` cannot be told apart.
    words = _PARTS.findall(_NATIONAL_GEOGRAPHIC.sub("national geographic", base))
    while len(words) > 1 and words[-1] in _REMARKS:
        words.pop()
    country = ""
    if len(words) > 1 and words[-1] in _ENDINGS:
        country = _COUNTRIES[words.pop()]
    spelled = tuple(map(_spell, words))
    optional = _OPTIONAL.intersection(spelled)
    kept = tuple(word for word in spelled if word not in optional)
    if len(_DIGITS.sub("", "".join(kept))) >= _LEAST_WITHOUT_OPTIONAL:
        spelled = kept
    else:
        optional = frozenset[str]()
    if sum(map(len, spelled)) < _LEAST:
        return None
    return Essence(words=spelled, optional=optional, country=country, shift=shift)


def without_shift(key: str) -> tuple[str, int]:
    """Divide a normalised name into that of the channel that shows all first, and hours.

    `film4 +1` is `film4`, one hour later; what is not shifted comes back as it is.
    """
    words = key.split()
    for place in range(len(words) - 1, 0, -1):
        if match := _SHIFT.fullmatch(words[place]):
            return " ".join(words[:place] + words[place + 1 :]), int(match[1])
    return key, 0


def country(name: str) -> str:
    """Answer the country that a channel's name begins with: `UK: …`, `|DE| …`."""
    match = _COUNTRY_IN_FRONT.match(name)
    return _COUNTRIES.get(match[1].casefold(), "") if match else ""


def country_of_id(key: str) -> str:
    """Answer the country that an id of a guide ends in: `bbc1.uk`."""
    match = _COUNTRY_OF_ID.search(key)
    return _COUNTRIES.get(match[1], "") if match else ""


def _spell(word: str) -> str:
    """Write a word as it is compared: numbers as digits, no plural."""
    if word in _NUMBER_WORDS:
        return _NUMBER_WORDS[word]
    if word.isdecimal():
        return word.lstrip("0") or "0"
    if len(word) > _PLURAL and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    return word
