"""Channel names and numbers, brought to the form in which they are compared."""

from html import unescape
import re
import unicodedata

# Code by code, with a space on both sides of each.
_COUNTRIES = (
    " ad ae af ag al am ao ar at au az ba bb bd be bf bg bh bi bj bo br bs bw by bz ca cd"
    " cf cg ch ci cl cm cn co cr cu cv cy cz de dj dk do dz ec ee eg en er es et fi fj fr"
    " ga gb ge gh gm gn gr gt gy hk hn hr ht hu id ie il in iq ir is it jm jo jp ke kg kh"
    " kr kw kz la lb li lk lr lt lu lv ly ma mc md me mg mk ml mm mn mo mr mt mu mx my mz"
    " na ne ng ni nl no np nz om pa pe ph pk pl pr ps pt py qa ro rs ru rw sa sd se sg si"
    " sk sl sn so sr sv sy td tg th tj tm tn tr tt tw tz ua ug uk us uy uz ve vn xk ye za"
    " zm zw afr alb ara arg aus aut bel bra bul can che chn col cro cze den deu esp est eu"
    " exyu fin fra gbr ger gre hrv hun ind irl isr ita jpn kor kur lat mex ned nld nor pak"
    " pol por rom rou rus srb sui svk svn swe tur ukr usa yu "
)
# A code is one only with a sign after it: `US Open` is no channel by the name of `Open`.
_PREFIX = re.compile(r"[\W_]*([^\W_]{2,4})(?:\s*[^\w\s+&'’.!?,/(\[{<*–—-]|\s+[-–—]\s)")

_QUALITY = frozenset(
    {
        *("sd", "hd", "fhd", "uhd", "qhd", "lq", "hq", "4k", "8k", "hdr", "hdr10"),
        *("hevc", "avc", "h264", "h265", "x264", "x265"),
        *("480p", "540p", "576i", "576p", "720p", "1080i", "1080p", "1440p", "2160p"),
        *("25fps", "30fps", "50fps", "60fps"),
    }
)
_TWO_WORDS = re.compile(r"\b(?:(?:full|ultra) hd|[hx] 26[45]|(?:25|30|50|60) fps)\b")

# Providers decorate names with raised letters: ᴴᴰ, ᴿᴬᵂ, ⁶⁰ᶠᵖˢ.
_LETTER = "\u02b0-\u02b8\u02e0-\u02e4\u1d2c-\u1d6a\u1d78\u1d9b-\u1dbf\u2071\u207f\u2c7d"
_DIGIT = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"
_RAISED = re.compile(f"(?<![{_DIGIT}])[{_DIGIT}]*+[{_LETTER}][{_LETTER}{_DIGIT}]*")

_SHIFT = re.compile(r"(?<=\S)\+(?=\d)|(?<!\S)\+\s*(?=\d)")
_PLUS = re.compile(r"\+(?!\d)")
_PLUSES = re.compile(r"\+{2,}")
_BEFORE_DIGIT = re.compile(r"(?<=[^\W\d]) (?=\d)")

_APOSTROPHES = "'’‘`´ʼ"
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe"}
# Marks above and below; those of lower classes make other letters in other scripts.
_ACCENT = 200
_MAX_FOLDED = 20_000

_NUMBER = re.compile(r"0*([0-9]{1,9})(?:[.-]0*([0-9]{1,9}))?")
_LAST = 10**9
_DIGITS = re.compile(r"([0-9]+)")


def normalise(name: str) -> str:
    """Answer what two names have in common that mean the same channel.

    Left out are case, accents, punctuation, decorations, a country code in front and
    tags of quality; what is shifted (`+1`) stays another channel. Only an empty name
    becomes empty.
    """
    if "&" in name:
        name = unescape(name)
    for text in (_without_country(name), name):
        if words := _plain(text):
            return _BEFORE_DIGIT.sub("", _without_quality(words))
    return name.casefold()


def parse_number(text: str) -> str | None:
    """Answer a channel number as viewers type it (`5`, `5.1`); None if it is none."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None or match[1] == "0":
        return None
    return match[1] if match[2] in {None, "0"} else f"{match[1]}.{match[2]}"


def natural_key(text: str) -> tuple[str | tuple[int, str], ...]:
    """Order names as people count, whatever their case: `2` before `10`."""
    parts = _DIGITS.split(text.casefold())
    # Text and digits take turns, so that only like is compared with like.
    return tuple(
        _counted(part) if place % 2 else part for place, part in enumerate(parts)
    )


def sort_key(number: str) -> tuple[int, int]:
    """Order channel numbers as numbers; what is none comes last."""
    match = _NUMBER.fullmatch(number)
    return (int(match[1]), int(match[2] or 0)) if match else (_LAST, 0)


def _without_country(name: str) -> str:
    # Twice, for the language or the quality that some put beside the country.
    for _ in range(2):
        if (match := _PREFIX.match(name)) is None:
            break
        code = match[1].casefold()
        if f" {code} " not in _COUNTRIES and code not in _QUALITY:
            break
        name = name[match.end() :]
    return name


def _plain(text: str) -> str:
    """Answer the words alone, in lower case."""
    if not text.isascii():
        text = _RAISED.sub(" ", text)
    text = text.translate(_FOLDED)
    if "+" in text:
        text = _PLUSES.sub(" ", text)
        text = _PLUS.sub(" plus ", _SHIFT.sub(" +", text))
    return " ".join(text.split())


def _without_quality(text: str) -> str:
    words = _TWO_WORDS.sub(" ", text).split()
    kept = [word for word in words if word not in _QUALITY]
    if not kept or (kept[0].isdecimal() and kept[0] != words[0]):
        return text  # `4K 2` is not called `2`
    return " ".join(kept)


class _Folded(dict[int, str]):
    """What each character is compared as, found out once."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        if len(self) < _MAX_FOLDED:
            self[code] = folded
        return folded


def _fold(char: str) -> str:
    if char in _APOSTROPHES:
        return ""
    category = unicodedata.category(char)
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""
    decomposed = unicodedata.normalize("NFKD", char)
    if category[0] in "PSZC":
        return "+" if decomposed == "+" else " "
    letters = unicodedata.normalize("NFKD", decomposed.casefold())
    return "".join(
        _LETTERS.get(letter, letter)
        for letter in letters
        if unicodedata.combining(letter) < _ACCENT
    )


_FOLDED = _Folded()


def _counted(digits: str) -> tuple[int, str]:
    """Order digits as the numbers that they are, of whatever length."""
    plain = digits.lstrip("0")
    return len(plain), plain
