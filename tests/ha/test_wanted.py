"""Which sessions and streams an automation is about."""

import json
from typing import Any

from hypothesis import given, strategies as st
import probatio
import pytest

from custom_components.telecast.wanted import SESSION_FIELDS, STREAM_FIELDS, Wanted

SESSION = {
    "channel": "BBC One",
    "number": "5.1",
    "client": "192.168.1.20",
    "account": "ann",
}
STREAM = {"channel": "BBC One", "number": "5.1", "source": "My provider"}


def wanted(fields: dict[Any, Any], **options: Any) -> Wanted:
    """What these options of an automation mean."""
    return Wanted(probatio.Schema(fields)(options))


def fits(**options: Any) -> bool:
    """Tell whether the session is one of those that are meant."""
    return wanted(SESSION_FIELDS, **options).fits(SESSION)


@given(
    st.fixed_dictionaries(
        {key: st.none() | st.text() for key in ("channel", "number", "account")}
    )
)
def test_without_fields_anything_fits(facts: dict[str, Any]) -> None:
    for options in ({}, {"channel": [], "client": [], "account": None}):
        assert wanted(SESSION_FIELDS, **options).fits(facts)


@pytest.mark.parametrize(
    "channel", ["5.1", 5.1, " 05.1 ", "BBC One", "bbc one", ["9", "bbc ONE"], ["5.1"]]
)
def test_a_channel_is_known_by_its_number_and_its_name(channel: object) -> None:
    assert fits(channel=channel)


@pytest.mark.parametrize("channel", ["5", "5.10", "BBC", "One", ["5", "6"]])
def test_another_channel_does_not_fit(channel: object) -> None:
    assert not fits(channel=channel)


def test_a_name_that_looks_like_a_number_fits_both() -> None:
    meant = wanted(SESSION_FIELDS, channel="24")
    assert meant.fits(SESSION | {"channel": "24"})
    assert meant.fits(SESSION | {"number": "24"})
    # Neither is compared with the other one.
    assert not wanted(SESSION_FIELDS, channel="BBC One").fits(
        {"channel": "", "number": "BBC One"}
    )


@pytest.mark.parametrize(
    "client", ["192.168.1.20", "192.168.1.0/24", "192.168.1.7/24", ["::1", "0.0.0.0/0"]]
)
def test_a_client_is_known_by_its_address_and_its_network(client: object) -> None:
    assert fits(client=client)


@pytest.mark.parametrize("client", ["192.168.1.2", "192.168.2.0/24", "::/0"])
def test_another_client_does_not_fit(client: str) -> None:
    assert not fits(client=client)


def test_addresses_are_compared_as_addresses() -> None:
    meant = wanted(SESSION_FIELDS, client="2001:DB8:0::1")
    assert meant.fits(SESSION | {"client": "2001:db8::1"})
    assert not meant.fits(SESSION | {"client": ""})


def test_an_account_is_known_by_its_exact_name() -> None:
    assert fits(account="ann")
    assert fits(account=["bob", "ann"])
    assert not fits(account="Ann")
    assert not wanted(SESSION_FIELDS, account="ann").fits(SESSION | {"account": None})


def test_all_fields_have_to_fit() -> None:
    assert fits(channel="5.1", client="192.168.1.20", account="ann")
    assert not fits(channel="5.1", client="192.168.1.20", account="bob")
    assert not fits(channel="5.1", client="192.168.1.21", account="ann")
    assert not fits(channel="6", client="192.168.1.20", account="ann")


def test_a_stream_is_known_by_its_source_too() -> None:
    assert wanted(STREAM_FIELDS, source="my provider").fits(STREAM)
    assert wanted(STREAM_FIELDS, source="my provider", channel=5.1).fits(STREAM)
    assert not wanted(STREAM_FIELDS, source="provider").fits(STREAM)
    assert not wanted(STREAM_FIELDS, source="my provider", channel=5).fits(STREAM)


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        (SESSION_FIELDS, {"client": "tv.local"}),
        (SESSION_FIELDS, {"client": "192.168.1.0/33"}),
        (SESSION_FIELDS, {"channel": ["5", ""]}),
        (SESSION_FIELDS, {"account": "  "}),
        (SESSION_FIELDS, {"source": "My provider"}),
        (STREAM_FIELDS, {"client": "192.168.1.20"}),
        (STREAM_FIELDS, {"channel": [["5"]]}),
    ],
)
def test_what_can_mean_nothing_is_refused(
    fields: dict[Any, Any], options: dict[str, Any]
) -> None:
    with pytest.raises(probatio.Invalid):
        wanted(fields, **options)


def test_what_was_checked_can_be_checked_again_and_shown() -> None:
    schema = probatio.Schema(SESSION_FIELDS)
    checked = schema({"channel": 5.1, "client": "192.168.1.7/24", "account": "ann"})
    assert schema(checked) == checked
    assert json.loads(json.dumps(checked)) == {
        "channel": ["5.1"],
        "client": ["192.168.1.0/24"],
        "account": ["ann"],
    }
