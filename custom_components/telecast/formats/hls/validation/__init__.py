"""Judges playlists, ours and foreign ones, by RFC 8216."""

from itertools import chain, islice

from . import document, master, media, versions

MAX_SENTENCES = 1_000
"""That are said of one playlist: whoever needs more should begin anew."""


def validate_master(text: str) -> list[str]:
    """Answer what violates RFC 8216 in a master playlist, a sentence each.

    The version and the resolution of video, which it only recommends, are asked for.
    """
    found = document.read(text)
    sentences = chain(
        document.violations(found, master=True),
        versions.violations(found),
        master.violations(found),
    )
    return list(islice(sentences, MAX_SENTENCES))


def validate_media(text: str) -> list[str]:
    """Answer what violates RFC 8216 in a media playlist, a sentence each.

    The version, which it asks for only from 2 on, is always asked for.
    """
    found = document.read(text)
    sentences = chain(
        document.violations(found, master=False),
        versions.violations(found),
        media.violations(found),
    )
    return list(islice(sentences, MAX_SENTENCES))
