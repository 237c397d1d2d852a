"""Six seconds of television, made once by FFmpeg, in every container that we take in."""

from dataclasses import dataclass
import json
from pathlib import Path
import subprocess
from typing import Any

SECONDS = 6
_SOURCE = (
    *("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=25:duration={SECONDS}"),
    *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={SECONDS}"),
    *("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-b:v", "300k"),
    *("-c:a", "aac", "-b:a", "64k", "-movflags", "+faststart"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragments:
    """An initialisation and what follows it."""

    initialisation: bytes
    segments: list[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The same picture and tone in many ways; each segment lasts a second."""

    ts: bytes
    mp4: bytes
    flv: bytes
    mkv: bytes
    aac: bytes
    segments: list[bytes]
    """Of MPEG-TS."""
    fragments: Fragments
    video: Fragments
    audio: Fragments
    audio_ts: list[bytes]
    video_ts: list[bytes]
    packed_audio: list[bytes]
    """ADTS, each behind an ID3 tag that tells when it begins, as Apple has it."""


def make_media(folder: Path) -> Media:
    """Have FFmpeg make everything in a folder."""
    ffmpeg(*_SOURCE, str(folder / "source.mp4"))
    source = ("-i", str(folder / "source.mp4"), "-c", "copy")
    for name in ("whole.ts", "whole.flv", "whole.mkv"):
        ffmpeg(*source, str(folder / name))
    ffmpeg(*source, "-map", "0:a", str(folder / "whole.aac"))
    _cut(folder, "all", "mpegts", *source)
    _cut(folder, "v", "mpegts", *source, "-map", "0:v")
    _cut(folder, "a", "mpegts", *source, "-map", "0:a")
    _cut(folder, "f", "fmp4", *source)
    _cut(folder, "fv", "fmp4", *source, "-map", "0:v")
    _cut(folder, "fa", "fmp4", *source, "-map", "0:a")
    audio_ts = _segments(folder, "a", "ts")
    return Media(
        ts=(folder / "whole.ts").read_bytes(),
        mp4=(folder / "source.mp4").read_bytes(),
        flv=(folder / "whole.flv").read_bytes(),
        mkv=(folder / "whole.mkv").read_bytes(),
        aac=(folder / "whole.aac").read_bytes(),
        segments=_segments(folder, "all", "ts"),
        fragments=_fragments(folder, "f"),
        video=_fragments(folder, "fv"),
        audio=_fragments(folder, "fa"),
        audio_ts=audio_ts,
        video_ts=_segments(folder, "v", "ts"),
        packed_audio=[_packed(segment) for segment in audio_ts],
    )


def ffmpeg(*arguments: str, data: bytes = b"") -> bytes:
    """Run FFmpeg; answer what it writes."""
    command = ["ffmpeg", "-v", "error", "-y", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def packets(data: bytes) -> dict[str, list[float]]:
    """Answer the times of all packets of MPEG-TS by codec, in the order of the stream."""
    found: dict[str, list[float]] = {}
    shown = _probe(data, "packet=stream_index,pts_time:stream=index,codec_name")
    names = {stream["index"]: stream["codec_name"] for stream in shown["streams"]}
    for packet in shown["packets"]:
        times = found.setdefault(names[packet["stream_index"]], [])
        times.append(float(packet["pts_time"]))
    return found


def _probe(data: bytes, entries: str) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-f", "mpegts", "-show_entries", entries]
    command += ["-of", "json", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    shown: dict[str, Any] = json.loads(done.stdout)
    return shown


def _cut(folder: Path, name: str, kind: str, *source: str) -> None:
    end = "ts" if kind == "mpegts" else "m4s"
    ffmpeg(
        *source,
        *("-f", "hls", "-hls_time", "1", "-hls_list_size", "0"),
        *("-hls_segment_type", kind, "-hls_fmp4_init_filename", f"{name}.init"),
        *("-hls_segment_filename", str(folder / f"{name}-%03d.{end}")),
        str(folder / f"{name}.m3u8"),
    )


def _segments(folder: Path, name: str, end: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob(f"{name}-*.{end}"))]


def _fragments(folder: Path, name: str) -> Fragments:
    initialisation = (folder / f"{name}.init").read_bytes()
    return Fragments(
        initialisation=initialisation, segments=_segments(folder, name, "m4s")
    )


def _packed(segment: bytes) -> bytes:
    (times,) = packets(segment).values()
    adts = ffmpeg(
        "-f", "mpegts", "-i", "-", "-c", "copy", "-f", "adts", "-", data=segment
    )
    return id3(round(times[0] * 90_000)) + adts


def id3(ticks: int) -> bytes:
    """Make the tag that tells when packed audio begins (RFC 8216 §3.4)."""
    body = b"com.apple.streaming.transportStreamTimestamp\0" + ticks.to_bytes(8)
    frame = b"PRIV" + _syncsafe(len(body)) + b"\0\0" + body
    return b"ID3\x04\0\0" + _syncsafe(len(frame)) + frame


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
