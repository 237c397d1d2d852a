"""A document may name what is elsewhere, over protocols that lead to streams."""

import pytest

from custom_components.telecast.engine.ingestion.addresses import refusal


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://provider.example/1", None),
        ("HTTPS://user:p@ss@provider.example:8443/live/1.ts?a=b#c", None),
        ("http://[2001:db8::1]:80/1", None),
        ("rtsp://192.168.1.9/1", None),
        ("udp://@239.0.0.1:1234", None),
        ("rtp://239.0.0.1:1234", None),
        ("rtmp://provider.example/live", None),
        ("http://provider.example", None),
        ("file:///etc/passwd", "scheme_not_allowed"),
        ("/etc/passwd", "scheme_not_allowed"),
        ("\\\\host\\share", "scheme_not_allowed"),
        ("concat:/etc/passwd|/etc/hosts", "scheme_not_allowed"),
        ("subfile,,start,0,end,9,,:/etc/passwd", "scheme_not_allowed"),
        ("pipe:0", "scheme_not_allowed"),
        ("data:video/mp2t;base64,AAAA", "scheme_not_allowed"),
        ("javascript://x/%0aalert(1)", "scheme_not_allowed"),
        ("-i", "scheme_not_allowed"),
        ("--", "scheme_not_allowed"),
        ("ffmpeg+http://a/b", "scheme_not_allowed"),
        ("http:/provider.example/1", "address_malformed"),
        ("http:provider.example", "address_malformed"),
        ("http://provider.example/\r\nX-Injected: 1", "address_malformed"),
        ("http://provider.example/\x00", "address_malformed"),
        ("http://provider.example/a b", "address_malformed"),
        ("http://provider.example:port/", "address_malformed"),
        ("http://provider.example\\@127.0.0.1/", "address_malformed"),
        ("http://provider.example/" + "x" * 9000, "address_malformed"),
        ("http://[::1/", "address_malformed"),
        ("http://127.0.0.1/1", "address_not_allowed"),
        ("http://user@127.9.9.9:80/", "address_not_allowed"),
        ("http://127.1/", "address_not_allowed"),
        ("http://2130706433/", "address_not_allowed"),
        ("http://0x7f000001/", "address_not_allowed"),
        ("http://0.0.0.0/", "address_not_allowed"),
        ("http://localhost:8123/", "address_not_allowed"),
        ("http://LOCALHOST./", "address_not_allowed"),
        ("http://a.localhost/", "address_not_allowed"),
        ("http://169.254.169.254/latest", "address_not_allowed"),
        ("http://[::1]/", "address_not_allowed"),
        ("http://[::ffff:127.0.0.1]/", "address_not_allowed"),
        ("http://[fe80::1%25eth0]/", "address_not_allowed"),
        ("http://[::]/", "address_not_allowed"),
        ("udp://@:1234", "address_not_allowed"),
        ("http:///path", "address_not_allowed"),
    ],
)
def test_addresses_are_taken_or_refused(url: str, reason: str | None) -> None:
    assert refusal(url, local=False) == reason
    if reason == "address_not_allowed":
        assert refusal(url, local=True) is None
    else:
        assert refusal(url, local=True) == reason
