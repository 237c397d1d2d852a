"""A file in the words of a guide: what its name and its NFO say of it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import re
from typing import Any

from ...formats.xmltv import (
    Credit,
    EpisodeNumber,
    Programme,
    Text,
    episode_onscreen,
    episode_xmltv_ns,
)
from ..films.posters import icon_of
from .media import Medium

_SEPARATORS = re.compile(r"\s*[,/|;]\s*")
_NO_DIGITS = re.compile(r"\D+")
_DATE_DIGITS = 8
_DATES = ("date", "year")


def described(programme: Programme, medium: Medium) -> Programme:
    """Answer the programme with all that is known of what it shows.

    A picture that is a file goes by a name (films/posters.py): paths are nobody's business.
    """
    facts, series = medium.facts, medium.series
    is_named = medium.title and medium.title != series
    icon = icon_of(medium.id, str(facts.get("poster", "")))
    return replace(
        programme,
        titles=(Text(series or medium.title),)
        if series or medium.title
        else programme.titles,
        subtitles=(Text(medium.title),) if series and is_named else (),
        descriptions=(Text(plot),) if (plot := str(facts.get("plot", ""))) else (),
        credits=tuple(_credits(facts)),
        date=_date(facts),
        categories=tuple(map(Text, _list(facts.get("genres")))),
        length=medium.duration // 1000 or None,
        icons=(icon,) if icon else (),
        episode_numbers=tuple(_numbers(medium)) if series else (),
    )


def borrowed(programme: Programme, other: Programme) -> Programme:
    """Answer the programme with all that a guide says of another channel's."""
    return replace(
        other,
        channel=programme.channel,
        start=programme.start,
        stop=programme.stop,
        catchup_id="",
    )


def _numbers(medium: Medium) -> Iterator[EpisodeNumber]:
    # What has no number is no special either, though that is season 0.
    if not medium.number:
        return
    if machine := episode_xmltv_ns(medium.season, medium.number):
        yield EpisodeNumber("xmltv_ns", machine)
    yield EpisodeNumber("onscreen", episode_onscreen(medium.season, medium.number))


def _credits(facts: Mapping[str, Any]) -> Iterator[Credit]:
    for role, key in (("director", "director"), ("actor", "cast")):
        yield from (Credit(role, name) for name in _list(facts.get(key)))


def _date(facts: Mapping[str, Any]) -> str:
    for key in _DATES:
        if digits := _NO_DIGITS.sub("", str(facts.get(key) or "")):
            return digits[:_DATE_DIGITS]
    return ""


def _list(given: Any) -> list[str]:
    """Answer a list of words, told as such or in one line."""
    parts = given if isinstance(given, list) else _SEPARATORS.split(str(given or ""))
    return [part for one in parts if (part := str(one).strip())]
