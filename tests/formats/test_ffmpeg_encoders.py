"""What the encoders are told, and how each of them proves itself."""

import subprocess

import pytest

from custom_components.telecast.formats import ffmpeg
from custom_components.telecast.formats.ffmpeg import (
    AudioCopy,
    Encode,
    Encoder,
    Output,
    ProofCommand,
    TranscodeCommand,
)

from .clips import ran

DEVICE = "/dev/dri/renderD199"
GENERAL = {"-bf", "-profile:v"}


def said(encoder: Encoder, **more: int) -> list[str]:
    """Answer the arguments for one rendition."""
    output = Output(video=Encode(ffmpeg.rendition("720p")))
    return ffmpeg.arguments(
        TranscodeCommand(outputs=(output,), encoder=encoder, device=DEVICE, **more)
    )


def after(arguments: list[str], *options: str) -> list[str]:
    """Answer what follows each option."""
    return [arguments[arguments.index(option) + 1] for option in options]


@pytest.mark.parametrize("encoder", Encoder)
def test_every_encoder_gets_its_rate(encoder: Encoder) -> None:
    arguments = said(encoder)
    assert after(arguments, "-c:v", "-b:v", "-maxrate", "-bufsize") == [
        *(encoder.codec, "3000k", "3000k", "6000k")
    ]
    assert after(arguments, "-force_key_frames") == ["source"]


@pytest.mark.parametrize(
    ("encoder", "preset"),
    [
        (Encoder.NONE, "veryfast"),
        (Encoder.QSV, "veryfast"),
        (Encoder.NVENC, "p1"),
    ],
)
def test_presets_are_fast_ones(encoder: Encoder, preset: str) -> None:
    assert after(said(encoder), "-preset") == [preset]


@pytest.mark.parametrize("encoder", sorted(set(Encoder) - {Encoder.NONE}))
def test_options_are_known_to_the_encoders_that_get_them(encoder: Encoder) -> None:
    listing = ran("-hide_banner", "-encoders").decode()
    if encoder not in ffmpeg.available(listing):
        pytest.skip(f"This FFmpeg was built without {encoder}")
    arguments = said(encoder)
    own = arguments[arguments.index("-c:v") + 2 : arguments.index("-b:v")]
    known = ran("-hide_banner", "-h", f"encoder={encoder.codec}").decode()
    for option in own[::2]:
        assert option in GENERAL or f"  {option} " in known


@pytest.mark.parametrize(
    ("name", "option"),
    [("scale_vaapi", "format"), ("deinterlace_vaapi", "auto"), ("yadif", "deint")],
)
def test_filters_have_the_options_that_they_get(name: str, option: str) -> None:
    known = ran("-hide_banner", "-h", f"filter={name}").decode()
    if f"Filter {name}" not in known:
        pytest.skip(f"This FFmpeg was built without {name}")
    assert f"   {option} " in known


def test_the_device_is_opened_that_is_meant() -> None:
    assert after(said(Encoder.VAAPI), "-vaapi_device") == [DEVICE]
    assert f"vaapi=va:{DEVICE}" in said(Encoder.QSV)
    assert "qsv=hw@va" in said(Encoder.QSV)
    assert DEVICE not in said(Encoder.NVENC)


def test_no_device_is_opened_to_copy() -> None:
    copied = TranscodeCommand(
        outputs=(Output(audio=AudioCopy()),), encoder=Encoder.VAAPI, device=DEVICE
    )
    arguments = ffmpeg.arguments(copied)
    assert DEVICE not in arguments
    assert "-filter_complex" not in arguments


def test_threads_and_probing_are_told() -> None:
    arguments = said(Encoder.NONE, threads=3, probe_bytes=7, probe_microseconds=9)
    source = arguments.index("-i")
    assert arguments.count("-threads") == 2
    assert arguments.index("-threads") < source
    assert after(arguments, "-threads", "-probesize", "-analyzeduration") == [
        *("3", "7", "9")
    ]
    assert after(arguments[source:], "-threads") == ["3"]
    assert "-threads" not in said(Encoder.NONE)


def test_software_proves_itself() -> None:
    proof = ffmpeg.arguments(ProofCommand(encoder=Encoder.NONE))
    told = ran("-progress", "pipe:1", *proof)
    assert ffmpeg.ProgressParser().feed(told)[-1].frame == 10


@pytest.mark.parametrize("encoder", Encoder)
def test_a_proof_takes_the_ways_of_a_real_picture(encoder: Encoder) -> None:
    proof = ffmpeg.arguments(ProofCommand(encoder=encoder, device=DEVICE))
    real = said(encoder)
    for arguments in (proof, real):
        del arguments[: arguments.index("-c:v")]
    assert proof[: proof.index("-b:v")] == real[: real.index("-b:v")]


@pytest.mark.parametrize("encoder", [Encoder.VAAPI, Encoder.QSV])
def test_without_a_device_there_is_no_proof(encoder: Encoder) -> None:
    proof = ffmpeg.arguments(ProofCommand(encoder=encoder, device="/dev/null"))
    done = subprocess.run(["ffmpeg", *proof], capture_output=True, check=False)
    assert done.returncode != 0
