"""Numbers of seasons and episodes: counted from zero for machines, from one for people."""

from dataclasses import replace
import re

from .values import EpisodeNumber, Programme

XMLTV_NS = "xmltv_ns"
ONSCREEN = "onscreen"

_PARTS = re.compile(r"\s*([0-9]{1,6})?\s*(?:/\s*[0-9]*\s*)?")
_SEASON_EPISODE = re.compile(
    r"\b(?:S|season|series|staffel|saison|temporada|stagione)\s*([0-9]{1,6})"
    r"[\s.,:/-]*(?:E|EP|episode|folge|épisode|episodio|capítulo)\s*\.?\s*([0-9]{1,6})"
    r"|\b([0-9]{1,4})x([0-9]{1,6})\b",
    re.IGNORECASE,
)
_SEASON = re.compile(
    r"\b(?:S|season|series|staffel|saison|temporada|stagione)\s*([0-9]{1,6})\b",
    re.IGNORECASE,
)
_EPISODE = re.compile(
    r"\b(?:E|EP|episode|folge|épisode|episodio|capítulo)\s*\.?\s*#?([0-9]{1,6})\b"
    r"|^\s*#?([0-9]{1,4})(?:\s*(?:/|of)\s*[0-9]+)?\s*$",
    re.IGNORECASE,
)


def episode_xmltv_ns(season: int | None, episode: int | None) -> str:
    """Write numbers that count from one as `season.episode.part`, which counts from zero.

    What is not known, and the season 0 of specials, which it cannot say, is left out.
    """
    parts = (str(number - 1) if number else "" for number in (season, episode))
    return ".".join((*parts, ""))


def episode_onscreen(season: int | None, episode: int | None) -> str:
    """Write numbers as viewers read them (`S02E05`); what is not known is left out."""
    pairs = (("S", season), ("E", episode))
    return "".join(f"{sign}{n:02}" for sign, n in pairs if n is not None)


def season_episode(programme: Programme) -> tuple[int | None, int | None]:
    """Answer season and episode, counted from one, from whatever number tells them."""
    for number in programme.episode_numbers:
        if number.system == XMLTV_NS and any(found := _parse_xmltv_ns(number.value)):
            return found
    for number in programme.episode_numbers:
        if number.system != XMLTV_NS and _is_readable(number.system):
            found = _parse_onscreen(number.value)
            if found != (None, None):
                return found
    return None, None


def numbered(programme: Programme) -> Programme:
    """Add what is missing of `xmltv_ns` and `onscreen`, if the other one tells it.

    Recorders read the first, players show the second.
    """
    numbers = programme.episode_numbers
    if not numbers:
        return programme
    systems = {number.system for number in numbers}
    season, episode = season_episode(programme)
    added: list[EpisodeNumber] = []
    if XMLTV_NS not in systems and (season or episode):
        value = episode_xmltv_ns(season, episode)
        added.append(EpisodeNumber(XMLTV_NS, value))
    if ONSCREEN not in systems and (season is not None or episode is not None):
        value = episode_onscreen(season, episode)
        added.append(EpisodeNumber(ONSCREEN, value))
    if not added:
        return programme
    return replace(programme, episode_numbers=(*numbers, *added))


def _parse_xmltv_ns(text: str) -> tuple[int | None, int | None]:
    season, episode, *_ = (*text.split("."), "", "")
    return _number(season), _number(episode)


def _number(part: str) -> int | None:
    found = _PARTS.fullmatch(part)
    return int(found[1]) + 1 if found and found[1] else None


def _is_readable(system: str) -> bool:
    """Ids of databases look like numbers of episodes, and are none."""
    return system.casefold() in {"", ONSCREEN, "sxxexx", "common"}


def _parse_onscreen(text: str) -> tuple[int | None, int | None]:
    if found := _SEASON_EPISODE.search(text):
        season, episode = (found[1], found[2]) if found[1] else (found[3], found[4])
        return int(season), int(episode)
    season_only, episode_only = _SEASON.search(text), _EPISODE.search(text)
    return (
        int(season_only[1]) if season_only else None,
        int(episode_only[1] or episode_only[2]) if episode_only else None,
    )
