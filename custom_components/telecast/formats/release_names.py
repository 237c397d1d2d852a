"""The title and year in a name that is cluttered as those of films and their folders are."""

from dataclasses import dataclass
import re
import unicodedata

_FIRST_YEAR, _LAST_YEAR = 1880, 2039
"""Later ones are part of a title: `Blade Runner 2049`."""
_LONGEST = 300

_SPACES = re.compile(r"[\s_]+")
_DOTS = re.compile(r"\.(?=\S)|\.$")
_GROUP = re.compile(r"^\s*(?:\[[^\]]*\]|\{[^}]*\})[\s._-]*(?=\S)")
_BRACKETS = re.compile(r"\[[^\]]*\]|\{[^}]*\}")
_EMPTY = re.compile(r"\(\s*\)")
_YEAR = re.compile(r"(?<![0-9A-Za-z])((?:18|19|20)[0-9]{2})(?![0-9A-Za-z])")
_YEAR_IN_BRACKETS = re.compile(r"[(\[]((?:18|19|20)[0-9]{2})[)\]]")
# What no title holds: from here on a name tells of the file.
_RELEASE = re.compile(
    r"(?<![^\W_])(?:"
    r"(?:480|540|576|720|1080|1440|2160|4320)[pi](?:[0-9]{2})?|4k|uhd"
    r"|blu-?ray|b[dr]-?rip|bdremux|remux|web-?dl|web-?rip|hdtv(?:rip)?|hd-?rip"
    r"|dvd(?:-?(?:rip|scr|[59r]))?|vhs-?rip|tv-?rip|ppv-?rip|cam-?rip"
    r"|[xh][ .]?26[45]|hevc|xvid|divx|avc|av1|10-?bit|8-?bit"
    r"|hdr(?:10)?\+?|dts(?:-?hd)?|truehd|atmos|dd[p+]?[ .]?[257][ .][01]"
    r"|aac(?:[257]\.[01])?|ac-?3|e-?ac-?3|proper|repack"
    r")(?![^\W_])",
    re.IGNORECASE,
)
_TRIMMED = " \t._-–—:,;|~+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled:
    """A title, and the year that tells it from others of the same title."""

    title: str
    """Empty where a name holds none."""
    year: int = 0
    """0 where there is none."""

    @property
    def text(self) -> str:
        """The title as people write it: with its year in brackets."""
        return f"{self.title} ({self.year})" if self.year else self.title

    @property
    def folded(self) -> str:
        """What is the same however the title is written."""
        plain = unicodedata.normalize("NFKD", self.title.casefold())
        return " ".join(re.findall(r"[^\W_]+", _without_marks(plain)))


def titled(name: str) -> Titled:
    """Read title and year of a name without its extension; never fails.

    The year is the one in brackets, or the last one that only clutter comes after: what a
    name begins with is its title, be it `1917` or `2001`.
    """
    plain = plain_name(name)
    if found := _last_year(_YEAR_IN_BRACKETS, plain):
        title = trimmed(without_clutter(plain[: found.start()]))
        if title:
            return Titled(title=title, year=int(found[1]))
    release = _RELEASE.search(plain, 1)
    before = plain[: release.start()] if release else plain
    if (found := _last_year(_YEAR, before)) and (
        release or not trimmed(_BRACKETS.sub(" ", before[found.end() :]))
    ):
        title = trimmed(without_clutter(before[: found.start()]))
        if title:
            return Titled(title=title, year=int(found[1]))
    return Titled(title=trimmed(without_clutter(before)))


def plain_name(name: str) -> str:
    """Answer a name with spaces where people write none, and no other blanks.

    Dots stand for spaces where there are none of them: `Dr. No`, but `Film.Name`.
    """
    told = "".join(one if one.isprintable() else " " for one in name[:_LONGEST])
    told = _GROUP.sub("", told)
    told = _SPACES.sub(" ", told).strip()
    if " " not in told.strip(" ."):
        told = _SPACES.sub(" ", _DOTS.sub(" ", told)).strip()
    return told


def before_release(text: str) -> str:
    """Answer what comes before the first word that tells of the file and not the film."""
    found = _RELEASE.search(text)
    told = without_clutter(text[: found.start()] if found else text)
    return trimmed(told.lstrip(f"{_TRIMMED})]}}"))


def without_clutter(text: str) -> str:
    """Answer a text without brackets that hold anything but words in round ones."""
    told = _EMPTY.sub(" ", _BRACKETS.sub(" ", text))
    for opening, closing in ("()", "[]", "{}"):
        if told.count(opening) > told.count(closing):
            # What was cut off had begun before.
            told = told[: told.rindex(opening)]
    return _SPACES.sub(" ", told)


def trimmed(text: str) -> str:
    """Answer a text without the signs that only part it from others."""
    return text.strip(_TRIMMED)


def _last_year(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = [
        one
        for one in pattern.finditer(text)
        if one.start() and _FIRST_YEAR <= int(one[1]) <= _LAST_YEAR
    ]
    return found[-1] if found else None


def _without_marks(text: str) -> str:
    return "".join(one for one in text if not unicodedata.combining(one))
