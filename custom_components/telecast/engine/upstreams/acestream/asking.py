"""What an AceStream engine is asked over HTTP; none of it leads to another host."""

from http import HTTPStatus

import aiohttp
from yarl import URL

from ....formats.acestream import MOST_BYTES
from ...errors import CannotConnectError, EngineNotFoundError
from ...fetch import Fetcher, without_secrets
from ..body import Body

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 5.0


def at_engine(engine_url: str, url: str) -> str:
    """Answer a path, or an address that the engine named, as one of the engine itself.

    An engine in a container, or behind a forwarded port, may know itself by another
    name; and whatever it answers, nobody is led elsewhere. Raises ValueError for what is
    no address.
    """
    path = URL(url, encoded=True).raw_path_qs
    return str(URL(engine_url).join(URL(path, encoded=True)))


async def ask(fetcher: Fetcher, url: str, *, seconds: float = ANSWER_SECONDS) -> bytes:
    """Answer what an engine says at an address of its own, within so many seconds.

    The user typed where the engine is, so that it may well be this machine. Raises
    EngineNotFoundError where nothing listens, SourceTimeoutError, TooLargeError, and
    CannotConnectError for an error status.
    """
    timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
    try:
        async with fetcher.open(
            url, local=True, timeout=timeout, any_status=True, stay=True
        ) as response:
            answer = await Body(response, first_seconds=seconds).whole(MOST_BYTES)
            status = response.status
    except CannotConnectError as err:
        raise EngineNotFoundError(
            f"The AceStream engine at {without_secrets(url)} does not answer"
        ) from err
    if status >= HTTPStatus.BAD_REQUEST:
        raise CannotConnectError(f"The AceStream engine answers {status}")
    return answer
