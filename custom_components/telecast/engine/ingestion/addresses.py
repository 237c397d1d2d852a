"""Which addresses a document may name for its channels."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
import re
import socket
from typing import Literal

from ...formats import acestream
from ..schemes import ACESTREAM, STREAMS, scheme_of

type Refusal = Literal["address_malformed", "scheme_not_allowed", "address_not_allowed"]

_LONGEST = 8192
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):(?://)?", re.IGNORECASE)
# Whatever stands before the last @ of the authority is a login.
_AUTHORITY = re.compile(
    r"""
    ([a-z][a-z0-9+.-]*)://
    (?:[^/?\#\\]*@)?
    (?:\[([0-9a-f:.]+)(?:%[^\]/]*)?\]|([^/?\#\\:@\[\]]*))
    (?::[0-9]{0,5})?
    (?=[/?\#]|$)
    """,
    re.IGNORECASE | re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def refusal(url: str, *, local: bool) -> Refusal | None:
    """Answer why an address is not taken; None for one that is.

    `local` allows addresses of this machine and its link: the document lives here, too.
    """
    if scheme_of(url) in ACESTREAM:
        link = acestream.parse(url)
        return None if link and link.address == url else "address_malformed"
    match = _AUTHORITY.match(url)
    if match is None:
        scheme = _SCHEME.match(url)
        known = scheme is not None and scheme[1].casefold() in STREAMS
        return "address_malformed" if known else "scheme_not_allowed"
    scheme_name, address, name = match.groups()
    if scheme_name.casefold() not in STREAMS:
        return "scheme_not_allowed"
    if len(url) > _LONGEST or _CONTROL.search(url):
        return "address_malformed"
    if not local and _is_here(address or name):
        return "address_not_allowed"
    return None


@lru_cache(maxsize=4096)
def _is_here(host: str) -> bool:
    host = host.rstrip(".").casefold()
    if not host or host == "localhost" or host.endswith(".localhost"):
        return True
    address = _address(host)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return address is not None and (
        address.is_loopback or address.is_link_local or address.is_unspecified
    )


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        # The forms that resolvers take as well: 127.1, 0x7f000001, 2130706433.
        return IPv4Address(socket.inet_aton(host))
    except OSError, UnicodeError:
        return None
