"""Tuners: so many at once, and the right refusal."""

from contextlib import ExitStack

import pytest

from custom_components.telecast.engine.errors import TunerInUseError, TunersBusyError
from custom_components.telecast.engine.model import Client
from custom_components.telecast.engine.tuners import LOCK_SECONDS, Tuners
from tests.fakes.clock import Clock
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


def test_a_refusal_says_who_holds_what() -> None:
    tuners = Tuners(2, clock=Clock())
    tuners.lock(1, 7, address="192.168.1.9", held=None)
    with tuners.take(channel(1), PLEX):
        with pytest.raises(TunersBusyError) as all_busy, tuners.take(channel(2), EMBY):
            pass
        with pytest.raises(TunerInUseError) as busy:
            with tuners.take(channel(2), EMBY, index=0):
                pass
    assert str(all_busy.value) == (
        f"All 2 tuners are in use (0: 192.168.1.3 watches {channel(1).name},"
        " 1: locked by 192.168.1.9)"
    )
    assert str(busy.value) == (
        f"Tuner 0 is in use: 192.168.1.3 watches {channel(1).name}"
    )
    with (
        pytest.raises(TunerInUseError, match="only 2"),
        tuners.take(channel(1), PLEX, index=2),
    ):
        pass


def test_a_locked_tuner_is_for_the_address_that_locked_it() -> None:
    tuners = Tuners(2, clock=Clock())
    tuners.lock(0, 7, address=PLEX.address, held=None)
    assert [tuners.holder(index) for index in (0, 1)] == [PLEX.address, None]
    with tuners.take(channel(1), EMBY) as other, tuners.take(channel(1), PLEX) as mine:
        assert (other.index, mine.index) == (1, 0)
        assert tuners.holder(1) == EMBY.address
    assert tuners.holder(0) == PLEX.address
    tuners.unlock(0)
    assert tuners.holder(0) is None


def test_a_lock_is_changed_by_who_has_its_key_alone() -> None:
    tuners = Tuners(1, clock=Clock())
    tuners.lock(0, 7, address=PLEX.address, held=None)
    for held in (None, 8):
        with pytest.raises(TunerInUseError):
            tuners.lock(0, 8, address=PLEX.address, held=held)
        with pytest.raises(TunerInUseError):
            tuners.expect(0, address=PLEX.address, held=held)
    tuners.lock(0, 8, address=EMBY.address, held=7)
    assert tuners.holder(0) == EMBY.address


def test_who_watches_can_lock_what_he_watches_and_others_cannot() -> None:
    tuners = Tuners(1, clock=Clock())
    with tuners.take(channel(1), PLEX):
        with pytest.raises(TunerInUseError):
            tuners.lock(0, 7, address=EMBY.address, held=None)
        tuners.lock(0, 7, address=PLEX.address, held=None)
    assert tuners.holder(0) == PLEX.address


def test_a_lock_lapses_when_its_owner_is_not_heard_of_any_more() -> None:
    clock = Clock()
    tuners = Tuners(1, clock=clock)
    tuners.lock(0, 7, address=PLEX.address, held=None)
    for _ in range(3):
        clock.now += LOCK_SECONDS - 1
        tuners.expect(0, address=PLEX.address, held=7)
    clock.now += LOCK_SECONDS
    assert tuners.holder(0) is None
    with tuners.take(channel(1), EMBY, index=0):
        assert tuners.holder(0) == EMBY.address


def test_who_is_not_needed_loses_his_tuner_and_hears_so() -> None:
    tuners, told = Tuners(2), list[str]()
    with (
        tuners.take(channel(1), PLEX, give_way=lambda: told.append("needed")),
        ExitStack() as idle,
    ):
        lost = idle.enter_context(
            tuners.take(
                channel(2),
                PLEX,
                needed=lambda: False,
                give_way=lambda: told.append("idle"),
            )
        )
        with tuners.take(channel(3), EMBY) as taken:
            assert told == ["idle"]
            assert taken is lost
            idle.close()
            assert (taken.channel, taken.client) == (channel(3), EMBY), (
                "who has lost it cannot give it back"
            )
            with pytest.raises(TunersBusyError), tuners.take(channel(4), PLEX):
                pass
        assert taken.channel is None
    assert told == ["idle"]


def test_a_free_tuner_is_taken_before_anybody_loses_his() -> None:
    tuners, told = Tuners(2), list[str]()
    with (
        tuners.take(
            channel(1),
            PLEX,
            needed=lambda: False,
            give_way=lambda: told.append("idle"),
        ),
        tuners.take(channel(2), EMBY) as tuner,
    ):
        assert tuner.index == 1
    assert told == []


def test_an_idle_tuner_that_is_locked_is_not_given_to_other_addresses() -> None:
    tuners = Tuners(1, clock=Clock())
    with tuners.take(channel(1), PLEX, needed=lambda: False):
        tuners.lock(0, 7, address=PLEX.address, held=None)
        with pytest.raises(TunerInUseError), tuners.take(channel(2), EMBY, index=0):
            pass
        with tuners.take(channel(2), PLEX, index=0) as tuner:
            assert tuner.channel == channel(2)
