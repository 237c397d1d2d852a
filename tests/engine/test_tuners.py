"""Tuners: so many at once, and the right refusal."""

import pytest

from custom_components.telecast.engine.errors import TunerInUseError, TunersBusyError
from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.tuners import Tuners
from tests.fakes.lineup import channel

PLEX = Client(address="192.168.1.3", user_agent="Plex")
EMBY = Client(address="192.168.1.4", user_agent="Emby")


def test_the_first_free_tuner_is_taken_and_given_back() -> None:
    tuners = Tuners(2)
    with tuners.take(channel(1), PLEX) as first, tuners.take(channel(2), PLEX) as other:
        assert (first.index, other.index) == (0, 1)
        assert first.channel == channel(1)
    assert [tuner.channel for tuner in tuners.all] == [None, None]


def test_when_all_are_taken_the_next_viewer_is_refused() -> None:
    tuners = Tuners(1)
    with tuners.take(channel(1), PLEX), pytest.raises(TunersBusyError):
        with tuners.take(channel(1), EMBY):
            pass
    with tuners.take(channel(1), EMBY) as tuner:
        assert tuner.index == 0


def test_a_tuner_asked_for_by_name_is_that_one_or_none() -> None:
    tuners = Tuners(2)
    with tuners.take(channel(1), PLEX, index=1) as tuner:
        assert tuner.index == 1
        with pytest.raises(TunerInUseError), tuners.take(channel(2), EMBY, index=1):
            pass
    with pytest.raises(TunerInUseError), tuners.take(channel(1), PLEX, index=9):
        pass


def test_each_connection_takes_a_tuner_as_on_the_device() -> None:
    tuners = Tuners(1)
    with tuners.take(channel(1), PLEX, index=0):
        with pytest.raises(TunerInUseError), tuners.take(channel(1), PLEX, index=0):
            pass
        with pytest.raises(TunersBusyError), tuners.take(channel(1), PLEX):
            pass
