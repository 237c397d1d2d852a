"""The choice of an encoder: the best that works, and keeps working."""

import pytest

from custom_components.telecast.engine.encoders.choice import (
    FAILURES,
    OUT_SECONDS,
    EncoderChoice,
)
from custom_components.telecast.engine.encoders.proofs import Findings, Problem, Proof
from custom_components.telecast.formats.ffmpeg import Encoder
from tests.fakes.clock import Clock

NVENC, QSV, VIDEOTOOLBOX, VAAPI, NONE = Encoder


def findings(*works: Encoder) -> Findings:
    return Findings(
        proofs=tuple(
            Proof(
                encoder=encoder,
                works=encoder in works,
                reason="" if encoder in works else "no such card",
            )
            for encoder in Encoder
        )
    )


def choice(wanted: str, *works: Encoder, clock: Clock | None = None) -> EncoderChoice:
    made = EncoderChoice(wanted, clock or Clock())
    if works:
        made.learn(findings(*works), frozenset())
    return made


def fail_and_prove(made: EncoderChoice, encoder: Encoder) -> None:
    assert made.fail(encoder)
    assert made.encoder != encoder
    made.learn(made.findings, made.suspects)


@pytest.mark.parametrize(
    ("wanted", "works", "chosen", "reason"),
    [
        ("auto", (), NONE, None),
        ("auto", (NONE,), NONE, None),
        ("auto", (VAAPI, NONE, QSV), QSV, None),
        ("auto", tuple(Encoder), NVENC, None),
        ("nvenc", (NVENC, QSV, NONE), NVENC, None),
        ("nvenc", (QSV, NONE), QSV, "nvenc: no such card"),
        ("qsv", (NONE,), NONE, "qsv: no such card"),
        ("qsv", (), NONE, "qsv: it is still to be tested"),
        ("none", (NONE,), NONE, None),
    ],
)
def test_the_wanted_one_or_the_next_one_down(
    wanted: str, works: tuple[Encoder, ...], chosen: Encoder, reason: str | None
) -> None:
    made = choice(wanted, *works)
    assert (made.encoder, made.reason) == (chosen, reason)


def test_none_above_the_wanted_one_is_even_tried() -> None:
    assert choice("auto").candidates == list(Encoder)
    assert choice("qsv").candidates == [QSV, VIDEOTOOLBOX, VAAPI, NONE]
    assert choice("none").candidates == [NONE]
    with pytest.raises(ValueError, match="gpu"):
        choice("gpu")


def test_one_that_fails_is_out_until_it_is_proven_again() -> None:
    made = choice("auto", NVENC, VAAPI, NONE)
    assert made.fail(NVENC)
    assert (made.encoder, made.reason) == (VAAPI, "nvenc: it has failed")
    made.learn(findings(NVENC, VAAPI, NONE), frozenset())
    assert made.encoder == VAAPI, "what was proven had begun before"
    made.learn(findings(NVENC, VAAPI, NONE), made.suspects)
    assert (made.encoder, made.reason) == (NVENC, None)


def test_when_all_have_failed_software_is_left_and_never_out() -> None:
    made = choice("auto", NVENC, VAAPI, NONE)
    assert made.fail(NVENC)
    assert made.fail(VAAPI)
    for _ in range(5):
        assert made.encoder == NONE
        assert not made.fail(NONE)


def test_what_fails_together_has_failed_once() -> None:
    made = choice("auto", NVENC, NONE)
    assert [made.fail(NVENC) for _ in range(5)] == [True, *[False] * 4]
    made.learn(made.findings, made.suspects)
    assert made.encoder == NVENC


def test_one_that_fails_again_and_again_is_left_alone_for_a_while() -> None:
    clock = Clock()
    made = choice("nvenc", NVENC, NONE, clock=clock)
    for _ in range(FAILURES):
        assert made.encoder == NVENC
        fail_and_prove(made, NVENC)
        clock.now += 60
    assert (made.encoder, made.reason) == (NONE, "nvenc: it has failed too often")
    clock.now += OUT_SECONDS - 60
    assert (made.encoder, made.reason) == (NVENC, None)
    fail_and_prove(made, NVENC)
    assert made.encoder == NONE, "it has had its one more chance"


def test_failures_are_forgotten_in_time() -> None:
    clock = Clock()
    made = choice("auto", NVENC, NONE, clock=clock)
    for _ in range(3 * FAILURES):
        fail_and_prove(made, NVENC)
        assert made.encoder == NVENC
        clock.now += 2000


def test_a_problem_is_the_reason() -> None:
    made = choice("auto", NVENC, NONE)
    made.learn(
        Findings(problem=Problem.MISSING, reason="FFmpeg cannot be started"),
        frozenset(),
    )
    assert (made.encoder, made.reason) == (NONE, "FFmpeg cannot be started")
