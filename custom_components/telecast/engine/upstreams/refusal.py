"""Why a server does not stream, by its status and by what tuners say beside it."""

import aiohttp

from ...formats.hdhomerun import Code
from ...formats.hdhomerun.reading import ERROR_HEADER, parse_code
from ..errors import (
    CannotConnectError,
    NoDataError,
    SourceBusyError,
    TelecastError,
    TuneFailedError,
)
from ..fetch import without_secrets


def refusal(url: str, response: aiohttp.ClientResponse) -> TelecastError | None:
    """Answer why a response brings no stream; None for one that should.

    HDHomeRun tuners answer 503, and name the reason in X-HDHomeRun-Error: that others use
    all tuners (805), for one, which says nothing against the channel.
    """
    if response.status < 400:
        return None
    server = without_secrets(url)
    match parse_code(response.headers.get(ERROR_HEADER, "")):
        case Code.SYSTEM_BUSY | Code.TUNER_IN_USE | Code.ALL_TUNERS_IN_USE:
            return SourceBusyError(f"All tuners of {server} are in use by others")
        case Code.TUNE_FAILED:
            return TuneFailedError(f"The tuner at {server} could not tune in")
        case Code.NO_VIDEO_DATA:
            return NoDataError(f"The tuner at {server} receives nothing")
    return CannotConnectError(f"{server} answers {response.status}")
