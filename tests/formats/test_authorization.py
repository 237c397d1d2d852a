"""Logging in: Basic, and Digest as its RFC reckons it."""

from hypothesis import given, strategies as st
import pytest

from custom_components.telecast.formats.authorization import Challenge, parse, render

# RFC 7616 §3.9.1, and RFC 2617 §3.5 but for its qop.
ASKED = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
NONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


def answered(challenge: Challenge | None) -> str:
    assert challenge
    return render(
        challenge,
        user="Mufasa",
        password="Circle of Life",
        method="GET",
        url="/dir/index.html",
        nonce=NONCE,
    )


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        (
            "SHA-256",
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
    ],
)
def test_a_digest_is_reckoned_as_in_its_specification(
    algorithm: str, response: str
) -> None:
    answer = answered(parse([ASKED.replace("MD5", algorithm)]))
    assert answer.startswith("Digest ")
    assert f'response="{response}"' in answer
    assert 'username="Mufasa"' in answer
    assert 'opaque="FQhe/' in answer
    assert ", qop=auth" in answer


def test_a_digest_of_the_old_kind_is_reckoned_too() -> None:
    challenge = parse(
        ['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11"']
    )
    answer = answered(challenge)
    assert "qop" not in answer
    assert "algorithm" not in answer
    assert 'response="' in answer


def test_basic_is_what_it_is() -> None:
    assert answered(parse(['Basic realm="x"'])) == "Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl"


def test_the_safest_way_that_is_known_is_taken() -> None:
    unknown = 'Digest realm="x", nonce="y", algorithm=SHA-512-256'
    basic = 'Basic realm="x"'
    assert parse([basic, ASKED]) == parse([ASKED])
    assert parse([unknown, basic]) == parse([basic])
    assert parse([unknown]) is None
    assert parse(["Bearer", ""]) is None
    assert parse([]) is None


@given(st.lists(st.text(max_size=80), max_size=3))
def test_any_headers_are_read(headers: list[str]) -> None:
    parse(headers)
