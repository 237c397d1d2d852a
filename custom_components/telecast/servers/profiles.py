"""The profile in which a request wants a stream."""

from typing import ClassVar

from aiohttp import web

from ..engine.errors import TelecastError
from ..formats.ffmpeg import InvalidProfileError, Profile, profile


class UnknownProfileError(TelecastError):
    """No transcode profile has this name."""

    code: ClassVar[str] = "unknown_profile"


def profile_of(request: web.Request, default: str = "") -> Profile | None:
    """Answer the profile that `?transcode=` names, else the one that `default` does.

    None passes the stream through as it is. Raises UnknownProfileError.
    """
    try:
        return profile(request.query.get("transcode") or default)
    except InvalidProfileError as err:
        raise UnknownProfileError("No transcode profile has this name") from err
