"""Viewers who leave without a word: their machine was switched off, or lost its network."""

from contextlib import suppress
import socket

from aiohttp import web

# A viewer who has paused takes nothing for hours, but its machine answers; one that does
# not for so long has gone.
GONE_MILLISECONDS = 60_000


def notice_who_leaves(request: web.Request) -> None:
    """Have the system end a connection whose other end answers no more.

    That also asks those who take nothing, for as long as they take nothing: they may
    pause for as long as they like (RFC 9293, 3.8.6.1). Where the system has no such option
    (TCP_USER_TIMEOUT, of Linux), it takes as long as it takes.
    """
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    connection = request.get_extra_info("socket")
    if option is not None and connection is not None:
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, option, GONE_MILLISECONDS)
