"""What the lines of an extended M3U say, one line at a time, and how to say it."""

from collections.abc import Mapping
import re
from urllib.parse import quote, unquote, urlsplit

_KEY = r"[\w.-]++"
_TITLE = re.compile(
    rf'#EXTINF:\s*(-?[0-9]{{1,9}})((?:\s+{_KEY}="[^"]*")*+)\s*,(.*)',
)
_QUOTED = re.compile(rf'({_KEY})="([^"]*)"')

# The lenient ones look ahead by one space at most, so that no line takes long.
_BEGINNING = re.compile(r"#EXTINF[:\s]*(?:(-?[0-9]{1,9})(?:\.[0-9]*)?)?", re.IGNORECASE)
_OPENING = re.compile(rf"""\s*({_KEY})=(["']?)""")
# A quote closes where an attribute, the title or the end follows; one that was forgotten
# is thought to stand where the next one opens.
_CLOSING = {
    quote: re.compile(rf"{quote}(?=\s*(?:,|$|{_KEY}=))|(?=[\s,]{_KEY}={quote})")
    for quote in "\"'"
}
_END = re.compile(rf"(?=\s{_KEY}=|,|$)")
# Some separate attributes by commas, or put one before the first of them.
_MORE = re.compile(rf'\s*[\w.]+-{_KEY}="')
_WORD = re.compile(r"\s+|[^\s,]+")

_SCHEME = r"[a-z][a-z0-9+.-]*+:"
_URL = re.compile(rf"{_SCHEME}(?://|\S+$)", re.IGNORECASE)
_ADDRESS = re.compile(rf"{_SCHEME}//|[/\\]|[^\s<]\S*$", re.IGNORECASE)

_OPTIONS = re.compile(r"\|(?=!?[\w-]+=)")
_TOKEN = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f\ufeff\ud800-\udfff]+")

_USER_AGENT, _REFERER = "User-Agent", "Referer"
_HEADER_OPTIONS = {
    "http-user-agent": _USER_AGENT,
    "user-agent": _USER_AGENT,
    "http-referrer": _REFERER,
    "http-referer": _REFERER,
    "http-origin": "Origin",
    "http-cookie": "Cookie",
}
_HEADER_PROPERTIES = frozenset(
    f"inputstream.adaptive.{kind}_headers" for kind in ("stream", "manifest", "common")
)
# How a request is framed and sent on is ours to say.
_FRAMING = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "range",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
# Kodi takes these out of the options before it makes headers of the rest.
_KODI_OPTIONS = frozenset(
    {
        "acceptencoding",
        "auth",
        "connection-timeout",
        "customrequest",
        "failonerror",
        "noshout",
        "postdata",
        "redirect-limit",
        "seekable",
        "sslcipherlist",
        "verifypeer",
    }
)
_KODI_PROPERTIES = frozenset(
    {
        "inputstream",
        "inputstreamaddon",
        "inputstreamclass",
        "isrealtimestream",
        "mimetype",
    }
)


def parse_title(line: str) -> tuple[int, dict[str, str], str]:
    """Take an #EXTINF line apart: duration, attributes, name (empty if there is none)."""
    match = _TITLE.fullmatch(line)
    if match is None:
        return _parse_odd_title(line)
    duration, attributes, name = match.groups()
    if '="' in name and _MORE.match(name):
        return _parse_odd_title(line)
    pairs = {key.lower(): value.strip() for key, value in _QUOTED.findall(attributes)}
    return int(duration), pairs, name.strip()


def parse_attributes(text: str) -> tuple[dict[str, str], str]:
    """Take attributes apart, however written; answer them and what follows as name."""
    attributes: dict[str, str] = {}
    words: list[str] = []
    unclosed: set[str] = set()
    place = 0
    while place < len(text):
        if text[place] == ",":
            place += 1
            if not _MORE.match(text, place):
                return attributes, text[place:].strip()
        elif opening := _OPENING.match(text, place):
            key, quote = opening.groups()
            value, place = _value(text, opening.end(), quote, unclosed)
            attributes[key.lower()] = value.strip()
        elif word := _WORD.match(text, place):
            words.append(word[0])
            place = word.end()
    return attributes, "".join(words).strip()


def _value(text: str, start: int, quote: str, unclosed: set[str]) -> tuple[str, int]:
    """Answer a value and where it ends; `unclosed` collects quotes that never close."""
    if quote and quote not in unclosed:
        if closing := _CLOSING[quote].search(text, start):
            return text[start : closing.start()], closing.end()
        # Not to be looked for again: a long line may hold thousands of them.
        unclosed.add(quote)
    following = _END.search(text, start)
    end = following.start() if following else len(text)
    return text[start:end].strip("\"' "), end


