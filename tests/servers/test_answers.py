"""What outsiders are told when something is in use: not by whom, and from where."""

import pytest

from custom_components.telecast.engine.errors import (
    AccountBusyError,
    BusyError,
    EncodersBusyError,
    SourceBusyError,
    StreamClosedError,
)
from custom_components.telecast.servers.answers import outsiders_error, own_error
from custom_components.telecast.servers.xtream.errors import xtream_error

HOLDERS = "In use by channel 5.1 (192.168.1.20)"


def text(answer: object) -> str:
    """Answer what an answer says."""
    body = getattr(answer, "body", None)
    assert isinstance(body, bytes)
    return body.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [(SourceBusyError, 503), (EncodersBusyError, 503), (AccountBusyError, 403)],
)
def test_outsiders_are_not_told_who_holds_what(
    error: type[BusyError], status: int
) -> None:
    for answer in (outsiders_error(error(HOLDERS)), xtream_error(error(HOLDERS))):
        assert "192.168" not in text(answer)
        assert "5.1" not in text(answer)
        assert error.usual_outline in text(answer)
    assert xtream_error(error(HOLDERS)).status == status
    assert outsiders_error(error(HOLDERS)).status == 503
    assert HOLDERS in text(own_error(error(HOLDERS))), "those at home are"


def test_outsiders_are_told_everything_else() -> None:
    assert "It has ended" in text(outsiders_error(StreamClosedError("It has ended")))
    assert text(xtream_error(StreamClosedError("It has ended"))) == "It has ended"
