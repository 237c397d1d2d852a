"""The job that a form makes, before there is a virtual channel."""

from typing import Any, BinaryIO

from ..media import Collection, holds_media


def look(job: dict[str, Any], _: BinaryIO) -> dict[str, Any]:
    """Tell whether folders or files hold anything to play."""
    return {"holds_media": holds_media(Collection.of(job))}
