"""From the address of a live stream to those of its recordings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo
import re

from .model import Catchup, Kind, Moment
from .templates import fill, granularity, names_id, names_start

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_FLUSSONIC = re.compile(r"(https?://[^/?#]+/[^?#]+)/([^/?#]*)(\?.*)?", re.IGNORECASE)
_PANEL = re.compile(
    r"(https?://[^/?#]+)/(?:live/)?([^/?#]+/[^/?#]+)/([^/.?#]+)(\.ts|\.m3u8?)?",
    re.IGNORECASE,
)
# What a provider's own addresses look like: no host, no login.
_PROVIDER = re.compile(r"xtream:live/([0-9]+)(?:\.[a-z0-9]+)?")


def addresses(
    catchup: Catchup, url: str, moment: Moment, zone: tzinfo
) -> tuple[str, ...]:
    """Answer where the recording of a moment may be, the likeliest address first.

    `url` is that of the live stream, `zone` the one in which addresses have local times.
    Where starts can be told by the minute only, the recording begins with the minute and
    ends when it should. None is answered for a kind that does not fit the address, and
    for one that asks for an id which is not known.

    A provider's own address is `xtream:live/{id}.{ext}`; the recording's then is
    `xtream:timeshift/{minutes}/{start, as 2026-11-27:20-00}/{id}.ts`.
    """
    start = moment.start - catchup.correction * 60
    corrected = replace(moment, start=start)
    return tuple(
        dict.fromkeys(
            fill(template, _aligned(corrected, unit), zone)
            for template, unit in _templates(catchup, url)
            if moment.id or not names_id(template)
        )
    )


def asks_id(catchup: Catchup, url: str) -> bool:
    """Tell whether any of the addresses needs the programme's id."""
    return any(names_id(template) for template, _ in _templates(catchup, url))


def _aligned(moment: Moment, unit: int) -> Moment:
    early = moment.start % unit
    return replace(moment, start=moment.start - early, duration=moment.duration + early)


def _templates(catchup: Catchup, url: str) -> Iterator[tuple[str, int]]:
    """Yield templates of whole addresses, each with the unit of its starts."""
    for template in _of_kind(catchup, url):
        if names_start(template):
            yield template, granularity(template)


def _of_kind(catchup: Catchup, url: str) -> Iterator[str]:
    source = catchup.source
    match catchup.kind:
        case Kind.DEFAULT | Kind.APPEND:
            if catchup.kind is Kind.DEFAULT and _SCHEME.match(source):
                yield source
            elif source:
                yield _joined(url, source)
        case Kind.SHIFT:
            yield _joined(url, "?utc={utc}&lutc={lutc}")
        case Kind.FLUSSONIC | Kind.FLUSSONIC_TS:
            yield from _flussonic(url, ts=catchup.kind is Kind.FLUSSONIC_TS)
        case Kind.XTREAM:
            yield from _panel(url)
        case Kind.VOD:
            yield source or "{catchup-id}"


def _joined(url: str, query: str) -> str:
    """Put a query behind an address, which may have one already."""
    if query.startswith("?") and "?" in url:
        query = f"&{query[1:]}"
    return url + query


def _flussonic(url: str, *, ts: bool) -> Iterator[str]:
    """Yield the recording from start to end, then the live stream of some time ago.

    The first is what the server's documentation has, the second what Kodi asks for: not
    every server offers both.
    """
    if not (match := _FLUSSONIC.fullmatch(url)):
        return
    stream, name, query = match[1], match[2], match[3] or ""
    if name == "mpegts":
        ts = True
    elif name.endswith(".m3u8"):
        ts = False
    if ts:
        yield f"{stream}/archive-{{utc}}-{{duration}}.ts{query}"
        yield f"{stream}/timeshift_abs-{{utc}}.ts{query}"
        return
    track = name.removesuffix(".m3u8") if name.endswith(".m3u8") else "index"
    prefix = "" if track == "index" else f"{track}-"
    yield f"{stream}/{track}-{{utc}}-{{duration}}.m3u8{query}"
    yield f"{stream}/{prefix}timeshift_rel-{{offset:1}}.m3u8{query}"


def _panel(url: str) -> Iterator[str]:
    when = "{duration:60}/{Y}-{m}-{d}:{H}-{M}"
    if live := _PROVIDER.fullmatch(url):
        yield f"xtream:timeshift/{when}/{live[1]}.ts"
    elif match := _PANEL.fullmatch(url):
        host, login, stream, extension = match.groups()
        kind = "m3u8" if (extension or "").casefold().startswith(".m3u") else "ts"
        yield f"{host}/timeshift/{login}/{when}/{stream}.{kind}"
