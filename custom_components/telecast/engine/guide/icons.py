"""The icons of programmes on their way out: on the web, or the user's own by a name."""

from ...formats import xmltv
from ..films.posters import Posters
from ..schemes import on_the_web
from .library import Feed


def named(children: str, feed: Feed) -> str:
    """Answer a programme of a guide with those icons that may be known of.

    Names of the user's own pictures are only in guides of our own.
    """
    # What was read lately has no others (ingestion/guide.py).
    if feed.has_pictures is not None:
        return children
    return xmltv.with_icons(children, _of_the_web)


def addressed(children: str, feed: Feed, posters: Posters | None) -> str:
    """Answer a programme of a guide as players are told of it.

    Without `posters`, they are told of no pictures of the user's own.
    """
    if not feed.has_pictures:
        return named(children, feed)
    return xmltv.with_icons(children, posters.icon if posters else _of_the_web)


def _of_the_web(icon: str) -> str:
    return icon if on_the_web(icon) else ""
