"""What an automation is about: which channels, and which viewers of them."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Any

from homeassistant.helpers import config_validation as cv
import probatio

from .const import ATTR_ACCOUNT, ATTR_CHANNEL, ATTR_CLIENT, ATTR_SOURCE
from .formats import names


def _network(text: str) -> str:
    try:
        # As text: Home Assistant shows what was checked, as JSON.
        return str(ip_network(text, strict=False))
    except ValueError as err:
        raise probatio.Invalid(f"{text} is no address and no network") from err


_TEXT = probatio.All(cv.string, probatio.Strip, probatio.NonEmpty())
_TEXTS = probatio.All(probatio.EnsureList(), [_TEXT])
_NETWORKS = probatio.All(probatio.EnsureList(), [probatio.All(_TEXT, _network)])

SESSION_FIELDS = {
    probatio.Optional(ATTR_CHANNEL): _TEXTS,
    probatio.Optional(ATTR_CLIENT): _NETWORKS,
    probatio.Optional(ATTR_ACCOUNT): _TEXTS,
}
STREAM_FIELDS = {
    probatio.Optional(ATTR_CHANNEL): _TEXTS,
    probatio.Optional(ATTR_SOURCE): _TEXTS,
}


class Wanted:
    """Tells whether a session or a stream is one of those that are meant.

    `options` have passed one of the schemas above. A field that is empty or missing means
    anything; of several values one has to fit. Channels go by number or name, clients by
    address or network, accounts and sources by name.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        channels = options.get(ATTR_CHANNEL, ())
        self._numbers = {names.parse_number(channel) for channel in channels} - {None}
        self._names = {channel.casefold() for channel in channels}
        self._clients = [ip_network(client) for client in options.get(ATTR_CLIENT, ())]
        self._accounts = frozenset(options.get(ATTR_ACCOUNT, ()))
        self._sources = {source.casefold() for source in options.get(ATTR_SOURCE, ())}

    def fits(self, facts: Mapping[str, Any]) -> bool:
        """Judge what an event says, or what is told of a session."""
        return (
            self._fits_channel(facts)
            and (not self._clients or self._fits_client(facts.get("client")))
            and (not self._accounts or facts.get("account") in self._accounts)
            and (
                not self._sources
                or str(facts.get("source", "")).casefold() in self._sources
            )
        )

    def _fits_channel(self, facts: Mapping[str, Any]) -> bool:
        return (
            not self._names
            or facts.get("number") in self._numbers
            or str(facts.get("channel", "")).casefold() in self._names
        )

    def _fits_client(self, client: str | None) -> bool:
        # Who comes without an address that can be known has an empty one.
        if not client:
            return False
        address = ip_address(client)
        return any(address in network for network in self._clients)
