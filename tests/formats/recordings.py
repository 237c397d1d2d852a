"""Real transport streams, made by FFmpeg once for all tests that want them."""

from functools import cache
import subprocess

# Encoders, with a key frame a second and no others.
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-sc_threshold", "0")
X265 = (
    *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params"),
    "keyint=25:min-keyint=25:open-gop=0:bframes=2:scenecut=0:log-level=error",
)
MPEG2 = ("-c:v", "mpeg2video", "-g", "25", "-bf", "2", "-sc_threshold", "1000000000")
CLOSED = ("-flags", "+cgop")
PICTURE = "testsrc2=size=160x90:rate=25"


@cache
def recorded(*encoder: str, seconds: int = 12, picture: str = PICTURE) -> bytes:
    """Record a test picture and a tone; without a picture only the tone."""
    return _run(
        *(("-f", "lavfi", "-i", picture) if picture else ()),
        *("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"),
        *("-t", str(seconds), "-pix_fmt", "yuv420p", *encoder),
        *("-c:a", "aac", "-b:a", "48k", "-f", "mpegts", "-"),
    )


def complaints(stream: bytes) -> str:
    """Answer what a decoder has to say of a stream."""
    command = ("ffmpeg", "-v", "warning", "-f", "mpegts", "-i", "-", "-f", "null", "-")
    done = subprocess.run(command, input=stream, capture_output=True, check=False)
    return done.stderr.decode().strip()


def _run(*arguments: str) -> bytes:
    command = ("ffmpeg", "-v", "error", "-nostdin", *arguments)
    return subprocess.run(command, capture_output=True, check=True).stdout
