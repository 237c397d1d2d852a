"""SSDP: searches as clients send them, answers and announcements."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats import ssdp
from custom_components.telecast.formats.ssdp import Device, Search

TUNER = Device(
    udn="uuid:caa8fbd7-9010-536c-a62c-a4a8d2561f69",
    type="urn:schemas-upnp-org:device:MediaServer:1",
    location="http://192.0.2.1:8123/device.xml",
    server="HDHomeRun/1.0 UPnP/1.0",
)
SEARCH = (
    b"M-SEARCH * HTTP/1.1\r\n"
    b"HOST: 239.255.255.250:1900\r\n"
    b'MAN: "ssdp:discover"\r\n'
    b"MX: 3\r\n"
    b"ST: upnp:rootdevice\r\n"
    b"\r\n"
)


def headers(message: bytes) -> dict[str, str]:
    """Answer the headers of a message that is whole."""
    start, *lines = message.decode().split("\r\n")
    assert start in ("NOTIFY * HTTP/1.1", "HTTP/1.1 200 OK")
    assert lines[-2:] == ["", ""]
    return dict(line.split(": ", 1) for line in lines[:-2] if line != "EXT:")


def test_a_search_is_read_and_would_be_sent_the_same_way() -> None:
    assert ssdp.parse(SEARCH) == Search(target="upnp:rootdevice", delay=3)
    assert ssdp.render_search(Search(target="upnp:rootdevice", delay=3)) == SEARCH


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (b"M-SEARCH", b"m-search", Search(target="upnp:rootdevice", delay=3)),
        (b"\r\n", b"\n", Search(target="upnp:rootdevice", delay=3)),
        (b'MAN: "ssdp:discover"', b"man:ssdp:discover", Search(target="upnp:rootdevice", delay=3)),
        (b"MX: 3", b"MX: 120", Search(target="upnp:rootdevice", delay=5)),
        (b"MX: 3\r\n", b"", Search(target="upnp:rootdevice", delay=0)),
        (b"MX: 3", b"MX: soon", Search(target="upnp:rootdevice", delay=0)),
        (b"MX: 3", b"MX: -1", Search(target="upnp:rootdevice", delay=0)),
        (b"ST: upnp:rootdevice", b"ST:  ssdp:all ", Search(target="ssdp:all", delay=3)),
        (b"\r\n\r\n", b"\r\nUSER-AGENT: odd\xff\r\n\r\nMX: 1", Search(target="upnp:rootdevice", delay=3)),
    ],
)  # fmt: skip
def test_searches_are_read_as_they_are_found_in_the_wild(
    before: bytes, after: bytes, found: Search
) -> None:
    assert before in SEARCH
    assert ssdp.parse(SEARCH.replace(before, after)) == found


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"\0",
        SEARCH[:20],
        SEARCH.replace(b"M-SEARCH", b"NOTIFY"),
        SEARCH.replace(b"HTTP/1.1", b"HTTP/2"),
        SEARCH.replace(b"ssdp:discover", b"ssdp:alive"),
        SEARCH.replace(b"upnp:rootdevice", b""),
        b"HTTP/1.1 200 OK\r\nST: ssdp:all\r\n\r\n",
        SEARCH.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 2048 + b"\r\n\r\n"),
    ],
)
def test_what_is_no_search_is_none(datagram: bytes) -> None:
    assert ssdp.parse(datagram) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    assert ssdp.parse(data) is None
    found = ssdp.parse(b"M-SEARCH * HTTP/1.1\r\n" + data)
    assert found is None or 0 <= found.delay <= ssdp.MAX_DELAY


@given(
    st.builds(
        Search,
        target=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1),
        delay=st.integers(0, ssdp.MAX_DELAY),
    )
)
def test_searches_come_back_as_they_were(search: Search) -> None:
    assert ssdp.parse(ssdp.render_search(search)) == search


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("upnp:rootdevice", f"{TUNER.udn}::upnp:rootdevice"),
        (TUNER.udn, TUNER.udn),
        (TUNER.type, f"{TUNER.udn}::{TUNER.type}"),
    ],
)
def test_a_device_answers_who_means_it(target: str, name: str) -> None:
    (answer,) = ssdp.answers(TUNER, Search(target=target))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nEXT:\r\n" in answer
    assert headers(answer) == {
        "CACHE-CONTROL": "max-age=1800",
        "LOCATION": TUNER.location,
        "SERVER": TUNER.server,
        "ST": target,
        "USN": name,
    }


def test_who_looks_for_all_gets_all_names_of_a_device() -> None:
    found = ssdp.answers(TUNER, Search(target="ssdp:all"))
    assert [headers(answer)["ST"] for answer in found] == list(TUNER.targets)


@pytest.mark.parametrize(
    "target",
    ["uuid:00000000-0000-0000-0000-000000000000", "urn:dial-multiscreen-org:service:dial:1"],
)  # fmt: skip
def test_who_means_another_device_gets_no_answer(target: str) -> None:
    assert not ssdp.answers(TUNER, Search(target=target))


def test_a_device_tells_that_it_is_there() -> None:
    messages = [headers(message) for message in ssdp.alive(TUNER)]
    assert [message["NT"] for message in messages] == list(TUNER.targets)
    assert messages[0] == {
        "HOST": "239.255.255.250:1900",
        "CACHE-CONTROL": "max-age=1800",
        "LOCATION": TUNER.location,
        "SERVER": TUNER.server,
        "NT": "upnp:rootdevice",
        "NTS": "ssdp:alive",
        "USN": f"{TUNER.udn}::upnp:rootdevice",
    }


def test_a_device_tells_that_it_goes() -> None:
    messages = [headers(message) for message in ssdp.byebye(TUNER)]
    assert [message["USN"] for message in messages] == [
        f"{TUNER.udn}::upnp:rootdevice",
        TUNER.udn,
        f"{TUNER.udn}::{TUNER.type}",
    ]
    assert {message["NTS"] for message in messages} == {"ssdp:byebye"}
    assert all("LOCATION" not in message for message in messages)
