"""Clips that FFmpeg makes, what becomes of them, and what FFprobe says of that."""

from dataclasses import dataclass, replace
from functools import cache
import json
import os
import subprocess
import threading
from typing import Any

from custom_components.telecast.formats.ffmpeg import TranscodeCommand, arguments
from custom_components.telecast.formats.mpegts import PACKET

TURN = 2**33
"""Ticks after which the clock of a transport stream begins anew."""
# No time that a frame rate has by itself, as with real transmitters.
START = 1000.0123

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-sc_threshold", "0")
AAC = ("-c:a", "aac", "-b:a", "64k")
SINE = "sine=sample_rate=48000"


@dataclass(frozen=True, slots=True)
class Packet:
    """One picture or one piece of sound as it is sent."""

    pts: int
    """In ticks of 90 kHz, as they are written in the stream."""
    key: bool
    position: int


@cache
def clip(
    *options: str,
    size: str = "160x90",
    rate: int = 10,
    seconds: float = 5,
    picture: str = "",
    sound: str = SINE,
    start: float = START,
    keys: str = "0,1,2.2,3,4.5",
    container: tuple[str, ...] = ("-f", "mpegts"),
) -> bytes:
    """Make a clip; `options` encode it, `keys` are its key frames (seconds)."""
    sources = ["-f", "lavfi", "-i", picture or f"testsrc2=size={size}:rate={rate}"]
    if sound:
        sources += ["-f", "lavfi", "-i", sound]
    forced = ["-force_key_frames", keys, "-g", "999"]
    timed = ["-t", str(seconds), "-output_ts_offset", str(start)]
    return ran(
        *("-v", "error", "-nostdin", *sources, *timed, *forced),
        *(options or (*H264, *AAC)),
        *("-muxdelay", "0", "-muxpreload", "0", *container, "-"),
    )


def ran(*given: str, stdin: bytes = b"") -> bytes:
    """Run FFmpeg to its end, which must be a good one; answer what it writes."""
    command = ["ffmpeg", *given]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def transcoded(command: TranscodeCommand, source: bytes) -> list[bytes]:
    """Run a command, with a pipe for each output; answer what comes out of these."""
    pipes = [os.pipe() for _ in command.outputs]
    outputs = zip(command.outputs, pipes, strict=True)
    command = replace(
        command,
        outputs=tuple(replace(output, descriptor=pipe[1]) for output, pipe in outputs),
    )
    written = [b""] * len(pipes)

    def drain(index: int, descriptor: int) -> None:
        with os.fdopen(descriptor, "rb") as output:
            written[index] = output.read()

    drains = [
        threading.Thread(target=drain, args=(index, pipe[0]))
        for index, pipe in enumerate(pipes)
    ]
    with subprocess.Popen(
        ["ffmpeg", *arguments(command)],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=[pipe[1] for pipe in pipes],
    ) as running:
        for thread, pipe in zip(drains, pipes, strict=True):
            os.close(pipe[1])
            thread.start()
        _, complaints = running.communicate(source)
    for thread in drains:
        thread.join()
    assert running.returncode == 0, complaints.decode()
    return written


def packets(stream: bytes, kind: str = "video") -> list[Packet]:
    """List the packets of the video or of the `audio`."""
    index = parts(stream)[kind]["index"]
    return [
        Packet(packet["pts"] % TURN, "K" in packet["flags"], int(packet.get("pos", -1)))
        for packet in _probed(stream)["packets"]
        if packet["stream_index"] == index
    ]


def key_frames(stream: bytes) -> list[int]:
    """List when the key frames are shown, in ticks."""
    return [packet.pts for packet in packets(stream) if packet.key]


def parts(stream: bytes) -> dict[str, dict[str, Any]]:
    """Answer what the streams are, by kind."""
    return {part["codec_type"]: part for part in _probed(stream)["streams"]}


def size(stream: bytes) -> tuple[int, int]:
    """Answer the size of the picture, whose pixels must be square."""
    video = parts(stream)["video"]
    assert video.get("sample_aspect_ratio", "1:1") == "1:1"
    assert video["pix_fmt"] == "yuv420p"
    return video["width"], video["height"]


def from_key_frame(stream: bytes, number: int) -> bytes:
    """Cut off what comes before a key frame; the tables stay."""
    keys = [packet for packet in packets(stream) if packet.key]
    return stream[: 3 * PACKET] + stream[keys[number].position :]


@cache
def _probed(stream: bytes) -> dict[str, Any]:
    command = ["ffprobe", "-v", "fatal", "-show_streams", "-show_packets"]
    done = subprocess.run(
        [*command, "-of", "json", "-"], input=stream, capture_output=True, check=True
    )
    shown = json.loads(done.stdout)
    assert isinstance(shown, dict)
    return shown
