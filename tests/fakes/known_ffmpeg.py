"""The machine's FFmpeg, which says without being started what it says each time."""

from pathlib import Path
import shlex
import shutil
import subprocess

from custom_components.telecast.formats.ffmpeg import Encoder, ProofCommand, arguments

_SCRIPT = """#!/bin/sh
case "$*" in
"-version" | "-version ") exec cat {version} ;;
"-hide_banner -encoders") exec cat {encoders} ;;
"-progress pipe:"*" "{proof}) exec cat {progress} >"/proc/self/fd/${{2#pipe:}}" ;;
esac
exec {ffmpeg} "$@"
"""


def make_known_ffmpeg(folder: Path) -> None:
    """Put a program called `ffmpeg` into a folder.

    Its version, its encoders, and how it proves that it encodes in software are those of
    the machine's one, found out now; whatever else is wanted of it, that one does. To
    load that takes a tenth of a second, and to have it encode two.
    """
    ffmpeg = shutil.which("ffmpeg")
    assert ffmpeg
    proof = arguments(ProofCommand(encoder=Encoder.NONE))
    answers = {
        "version": ("-version",),
        "encoders": ("-hide_banner", "-encoders"),
        "progress": ("-progress", "pipe:1", *proof),
    }
    paths = {name: folder / f"{name}.txt" for name in answers}
    for name, asked in answers.items():
        done = subprocess.run([ffmpeg, *asked], capture_output=True, check=True)
        paths[name].write_bytes(done.stdout)
    quoted = {name: shlex.quote(str(path)) for name, path in paths.items()}
    program = folder / "ffmpeg"
    program.write_text(
        _SCRIPT.format(
            ffmpeg=shlex.quote(ffmpeg), proof=shlex.quote(" ".join(proof)), **quoted
        )
    )
    program.chmod(0o700)
