"""Where a client reaches us, as the documents that it is given must say."""

from ipaddress import IPv6Address, ip_address
import re

from aiohttp import web
from yarl import URL

from ..engine.settings import Settings

_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?"
)


def base_url(settings: Settings, request: web.Request) -> str:
    """Answer scheme, host and port, without a slash at the end.

    That is the public address if one is set, else the one that the client asked for,
    else (where its Host header is none) the one where its connection came in.
    """
    if settings.public_url:
        return settings.public_url.rstrip("/")
    asked_for = "Host" in request.headers and _is_host(request.host)
    return f"{request.scheme}://{request.host if asked_for else _own_host(request)}"


def host_and_port(url: str) -> tuple[str, int]:
    """Answer the host of a base URL and its port, be it the scheme's own."""
    parsed = URL(url)
    return parsed.raw_host or "", parsed.port or 80


def _is_host(text: str) -> bool:
    """Tell whether a Host header is one, and could lead a client back to us."""
    match = _HOST.fullmatch(text)
    if not match or int(match["port"] or 80) not in range(1, 65536):
        return False
    name = match["name"].strip("[]")
    try:
        return not ip_address(name).is_unspecified
    except ValueError:
        return not match["name"].startswith("[")


def _own_host(request: web.Request) -> str:
    name = request.get_extra_info("sockname")
    if not isinstance(name, tuple):
        return "localhost"
    address = ip_address(str(name[0]).partition("%")[0])
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    host = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    return f"{host}:{name[1]}"
