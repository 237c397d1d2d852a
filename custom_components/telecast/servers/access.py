"""Who may come in without an account: local networks, and bearers of the token."""

from functools import lru_cache
import hmac
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
import logging
from typing import TYPE_CHECKING, ClassVar

from aiohttp import web

from ..engine.errors import TelecastError
from ..engine.model import Client

if TYPE_CHECKING:
    from ..engine.engine import Engine

_LOGGER = logging.getLogger(__name__)

_MAX_USER_AGENT = 200
_MAX_SESSION = 128
SESSION_HEADER = "X-Plex-Session-Identifier"


class NotAllowedError(TelecastError):
    """The request comes from outside the allowed networks."""

    code: ClassVar[str] = "not_allowed"


def anyone(engine: Engine, request: web.Request, relayed: bool) -> bool:
    """Admit everybody: what lies behind checks an account."""
    return True


def neighbours(engine: Engine, request: web.Request, relayed: bool) -> bool:
    """Admit the allowed networks; whom a relay brings only seems to be in one."""
    return not relayed and is_in(request.remote, engine.settings.allowed_networks)


def neighbours_or_bearers(engine: Engine, request: web.Request, relayed: bool) -> bool:
    """Admit the allowed networks, and from anywhere whoever knows the token."""
    return bears_token(engine, request) or neighbours(engine, request, relayed)


def bears_token(engine: Engine, request: web.Request) -> bool:
    """Tell whether the request carries the engine's token."""
    token = request.query.get("token", "")
    return bool(token) and hmac.compare_digest(
        token.encode(), engine.identity.token.encode()
    )


def client_of(request: web.Request) -> Client:
    """Tell who is asking, in printable characters."""
    agent = request.headers.get("User-Agent", "")[:_MAX_USER_AGENT]
    address = request.remote or ""
    try:
        address = str(_plain(address))
    except ValueError:
        address = ""
    return Client(
        address=address,
        user_agent="".join(filter(str.isprintable, agent)),
        session=_session_of(request),
    )


def is_session_name(text: str) -> bool:
    """Tell whether a client may call its session so."""
    return 0 < len(text) <= _MAX_SESSION and text.isprintable()


def is_in(address: str | None, networks: tuple[str, ...]) -> bool:
    """Tell whether an address lies in one of the networks; no address lies in none."""
    try:
        plain = _plain(address or "")
    except ValueError:
        return False
    return any(plain in network for network in _parsed(networks))


def _session_of(request: web.Request) -> str:
    """Answer what the client calls its session itself, as Plex does."""
    name = request.headers.get(SESSION_HEADER) or request.query.get(SESSION_HEADER, "")
    return name if is_session_name(name) else ""


def _plain(address: str) -> IPv4Address | IPv6Address:
    """Parse an address, without its zone; an IPv4-mapped one is the IPv4 address."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:
        return parsed.ipv4_mapped
    return parsed


@lru_cache(maxsize=8)
def _parsed(networks: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    parsed = []
    for network in networks:
        try:
            parsed.append(ip_network(network.strip(), strict=False))
        except ValueError:
            _LOGGER.warning(
                "Allowed network %s is no network; nobody is in it", network
            )
    return tuple(parsed)