def _parse_odd_title(line: str) -> tuple[int, dict[str, str], str]:
    match = _BEGINNING.match(line)
    if match is None:
        return -1, {}, ""
    attributes, name = parse_attributes(line[match.end() :])
    return int(match[1] or -1), attributes, name


def is_url(line: str) -> bool:
    """Tell whether a line that nothing announces is an address all the same."""
    return _URL.match(line) is not None


def is_address(line: str) -> bool:
    """Tell whether a line can be the address that its title announces."""
    return _ADDRESS.match(line) is not None


def split_url(line: str) -> tuple[str, str]:
    """Split an address from the options that follow it after a bar."""
    if (match := _OPTIONS.search(line)) is None:
        return line, ""
    return line[: match.start()].rstrip(), line[match.end() :]


def name_of(url: str) -> str:
    """Name an address after the last part of its path, or else after its host."""
    try:
        parts = urlsplit(url)
        last, host = parts.path.rpartition("/")[2], parts.hostname
    except ValueError:
        last, host = "", None
    name = _UNSAYABLE.sub(" ", unquote(last)).strip()
    return name or host or url.partition(":")[0]


def add_header(headers: dict[str, str], name: str, value: str) -> bool:
    """Add a header; answer False for one that would break the request.

    Those that are not for documents to set are left out without a word.
    """
    name = name.strip().lstrip("!")
    value = value.strip(" ")
    if not _TOKEN.fullmatch(name) or _CONTROL.search(value):
        return False
    if value and name.casefold() not in _FRAMING | _KODI_OPTIONS:
        headers[_header_name(name)] = value
    return True


def add_headers(headers: dict[str, str], options: str) -> int:
    """Add headers written as `Name=value&Name=value`; count those refused."""
    refused = 0
    for option in filter(None, options.split("&")):
        name, _, value = option.partition("=")
        refused += not add_header(headers, unquote(name), unquote(value))
    return refused


def move_headers(attributes: dict[str, str], headers: dict[str, str]) -> int:
    """Move attributes that are headers to where those belong; count those refused."""
    refused = 0
    for key, name in _HEADER_OPTIONS.items():
        if value := attributes.pop(key, ""):
            refused += not add_header(headers, name, value)
    return refused


def add_option(option: str, headers: dict[str, str], properties: dict[str, str]) -> int:
    """Add what #EXTVLCOPT or #KODIPROP says to where it belongs; count refused headers."""
    key, equals, value = option.partition("=")
    key, value = key.strip(" -:").lower(), value.strip()
    if not equals or not key:
        return 0
    if header := _HEADER_OPTIONS.get(key):
        return not add_header(headers, header, value)
    if key in _HEADER_PROPERTIES:
        return add_headers(headers, value)
    properties[key] = value
    return 0


def render_attributes(attributes: Mapping[str, str]) -> str:
    """Render attributes, each with a space before it."""
    return "".join(
        f' {key}="{say(value).replace('"', "'")}"' for key, value in attributes.items()
    )


def render_headers(headers: Mapping[str, str]) -> tuple[list[str], str]:
    """Render headers as lines before the address and as options that follow it."""
    before = {
        "http-user-agent": headers.get(_USER_AGENT),
        "http-referrer": headers.get(_REFERER),
    }
    after = [
        f"{name}={quote(value, safe=':/;=,()')}"
        for name, value in headers.items()
        if name not in {_USER_AGENT, _REFERER}
    ]
    lines = [f"#EXTVLCOPT:{key}={say(value)}" for key, value in before.items() if value]
    return lines, "|" + "&".join(after) if after else ""


def render_property(key: str, value: str) -> str:
    """Render a property under the tag of the player that knows it."""
    kodi = "." in key or key in _KODI_PROPERTIES
    return f"#{'KODIPROP' if kodi else 'EXTVLCOPT'}:{key}={say(value)}"


def render_name(name: str) -> str:
    """Render a name so that it cannot be taken for an attribute."""
    name = say(name)
    return name.replace('="', "='") if _MORE.match(name) else name


def say(text: str) -> str:
    """Answer a text without what would end its line."""
    return text if text.isprintable() else _UNSAYABLE.sub(" ", text)


def _header_name(name: str) -> str:
    name = name.title()
    return _REFERER if name == "Referrer" else name
