"""Which address a client is told, by where it reaches us."""

from ipaddress import ip_address

import pytest

from custom_components.telecast.servers.discovery import Door


@pytest.mark.parametrize(
    ("hosts", "local", "url"),
    [
        ((), "192.0.2.1", "http://192.0.2.1:80"),
        ((), "2001:db8::1", "http://[2001:db8::1]:80"),
        ((), "fe80::1%eth0", "http://[fe80::1]:80"),
        (("0.0.0.0", "::"), "192.0.2.1", "http://192.0.2.1:80"),
        (("0.0.0.0", "::"), "2001:db8::1", "http://[2001:db8::1]:80"),
        (("0.0.0.0",), "2001:db8::1", None),
        (("192.0.2.1",), "192.0.2.1", "http://192.0.2.1:80"),
        (("192.0.2.1",), "198.51.100.1", "http://192.0.2.1:80"),
        (("127.0.0.1", "192.0.2.1"), "198.51.100.1", "http://192.0.2.1:80"),
        (("127.0.0.1",), "192.0.2.1", None),
        (("127.0.0.1",), "127.0.0.1", "http://127.0.0.1:80"),
        (("192.0.2.1",), "127.0.0.1", None),
        (("no-address",), "192.0.2.1", "http://192.0.2.1:80"),
    ],
)
def test_a_client_is_told_an_address_where_something_listens(
    hosts: tuple[str, ...], local: str, url: str | None
) -> None:
    assert Door(port=80, hosts=hosts).url(ip_address(local)) == url


@pytest.mark.parametrize(
    ("hosts", "so"),
    [
        ((), False),
        (("127.0.0.1",), True),
        (("127.0.0.1", "::1"), True),
        (("127.0.0.1", "192.0.2.1"), False),
        (("0.0.0.0",), False),
    ],
)
def test_a_door_on_loopback_is_for_this_machine_alone(
    hosts: tuple[str, ...], so: bool
) -> None:
    assert Door(port=80, hosts=hosts).on_loopback is so
