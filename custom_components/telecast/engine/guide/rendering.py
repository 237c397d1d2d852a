"""The guide that we give out, rendered piece by piece."""

from collections.abc import Iterable, Iterator
from pathlib import Path
import sqlite3
from typing import Any, Literal, NamedTuple, TypedDict

from ...formats import xmltv
from ..films.posters import Posters
from ..lineup import catalogue
from . import icons, matching, stand_ins
from .library import Library, Place
from .matching import Wanted
from .stand_ins import Today

_GENERATOR = "Telecast"
_DAY_SECONDS = 24 * 3600


class GuideDocument(TypedDict):
    """An XMLTV guide of what is on between two times, in seconds since 1970 (UTC).

    Where a channel's archive goes further back, so does the guide.
    """

    kind: Literal["guide"]
    selection: dict[str, Any]
    start: int
    stop: int
    at: int
    """What counts as now, in seconds since 1970 (UTC)."""
    zone: str
    """In which the times in channels' names are meant."""
    order: list[tuple[str, int]]
    """See `library.Order`."""
    posters: dict[str, str] | None
    """How pictures of the user's own are told of, as Posters' fields; None leaves them out."""
    compressed: bool


class _Listed(NamedTuple):
    """A guide id that is listed, as its first channel has it."""

    name: str
    place: Place | None
    days: int
    """How far back what it showed can be had."""


def pieces(
    document: GuideDocument, connection: sqlite3.Connection, guides: Path
) -> Iterator[str]:
    """Yield all channels, then what is on each: every guide id once.

    `guides` is the folder with the files of the guides.
    """
    library = Library(guides, document["order"])
    listed: dict[str, _Listed] = {}
    try:
        yield xmltv.render_header(_GENERATOR)
        for guide_id, number, name, logo, days, *row in catalogue.rows(
            connection,
            catalogue.Selection.from_json(document["selection"]),
            *("guide_id", "number", "name", "logo", "archive_days"),
            *matching.COLUMNS,
        ):
            known = listed.get(guide_id)
            if known is None:
                yield _channel(guide_id, number, name, logo)
            if known is None or known.place is None:
                place = library.find(Wanted.of(*row), at=document["at"])
                listed[guide_id] = _Listed(
                    known.name if known else name,
                    place,
                    max(days, known.days if known else 0),
                )
            elif days > known.days:
                listed[guide_id] = known._replace(days=days)
        today = Today(at=document["at"], zone=stand_ins.zone_of(document["zone"]))
        for guide_id, channel in listed.items():
            yield from _programmes(document, library, guide_id, channel, today)
        yield xmltv.FOOTER
    finally:
        library.close()


def _programmes(
    document: GuideDocument,
    library: Library,
    guide_id: str,
    channel: _Listed,
    today: Today,
) -> Iterator[str]:
    """Yield what is known of a channel, and only where that is nothing, stand-ins."""
    archive = document["at"] - channel.days * _DAY_SECONDS
    start, stop = min(document["start"], archive), document["stop"]
    is_known = False
    if channel.place:
        feed, told = channel.place.feed, document["posters"]
        posters = Posters(**told) if told else None
        for begins, ends, children in library.between(
            channel.place, start=start, stop=stop
        ):
            is_known = True
            yield xmltv.wrap_children(
                icons.addressed(children, feed, posters),
                channel=guide_id,
                start=begins,
                stop=ends,
            )
    if not is_known:
        made = stand_ins.programmes(
            channel.name,
            guide_id=guide_id,
            today=today,
            # What nobody knows was on is not worth telling.
            start=max(start, today.at),
            stop=stop,
            blocks=True,
        )
        yield from _rendered(made)


def _rendered(programmes: Iterable[xmltv.Programme]) -> Iterator[str]:
    """Yield programmes of which most are the same but for their times."""
    children: dict[tuple[xmltv.Text, ...], str] = {}
    for programme in programmes:
        if (texts := programme.titles + programme.categories) not in children:
            children[texts] = xmltv.render_children(programme)
        yield xmltv.wrap_children(
            children[texts],
            channel=programme.channel,
            start=programme.start,
            stop=programme.stop,
        )


def _channel(guide_id: str, number: str, name: str, logo: str) -> str:
    return xmltv.render_channel(
        xmltv.Channel(
            id=guide_id,
            # Players that know no ids look for the number.
            names=(xmltv.Text(name), xmltv.Text(number)),
            icons=(logo,) if logo else (),
        )
    )
