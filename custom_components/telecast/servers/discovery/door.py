"""Where those who found us can ask over plain HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

type Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A port that answers plain HTTP."""

    port: int
    hosts: tuple[str, ...] = ()
    """The addresses on which it listens; empty for all of them."""

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can come in."""
        addresses = list(self._addresses())
        return bool(addresses) and all(one.is_loopback for one in addresses)

    def url(self, local: Address) -> str | None:
        """Answer scheme, host and port for a client who reaches us at `local`.

        None where it cannot come in.
        """
        if (host := self._host(local)) is None:
            return None
        if isinstance(host, IPv6Address):
            # A zone means something on one machine only.
            return f"http://[{IPv6Address(host.packed)}]:{self.port}"
        return f"http://{host}:{self.port}"

    def _host(self, local: Address) -> Address | None:
        listening = list(self._addresses())
        # A socket for all addresses of IPv6 is one for those alone, in aiohttp.
        if not listening or any(
            one == local or (one.is_unspecified and one.version == local.version)
            for one in listening
        ):
            return local
        others = [
            one
            for one in listening
            if not one.is_unspecified and one.is_loopback == local.is_loopback
        ]
        return next(iter(others), None)

    def _addresses(self) -> Iterator[Address]:
        for host in self.hosts:
            try:
                yield ip_address(host)
            except ValueError:
                continue
